import { Annotations, Stack, TimeZone, Token } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct, IConstruct } from 'constructs';
import { fail } from '../../../private/validation';
import { ProtectedQuery } from '../../protected-query';
import { ScheduledProtectedQueryProps } from '../../scheduled-protected-query-props';

/** The service's quota of ongoing queries in a membership, which cannot be raised. */
const SLOTS = 5;

/** This many scheduled queries per stack leave room for what else it has. */
const COMFORTABLE = 40;

const MAX_RETRY_ATTEMPTS = 185;

/** What the CDK would pass on, or stumble over. */
export function validateSchedule(scope: Construct, { start, end, retryAttempts }: ScheduledProtectedQueryProps): void {
  for (const [prop, time] of Object.entries({ start, end })) {
    if (time !== undefined && Number.isNaN(time.getTime())) fail(scope, prop, 'must be a point in time', String(time), 'look at how the date is made');
  }
  if (retryAttempts === undefined) return;
  if (Number.isInteger(retryAttempts) && retryAttempts >= 0 && retryAttempts <= MAX_RETRY_ATTEMPTS) return;
  const got = Token.isUnresolved(retryAttempts) ? 'a token' : `${retryAttempts}`;
  fail(scope, 'retryAttempts', `must be a whole number of 0 to ${MAX_RETRY_ATTEMPTS}`, got, 'choose another number');
}

/** The query as its schedule runs it: its dates are days of the schedule's zone, and its input is what the schedule gives. */
export function inSchedule(scope: Construct, { query, schedule }: Pick<ScheduledProtectedQueryProps, 'query' | 'schedule'>): ProtectedQuery {
  if (!(query instanceof ProtectedQuery)) return query;
  const timeZone = schedule.timeZone ?? TimeZone.ETC_UTC;
  for (const [name, parameter] of Object.entries(query._parameters)) {
    if (parameter._takesZone && Token.isUnresolved(timeZone.timezoneName)) {
      fail(scope, `query.parameters.${name}`, 'must name its `timeZone`, as that of the schedule is not known when the app is synthesized', 'a token',
        'pass scheduledDate({ timeZone: TimeZone.EUROPE_BERLIN }) or the like');
    }
    if (parameter._reads === undefined || parameter._reads === 'scheduledTime') continue;
    fail(scope, `query.parameters.${name}`, 'must not read any field but scheduledTime, as a schedule gives its runs no other', parameter._reads,
      'pass QueryParameter.literal(…) or scheduledDate(…), or run a RunProtectedQuery in a state machine of your own');
  }
  return query._inZone(timeZone);
}

/** By the app: how many of its queries are due in a membership at the same times. */
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

/** A template holds some 90 of them: who has that many should know in time. */
export function warnOfFullStack(scope: Construct, count: number): void {
  if (count <= COMFORTABLE) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:scheduledProtectedQuery.stack',
    `${Stack.of(scope).node.path} has ${count} scheduled queries, and at about 90 its template reaches CloudFormation's limit of 1 MB: ` +
    'put further ones into another stack');
}
