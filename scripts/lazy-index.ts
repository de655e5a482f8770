/**
 * Lets `lib/index.js` load a module of the package when something of it is first used, as aws-cdk-lib does with its own: an
 * app that only joins a collaboration does not load the state machines. Runs after jsii has compiled.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const LIB = resolve(__dirname, '..', 'lib');
const INDEX = join(LIB, 'index.js');
const EXPORT_ALL = /^__exportStar\(require\("(\.\/[\w/-]+)"\), exports\);$/gm;

const compiled = readFileSync(INDEX, 'utf8');
if (!EXPORT_ALL.test(compiled)) throw new Error('lib/index.js re-exports nothing as the compiler writes it: compile first, or adapt scripts/lazy-index.ts');

const lazy = compiled.replace(EXPORT_ALL, (_statement, module: string) =>
  exportedNames(module).map((name) => `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => require("${module}").${name} });`).join('\n'));
if (lazy.includes('__exportStar(require(')) throw new Error('lib/index.js still loads a module at once: adapt the pattern of scripts/lazy-index.ts');
writeFileSync(INDEX, lazy);

function exportedNames(module: string): string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return Object.keys(require(join(LIB, module)) as object);
}
