/** What a budget's limit is for. */
export type Period = 'day' | 'week' | 'month';

const MINUTES: { readonly [unit: string]: number } = { minute: 1, hour: 60, day: 24 * 60 };
const PERIOD_DAYS: { readonly [period in Period]: number } = { day: 1, week: 7, month: 31 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The most runs that a schedule of EventBridge Scheduler has in a period, or nothing where that can't be counted.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function runsOf(expression: string, period: Period): number | undefined {
  const [, kind, body] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'at') return 1;
  if (kind === 'rate') return runsAtRate(body, period);
  return kind === 'cron' ? runsOfCron(body.trim().split(/\s+/), period) : undefined;
}

function runsAtRate(rate: string, period: Period): number | undefined {
  const [, value, unit] = /^(\d+) (minute|hour|day)s?$/.exec(rate) ?? [];
  const minutes = Number(value) * MINUTES[unit];
  return minutes > 0 ? Math.ceil(PERIOD_DAYS[period] * MINUTES.day / minutes) : undefined;
}

function runsOfCron([minute, hour, dayOfMonth, month, weekday, year = '*', ...more]: string[], period: Period): number | undefined {
  const times = [valuesOf(minute, 0, 59), valuesOf(hour, 0, 23)];
  const dates = [valuesOf(dayOfMonth, 1, 31), valuesOf(month, 1, 12, MONTHS), valuesOf(weekday, 1, 7, WEEKDAYS)];
  if (year !== '*' || more.length > 0 || [...times, ...dates].some((values) => values === undefined)) return undefined;
  const [minutes, hours, days, months, weekdays] = [...times, ...dates] as Set<number>[];
  const due = new Map<string, number>();
  // A leap year and the three after it: every way in which months and weeks meet that matters here.
  for (let day = Date.UTC(2028, 0, 1); day < Date.UTC(2032, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    if (!days.has(date.getUTCDate()) || !months.has(date.getUTCMonth() + 1) || !weekdays.has(date.getUTCDay() + 1)) continue;
    const key = keyOf(date, period);
    due.set(key, (due.get(key) ?? 0) + minutes.size * hours.size);
  }
  return Math.max(0, ...due.values());
}

/** Budgets are renewed on the first of the month and on Sunday, UTC. */
function keyOf(date: Date, period: Period): string {
  if (period === 'month') return `${date.getUTCFullYear()}-${date.getUTCMonth()}`;
  const day = Math.floor(date.getTime() / 86_400_000);
  return `${period === 'day' ? day : day - date.getUTCDay()}`;
}

/** The values of a field; nothing of one with `L`, `W` or `#`. */
function valuesOf(field: string | undefined, min: number, max: number, names: readonly string[] = []): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of (field ?? '').toUpperCase().split(',')) {
    const [, range, step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === undefined || step === '0') return undefined;
    const [first, last] = range === '*' || range === '?' ? [min, max] : range.split('-').map((text) => numberOf(text, min, names));
    const end = last ?? (step === undefined ? first : max);
    if (first === undefined || end === undefined || !(first >= min && end <= max && first <= end)) return undefined;
    for (let value = first; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function numberOf(text: string, min: number, names: readonly string[]): number {
  const index = names.indexOf(text);
  return index >= 0 ? index + min : /^\d+$/.test(text) ? Number(text) : NaN;
}
