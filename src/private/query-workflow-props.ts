import { Duration } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ProtectedQuery } from '../protected-query';

/** What the states of a query are made of. */
export interface QueryWorkflowProps {
  readonly membership: IMembershipRef;
  readonly query: ProtectedQuery;
  readonly timeout: Duration;
  readonly maxQueueTime: Duration;
}
