/**
 * `npm run test:release`: the release workflow's own steps, as far as a machine without accounts can go: in a clone of what is committed,
 * with a version in its changelog, from the notes to the checksums, and what a publishing job does first. Other languages are
 * packed by `npm run test:languages`.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly name: string;
  readonly run?: string;
}

const ROOT = resolve(__dirname, '..', '..');
const VERSION = 'v0.1.0';

const { jobs } = parse(readFileSync(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8')) as
  { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-release-'));
const clone = join(work, 'clone');

function commandOf(job: string, name: string): string {
  const command = jobs[job].steps.find((candidate) => candidate.name === name)?.run;
  if (command === undefined) throw new Error(`the job ${job} of release.yml has no step '${name}' that runs a command`);
  return command;
}

function run(command: string): void {
  const env = { ...process.env, GITHUB_REF_NAME: VERSION, RUNNER_TEMP: join(work, 'temp') };
  execFileSync('bash', ['-euo', 'pipefail', '-c', command], { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

function step(job: string, name: string, command = commandOf(job, name)): void {
  console.log(`[release] ${job}: ${name}`);
  run(command);
}

function fails(what: string, attempt: () => void): void {
  try {
    attempt();
  } catch {
    console.log(`[release] refused, as it must be: ${what}`);
    return;
  }
  throw new Error(`${what} was not refused`);
}

try {
  execFileSync('git', ['clone', '--quiet', ROOT, clone], { stdio: 'inherit' });
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  fails('a version that the changelog does not have', () => run(commandOf('package', 'The changelog has the version')));
  const changelog = join(clone, 'CHANGELOG.md');
  writeFileSync(changelog, readFileSync(changelog, 'utf8').replace('## [Unreleased]', `## [Unreleased]\n\n## [${VERSION.slice(1)}] - 2026-12-01`));
  step('package', 'The changelog has the version');
  step('package', 'Set the version of both packages');
  fails('packing before anything is compiled', () => run('npx projen package:js 2>/dev/null'));
  step('package', 'Compile');
  step('package', 'Package for all languages', 'npx projen package:js');
  step('package', 'Package the rehearsal');
  run('mkdir -p "$RUNNER_TEMP"');
  step('package', 'Test that it is the one to be published');
  step('package', 'Bill of materials');
  step('package', 'Checksums');
  step('npm', 'They are what was packed');
  const tarballs = ['js', 'rehearsal'].flatMap((folder) => readdirSync(join(clone, 'dist', folder)).map((file) => `dist/${folder}/${file}`));
  const versions = tarballs.filter((file) => file.includes(VERSION.slice(1)));
  if (tarballs.length !== 2 || versions.length !== 2) throw new Error(`two tarballs of ${VERSION} were expected, got ${tarballs.join(', ')}`);
  appendFileSync(join(clone, tarballs[0]), 'changed');
  fails('an artefact that was changed after it was packed', () => run(`${commandOf('npm', 'They are what was packed')} 2>/dev/null`));
  console.log('[release] everything that comes before the registries holds');
} finally {
  rmSync(work, { recursive: true, force: true });
}
