/** The packages whose code is in the function's bundle, as esbuild itself tells. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const METAFILE = 'assets/handlers/clean-rooms/index.lambda.meta.json';

/** What may be passed on in a package under Apache-2.0. */
const ALLOWED_LICENCES = ['Apache-2.0', 'MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD'];

const NODE_MODULES = 'node_modules/';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly directory: string;
}

interface Metafile {
  readonly outputs: Record<string, { readonly inputs: Record<string, { readonly bytesInOutput: number }> }>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Sorted by name and version, each with an allowed licence. */
export function bundledPackages(root: string): BundledPackage[] {
  const directories = new Set(bundledFiles(root).filter((file) => file.includes(NODE_MODULES)).map(packageDirectory));
  return [...directories].map((directory) => describePackage(join(root, directory))).sort((one, other) => key(one) < key(other) ? -1 : 1);
}

function bundledFiles(root: string): string[] {
  const path = join(root, METAFILE);
  if (!existsSync(path)) throw new Error(`${METAFILE} is missing: run npx projen bundle first`);
  const { outputs } = JSON.parse(readFileSync(path, 'utf8')) as Metafile;
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0));
}

/** A package may have packages of its own: the last `node_modules` counts. */
function packageDirectory(file: string): string {
  const end = file.lastIndexOf(NODE_MODULES) + NODE_MODULES.length;
  const [scopeOrName, name] = file.slice(end).split('/');
  return file.slice(0, end) + (scopeOrName.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName);
}

function describePackage(directory: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  if (license === undefined || !ALLOWED_LICENCES.includes(license)) {
    throw new Error(`the bundle contains ${name}@${version} under ${license ?? 'no licence'}, which is none of ` +
      `${ALLOWED_LICENCES.join(', ')}: keep the package out of the function, or have the licence reviewed`);
  }
  return { name, version, licence: license, directory };
}

function key({ name, version }: BundledPackage): string {
  return `${name}@${version}`;
}
