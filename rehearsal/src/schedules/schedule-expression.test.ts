import { ScheduleExpression } from './schedule-expression';

function times(text: string, from: string, until: string, timeZone?: string): string[] {
  const period = { from: Date.parse(from), until: Date.parse(until) };
  return new ScheduleExpression(text, timeZone, period.from).between(period).map((time) => new Date(time).toISOString().slice(0, 16));
}

describe('cron', () => {
  test.each([
    ['every night in Berlin', 'cron(0 3 * * ? *)', ['2026-11-20T02:00', '2026-11-21T02:00', '2026-11-22T02:00'], '2026-11-20', '2026-11-23', 'Europe/Berlin'],
    ['1 is Sunday', 'cron(0 3 ? * 1 *)', ['2026-11-22T03:00', '2026-11-29T03:00'], '2026-11-20', '2026-12-01', 'UTC'],
    ['from Monday to Friday', 'cron(0/30 9 ? * MON-FRI *)', ['2026-11-20T09:00', '2026-11-20T09:30', '2026-11-23T09:00', '2026-11-23T09:30'], '2026-11-20', '2026-11-24', 'UTC'],
    ['the last day of a month', 'cron(0 3 L * ? *)', ['2026-11-30T03:00', '2026-12-31T03:00', '2027-01-31T03:00', '2027-02-28T03:00'], '2026-11-20', '2027-03-01', 'UTC'],
    ['L of a week is Saturday', 'cron(0 3 ? * L *)', ['2026-11-21T03:00', '2026-11-28T03:00'], '2026-11-20', '2026-12-01', 'UTC'],
    ['the last Friday of a month', 'cron(0 3 ? * 6L *)', ['2026-11-27T03:00', '2026-12-25T03:00'], '2026-11-20', '2027-01-01', 'UTC'],
    ['the second Tuesday of a month', 'cron(0 3 ? * 3#2 *)', ['2026-12-08T03:00', '2027-01-12T03:00'], '2026-11-20', '2027-02-01', 'UTC'],
    ['the weekday nearest to the 15th', 'cron(0 3 15W * ? *)', ['2026-12-15T03:00', '2027-01-15T03:00', '2027-02-15T03:00', '2027-03-15T03:00', '2027-04-15T03:00', '2027-05-14T03:00'], '2026-11-20', '2027-06-01', 'UTC'],
    ['one year only', 'cron(0 3 1 JAN ? 2028)', ['2028-01-01T03:00'], '2026-11-20', '2030-01-01', 'UTC'],
    ['from five past, every ten minutes', 'cron(5/20 8-9 20 * ? *)', ['2026-11-20T08:05', '2026-11-20T08:25', '2026-11-20T08:45', '2026-11-20T09:05', '2026-11-20T09:25', '2026-11-20T09:45'], '2026-11-20', '2026-11-21', 'UTC'],
    ['a time that is left out in spring is left out', 'cron(30 2 * * ? *)', ['2027-03-27T01:30', '2027-03-29T00:30'], '2027-03-27', '2027-03-30', 'Europe/Berlin'],
    ['a time that comes twice in autumn is due once', 'cron(30 2 * * ? *)', ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'], '2026-10-24', '2026-10-27', 'Europe/Berlin'],
    ['both ends are included', 'cron(0 0 * * ? *)', ['2026-11-20T00:00', '2026-11-21T00:00'], '2026-11-20', '2026-11-21', 'UTC'],
  ])('%s', (_name, text, expected, from, until, timeZone) => {
    expect(times(text, from, until, timeZone)).toEqual(expected);
  });
});

test('a rate counts from its beginning', () => {
  const rate = new ScheduleExpression('rate(12 hours)', 'UTC', Date.parse('2026-11-20T05:00:00Z'));
  const found = rate.between({ from: Date.parse('2026-11-20T00:00:00Z'), until: Date.parse('2026-11-21T17:00:00Z') });
  expect(found.map((time) => new Date(time).toISOString().slice(0, 16))).toEqual(['2026-11-20T05:00', '2026-11-20T17:00', '2026-11-21T05:00', '2026-11-21T17:00']);
});

test('one time in a zone', () => {
  expect(times('at(2026-11-20T03:00:00)', '2026-11-20', '2026-11-21', 'America/New_York')).toEqual(['2026-11-20T08:00']);
  expect(times('at(2026-11-20T03:00:00)', '2026-11-21', '2026-11-22')).toEqual([]);
});

test.each([
  ['cron(0 3 * * * *)', 'exactly one of day-of-month and day-of-week must be `?`'],
  ['cron(0 3 * * ?)', 'it has 5 fields, not minutes, hours, day-of-month, month, day-of-week, year'],
  ['cron(0 3 L-3 * ? *)', 'L-3'],
  ['cron(0 25 * * ? *)', '25'],
  ['rate(0 minutes)', 'a rate is a number of minutes, hours or days'],
  ['at(tomorrow)', 'it is neither cron(…) nor rate(…) nor at(yyyy-mm-ddThh:mm:ss)'],
])('%s is refused', (text, reason) => {
  expect(() => new ScheduleExpression(text)).toThrow(reason);
  expect(() => new ScheduleExpression(text)).toThrow(`the schedule expression ${text} in UTC cannot be played`);
});

test('a zone that there is not is refused', () => {
  expect(() => new ScheduleExpression('cron(0 3 * * ? *)', 'Europe/Atlantis')).toThrow('Europe/Atlantis');
});
