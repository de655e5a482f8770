import { Duration } from 'aws-cdk-lib';

/**
 * What an alarm on failures counts.
 */
export interface FailureAlarmOptions {
  /**
   * The period in which failures are counted, whole minutes up to 24 hours.
   *
   * Metrics can arrive late, so the alarm looks at three periods at a time, or at as many as fit into 24 hours.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;

  /**
   * Whether a run that somebody stopped counts.
   *
   * @default true
   */
  readonly includeAborted?: boolean;

  /**
   * Whether a scheduled time counts that was skipped because an earlier run had not ended.
   *
   * @default false
   */
  readonly includeSkipped?: boolean;
}
