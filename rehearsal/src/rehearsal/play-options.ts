import type { IConstruct } from 'constructs';
import type { Run } from './run';

/** A construct, or its path in the app. */
export type Target = IConstruct | string;

export interface RunOptions {
  /** What the scheduler would call the scheduled time: a point in time such as `2026-11-20T02:00:00Z`. */
  readonly scheduledTime?: string | Date;
  /** How often the scheduler delivers it. It promises once, and sometimes does it again. @default 1 */
  readonly deliveries?: number;
  /** The input of a state machine that no schedule starts. @default {} */
  readonly input?: object;
}

export interface PlayOptions {
  readonly from: Date;
  /** @default - that one time */
  readonly until?: Date;
  /** Only the schedules of this construct and those in it. @default - all */
  readonly query?: Target;
  /** Told of each run as it ends. */
  readonly onRun?: (run: Run) => void;
}

/** A query that was not played, and why not. */
export interface Refusal {
  readonly query: string;
  readonly scheduledTime: string;
  readonly reason: string;
}

export interface Played {
  /** In the order of their scheduled times. */
  readonly runs: readonly Run[];
  readonly refused: readonly Refusal[];
}
