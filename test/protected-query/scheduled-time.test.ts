import jsonata from 'jsonata';
import { isScheduledTime } from '../../src/protected-query/private/scheduled-time';

/** Two engines: one writes milliseconds where no picture says how, the other does not. Both must agree. */
const engines = [
  ['writes milliseconds', (millis: number) => new Date(millis).toISOString()],
  ['writes none', (millis: number) => new Date(millis).toISOString().replace('.000Z', 'Z')],
] as const;

describe.each(engines)('an engine that %s', (_what, write) => {
  test.each([
    ['2026-11-22T03:00:00Z', true],
    ['2024-02-29T23:59:59Z', true],
    ['2026-02-29T03:00:00Z', false],
    ['2026-04-31T03:00:00Z', false],
    ['2026-11-22T03:00:00.000Z', false],
    ['2026-11-22T03:00:00+00:00', false],
    ['2026-11-22', false],
    [1767322800, false],
    [null, false],
  ])('takes %p for a scheduled time: %p', async (time, expected) => {
    const expression = jsonata(isScheduledTime('$given'));
    const own = jsonata('$fromMillis($millis, $picture)');
    expression.registerFunction('fromMillis', async (millis: number, picture?: string) =>
      (picture === undefined ? write(millis) : own.evaluate(undefined, { millis, picture }) as Promise<string>));
    expect(await expression.evaluate(undefined, { given: time })).toBe(expected);
  });
});
