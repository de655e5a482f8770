import { Duration } from 'aws-cdk-lib';
import { Execution, LocalStepFunctionsOptions } from 'cdk-cleanrooms-rehearsal/step-functions';
import { FakeProtectedQueries, FakeProtectedQueriesOptions, Fault } from './fake-protected-queries';
import { ENV, newStack } from './membership-app';
import { accountFor, DAY, MINIMUM, newScheduled, partnerTemplate } from './query-app';
import { ProtectedQuery, QueryParameter, ScheduledProtectedQuery } from '../../src';

/** A run that is there to be stopped, and all that must come to rest afterwards. */

export const NIGHT = '2026-01-02T03:00:00Z';
export const NAME = '20260102T030000Z';
export const START = Date.parse('2026-01-01T00:00:00Z');

const stack = newStack(ENV);
export const NIGHTLY = newScheduled(stack, {
  query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, [DAY, MINIMUM]), {
    parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) },
  }),
});

/** A run under way, and the canceller's executions as they come. */
export function running(
  options: FakeProtectedQueriesOptions = {},
  starts: Fault[] = [],
  scheduled: ScheduledProtectedQuery = NIGHTLY,
  engine: LocalStepFunctionsOptions = {},
) {
  const cancellers: Execution[] = [];
  const fake = new FakeProtectedQueries({ course: () => ({ seconds: 20 * 3600 }), ...options }).failNext('startProtectedQuery', ...starts);
  const account = accountFor(scheduled.stateMachine, fake, {
    ...engine,
    onStatusChange: (execution) => {
      if (execution.stateMachine.arn.includes('Canceller') && execution.status === 'RUNNING') cancellers.push(execution);
    },
  });
  const execution = account.start(scheduled.stateMachine, { scheduledTime: NIGHT }, NAME);
  const again = () => account.start(scheduled.stateMachine, { scheduledTime: NIGHT }, `${NAME}-again`);
  const after = async (seconds: number) => account.clock.sleep(START + seconds * 1000 - account.clock.now());
  const stop = () => {
    expect(execution.status).toBe('RUNNING');
    account.stepFunctions.stop(execution.arn);
  };
  const settled = async () => {
    await account.clock.sleep(3_600_000);
    return Promise.all(cancellers.map(async ({ done }) => done));
  };
  return { fake, account, execution, again, after, stop, settled };
}

export const cancelled = ({ queries }: FakeProtectedQueries): boolean[] => queries.map(({ cancelledAt }) => cancelledAt !== undefined);
