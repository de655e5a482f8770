import { Duration } from 'aws-cdk-lib';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IScheduleGroup, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { RunProtectedQueryProps } from './run-protected-query-props';

/**
 * What happens at a scheduled time while the query of an earlier one is still running.
 */
export enum OverlapPolicy {
  /** The scheduled time is skipped. */
  SKIP = 'SKIP',
  /** The query runs at the same time as the earlier one. */
  ALLOW = 'ALLOW',
}

/**
 * Properties of a `ScheduledProtectedQuery`.
 */
export interface ScheduledProtectedQueryProps extends RunProtectedQueryProps {
  /**
   * When the query runs.
   */
  readonly schedule: ScheduleExpression;

  /**
   * What happens while the query of an earlier scheduled time is still running.
   *
   * @default OverlapPolicy.SKIP
   */
  readonly overlap?: OverlapPolicy;

  /**
   * Whether the schedule is on.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The time before which nothing is scheduled.
   *
   * @default - from now on
   */
  readonly start?: Date;

  /**
   * The time after which nothing is scheduled.
   *
   * @default - without end
   */
  readonly end?: Date;

  /**
   * The window in which the scheduler may deliver a scheduled time.
   *
   * @default TimeWindow.off()
   */
  readonly timeWindow?: TimeWindow;

  /**
   * The group of the schedule. EventBridge Scheduler counts undelivered times per group, and `alarmOnFailure` watches that count:
   * in a group of your own, the other schedules in it count, too.
   *
   * @default - a group of its own for the scheduled queries of the stack
   */
  readonly scheduleGroup?: IScheduleGroup;

  /**
   * What the schedule is for.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * Receives scheduled times that the scheduler could not deliver.
   *
   * @default - none
   */
  readonly deadLetterQueue?: IQueue;

  /**
   * How often the scheduler tries to deliver a scheduled time again, 0 to 185.
   *
   * @default 185
   */
  readonly retryAttempts?: number;

  /**
   * How long the scheduler tries to deliver a scheduled time, 1 minute to 24 hours.
   *
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;

  /**
   * How long to keep the log of the executions. It has the names of the states, but no SQL and no values.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * A key that encrypts the state machine's definition and executions.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}
