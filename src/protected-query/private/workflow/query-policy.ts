import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { membershipStatements } from './permissions';
import { QueryFinder } from '../finder/query-finder';

const ID = 'CleanRoomsQueryPolicy';

/** What the log of a state machine needs, in the CDK's words. Neither this nor tracing has a resource level. */
const LOG_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const TRACE_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'];

/**
 * What all scheduled queries of a membership need alike: one policy per stack and membership. Where the results of one go is
 * for its own role alone.
 */
export class QueryPolicy extends ManagedPolicy {
  public static getOrCreate(scope: Construct, membership: IMembershipRef): QueryPolicy {
    const stack = Stack.of(scope);
    const id = `${ID}${createHash('sha256').update(membership.node.path).digest('hex').slice(0, 8)}`;
    const existing = stack.node.tryFindChild(id);
    return existing instanceof QueryPolicy ? existing : new QueryPolicy(stack, id, membership);
  }

  private constructor(scope: Construct, id: string, membership: IMembershipRef) {
    super(scope, id, {
      description: 'Runs protected queries on a schedule',
      statements: [
        ...membershipStatements(membership),
        QueryFinder.getOrCreate(scope).lookStatement(),
        new PolicyStatement({ actions: LOG_ACTIONS, resources: ['*'] }),
        new PolicyStatement({ actions: TRACE_ACTIONS, resources: ['*'] }),
      ],
    });
  }
}
