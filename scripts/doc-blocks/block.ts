import { readFileSync } from 'node:fs';

/** A block of TypeScript in a page of the documentation. */
export interface Block {
  /** Where to find it, such as `docs/schedules.md:12`. */
  readonly place: string;
  readonly source: string;
}

const FENCED = /^```ts(?: nofixture)?\n([^]*?)^```$/gm;

/** The blocks of a page. Those of another language are no concern of the compiler. */
export function blocksOf(page: string, path: string): Block[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(FENCED)].map(({ 1: source, index }) => ({ place: `${page}:${text.slice(0, index).split('\n').length + 1}`, source }));
}

/** What begins with imports is a file of its own; the rest stands in the constructor of a stack. */
export function isFile({ source }: Block): boolean {
  return /^import /m.test(source);
}
