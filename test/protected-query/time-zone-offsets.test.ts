import fc from 'fast-check';
import { timeZoneOffsets } from '../../src/protected-query/private/time-zone-offsets';
import { some } from '../support/rounds';

const seconds = (time: string) => Date.parse(time) / 1000;

test('a zone without changes has one offset', () => {
  expect(timeZoneOffsets('Etc/UTC')).toEqual([[0, 0]]);
  expect(timeZoneOffsets('Asia/Kolkata')).toEqual([[0, 330]]);
});

test('a zone with changes has each of them, to the second', () => {
  expect(timeZoneOffsets('Europe/Berlin').slice(0, 4)).toEqual([
    [0, 60], [seconds('2023-03-26T01:00:00Z'), 120], [seconds('2023-10-29T01:00:00Z'), 60], [seconds('2024-03-31T01:00:00Z'), 120],
  ]);
  expect(timeZoneOffsets('America/New_York')).toHaveLength(1 + 2 * 23);
  // Half an hour only.
  expect(timeZoneOffsets('Australia/Lord_Howe').slice(1, 3)).toEqual([[seconds('2023-04-01T15:00:00Z'), 630], [seconds('2023-09-30T15:30:00Z'), 660]]);
});

test('a zone that does not exist is refused', () => {
  expect(() => timeZoneOffsets('Europe/Atlantis')).toThrow(
    new Error('QueryParameter.scheduledDate: `timeZone` must be a time zone that this Node.js knows, got \'Europe/Atlantis\': correct its name'));
});

/** Every tenth of all that this Node.js knows. */
const ZONES = Intl.supportedValuesOf('timeZone').filter((_zone, index) => index % 10 === 0);

test.each(['Africa/Casablanca', ...some(ZONES, 2)])('no change of %s is stepped over', (timeZone) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offsetOn = (day: number) => format.formatToParts(day * 1000).find(({ type }) => type === 'timeZoneName')?.value;
  const known = timeZoneOffsets(timeZone);
  for (let day = seconds('2023-01-01T00:00:00Z'); day < seconds('2045-12-31T00:00:00Z'); day += 86_400) {
    if (offsetOn(day) !== offsetOn(day + 86_400)) expect(known.map(([since]) => since > day && since <= day + 86_400)).toContain(true);
  }
});

test('gives the offset that the Intl API gives, at any time', () => {
  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Chatham', 'America/Sao_Paulo');
  const time = fc.integer({ min: seconds('2023-01-01T00:00:00Z'), max: seconds('2045-12-31T23:59:59Z') });
  fc.assert(fc.property(zone, time, (timeZone, second) => {
    const [, minutes] = timeZoneOffsets(timeZone).filter(([since]) => since <= second).at(-1) ?? [];
    const text = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(second * 1000).find(({ type }) => type === 'timeZoneName')?.value;
    const [, sign, hour = '0', minute = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text ?? '') ?? [];
    expect(minutes).toBe((sign === '-' ? -1 : 1) * (Number(hour) * 60 + Number(minute)) || 0);
  }), { seed: 20261122, numRuns: 500 });
});
