/**
 * Both packed tarballs in an empty folder, over an app that knows neither of their sources: the command's rows, JSON and exit
 * status. Part of `npm run test:package` (after `npx projen compile` and `npx projen rehearsal:package`).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Report {
  readonly runs: readonly { status: string; results: { files: string[]; rows: number }[]; suppressed: object[] }[];
  readonly refused: readonly object[];
}

const root = resolve(__dirname, '..', '..');
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as
  { readonly [kind in 'devDependencies' | 'peerDependencies']: Readonly<Record<string, string>> };
const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-rehearsal-'));
const NIGHT = '2026-11-20T02:00:00Z';
const PARTS = `['clean-rooms', 'account', 'step-functions', 'organization'].flatMap((part) => Object.keys(require('cdk-cleanrooms-rehearsal/' + part)))
  .filter((name) => /^(CleanRoomsEndpoint|Local(Account|StepFunctions)|Organization)$/.test(name)).join(' ')`;

try {
  install();
  const played = rehearse('--at', NIGHT, '--json');
  const { runs, refused } = JSON.parse(played.stdout) as Report;
  expectEqual('the exit status of a night that succeeds', played.status, 0);
  expectEqual('its runs', runs.map(({ status, results, suppressed }) => [status, results[0].rows, suppressed.length]), [['SUCCEEDED', 2, 1]]);
  expectEqual('what is refused', refused, []);
  expectEqual('its files', runs[0].results[0].files.every((file) => readFileSync(resolve(work, file), 'utf8').startsWith('campaign,buyers')), true);
  expectEqual('its parts', run('node', ['-p', PARTS], work).trim(), 'CleanRoomsEndpoint LocalAccount LocalStepFunctions Organization');
  expectEqual('the exit status of a time at which nothing is due', rehearse('--at', '2026-11-20T02:30:00Z').status, 2);
  writeFileSync(join(work, 'samples', 'views.rule.json'), '{ "type": "CUSTOM" }');
  const malformed = rehearse('--at', NIGHT, '--json');
  expectEqual('the exit status with a malformed rule', malformed.status, 2);
  const { refused: [{ reason }] } = JSON.parse(malformed.stdout) as { readonly refused: readonly { reason: string }[] };
  expectEqual('the sentence that names its file and field', /^samples\/views\.rule\.json is not an analysis rule .*: `policy`: Member must not be null/m.test(reason), true);
  rmSync(join(work, 'samples', 'views.rule.json'));
  rmSync(join(work, 'samples', 'views.csv'));
  const missing = rehearse('--at', NIGHT);
  expectEqual('the exit status without a sample', missing.status, 2);
  expectEqual('the sentence that names it', missing.stdout.includes('add views.csv or views.parquet to the tables'), true);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function install(): void {
  const tarball = (folder: string) => join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz'))!);
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], root);
  writeFileSync(join(work, 'package.json'), '{ "private": true }');
  const others = ['aws-cdk-lib', 'constructs', 'tsx'].map((name) => `${name}@${devDependencies[name] ?? peerDependencies[name]}`);
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball(work), tarball(join(root, 'dist', 'rehearsal')), ...others], work);
  cpSync(join(root, 'examples', 'two-parties'), join(work, 'app'), { recursive: true, filter: (path) => !/\.test\.ts$|__snapshots__/.test(path) });
  cpSync(join(root, 'examples', 'two-parties', 'data'), join(work, 'samples'), { recursive: true });
  run('npx', ['tsx', 'app/app.ts'], work, { CDK_OUTDIR: join(work, 'cdk.out') });
}

function rehearse(...options: string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync('npx', ['cdk-cleanrooms-rehearsal', '--tables', 'samples', ...options], { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): string {
  return execFileSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
}

function expectEqual(what: string, got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) throw new Error(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  console.log(`[package] rehearsal: ${what}: as expected`);
}
