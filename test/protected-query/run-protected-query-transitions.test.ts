import { Duration } from 'aws-cdk-lib';
import { Course, FakeProtectedQueries } from '../support/fake-protected-queries';
import { machineFor, run } from '../support/query-app';

/** What a run costs, and how soon it knows: both follow from the definition, not from the speed of anything here. */

const machine = machineFor({ timeout: Duration.hours(13) });

async function measured(seconds: number, course: Course = {}) {
  const fake = new FakeProtectedQueries({ course: () => ({ seconds, ...course }) });
  const outcome = await run(machine, fake);
  return { ...outcome, delay: (outcome.endedAt - fake.endOf(fake.queries[0])) / 1000 };
}

test.each([
  ['of a minute', 60, 13],
  ['of an hour', 3600, 135],
  ['of 12 hours', 12 * 3600, 545],
])('a query %s: %i seconds, %i transitions at most', async (_length, seconds, most) => {
  const { status, transitions } = await measured(seconds);
  expect(status).toBe('SUCCEEDED');
  expect(transitions).toBeLessThanOrEqual(most);
  // A bound that is far off would not notice when a run becomes dearer.
  expect(transitions).toBeGreaterThan(most * 0.9);
});

test('an end is noticed within a tenth of the time that it took, at least 15 and at most 300 seconds; before 30 seconds nobody looks', async () => {
  const delays: [number, number, number][] = [];
  for (const seconds of [0, 1, 14, 16, 29, 31, 44, 46, 60, 74, 89, 123, 149, 151, 599, 600, 1234, 2999, 3000, 3001, 7777, 12 * 3600]) {
    const { delay } = await measured(seconds);
    const most = seconds < 15 ? 30 - seconds : Math.min(300, Math.max(15, Math.ceil(seconds / 10) + 1));
    delays.push([seconds, delay, most]);
  }
  expect(delays.filter(([, delay, most]) => delay < 0 || delay > most)).toEqual([]);
});

test('the longest run stays far below the limit of a history, 25,000 events', async () => {
  const fake = new FakeProtectedQueries({ course: () => ({ seconds: 90_000, cancellingSeconds: 3500 }) });
  const { error, history } = await run(machineFor({ timeout: Duration.hours(23) }), fake);
  expect(error).toBe('ProtectedQuery.TimedOut');
  expect(history.length).toBeLessThan(5000);
});
