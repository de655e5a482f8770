import { JsonObject, JsonValue, LocalStepFunctionsOptions, ServiceHandler } from 'cdk-cleanrooms-rehearsal/step-functions';
import { FakeProtectedQueries, FakeProtectedQueriesOptions, Fault } from '../support/fake-protected-queries';
import { synthesizedFor } from '../support/query-app';
import { cancelled, NIGHTLY, running } from '../support/stopped-run';

/** Two errors end a run whatever it catches. What becomes of the query of such a run, and of that of any other failed run. */

const HOUR_SECONDS = 3600;

/** More than Step Functions carries from state to state. */
const TOO_MUCH = 'x'.repeat(300_000);

/** Synthesizing takes longer than the tests. */
beforeAll(() => synthesizedFor(NIGHTLY.stateMachine), 60_000);

type Answer = (action: string, answer: JsonValue) => JsonValue;

/** A run some of whose answers are other than the fake's, until it has ended and everything has come to rest. */
async function failing(answered: Answer, options: FakeProtectedQueriesOptions = {}, starts: Fault[] = [], engine: LocalStepFunctionsOptions = {}) {
  let inner: FakeProtectedQueries | undefined;
  const cleanrooms: ServiceHandler = async (action, parameters, context) => {
    const answer = await inner!.handler(action, parameters, context) as JsonValue;
    return context.executionArn.includes('Canceller') ? answer : answered(action, answer);
  };
  const { fake, account, execution, settled } = running(options, starts, NIGHTLY, { ...engine, services: { cleanrooms } });
  inner = fake;
  await account.clock.sleep(30 * HOUR_SECONDS * 1000);
  return { fake, execution, cancellers: await settled() };
}

const none: Answer = (_action, answer) => answer;
const tooMuch = (tooLong: string): Answer => (action, answer) => (action === tooLong ? { ...answer as JsonObject, Padding: TOO_MUCH } : answer);
const atFault = (broken: string): Answer => (action, answer) => {
  if (action === broken) throw new Error('no answer that anybody could read');
  return answer;
};

describe.each([
  ['States.DataLimitExceeded', tooMuch],
  ['States.Runtime', atFault],
] as const)('a run that ends in %s', (error, by) => {
  test('while its query runs: the query is cancelled', async () => {
    const { fake, execution, cancellers } = await failing(by('getProtectedQuery'));
    expect(execution.outcome).toMatchObject({ status: 'FAILED', error });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('before the answer to its start is known: the query is found and cancelled', async () => {
    const { fake, execution, cancellers } = await failing(by('startProtectedQuery'));
    expect(execution.outcome).toMatchObject({ status: 'FAILED', error });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('though Step Functions does not tell of it at once', async () => {
    let calls = 0;
    const { fake, cancellers } = await failing(by('getProtectedQuery'), {}, [], {
      beforeCall: async (_service, action, context) => {
        if (action === 'describeExecution' && (calls += 1) < 4) await context.sleep(60);
      },
    });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
  });
});

describe('a run whose state machine is deleted, while its rule stays', () => {
  async function deletedAfter(seconds: number, options: FakeProtectedQueriesOptions = {}, engine: LocalStepFunctionsOptions = {}) {
    const { fake, account, execution, after, settled } = running(options, [], NIGHTLY, engine);
    await after(seconds);
    account.stepFunctions.delete(execution.stateMachine.arn);
    // A start that is tried again and again is one state.
    await account.clock.sleep(3 * HOUR_SECONDS * 1000);
    const cancellers = await settled();
    expect(execution.outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    return { fake, cancellers };
  }

  test.each([0.5, 60, 5000])('after %d seconds: it ends at its next state, and its query is cancelled', async (seconds) => {
    const { fake, cancellers } = await deletedAfter(seconds);
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('while it waits for room: there is nothing to cancel', async () => {
    const { fake, cancellers } = await deletedAfter(600, { slots: 0 });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
  });

  test('and whose history is gone at once: the canceller fails, where alarms see it', async () => {
    const { fake, cancellers } = await deletedAfter(60, {}, { deletionSeconds: 0 });
    expect(cancellers).toMatchObject([{ status: 'FAILED', error: 'Sfn.ExecutionDoesNotExistException' }]);
    expect(cancelled(fake)).toEqual([false]);
  });
});

describe('a run that failed otherwise keeps its query', () => {
  test('where the query has failed', async () => {
    const { fake, cancellers } = await failing(none, { course: () => ({ ending: 'FAILED', seconds: 60 }) });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
  });

  test('where its start is unknown: whoever is woken looks at it', async () => {
    const twins = { listLagSeconds: 0, slots: 10 };
    const { fake, execution, cancellers } = await failing(none, { ...twins, fault: ({ action }) => (action === 'listProtectedQueries' ? { error: 'AccessDeniedException' } : undefined) },
      [{ error: 'InternalServerException', executed: true }]);
    expect(execution.outcome).toMatchObject({ error: 'ProtectedQuery.StartUnknown' });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([false]);
  });

  test('where its outcome is unknown', async () => {
    const { fake, execution, cancellers } = await failing(none, {
      fault: ({ action }) => (action === 'getProtectedQuery' || action === 'updateProtectedQuery' ? { error: 'AccessDeniedException' } : undefined),
    });
    expect(execution.outcome).toMatchObject({ error: 'ProtectedQuery.OutcomeUnknown' });
    const before = fake.callsOf('updateProtectedQuery').length;
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toHaveLength(before);
  });
});
