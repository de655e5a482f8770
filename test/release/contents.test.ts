import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { bundledPackages } from '../../scripts/bundled-packages';
import { NOTICES, renderNotices } from '../../scripts/notices';
import { describeContents } from '../../scripts/sbom';

/** What the package passes on of others, and that it says so. `npm test` has made the bundle before. */

const repository = resolve(__dirname, '..', '..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-contents-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function bundle(files: Record<string, number>): void {
  const inputs = Object.fromEntries(Object.entries(files).map(([path, bytesInOutput]) => [path, { bytesInOutput }]));
  write('assets/handlers/clean-rooms/index.lambda.meta.json', JSON.stringify({ outputs: { 'index.js': { inputs } } }));
}

function install(directory: string, license: string | undefined, texts: Record<string, string>): void {
  write(`${directory}/package.json`, JSON.stringify({ name: directory.split('node_modules/').pop(), version: '1.2.3', license }));
  for (const [file, text] of Object.entries(texts)) write(`${directory}/${file}`, text);
}

describe('packages of the bundle', () => {
  test.each(['GPL-3.0-only', 'AGPL-3.0', 'UNLICENSED', 'SEE LICENSE IN LICENSE', undefined])('are refused under %s', (license) => {
    install('node_modules/copyleft', license, { LICENSE: 'text' });
    bundle({ 'node_modules/copyleft/index.js': 1 });
    expect(() => bundledPackages(root)).toThrow(`the bundle contains copyleft@1.2.3 under ${license ?? 'no licence'}, which is none of Apache-2.0, MIT, `
      + 'BSD-2-Clause, BSD-3-Clause, ISC, 0BSD: keep the package out of the function, or have the licence reviewed');
  });

  test('are those of which something is left in it, nested ones too, each once', () => {
    install('node_modules/@scope/one', 'MIT', { LICENSE: 'text' });
    install('node_modules/@scope/one/node_modules/two', '0BSD', { LICENSE: 'text' });
    bundle({
      'src/handlers/clean-rooms/index.lambda.ts': 10,
      'node_modules/@scope/one/a.js': 1,
      'node_modules/@scope/one/b.js': 1,
      'node_modules/@scope/one/node_modules/two/index.js': 1,
      'node_modules/shaken-off/index.js': 0,
    });
    expect(bundledPackages(root).map(({ name }) => name)).toEqual(['@scope/one', 'two']);
  });

  test('can only be told once there is a bundle', () => {
    expect(() => bundledPackages(root)).toThrow('assets/handlers/clean-rooms/index.lambda.meta.json is missing: run npx projen bundle first');
  });
});

describe('notices', () => {
  test('are up to date', () => {
    const isCurrent = renderNotices(repository) === readFileSync(join(repository, NOTICES), 'utf8');
    expect(isCurrent ? '' : `${NOTICES} is out of date: run npx projen notices`).toBe('');
  });

  test('need a licence text', () => {
    install('node_modules/silent', 'MIT', {});
    bundle({ 'node_modules/silent/index.js': 1 });
    expect(() => renderNotices(root)).toThrow('silent@1.2.3 ships no licence text');
  });

  test('hold every licence text once, and what a package wants to be told besides', () => {
    install('node_modules/one', 'MIT', { LICENSE: 'Copyright One\r\n' });
    install('node_modules/two', 'MIT', { 'LICENCE.md': 'Copyright One  \n', 'NOTICE': 'made by Two' });
    bundle({ 'node_modules/two/index.js': 1, 'node_modules/one/index.js': 1 });
    const notices = renderNotices(root);
    expect(notices).toContain('## one 1.2.3, two 1.2.3\n\n```text\nCopyright One\n```\n');
    expect(notices).toContain('## two 1.2.3\n\n```text\nmade by Two\n```\n');
    expect(notices.match(/Copyright One/g)).toHaveLength(1);
  });
});

describe('bill of materials', () => {
  const sbom = describeContents(repository);

  test('names the package, its function and all that the function contains', () => {
    const packages = bundledPackages(repository).map(({ name, version }) => `${name}@${version}`);
    expect(packages).not.toEqual([]);
    expect(sbom.metadata.component).toMatchObject({ name: 'cdk-cleanrooms', purl: expect.stringMatching(/^pkg:npm\/cdk-cleanrooms@/) });
    expect(sbom.components.map((component) => component['bom-ref'])).toEqual(['assets/handlers/clean-rooms/index.lambda/index.js', ...packages]);
    expect(sbom.dependencies.map(({ dependsOn }) => dependsOn)).toEqual([['assets/handlers/clean-rooms/index.lambda/index.js'], packages]);
  });

  test('says of each where it is from, under which licence, and which bytes', () => {
    const [bundled, ...packages] = sbom.components;
    const bytes = readFileSync(join(repository, bundled.name));
    expect(bundled.hashes).toEqual([{ alg: 'SHA-256', content: createHash('sha256').update(bytes).digest('hex') }]);
    for (const component of packages) {
      expect(component).toMatchObject({ scope: 'required', purl: expect.stringMatching(/^pkg:npm\//), licenses: [expect.anything()], hashes: [expect.anything()] });
    }
  });

  test('is the same for the same package', () => {
    expect(describeContents(repository)).toEqual(sbom);
  });

  test('refuses what the lock file does not know', () => {
    install('node_modules/unlocked', 'MIT', { LICENSE: 'text' });
    write('package.json', JSON.stringify({ name: 'cdk-cleanrooms', version: '0.0.0' }));
    write('package-lock.json', JSON.stringify({ name: 'cdk-cleanrooms', version: '0.0.0', lockfileVersion: 3, packages: { '': {} } }));
    bundle({ 'node_modules/unlocked/index.js': 1 });
    expect(() => describeContents(root)).toThrow('the bundle contains unlocked@1.2.3, which package-lock.json does not know');
  });
});
