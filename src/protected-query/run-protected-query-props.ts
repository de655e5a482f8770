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
   * If a query takes more than 12 hours, the service delivers its results only with a role.
   *
   * @default Duration.hours(12)
   */
  readonly timeout?: Duration;

  /**
   * How long to try again while a quota of the membership or the account keeps the query from starting, up to 24 hours. Five
   * queries can run in a membership at a time.
   *
   * @default Duration.hours(2)
   */
  readonly maxQueueTime?: Duration;

  /**
   * How often to run a query again that failed, 0 to 3 times, each 5 minutes after the last one. Each try is billed and spends
   * privacy budget, and has its own `timeout` and `maxQueueTime`.
   *
   * A query is run again only if the service calls the failure retryable; never if it was cancelled, if it timed out, or if its
   * end is not known. The output has the number of tries (`tries`) and the queries that failed (`earlierQueryIds`).
   *
   * @default 0
   * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_RetryInfo.html
   */
  readonly retryFailures?: number;
}
