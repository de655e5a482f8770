import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { requireBuilt } from '../../scripts/require-built';

const root = mkdtempSync(join(tmpdir(), 'built-'));
const built = (file: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), '');
};

afterAll(() => rmSync(root, { recursive: true }));

test('a package without the function is not packed', () => {
  built('.jsii');
  built('lib/index.js');
  expect(() => requireBuilt(root)).toThrow(
    'assets/handlers/clean-rooms/index.lambda/index.js: missing, so there is nothing to pack; run npx projen bundle and npx projen compile first');
  built('assets/handlers/clean-rooms/index.lambda/index.js');
  expect(() => requireBuilt(root)).not.toThrow();
});
