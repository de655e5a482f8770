import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { plainApp, writeSamples } from './fixtures/plain-app';

/** In the repository, so that packages are found. */
const ROOT = join(__dirname, '../../..');

test('with node:test and without jest', () => {
  mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
  const work = mkdtempSync(join(ROOT, 'node_modules/.cache/node-test-'));
  try {
    writeSamples(work);
    const APP = plainApp({ outdir: join(work, 'cdk.out') }).synth().directory;
    buildSync({
      entryPoints: { 'nightly.test': join(__dirname, 'fixtures/nightly.node-test.ts') },
      outdir: work,
      bundle: true,
      platform: 'node',
      packages: 'external',
    });
    // Within a test of its own a runner only tells the outer one.
    const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', join(work, 'nightly.test.js')], {
      encoding: 'utf8', env: { ...env, APP, TABLES: work, NODE_NO_WARNINGS: '1' },
    });
    expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/^# pass 2$/m) as string, '']);
  } finally {
    rmSync(work, { recursive: true });
  }
});
