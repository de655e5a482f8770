import type { IConstruct } from 'constructs';
import type { Run } from './run';

/** A construct, or its path in the app. */
export type Target = IConstruct | string;

export interface RunOptions {
  /** The scheduled time to play, such as `2026-11-20T02:00:00Z`. A scheduled query needs it. */
  readonly scheduledTime?: string | Date;
  /** How often the scheduler delivers the scheduled time: EventBridge Scheduler delivers at least once. @default 1 */
  readonly deliveries?: number;
  /** The input of a state machine that no schedule starts. @default {} */
  readonly input?: object;
}

export interface PlayOptions {
  /** The first scheduled time to play. */
  readonly from: Date;
  /** The last scheduled time to play. @default - `from`: what is due at that time only */
  readonly until?: Date;
  /** Only the schedules of this construct and of those inside it. @default - all */
  readonly query?: Target;
  /** Is called with each run when it ends. */
  readonly onRun?: (run: Run) => void;
}

/** A query that was not played, and why not. */
export interface Refusal {
  /** The path of its construct. */
  readonly query: string;
  /** Such as `2026-11-20T02:00:00.000Z`. */
  readonly scheduledTime: string;
  /** A sentence that names what cannot be played. */
  readonly reason: string;
}

export interface Played {
  /** The runs, in the order of their scheduled times. */
  readonly runs: readonly Run[];
  /** What could not be played. */
  readonly refused: readonly Refusal[];
}
