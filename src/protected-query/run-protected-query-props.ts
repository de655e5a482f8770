import { Duration } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ProtectedQuery } from './protected-query';

/**
 * Properties of a `RunProtectedQuery`.
 */
export interface RunProtectedQueryProps {
  /**
   * The membership that runs the query.
   */
  readonly membership: IMembershipRef;

  /**
   * What runs.
   */
  readonly query: ProtectedQuery;

  /**
   * How long the query may run before it is cancelled, 1 minute to 24 hours.
   *
   * The service delivers results of queries of more than 12 hours only where a role writes them.
   *
   * @default Duration.hours(12)
   */
  readonly timeout?: Duration;

  /**
   * How long to try again while the membership or the account has no room for another query, up to 24 hours. Five
   * queries can be ongoing in a membership.
   *
   * @default Duration.hours(2)
   */
  readonly maxQueueTime?: Duration;

  /**
   * How often a query that failed is run again, 0 to 3 times, each 5 minutes after the last one. Each of them is billed, and
   * spends privacy budget, as a query of its own, and has `timeout` and `maxQueueTime` for itself.
   *
   * Only failures that the service calls retryable are tried again, never a query that was cancelled, that timed out, or
   * whose end is not known. The output has `tries`, their number, and `earlierQueryIds`, the queries that failed.
   *
   * @default 0
   * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_RetryInfo.html
   */
  readonly retryFailures?: number;
}
