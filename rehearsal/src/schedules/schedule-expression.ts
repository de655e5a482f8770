import { AwsCron } from './cron';
import { WallClock } from './wall-clock';

export interface Period {
  /** Milliseconds since the epoch, as `until`; both are included. */
  readonly from: number;
  readonly until: number;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Longer than any two clocks on earth differ. */
const DIFFERENCE = 27 * 3_600_000;

/**
 * When a schedule is due: EventBridge's `cron(…)`, `rate(…)` and `at(…)`. Where clocks are put forward a time that they
 * leave out is left out, and where they are put back a time that they show twice is due once, the first time.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export class ScheduleExpression {
  private readonly times: (period: Period) => Iterable<number>;

  /** @param begins what a rate counts from, in milliseconds since the epoch */
  constructor(public readonly text: string, timeZone = 'UTC', begins = 0) {
    const [, kind, argument] = /^(cron|rate|at)\((.*)\)$/.exec(text) ?? [];
    try {
      this.times = kind === 'cron' ? cron(argument, new WallClock(timeZone))
        : kind === 'rate' ? rate(argument, begins)
          : at(argument, new WallClock(timeZone));
    } catch (error) {
      throw new Error(`the schedule expression ${text} in ${timeZone} cannot be played: ${(error as Error).message}`);
    }
  }

  public between(period: Period): number[] {
    return [...this.times(period)];
  }

  /** The first time from then on, within five years. */
  public next(from: number): number | undefined {
    for (const time of this.times({ from, until: from + 5 * 366 * UNITS.day })) return time;
    return undefined;
  }
}

function cron(fields: string, clock: WallClock) {
  const expression = new AwsCron(fields);
  return function* ({ from, until }: Period) {
    for (const wallTime of expression.between(from - DIFFERENCE, until + DIFFERENCE)) {
      const instant = clock.instantOf(wallTime);
      if (instant !== undefined && instant >= from && instant <= until) yield instant;
    }
  };
}

function rate(argument: string, begins: number) {
  const [, count, unit] = /^\s*([1-9]\d*)\s+(minute|hour|day)s?\s*$/.exec(argument) ?? [];
  if (unit === undefined) throw new Error('a rate is a number of minutes, hours or days');
  const length = Number(count) * UNITS[unit];
  return function* ({ from, until }: Period) {
    for (let time = begins + Math.max(0, Math.ceil((from - begins) / length)) * length; time <= until; time += length) yield time;
  };
}

function at(argument: string | undefined, clock: WallClock) {
  const wallTime = Date.parse(`${/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.exec(argument ?? '')?.[0]}Z`);
  if (isNaN(wallTime)) throw new Error('it is neither cron(…) nor rate(…) nor at(yyyy-mm-ddThh:mm:ss)');
  const instant = clock.instantOf(wallTime);
  return ({ from, until }: Period) => (instant !== undefined && instant >= from && instant <= until ? [instant] : []);
}
