import { Annotations, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

const ID = 'CleanRoomsQueriesDue';

/** The service's quota of ongoing queries in a membership, which cannot be raised. */
const SLOTS = 5;

/** How many queries are due at the same times in each membership of a stack: one per stack. More than can run must wait for each other. */
export class DueQueries extends Construct {
  public static of(membership: IMembershipRef): DueQueries {
    const stack = Stack.of(membership);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof DueQueries ? existing : new DueQueries(stack, ID);
  }

  private readonly counts = new Map<string, number>();

  /** Counts a query, which is warned if the membership has no room for it at that time. */
  public add(query: Construct, membership: IMembershipRef, schedule: ScheduleExpression): void {
    const identifier = Stack.of(this).resolve(membership.membershipRef.membershipIdentifier);
    const key = JSON.stringify([identifier, schedule.expressionString, schedule.timeZone?.timezoneName]);
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    if (count <= SLOTS) return;
    Annotations.of(query).addWarningV2('cdk-cleanrooms:scheduledProtectedQuery.slots',
      `${count} queries of this app are due in one membership at ${schedule.expressionString}, which runs ${SLOTS} at a time: ` +
      'the others wait up to `maxQueueTime`; give them different schedules');
  }
}
