/**
 * The packed tarball in apps of their own: compiled strictly and synthesized with the oldest and with the newest
 * aws-cdk-lib that it is made for. `npm run test:package` (after `npx projen compile`).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lazyLoading } from './loading';

interface Manifest {
  readonly peerDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const root = resolve(__dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const examples = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-package-'));

/** What stays behind: tests and what only they use. */
const NOT_OF_THE_APP = /tsconfig\.json$|cdk\.out|\.test\.ts$|__snapshots__|asset-hashes\.ts$/;

/** What must not be shipped, and what must. */
const UNWANTED = /(^|\/)(src|test|examples|docs|bench|rosetta|scripts|node_modules)\/|\.lambda\.(js|d\.ts)$|\.map$|tabl\.json|cdk\.json|\.projenrc/;
const WANTED = ['package.json', '.jsii', 'lib/index.js', 'lib/index.d.ts', 'assets/handlers/clean-rooms/index.lambda/index.js', 'README.md', 'LICENSE', 'API.md'];

try {
  const tarball = pack();
  const floor = consume('floor', tarball, manifest.peerDependencies['aws-cdk-lib'].replace('^', ''));
  const newest = consume('newest', tarball, manifest.devDependencies['aws-cdk-lib']);
  for (const example of examples) compare(example, floor, newest);
  say(`${examples.length} examples compiled, synthesized and equal`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function pack(): string {
  say('packing');
  const [{ filename, files, size }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], root)) as
    [{ filename: string; files: { path: string }[]; size: number }];
  const paths = files.map((file) => file.path);
  const unwanted = paths.filter((path) => UNWANTED.test(path));
  const missing = WANTED.filter((path) => !paths.includes(path));
  if (unwanted.length > 0) throw new Error(`the tarball must not hold ${unwanted.join(', ')}: extend npmignore in .projenrc.ts`);
  if (missing.length > 0) throw new Error(`the tarball lacks ${missing.join(', ')}: run npx projen compile first`);
  say(`packed ${paths.length} files, ${Math.round(size / 1024)} kB`);
  return join(work, filename);
}

function consume(name: string, tarball: string, cdk: string): string {
  const app = join(work, name);
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name, private: true }));
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, target: 'ES2022', module: 'node16', moduleResolution: 'node16', types: ['node'], skipLibCheck: false },
    include: ['examples'],
  }));
  say(`${name}: installing with aws-cdk-lib ${cdk}`);
  const versions = ['typescript', 'tsx', '@types/node'].map((dependency) => `${dependency}@${manifest.devDependencies[dependency]}`);
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball, `aws-cdk-lib@${cdk}`, `constructs@${manifest.peerDependencies.constructs}`, ...versions], app);
  const { counts, problems } = lazyLoading(app);
  say(`${name}: modules by use: ${counts}`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  cpSync(join(root, 'examples'), join(app, 'examples'), { recursive: true, filter: (path) => !NOT_OF_THE_APP.test(path) });
  say(`${name}: compiling ${examples.join(', ')}`);
  run('npx', ['tsc', '-p', '.'], app);
  for (const example of examples) {
    say(`${name}: synthesizing ${example}`);
    run('npx', ['tsx', `examples/${example}/app.ts`], app, { CDK_OUTDIR: join(app, 'out', example) });
  }
  return app;
}

/** Equal but for what the CDK itself renders otherwise since. */
function compare(example: string, one: string, other: string): void {
  const [floor, newest] = [resources(one, example), resources(other, example)];
  const differ = [...new Set([...Object.keys(floor), ...Object.keys(newest)])].filter((id) => !isDeepStrictEqual(floor[id], newest[id]));
  for (const id of differ) {
    say(`${example}: ${id} with the oldest: ${JSON.stringify(floor[id])?.slice(0, 1_500)}`);
    say(`${example}: ${id} with the newest: ${JSON.stringify(newest[id])?.slice(0, 1_500)}`);
  }
  if (differ.length > 0) throw new Error(`${example}: ${differ.join(', ')} differ between the oldest and the newest aws-cdk-lib`);
  say(`${example}: ${Object.keys(newest).length} resources, equal with the oldest and the newest aws-cdk-lib`);
}

/** The resources of all stacks, those of stages included, by stack and logical id. */
function resources(app: string, example: string): Record<string, unknown> {
  const out = join(app, 'out', example);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json')).sort();
  if (files.length === 0) throw new Error(`${example}: no template was synthesized into ${out}`);
  return Object.fromEntries(files.flatMap((file) => {
    const template = JSON.parse(readFileSync(join(out, file), 'utf8'), example === 'compose' ? withoutNewConditions : undefined) as { Resources: object };
    return Object.entries(template.Resources).map(([id, resource]) => [`${basename(file, '.template.json')}/${id}`, resource]);
  }));
}

/** Newer versions bound the trust of the role of a user's own state machine to the account's state machines; ours are bound by us. */
function withoutNewConditions(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('Principal' in value) || !('Condition' in value)) return value;
  const { Condition: _, ...rest } = value;
  return isDeepStrictEqual(value.Principal, { Service: 'states.amazonaws.com' }) ? rest : value;
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): string {
  return execFileSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024 });
}

function say(text: string): void {
  console.log(`[package] ${text}`);
}
