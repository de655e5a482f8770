/** What a clock on the wall of a time zone shows, as the milliseconds at which a clock in UTC shows the same. */
export type WallTime = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** A place's clock, with its changes between summer and winter. */
export class WallClock {
  private readonly format: Intl.DateTimeFormat;

  /** Throws for a zone that the time zone database does not know. */
  constructor(timeZone: string) {
    const known = formats.get(timeZone);
    this.format = known ?? new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(timeZone, this.format);
  }

  public at(instant: number): WallTime {
    const parts = Object.fromEntries(this.format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  }

  /** When the clock shows a time; the first time if it shows it twice, never if it is put forward over it. */
  public instantOf(wallTime: WallTime): number | undefined {
    const offsets = [-DAY, DAY].map((away) => this.at(wallTime + away) - (wallTime + away));
    const instants = offsets.map((offset) => wallTime - offset).filter((instant) => this.at(instant) === wallTime);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }
}

const DAY = 24 * 3_600_000;
