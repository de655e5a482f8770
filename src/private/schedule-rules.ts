import { Annotations, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct, IConstruct } from 'constructs';

/** The service's quota of ongoing queries in a membership, which cannot be raised. */
const SLOTS = 5;

/** How many queries of an app are due in a membership at the same times. */
const due = new WeakMap<IConstruct, Map<string, number>>();

/** More queries at one instant than a membership can run must wait for each other. */
export function warnOfFullMembership(scope: Construct, membership: IMembershipRef, schedule: ScheduleExpression): void {
  const counts = due.get(scope.node.root) ?? new Map<string, number>();
  due.set(scope.node.root, counts);
  const stack = Stack.of(membership);
  const key = JSON.stringify([
    stack.node.path,
    stack.resolve(membership.membershipRef.membershipIdentifier),
    schedule.expressionString,
    schedule.timeZone?.timezoneName,
  ]);
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  if (count <= SLOTS) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:scheduledProtectedQuery.slots',
    `${count} queries of this app are due in one membership at ${schedule.expressionString}, which runs ${SLOTS} at a time: ` +
    'the others wait up to `maxQueueTime`; give them different schedules');
}
