import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE_NAMES, EXAMPLES } from '../support/examples';

/**
 * What each example has. test/nag.test.ts and test/validation.test.ts judge every folder of `examples`, test/package/run.ts
 * runs each from the packed tarball: none can be left out.
 */

/** What an app outside of this repository has installed. */
const AVAILABLE = /^(cdk-cleanrooms|constructs|aws-cdk-lib(\/[\w-]+)?|node:[\w/]+|\.\/[\w-]+)$/;

const sourcesOf = (name: string) => readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const read = (...path: string[]) => readFileSync(join(EXAMPLES, ...path), 'utf8');

test('there are examples, each listed with its purpose', () => {
  const listed = [...read('README.md').matchAll(/\]\(([\w-]+)\)/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(EXAMPLE_NAMES);
  expect(EXAMPLE_NAMES).toEqual(expect.arrayContaining(['compose', 'encrypted', 'join', 'overlap', 'pipeline', 'receive-only']));
});

describe.each(EXAMPLE_NAMES)('the example %s', (name) => {
  test('has an app, and a README with the command that synthesizes it', () => {
    expect(existsSync(join(EXAMPLES, name, 'app.ts'))).toBe(true);
    expect(read(name, 'README.md')).toContain(`npx cdk synth --app 'npx tsx --tsconfig examples/tsconfig.json examples/${name}/app.ts'`);
  });

  test('has a snapshot test, and asserts something besides', () => {
    const assertions = read(name, `${name}.test.ts`).match(/^test(\.each\(.*\))?\(/gm) ?? [];
    expect(assertions.length).toBeGreaterThan(1);
    expect(read(name, '__snapshots__', `${name}.test.ts.snap`)).toMatch(/^exports\[/m);
  });

  test('has snapshots that are the same on any machine', () => {
    expect(read(name, '__snapshots__', `${name}.test.ts.snap`)).not.toMatch(/[0-9a-f]{64}|\/(tmp|home|Users|work)\//);
  });

  test('runs wherever the package is installed', () => {
    const imported = sourcesOf(name).flatMap((file) => [...read(name, file).matchAll(/ from '(.+?)'/g)].map(([, module]) => module));
    expect(imported).toContain('constructs');
    expect(imported.filter((module) => !AVAILABLE.test(module))).toEqual([]);
  });

  test('is read in two minutes', () => {
    const lines = sourcesOf(name).flatMap((file) => read(name, file).split('\n'));
    expect(lines.length).toBeLessThan(200);
  });
});
