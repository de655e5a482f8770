/**
 * Packs the library for its languages into dist/: `npx tsx scripts/package-languages.ts [js python java go dotnet]`
 * (after `npx projen compile`).
 *
 * A Go module names the lowest versions it works with, and jsii-pacmak takes them from what is installed beside the
 * package. So it is packed beside the oldest peers, not beside those of development.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, run, versionOf } from './command';
import { requireBuilt } from './require-built';

export const TARGETS = ['js', 'python', 'java', 'go', 'dotnet'];
export const DIST = join(ROOT, 'dist');

interface Manifest {
  readonly name: string;
  readonly peerDependencies: Record<string, string>;
}

/** What Maven says where its repository does not have the oldest CDK yet that the package asks for: repositories lag behind each other. */
const NO_CDK_FOR_JAVA = 'No versions available for software.amazon.awscdk:aws-cdk-lib';

/** @returns the targets of which there are sources only, because something to build them is not to be had here */
export async function packageLanguages(targets: string[]): Promise<string[]> {
  const unknown = targets.filter((target) => !TARGETS.includes(target));
  if (unknown.length > 0) throw new Error(`no such target: ${unknown.join(', ')}; there are ${TARGETS.join(', ')}`);
  requireBuilt();
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-languages-'));
  try {
    const beside = await installBesideOldestPeers(work);
    say('translating the examples of the documentation');
    await run('npx', ['jsii-rosetta', 'extract', '--strict'], { cwd: ROOT });

    const codeOnly = targets.includes('dotnet') && await versionOf('dotnet', '--version') === undefined ? ['dotnet'] : [];
    await generate(beside, targets.filter((target) => !codeOnly.includes(target) && target !== 'java'));
    if (codeOnly.length > 0) say('there is no .NET SDK here: dist/dotnet gets the C# sources, NOT BUILT');
    if (targets.includes('java')) {
      try {
        await generate(beside, ['java']);
      } catch (error) {
        if (!String(error).includes(NO_CDK_FOR_JAVA)) throw error;
        say('the Maven repository does not have the aws-cdk-lib yet that the package asks for: dist/java gets the Java sources, NOT BUILT');
        codeOnly.push('java');
      }
    }
    await generate(beside, codeOnly, '--code-only');
    return codeOnly;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function installBesideOldestPeers(work: string): Promise<string> {
  const { name, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const peers = oldest(peerDependencies);
  say(`installing the package beside ${peers.join(' and ')}`);
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], { cwd: ROOT })) as
    [{ filename: string }];
  writeFileSync(join(work, 'package.json'), '{ "private": true }');
  await install(work, [join(work, filename), ...peers]);
  // What the oldest CDK depends on ends up in the Go module too.
  const cdk = JSON.parse(readFileSync(join(work, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  await install(work, oldest(Object.fromEntries(Object.entries(cdk.dependencies).filter(([dependency]) => dependency.startsWith('@aws-cdk/')))));
  return join(work, 'node_modules', name);
}

function oldest(dependencies: Record<string, string>): string[] {
  return Object.entries(dependencies).map(([name, range]) => `${name}@${range.replace(/^\D+/, '')}`);
}

async function install(folder: string, packages: string[]): Promise<void> {
  await run('npm', ['install', '--no-audit', '--no-fund', '--silent', ...packages], { cwd: folder });
}

/** From empty folders: what an earlier version had must not stay. */
async function generate(folder: string, targets: string[], ...options: string[]): Promise<void> {
  if (targets.length === 0) return;
  say(`packing ${targets.join(', ')}`);
  for (const target of targets) rmSync(join(DIST, target), { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  await run('npx', [
    'jsii-pacmak', folder, '--outdir', DIST, '--rosetta-tablet', join(ROOT, '.jsii.tabl.json'), '--target', ...targets, ...options,
  ], { cwd: ROOT });
}

function say(text: string): void {
  console.log(`[package] ${text}`);
}

async function main(): Promise<void> {
  const targets = process.argv.length > 2 ? process.argv.slice(2) : TARGETS;
  const sourcesOnly = await packageLanguages(targets);
  say(`packed ${targets.join(', ')} into dist`);
  // C# is built where it is released; of Java nothing but the jar is of use.
  if (sourcesOnly.includes('java')) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
