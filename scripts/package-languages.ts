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
import { packageJavaFor, servedCdk } from './package-java';
import { requireBuilt } from './require-built';

export const TARGETS = ['js', 'python', 'java', 'go', 'dotnet'];
export const DIST = join(ROOT, 'dist');

interface Manifest {
  readonly name: string;
  readonly peerDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

/** What could not be had as it is released. */
export interface Shortcomings {
  /** The targets of which there are sources only, because something to build them is not to be had here. */
  readonly sourcesOnly: string[];
  /** The one version of the CDK that the jar was built for, where its repository resolves no range. */
  readonly javaCdk?: string;
}

/** What Maven says where its repository does not have the oldest CDK yet that the package asks for: repositories lag behind each other. */
const NO_CDK_FOR_JAVA = 'No versions available for software.amazon.awscdk:aws-cdk-lib';

export async function packageLanguages(targets: string[]): Promise<Shortcomings> {
  const unknown = targets.filter((target) => !TARGETS.includes(target));
  if (unknown.length > 0) throw new Error(`no such target: ${unknown.join(', ')}; there are ${TARGETS.join(', ')}`);
  requireBuilt();
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-languages-'));
  try {
    const beside = await installBesideOldestPeers(work);
    say('translating the examples of the documentation');
    await run('npx', ['jsii-rosetta', 'extract', '--strict'], { cwd: ROOT });

    const sourcesOnly = targets.includes('dotnet') && await versionOf('dotnet', '--version') === undefined ? ['dotnet'] : [];
    await generate(beside, targets.filter((target) => !sourcesOnly.includes(target) && target !== 'java'));
    if (sourcesOnly.length > 0) say('there is no .NET SDK here: dist/dotnet gets the C# sources, NOT BUILT');
    await generate(beside, sourcesOnly, '--code-only');
    return targets.includes('java') ? await packageJava(beside, sourcesOnly) : { sourcesOnly };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function packageJava(beside: string, sourcesOnly: string[]): Promise<Shortcomings> {
  try {
    await generate(beside, ['java']);
    return { sourcesOnly };
  } catch (error) {
    if (!String(error).includes(NO_CDK_FOR_JAVA)) throw error;
  }
  await generate(beside, ['java'], '--code-only');
  const { peerDependencies, devDependencies } = manifest();
  const javaCdk = await servedCdk(lowest(peerDependencies['aws-cdk-lib']), devDependencies['aws-cdk-lib']);
  if (javaCdk === undefined) {
    say('the Maven repository does not have the aws-cdk-lib yet that the package asks for: dist/java gets the Java sources, NOT BUILT');
    return { sourcesOnly: [...sourcesOnly, 'java'] };
  }
  say(`the Maven repository lists no aws-cdk-lib that the package asks for, and serves ${javaCdk}: dist/java gets a jar for that one, NOT TO BE RELEASED`);
  await packageJavaFor(javaCdk, join(DIST, 'java'));
  return { sourcesOnly, javaCdk };
}

async function installBesideOldestPeers(work: string): Promise<string> {
  const { name, peerDependencies } = manifest();
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

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}

function oldest(dependencies: Record<string, string>): string[] {
  return Object.entries(dependencies).map(([name, range]) => `${name}@${lowest(range)}`);
}

function lowest(range: string): string {
  return range.replace(/^\D+/, '');
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
  const { sourcesOnly, javaCdk } = await packageLanguages(targets);
  say(`packed ${targets.join(', ')} into dist`);
  // C# is built where it is released; of Java nothing but the jar for the range is of use.
  if (sourcesOnly.includes('java') || javaCdk !== undefined) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
