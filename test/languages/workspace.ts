import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '../../scripts/command';
import { DIST } from '../../scripts/package-languages';

export const EXAMPLE = join(ROOT, 'examples', 'overlap');

/** The folder in which one language builds the example, and what it needs of the packed library. */
export class Workspace {
  /** A copy of the example. */
  public readonly example: string;

  constructor(public readonly folder: string) {
    mkdirSync(folder);
    this.example = join(folder, 'overlap');
    cpSync(EXAMPLE, this.example, { recursive: true, filter: (path) => !/\/(cdk\.out|target|\.venv|__pycache__|go\.sum)$/.test(path) });
  }

  public run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
    return run(command, args, { cwd, env });
  }

  /** Runs the app as the CDK's command line would; the template that it writes. */
  public async synth(command: string, args: string[], cwd: string): Promise<Template> {
    const out = join(this.folder, 'cdk.out');
    await this.run(command, args, cwd, { CDK_OUTDIR: out, CDK_VALIDATION: 'false' });
    return JSON.parse(readFileSync(join(out, 'Overlap.template.json'), 'utf8')) as Template;
  }
}

export type Template = Record<string, Record<string, unknown>>;

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
