import { Cron } from 'croner';
import type { WallTime } from './wall-clock';

/** The fields of EventBridge's cron expressions, each with its bounds. */
const FIELDS = [['minutes', 0, 59], ['hours', 0, 23], ['day-of-month', 1, 31], ['month', 1, 12], ['day-of-week', 1, 7], ['year', 1970, 2199]] as const;

/** EventBridge's cron, with `?`, `L`, `W` and `#`; weeks begin on Sunday, which is 1. */
export class AwsCron {
  private readonly cron: Cron;

  /** @param fields what stands between the parentheses; throws for what the service would refuse or this does not know */
  constructor(fields: string) {
    const parts = fields.trim().split(/\s+/);
    if (parts.length !== FIELDS.length) throw new Error(`it has ${parts.length} fields, not ${FIELDS.map(([name]) => name).join(', ')}`);
    if ((parts[2] === '?') === (parts[4] === '?')) throw new Error('exactly one of day-of-month and day-of-week must be `?`');
    const pattern = parts.map((part, index) => part.split(',').map((item) => translated(item, FIELDS[index])).join(','));
    this.cron = new Cron(`0 ${pattern.join(' ')}`, { timezone: 'UTC', alternativeWeekdays: true });
  }

  /** Times from the first to the last, both included. */
  public* between(first: WallTime, last: WallTime): Generator<WallTime> {
    for (let time = this.cron.nextRun(new Date(first - 1)); time !== null && time.getTime() <= last; time = this.cron.nextRun(time)) {
      yield time.getTime();
    }
  }
}

function translated(item: string, [name, lowest, highest]: (typeof FIELDS)[number]): string {
  if (item === '?') return '*';
  if (name === 'day-of-week' && item === 'L') return 'SAT';
  const [range, step] = item.split('/');
  if (step === undefined) return item;
  const [from, to = highest] = range === '*' ? [lowest] : range.split('-');
  return `${from}-${to}/${step}`;
}
