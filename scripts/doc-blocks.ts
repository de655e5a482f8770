/** Compiles every block of TypeScript in the READMEs and in docs/, and synthesizes it: an example that does not run is no example. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as ts from 'typescript';
import { type Block, blocksOf, isFile } from './doc-blocks/block';
import { faultsOf, programOf } from './doc-blocks/program';

const ROOT = resolve(__dirname, '..');
const PAGES = ['README.md', 'rehearsal/README.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

const load = createRequire(__filename);

/** What an app of the block would be, synthesized. */
function synthesize(block: Block, program: string): void {
  const apps: cdk.App[] = [];
  const recording = Object.create(cdk, {
    App: {
      value: class extends cdk.App {
        constructor(props?: cdk.AppProps) {
          super({ analyticsReporting: false, ...props });
          apps.push(this);
        }
      },
    },
  }) as typeof cdk;
  const resolved = (name: string): unknown => {
    if (name === 'aws-cdk-lib') return recording;
    const places = [[/^cdk-cleanrooms$/, '../src'], [/^cdk-cleanrooms-rehearsal/, '../rehearsal/src'], [/^\.\.\/\.\.\/scripts/, '.']] as const;
    const [own, place] = places.find(([pattern]) => pattern.test(name)) ?? [name, name];
    return load(name.replace(own, place));
  };
  const { outputText } = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: { Fixture?: new (scope: cdk.App, id: string) => cdk.Stack } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  (new Function('require', 'exports', outputText) as (require: unknown, exports: unknown) => void)(resolved, exported);
  if (exported.Fixture !== undefined) new exported.Fixture(new recording.App(), 'Example');
  if (apps.length === 0 && isFile(block)) return;
  apps.forEach((app) => app.synth());
}

function main(): void {
  const blocks = PAGES.flatMap((page) => blocksOf(page, join(ROOT, page)));
  const programs = new Map(blocks.map((block) => [block.place, programOf(block, ROOT)]));
  const faults = faultsOf(programs, ROOT);
  if (faults.length === 0) {
    for (const block of blocks) {
      try {
        synthesize(block, programs.get(block.place) ?? '');
      } catch (error) {
        faults.push(`${block.place}: ${(error as Error).message}`);
      }
    }
  }
  faults.forEach((fault) => console.error(fault));
  console.log(`${blocks.length} blocks on ${PAGES.length} pages, ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

process.env.CDK_VALIDATION ??= 'false';
main();
