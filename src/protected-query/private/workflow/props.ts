import { Duration } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { factsOfMembership } from '../../../membership/private/membership-facts';
import { CallerDestination } from '../../../results/private/caller-destination';
import { ProtectedQuery } from '../../protected-query';

/** Few: each try costs as much as the first. The finder reads executions that are as old as a run with all of them can be. */
export const MAX_RETRY_FAILURES = 3;

/** What the states of a query are made of. */
export interface QueryWorkflowProps {
  readonly membership: IMembershipRef;
  readonly query: ProtectedQuery;
  readonly timeout: Duration;
  readonly maxQueueTime: Duration;
  /** How often a query that failed is run again, if the service says that it may succeed. */
  readonly retryFailures: number;
  /**
   * Whether the state machine is that of a scheduled query: this query is its only one, its executions may be read, it has
   * checked the scheduled time, and its role has the `QueryPolicy` of the membership.
   */
  readonly scheduled: boolean;
}

/** Where the results are written with the rights of whoever starts the query: its own output, or the membership's default. */
export function callerDestinations({ membership, query }: Pick<QueryWorkflowProps, 'membership' | 'query'>): CallerDestination[] {
  if (query._output) return query._output._destinations;
  const byDefault = factsOfMembership(membership)?.callerDestination;
  return byDefault ? [byDefault] : [];
}
