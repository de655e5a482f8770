import type { ProtectedQueryStatus } from '@aws-sdk/client-cleanrooms';

/** How long a query is in each state that passes, in milliseconds. */
export interface QueryDurations {
  readonly submitted: number;
  /** More than 24 hours end in TIMED_OUT. */
  readonly started: number;
  readonly cancelling: number;
}

export interface Step {
  /** ENDED is SUCCESS or FAILED: only running the query tells which. */
  readonly status: Exclude<ProtectedQueryStatus, 'SUCCESS' | 'FAILED'> | 'ENDED';
  readonly time: number;
}

const LONGEST_RUN = 24 * 3_600_000;

/** The states that a query passes through, in milliseconds since the epoch. */
export class QueryTimeline {
  private cancelTime?: number;

  constructor(private readonly createTime: number, private readonly durations: QueryDurations) {}

  cancel(time: number): void {
    this.cancelTime = time;
  }

  at(time: number): Step {
    return this.stepsUntil(time).at(-1) ?? this.steps()[0];
  }

  isOngoing(time: number): boolean {
    return ['SUBMITTED', 'STARTED', 'CANCELLING'].includes(this.at(time).status);
  }

  stepsUntil(time: number): Step[] {
    return this.steps().filter((step) => step.time <= time);
  }

  /** How long it ran, or will have run. */
  get runMilliseconds(): number {
    const steps = this.steps();
    const start = steps.findIndex(({ status }) => status === 'STARTED');
    return start === -1 ? 0 : steps[start + 1].time - steps[start].time;
  }

  private steps(): Step[] {
    const { createTime, cancelTime, durations } = this;
    const startTime = createTime + durations.submitted;
    const begun: Step[] = [{ status: 'SUBMITTED', time: createTime }, { status: 'STARTED', time: startTime }];
    if (cancelTime !== undefined) {
      return [
        ...begun.filter(({ time }) => time <= cancelTime),
        { status: 'CANCELLING', time: cancelTime },
        { status: 'CANCELLED', time: cancelTime + durations.cancelling },
      ];
    }
    const isTooLong = durations.started > LONGEST_RUN;
    return [...begun, { status: isTooLong ? 'TIMED_OUT' : 'ENDED', time: startTime + Math.min(durations.started, LONGEST_RUN) }];
  }
}
