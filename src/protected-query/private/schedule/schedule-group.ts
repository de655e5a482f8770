import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { IScheduleGroup, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

const ID = 'CleanRoomsQueryScheduleGroup';

/**
 * The group of the schedules of a stack.
 *
 * The scheduler counts what it could not deliver by group, and by nothing else: in the default group the schedules of
 * everybody in the account would count.
 */
export function scheduleGroupOf(scope: Construct): IScheduleGroup {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(ID);
  // The CDK would keep it, and its name would be taken when the stack is made again.
  return existing instanceof ScheduleGroup ? existing : new ScheduleGroup(stack, ID, { removalPolicy: RemovalPolicy.DESTROY });
}
