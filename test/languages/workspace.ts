import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '../../scripts/command';
import { DIST } from '../../scripts/package-languages';

/** What every language builds. */
export const EXAMPLES = ['overlap', 'two-parties'] as const;
export type Example = typeof EXAMPLES[number];

export const folderOf = (example: Example): string => join(ROOT, 'examples', example);

/** The folder in which one language builds the examples, and what it needs of the packed library. */
export class Workspace {
  constructor(public readonly folder: string, public readonly cdk: string) {
    mkdirSync(folder);
    for (const example of EXAMPLES) {
      cpSync(folderOf(example), join(folder, example), {
        recursive: true, filter: (path) => !/\/(cdk\.out|target|\.venv|__pycache__|go\.sum)$/.test(path),
      });
    }
  }

  public run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
    return run(command, args, { cwd, env });
  }

  /** Runs the app of an example as the CDK's command line would; the templates that it writes, by their files. */
  public async synth(example: Example, command: string, args: string[], cwd: string): Promise<Templates> {
    const out = join(this.folder, `cdk.out-${example}`);
    await this.run(command, args, cwd, { CDK_OUTDIR: out, CDK_VALIDATION: 'false' });
    const files = readdirSync(out).filter((file) => file.endsWith('.template.json')).sort();
    return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(out, file), 'utf8')) as Template]));
  }
}

export type Template = Record<string, Record<string, unknown>>;
export type Templates = Record<string, Template>;

/** The only file of a packed language that ends so. */
export function artefact(language: string, ending: string): string {
  const files = readdirSync(join(DIST, language), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending));
  if (files.length !== 1) throw new Error(`dist/${language} must have one file *${ending}, got ${files.join(', ') || 'none'}`);
  return join(DIST, language, files[0]);
}

export function bytesOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
