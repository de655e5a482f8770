import { setImmediate as nextTurn } from 'node:timers/promises';

export interface VirtualClockOptions {
  /** @default 2026-01-01T00:00:00Z */
  readonly start?: Date;
  /** Virtual seconds that pass in a real second while everything waits. @default - waits take no real time */
  readonly scale?: number;
  /** Seed of `random`, from which jitter and generated names come. @default 1 */
  readonly seed?: number;
  /** Real milliseconds for which a call may stop the clock; a call that hangs for longer lets time-outs strike. @default 60000 */
  readonly patience?: number;
}

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** Lets time go on while the work waits for it. */
export type Suspend = <T>(wait: () => Promise<T>) => Promise<T>;

/**
 * Time that moves only when everything waits for it.
 *
 * Timers ring one by one in the order of their time, then of their making, and each only after all that the one before set
 * off has come to rest: the same program with the same seed gives the same run. Real input and output stops the clock.
 */
export class VirtualClock {
  private static async rest(): Promise<void> {
    // Promises that need no input or output are all settled before the event loop comes round.
    await nextTurn();
  }

  /** Numbers in [0, 1) that the seed determines. */
  readonly random: () => number;

  private readonly scale?: number;
  private readonly patience: number;
  private readonly timers: Timer[] = [];
  private time: number;
  private holds = 0;
  private running = false;
  private line: Promise<void> = Promise.resolve();
  private pause?: { readonly since: number; readonly until: number; readonly end: () => void };

  constructor(options: VirtualClockOptions = {}) {
    this.time = (options.start ?? new Date('2026-01-01T00:00:00Z')).getTime();
    this.scale = options.scale;
    this.patience = options.patience ?? 60_000;
    this.random = seededRandom(options.seed ?? 1);
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.pause === undefined
      ? this.time
      : Math.min(this.pause.until, Math.floor(this.time + (performance.now() - this.pause.since) * (this.scale ?? 0)));
  }

  /** Waits in virtual time; rejects with the signal's reason as soon as that is given. */
  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const cancel = () => {
        this.timers.splice(this.timers.indexOf(timer), 1);
        reject(signal?.reason as Error);
      };
      const timer: Timer = {
        at: this.now() + milliseconds,
        ring: () => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        },
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const later = this.timers.findIndex((other) => other.at > timer.at);
      this.timers.splice(later === -1 ? this.timers.length : later, 0, timer);
      this.wake();
    });
  }

  /** Stops time until the returned function is called. */
  hold(): () => void {
    let held = true;
    this.holds += 1;
    this.endPause();
    return () => {
      if (!held) return;
      held = false;
      this.holds -= 1;
      this.wake();
    };
  }

  /** Does work that may take real time: the clock stands still, and such work takes turns in the order of asking. */
  async realTime<T>(work: (suspend: Suspend) => Promise<T>): Promise<T> {
    let leave = await this.takeTurn();
    try {
      return await work(async (wait) => {
        leave();
        try {
          return await wait();
        } finally {
          leave = await this.takeTurn();
        }
      });
    } finally {
      leave();
    }
  }

  private async takeTurn(): Promise<() => void> {
    const before = this.line;
    let next!: () => void;
    this.line = new Promise<void>((resolve) => { next = resolve; });
    await before;
    const release = this.hold();
    const leave = () => {
      clearTimeout(impatience);
      release();
      next();
    };
    const impatience = setTimeout(leave, this.patience);
    return leave;
  }

  private wake(): void {
    this.endPause();
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    for (;;) {
      await VirtualClock.rest();
      const next = this.timers[0];
      if (this.holds > 0 || next === undefined) break;
      if (this.scale !== undefined && next.at > this.time) {
        await this.pace(next.at, this.scale);
        if (next.at > this.time || this.timers[0] !== next || this.holds > 0) continue;
      }
      this.time = Math.max(this.time, next.at);
      this.timers.shift();
      next.ring();
    }
    this.running = false;
  }

  /** Spends the real time that the wait is worth, or less if something happens meanwhile. */
  private async pace(until: number, scale: number): Promise<void> {
    const since = performance.now();
    await new Promise<void>((resolve) => {
      const alarm = setTimeout(() => {
        this.time = until;
        this.pause = undefined;
        resolve();
      }, (until - this.time) / scale);
      const end = () => {
        clearTimeout(alarm);
        resolve();
      };
      this.pause = { since, until, end };
    });
  }

  private endPause(): void {
    if (this.pause === undefined) return;
    const { end } = this.pause;
    this.time = this.now();
    this.pause = undefined;
    end();
  }
}

/** Mulberry32: small, fast, and good enough for jitter. */
export function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed);
  return () => {
    state = (state + 0x6d2b79f5) % 0x100000000;
    /* eslint-disable no-bitwise -- the generator is defined on 32-bit words */
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 0x100000000;
    /* eslint-enable no-bitwise */
  };
}

/** A version 4 UUID from a seeded source. */
export function seededUuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (letter) =>
    Math.floor(letter === 'x' ? random() * 16 : 8 + random() * 4).toString(16));
}
