/**
 * Whether queries are logged to CloudWatch Logs in this account.
 */
export enum QueryLogStatus {
  /** Queries are logged, in a log group that the service creates below `/aws/cleanrooms`. */
  ENABLED = 'ENABLED',
  /** Queries are not logged. */
  DISABLED = 'DISABLED',
}

/**
 * Whether jobs are logged to CloudWatch Logs in this account.
 */
export enum JobLogStatus {
  /** Jobs are logged, in a log group that the service creates below `/aws/cleanrooms`. */
  ENABLED = 'ENABLED',
  /** Jobs are not logged. */
  DISABLED = 'DISABLED',
}
