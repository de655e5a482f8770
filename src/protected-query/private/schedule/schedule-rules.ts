import { Annotations, Stack, TimeZone, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fail } from '../../../private/validation';
import { ProtectedQuery } from '../../protected-query';
import { ScheduledProtectedQueryProps } from '../../scheduled-protected-query-props';

/** This many scheduled queries per stack leave room for what else it has. */
const COMFORTABLE = 40;

const MAX_RETRY_ATTEMPTS = 185;

/** What the CDK would pass on, or stumble over. */
export function validateSchedule(scope: Construct, { start, end, retryAttempts }: ScheduledProtectedQueryProps): void {
  for (const [prop, time] of Object.entries({ start, end })) {
    if (time !== undefined && Number.isNaN(time.getTime())) fail(scope, prop, 'must be a point in time', String(time), 'pass a valid date, such as new Date(\'2026-12-01T00:00:00Z\')');
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

/** A template holds some 90 of them: who has that many should know in time. */
export function warnOfFullStack(scope: Construct, count: number): void {
  if (count <= COMFORTABLE) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:scheduledProtectedQuery.stack',
    `${Stack.of(scope).node.path} has ${count} scheduled queries, and at about 90 its template reaches CloudFormation's limit of 1 MB: ` +
    'put further ones into another stack');
}
