import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUARDS } from './guards';
import { broken, syntaxErrors } from './mutant';
import { ROOT } from '../../scripts/command';

/** The list is of the sources as they are: a guard that is not found would be broken by nobody. */

const sourceOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('the list has at least 80 guards, each once', () => {
  expect(GUARDS.length).toBeGreaterThanOrEqual(80);
  const keys = GUARDS.map(({ file, find, replace }) => JSON.stringify([file, find, replace]));
  expect(new Set(keys).size).toBe(keys.length);
});

test.each(GUARDS.map((guard) => [guard.reason, guard] as const))('%s: is found once, can be broken, and has tests', (_reason, guard) => {
  const source = sourceOf(guard.file);
  expect([guard.find, source.split(guard.find).length - 1]).toEqual([guard.find, 1]);
  expect(syntaxErrors(broken(guard, source))).toEqual([]);
  expect(guard.tests.filter((path) => !existsSync(join(ROOT, `${path}.ts`)))).toEqual([]);
  expect(guard.tests).not.toEqual([]);
});

test('a guard that is not found once is refused', () => {
  const guard = { file: 'x.ts', find: 'a', replace: 'b', reason: '', tests: [] };
  expect(() => broken(guard, 'c')).toThrow('x.ts must have \'a\' once, and has it 0 times: the guard has moved, so correct test/mutation/guards.ts');
  expect(() => broken(guard, 'a a')).toThrow('2 times');
  expect(broken(guard, 'c a')).toBe('c b');
});
