/**
 * Compares the API with that of the last published version: `npx projen compat` (after `npx projen compile`).
 * A break on purpose is acknowledged by its key, which the report shows, in `.compatignore`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const modules = resolve(__dirname, '..', 'node_modules');

/** `undefined` if the registry knows no such package; that it cannot be asked is an error. */
function lastVersion(name: string): string | undefined {
  const { stdout, stderr } = spawnSync('npm', ['view', `${name}@latest`, 'version', '--json'], { encoding: 'utf8' });
  const answer = parse(stdout);
  if (typeof answer === 'string') return answer;
  if (errorCode(answer) === 'E404') return undefined;
  throw new Error(`the registry does not say which version of ${name} is the last: ${stderr.trim() || stdout.trim()}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorCode(answer: unknown): unknown {
  return (answer as { error?: { code?: unknown } } | undefined)?.error?.code;
}

/** Its dependencies are today's: what is compared is this package's own API. */
function download(name: string, version: string, work: string): string {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', `${name}@${version}`, '--json', '--pack-destination', work], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
  })) as [{ filename: string }];
  execFileSync('tar', ['-xzf', filename], { cwd: work });
  symlinkSync(modules, join(work, 'node_modules'));
  return join(work, 'package');
}

/** The whole API is marked experimental: jsii-diff would let all of it go without `all`. */
function compare(before: string, after: string): boolean {
  const args = ['--keys', '--error-on', 'all', '--ignore-file', join(after, '.compatignore'), before, after];
  const { status } = spawnSync(process.execPath, [join(modules, 'jsii-diff', 'bin', 'jsii-diff'), ...args], { stdio: 'inherit' });
  return status === 0;
}

function main(root: string): boolean {
  if (!existsSync(join(root, '.jsii'))) throw new Error('.jsii is missing: run npx projen compile first');
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  const version = lastVersion(name);
  if (version === undefined) {
    console.log(`[compat] ${name} is not published yet: nothing to compare with`);
    return true;
  }
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-compat-'));
  try {
    console.log(`[compat] comparing with ${name} ${version}`);
    const compatible = compare(download(name, version, work), root);
    console.log(`[compat] ${compatible ? 'nothing breaks' : 'the API breaks'} since ${name} ${version}`);
    return compatible;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

process.exitCode = main(resolve(process.argv[2] ?? '.')) ? 0 : 1;
