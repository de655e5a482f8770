import { Period, runsOf } from '../../src/privacy-budget/private/schedule-runs';

test.each<[string, Period, number | undefined]>([
  ['rate(1 day)', 'month', 31],
  ['rate(6 hours)', 'day', 4],
  ['rate(5 minutes)', 'week', 2016],
  ['rate(10 days)', 'day', 1],
  ['rate(0 days)', 'day', undefined],
  ['at(2027-01-01T00:00:00)', 'month', 1],
  ['cron(0 3 * * ? *)', 'day', 1],
  ['cron(0 3 * * ? *)', 'week', 7],
  ['cron(0/15 8-17 ? * MON-FRI *)', 'day', 40],
  ['cron(0 3 ? * MON-FRI *)', 'month', 23],
  ['cron(0 3 ? * mon,1 *)', 'week', 2],
  ['cron(0,30 3 1,15 * ? *)', 'month', 4],
  ['cron(0 3 29 FEB ? *)', 'month', 1],
  ['cron(0 3 */10 * ? *)', 'month', 4],
  ['cron(0 3 31 2 ? *)', 'month', 0],
  ['cron(0 3 * * ?)', 'day', 1],
  ['cron(0 3 L * ? *)', 'month', undefined],
  ['cron(0 3 ? * MON#1 *)', 'month', undefined],
  ['cron(0 3 * * ? 2027)', 'day', undefined],
  ['cron(0 24 * * ? *)', 'day', undefined],
  ['cron(0 5-3 * * ? *)', 'day', undefined],
  ['cron(*/0 3 * * ? *)', 'day', undefined],
  ['cron()', 'day', undefined],
  ['every day', 'day', undefined],
])('%s runs at most so often a %s: %p', (expression, period, runs) => {
  expect(runsOf(expression, period)).toBe(runs);
});
