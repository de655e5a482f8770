import { misuse } from './misuse';

/**
 * A time zone's offset from UTC in milliseconds, as a JSONata expression on a time in milliseconds.
 *
 * Step Functions knows no time zones, so the transitions of these years are written into the state machine. They come
 * from the ICU data of the Node.js that synthesizes; after the last year the offset of its end holds.
 */
export function timeZoneOffset(timeZone: string, at: string): string {
  const [[, first], ...changes] = timeZoneOffsets(timeZone);
  if (changes.length === 0) return `${first * MINUTE_MILLIS}`;
  // From one to the other and back again: so do nearly all zones, and the times of the changes will do.
  const [[, second]] = changes;
  if (changes.every(([, offset], index) => offset === (index % 2 === 0 ? second : first))) {
    const unit = changes.every(([since]) => since % HOUR === 0) ? HOUR : 1;
    const times = changes.map(([since]) => since / unit);
    return `($count(${JSON.stringify(times)}[$ * ${unit * 1000} <= ${at}]) % 2 = 0 ? ${first * MINUTE_MILLIS} : ${second * MINUTE_MILLIS})`;
  }
  return `((${JSON.stringify(timeZoneOffsets(timeZone))}[$[0] * 1000 <= ${at}][-1])[1] * ${MINUTE_MILLIS})`;
}

/** Pairs of the second since which an offset holds and the offset in minutes, oldest first. */
export function timeZoneOffsets(timeZone: string): [number, number][] {
  const known = cache.get(timeZone);
  if (known) return known;
  const offsets = transitions(offsetReader(timeZone));
  cache.set(timeZone, offsets);
  return offsets;
}

/** The year in which the service became available: nobody runs a query for an earlier date. */
const FIRST_YEAR = 2023;
const LAST_YEAR = 2045;
const MINUTE_MILLIS = 60_000;
const HOUR = 3600;
/** No zone goes to another offset and back within one; the shortest is the month of Ramadan. */
const WEEK = 7 * 86_400;
const cache = new Map<string, [number, number][]>();

type OffsetReader = (second: number) => number;

function transitions(offsetAt: OffsetReader): [number, number][] {
  const end = Date.UTC(LAST_YEAR + 1, 0, 1) / 1000;
  const found: [number, number][] = [[0, offsetAt(Date.UTC(FIRST_YEAR, 0, 1) / 1000)]];
  for (let week = Date.UTC(FIRST_YEAR, 0, 1) / 1000; week < end; week += WEEK) {
    const weekEnd = Math.min(week + WEEK, end);
    if (offsetAt(week) === offsetAt(weekEnd)) continue;
    const second = firstSecondOf(offsetAt, week, weekEnd);
    found.push([second, offsetAt(second)]);
  }
  return found;
}

/** The first second of the range with another offset than the range begins with. */
function firstSecondOf(offsetAt: OffsetReader, from: number, to: number): number {
  let [before, after] = [from, to];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === offsetAt(from)) before = middle;
    else after = middle;
  }
  return after;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
  } catch {
    misuse('QueryParameter.scheduledDate', 'timeZone', 'must be a time zone that this Node.js knows', timeZone, 'correct its name');
  }
}

function offsetReader(timeZone: string): OffsetReader {
  const format = formatOf(timeZone);
  const memory = new Map<number, number>();
  return (second) => {
    const known = memory.get(second);
    if (known !== undefined) return known;
    // As parts it takes twice the time, of a thousand weeks and their changes.
    const [month, day, year, ...time] = format.format(second * 1000).split(/\D+/).map(Number);
    const local = Date.UTC(year, month - 1, day, ...time) / 1000;
    memory.set(second, (local - second) / 60);
    return (local - second) / 60;
  };
}
