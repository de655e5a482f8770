import { Annotations, Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { callerDestinations, MAX_RETRY_FAILURES, QueryWorkflowProps } from './props';
import { referToStackOf } from '../../../private/other-stack';
import { fail } from '../../../private/validation';
import { ProtectedQuery } from '../../protected-query';
import { RunProtectedQueryProps } from '../../run-protected-query-props';
import { validateAgainstApp } from '../app-rules';

/** What the states of a query are made of, as the user's props have it, which are checked. */
export function workflowProps(scope: Construct, { membership, query, ...props }: RunProtectedQueryProps): Omit<QueryWorkflowProps, 'scheduled'> {
  const timeout = props.timeout ?? Duration.hours(12);
  const maxQueueTime = props.maxQueueTime ?? Duration.hours(2);
  validateDuration(scope, 'timeout', timeout, Duration.minutes(1));
  validateDuration(scope, 'maxQueueTime', maxQueueTime, Duration.seconds(0));
  const retryFailures = validRetryFailures(scope, props.retryFailures ?? 0);
  if (!(query instanceof ProtectedQuery)) {
    fail(scope, 'query', 'must be a ProtectedQuery', typeof query, 'pass ProtectedQuery.fromAnalysisTemplate(…) or sql(…)');
  }
  query._validate(scope);
  validateAgainstApp(scope, { membership, query });
  if (query._template !== undefined) referToStackOf(scope, 'query.template', query._template);
  const checked = { membership, query, timeout, maxQueueTime, retryFailures };
  warnOfLongQueries(scope, checked);
  return checked;
}

function validateDuration(scope: Construct, prop: string, duration: Duration, least: Duration): void {
  if (duration.isUnresolved()) {
    fail(scope, prop, 'must be known when the app is synthesized', 'a token', 'write the duration out');
  }
  const seconds = duration.toSeconds({ integral: false });
  if (seconds >= least.toSeconds() && seconds <= Duration.hours(24).toSeconds()) {
    if (Number.isInteger(seconds)) return;
    fail(scope, prop, 'must be whole seconds', `${seconds} seconds`, 'round it');
  }
  fail(scope, prop, `must be ${least.toSeconds()} seconds to 24 hours`, duration.toHumanString(), 'choose another duration');
}

function validRetryFailures(scope: Construct, times: number): number {
  if (Number.isInteger(times) && times >= 0 && times <= MAX_RETRY_FAILURES) return times;
  const got = Token.isUnresolved(times) ? 'a token' : `${times}`;
  fail(scope, 'retryFailures', `must be a whole number of 0 to ${MAX_RETRY_FAILURES}`, got, 'write another number');
}

function warnOfLongQueries(scope: Construct, props: Omit<QueryWorkflowProps, 'scheduled'>): void {
  const writtenByCaller = callerDestinations(props).length > 0;
  if (!writtenByCaller || props.timeout.toSeconds() <= Duration.hours(12).toSeconds()) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:runProtectedQuery.timeoutWithoutRole',
    '`timeout` exceeds 12 hours, after which the service delivers results only where a role writes them: ' +
    'use a default result configuration with a role, or shorten the timeout');
}
