/**
 * Whether queries are logged to CloudWatch Logs. For a collaboration: whether its members may log them. For a membership:
 * whether this account logs them.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/query-logs.html
 */
export enum QueryLogStatus {
  /** Queries are logged, in a log group that the service creates below `/aws/cleanrooms`. */
  ENABLED = 'ENABLED',
  /** Queries are not logged. */
  DISABLED = 'DISABLED',
}

/**
 * Whether jobs are logged to CloudWatch Logs. For a collaboration: whether its members may log them. For a membership:
 * whether this account logs them.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/query-logs.html
 */
export enum JobLogStatus {
  /** Jobs are logged, in a log group that the service creates below `/aws/cleanrooms`. */
  ENABLED = 'ENABLED',
  /** Jobs are not logged. */
  DISABLED = 'DISABLED',
}
