/**
 * The tarball holds exactly what users need, and stays small. `npx tsx test/package/contents.ts` (after `npx projen compile`).
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const root = resolve(__dirname, '..', '..');

/** Besides `lib`, which mirrors the sources. */
const FILES = [
  '.jsii',
  'API.md',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD-PARTY-NOTICES.md',
  'assets/handlers/clean-rooms/index.lambda/index.js',
  'package.json',
];

/** About a fifth above what it is, so that growth is noticed before it is published. */
const MAXIMUM_KILOBYTES = 440;

const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024,
})) as [Packed];
const kilobytes = Math.ceil(packed.size / 1024);
const problems = [...differences(), ...maps(), ...tooLarge()];

for (const problem of problems) console.error(`[package] ${problem}`);
console.log(`[package] ${packed.files.length} files, ${kilobytes} kB packed (at most ${MAXIMUM_KILOBYTES}), ${Math.ceil(packed.unpackedSize / 1024)} kB unpacked: `
  + (problems.length === 0 ? 'as listed' : `${problems.length} problems`));
process.exitCode = problems.length === 0 ? 0 : 1;

function differences(): string[] {
  const expected = new Set([...FILES, ...libraryFiles()]);
  const actual = new Set(packed.files.map(({ path }) => path));
  return [
    ...[...actual].filter((path) => !expected.has(path)).map((path) => `${path} must not ship: exclude it in .projenrc.ts, remove it from lib, or list it here`),
    ...[...expected].filter((path) => !actual.has(path)).map((path) => `${path} is missing: run npx projen compile first`),
  ];
}

/** The function ships as a bundle only. */
function libraryFiles(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('handlers/'))
    .flatMap((path) => ['.js', '.d.ts'].map((extension) => `lib/${path.replace(/\.ts$/, extension)}`));
}

function maps(): string[] {
  return packed.files.map(({ path }) => path)
    .filter((path) => path.endsWith('.js') && /^\/\/# sourceMappingURL=/m.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => `${path} holds or names a source map: set inlineSourceMap: false in .projenrc.ts`);
}

function tooLarge(): string[] {
  return kilobytes <= MAXIMUM_KILOBYTES ? [] : [`${kilobytes} kB are more than ${MAXIMUM_KILOBYTES}: find out what grew, then raise the bound`];
}
