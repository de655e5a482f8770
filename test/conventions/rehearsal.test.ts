import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The two packages of this repository are told apart: neither needs the other, and each says what it needs. */
const ROOT = resolve(__dirname, '..', '..');

interface Manifest {
  readonly version: string;
  readonly engines: object;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = manifestOf('rehearsal');
const library = manifestOf('.');
const { exclude } = JSON.parse(readFileSync(join(ROOT, 'rehearsal/tsconfig.build.json'), 'utf8')) as { readonly exclude: readonly string[] };
const shipped = sources('rehearsal/src').filter((file) => !/\.test\.ts$|\/fixtures\//.test(file) && !exclude.includes(relative('rehearsal', file)));
const imported = [...new Set(shipped.flatMap(importsOf))];
const packages = [...new Set(imported.filter((name) => !/^[./]|^node:/.test(name)).map((name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')))];

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
}

function importsOf(file: string): string[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:\bfrom |require\(|import\()'([\w@.:/-]+)'/g)].map(([, name]) => name);
}

test('the rehearsal says all that it needs, and nothing else', () => {
  expect(packages.sort()).toEqual([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].sort());
});

test('what it needs is what is tested here', () => {
  expect(manifest.dependencies).toEqual(Object.fromEntries(Object.keys(manifest.dependencies).map((name) => [name, library.devDependencies[name]])));
});

test('its licences are those that users can take', () => {
  const licences = Object.keys(manifest.dependencies).map((name) => (JSON.parse(readFileSync(manifestFileOf(name), 'utf8')) as { license: string }).license);
  expect(licences.filter((licence) => !['Apache-2.0', 'MIT', 'BSD-3-Clause', 'ISC'].includes(licence))).toEqual([]);
});

test('the versions go together', () => {
  expect([manifest.version, manifest.engines]).toEqual([library.version, library.engines]);
});

test('neither package imports the other', () => {
  const leaving = shipped.filter((file) => importsOf(file).some((name) => name.startsWith('.') && relative(join(ROOT, 'rehearsal/src'), resolve(ROOT, file, '..', name)).startsWith('..')));
  expect(leaving).toEqual([]);
  expect(imported).not.toContain('cdk-cleanrooms');
  expect(sources('src').filter((file) => importsOf(file).some((name) => name.includes('rehearsal')))).toEqual([]);
});

function manifestFileOf(name: string): string {
  return join(ROOT, 'node_modules', name, 'package.json');
}
