import { Duration } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { CallerDestination, resultsWithoutRole } from '../../../results/private/results-without-role';
import { ProtectedQuery } from '../../protected-query';

/** What the states of a query are made of. */
export interface QueryWorkflowProps {
  readonly membership: IMembershipRef;
  readonly query: ProtectedQuery;
  readonly timeout: Duration;
  readonly maxQueueTime: Duration;
  /**
   * Whether the state machine is that of a scheduled query: this query is its only one, its executions may be read, and it
   * has checked the scheduled time.
   */
  readonly scheduled: boolean;
}

/** Where the results are written with the rights of whoever starts the query: its own output, or the membership's default. */
export function callerDestinations({ membership, query }: Pick<QueryWorkflowProps, 'membership' | 'query'>): CallerDestination[] {
  if (query._output) return query._output._destinations;
  const byDefault = resultsWithoutRole(membership);
  return byDefault ? [byDefault] : [];
}
