import { JsonObject, StateError } from 'cdk-cleanrooms-rehearsal/step-functions';
import { ProtectedQuery, ProtectedQueryOutput } from '../../src';
import { FakeProtectedQueries, FakeProtectedQueriesOptions, Fault } from '../support/fake-protected-queries';
import { ENV, newStack, PARTNER } from '../support/membership-app';
import { newScheduled, started, synthesizedFor } from '../support/query-app';
import { cancelled, NAME, NIGHT, NIGHTLY, running, START } from '../support/stopped-run';

/** What becomes of the query of an execution that somebody stops, whatever the execution is doing. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const LOST: Fault = { error: 'InternalServerException' };
const LOST_EXECUTED: Fault = { ...LOST, executed: true };

/** Synthesizing takes longer than the tests. */
beforeAll(() => synthesizedFor(NIGHTLY.stateMachine));

/** Stops the run after so many seconds, and lets everything come to its end. */
async function stoppedAfter(seconds: number, options: FakeProtectedQueriesOptions = {}, ...starts: Fault[]) {
  const { fake, account, after, stop, settled } = running(options, starts);
  await after(seconds);
  stop();
  return { fake, account, cancellers: await settled() };
}

describe('while its query runs', () => {
  test.each([0.5, 3, 60, 5000, 42_000])('after %d seconds: it is cancelled', async (seconds) => {
    const { fake, account, cancellers } = await stoppedAfter(seconds);
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.queries).toHaveLength(1);
    expect(fake.statusOf(fake.queries[0], account.clock.now())).toBe('CANCELLED');
    expect(fake.queries[0].cancelledAt).toBeLessThan(fake.queries[0].createdAt + seconds * 1000 + MINUTE);
  });

  test('in the middle of a read: it is cancelled', async () => {
    const { fake } = await stoppedAfter(15, { fault: ({ action }) => (action === 'getProtectedQuery' ? { seconds: 30 } : undefined) });
    expect(cancelled(fake)).toEqual([true]);
  });

  test('while reads fail: it is cancelled', async () => {
    const { fake } = await stoppedAfter(2000, { fault: ({ action }) => (action === 'getProtectedQuery' ? { error: 'InternalServerException' } : undefined) });
    expect(cancelled(fake)).toEqual([true]);
  });

  test('when it has just ended: a Conflict is no failure', async () => {
    const { fake, cancellers } = await stoppedAfter(301, { course: () => ({ seconds: 300 }) });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toHaveLength(1);
  });

  const conflicts = (count: number): FakeProtectedQueriesOptions => ({
    fault: ({ action, index }) => (action === 'updateProtectedQuery' && index < count ? { error: 'ConflictException' } : undefined),
  });

  test.each([1, 4])('and %i Conflicts are met although it runs on: it is read, and cancelled all the same', async (count) => {
    const { fake, cancellers } = await stoppedAfter(60, conflicts(count));
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('and nothing but Conflicts is met although it runs on: the canceller fails, where alarms see it', async () => {
    const { fake, cancellers } = await stoppedAfter(60, conflicts(Infinity));
    expect(cancellers).toMatchObject([{ status: 'FAILED', error: 'ProtectedQuery.CancelRefused', cause: expect.stringContaining(`query ${fake.queries[0].id} of `) as string }]);
    expect(cancellers[0].cause).toContain(' is STARTED, and AWS Clean Rooms refuses to cancel it');
    expect(fake.callsOf('updateProtectedQuery')).toHaveLength(5);
  });

  test('and a Conflict is met because somebody else has cancelled it: that is no failure', async () => {
    const { fake, after, stop, settled } = running({ ...conflicts(Infinity), course: () => ({ seconds: 7200, cancellingSeconds: 1800 }) });
    await after(60);
    stop();
    fake.queries[0].cancelledAt = START + 60_000;
    expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toHaveLength(1);
  });

  test('and it cannot be read after a Conflict: the canceller fails, where alarms see it', async () => {
    const { cancellers } = await stoppedAfter(60, {
      fault: ({ action }) => ({ updateProtectedQuery: { error: 'ConflictException' }, getProtectedQuery: { error: 'AccessDeniedException' } })[action as string],
    });
    expect(cancellers).toMatchObject([{ status: 'FAILED', error: 'CleanRooms.AccessDeniedException' }]);
  });

  test('while the service is throttling: it is cancelled', async () => {
    const { fake } = await stoppedAfter(60, { fault: ({ action, index }) => (action === 'updateProtectedQuery' && index < 7 ? { error: 'ThrottlingException' } : undefined) });
    expect(cancelled(fake)).toEqual([true]);
  });

  test('and the cancellation cannot be made: the canceller fails, where alarms see it', async () => {
    const { cancellers } = await stoppedAfter(60, { fault: ({ action }) => (action === 'updateProtectedQuery' ? { error: 'AccessDeniedException' } : undefined) });
    expect(cancellers).toMatchObject([{ status: 'FAILED', error: 'CleanRooms.AccessDeniedException' }]);
  });

  test.each<[string, Fault[]]>([['', []], [', and its start is under way', [{ seconds: 20 }]]])('though its history holds the text of a long query%s: it is cancelled', async (_when, starts) => {
    const own = newStack(ENV);
    const text = `SELECT 1 ${'-- "quoted"\n'.repeat(9_900)}`;
    const { fake, after, stop, settled } = running({}, starts, newScheduled(own, { query: ProtectedQuery.sql(text) }));
    await after(2);
    stop();
    await settled();
    expect((fake.queries[0].parameters.SqlParameters as JsonObject).QueryString).toBe(text);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('only the query of that execution is cancelled', async () => {
    const { fake, again, after, stop, settled } = running();
    again();
    await after(60);
    stop();
    await settled();
    expect(cancelled(fake)).toEqual([true, false]);
  });
});

describe('before anything was started', () => {
  test('while it waits for room: nothing is cancelled', async () => {
    const { fake, cancellers } = await stoppedAfter(6000, { slots: 0 });
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
    expect(fake.callsOf('listProtectedQueries')).toEqual([]);
  });

  test('a query that the input names is nobody\'s business', async () => {
    const { fake, account } = running();
    const [id] = ['00000002-0000-4000-8000-000000000000'];
    fake.add({}, START, { seconds: 3600 });
    const execution = account.start(NIGHTLY.stateMachine, { scheduledTime: NIGHT, queryId: id }, `${NAME}-x`);
    account.stepFunctions.stop(execution.arn);
    await account.clock.sleep(HOUR);
    expect(fake.queries.find((query) => query.id === id)?.cancelledAt).toBeUndefined();
  });

  test('one that ends by itself cancels nothing', async () => {
    const { fake, execution, settled } = running({ course: () => ({ seconds: 60 }) });
    await execution.done;
    expect(await settled()).toEqual([]);
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
  });
});

describe('while its start is under way', () => {
  const slow = (executed: boolean): Fault => ({ ...LOST, seconds: 50, executed });

  test.each([1, 20, 45])('for %i seconds, executed: its query is found and cancelled', async (seconds) => {
    const { fake, cancellers } = await stoppedAfter(seconds, {}, slow(true));
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(1);
  });

  test('not executed: nothing is cancelled', async () => {
    const { fake, cancellers } = await stoppedAfter(20, {}, slow(false));
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.queries).toEqual([]);
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
  });

  test('after it waited long for room: its query is cancelled', async () => {
    const { fake } = await stoppedAfter(50 * 60 + 30, { listLagSeconds: 60 }, ...Array.from({ length: 25 }, (): Fault => ({ error: 'ServiceQuotaExceededException' })), slow(true));
    expect(cancelled(fake)).toEqual([true]);
  });

  test('and the list shows its query a minute and a half late: it is cancelled', async () => {
    const { fake } = await stoppedAfter(2, { listLagSeconds: 90 }, slow(true));
    expect(cancelled(fake)).toEqual([true]);
  });

  test('and its query takes effect only after the stop: it is cancelled', async () => {
    const { fake, account, after, stop, settled } = running({}, [slow(false)]);
    await after(5);
    stop();
    const { parameters } = fake.callsOf('startProtectedQuery')[0];
    await after(25);
    const late = fake.add(parameters, account.clock.now(), { seconds: 7200 });
    await settled();
    expect(late.cancelledAt).toBeDefined();
  });
});

describe('while a lost start is looked for', () => {
  test.each([1, 3, 10, 40, 59])('after %i seconds: its query is cancelled', async (seconds) => {
    const { fake, cancellers } = await stoppedAfter(seconds, { listLagSeconds: 60 }, LOST_EXECUTED);
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('after it was found: its query is cancelled', async () => {
    const { fake } = await stoppedAfter(120, { listLagSeconds: 20 }, LOST_EXECUTED);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('and nothing had come of it: nothing is cancelled', async () => {
    const { fake, cancellers } = await stoppedAfter(40, {}, LOST);
    expect(cancellers).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
    expect(fake.queries).toEqual([]);
  });

  test('while it is started once more: the query of the first start is cancelled', async () => {
    const { fake } = await stoppedAfter(115, { listLagSeconds: 125 }, LOST_EXECUTED, { ...LOST, seconds: 50 });
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(2);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('while reads of other queries fail: that does not count as the refusal of its start', async () => {
    const { fake } = await stoppedAfter(8, { fault: ({ action, index }) => (action === 'listProtectedQueries' && index < 3 ? { error: 'ThrottlingException' } : undefined) }, LOST_EXECUTED);
    expect(cancelled(fake)).toEqual([true]);
  });

  test('on the second page of a list: it is found', async () => {
    const { fake, after, stop, settled } = running({ pageSize: 2, slots: 10, listLagSeconds: 10 }, [LOST_EXECUTED]);
    for (let index = 0; index < 5; index += 1) fake.add({ SqlParameters: { QueryString: 'SELECT 1' } }, START + 1);
    await after(5);
    stop();
    await settled();
    expect(cancelled(fake)).toEqual([false, false, false, false, false, true]);
  });
});

describe('the query of somebody else is left alone', () => {
  const values = (Parameters: JsonObject): JsonObject => ({ SqlParameters: { AnalysisTemplateArn: '', Parameters } });
  const asked = (fake: FakeProtectedQueries) => started(fake)[0].SqlParameters as JsonObject;

  test.each<[string, (same: JsonObject) => JsonObject, boolean]>([
    ['the same values', (same) => ({ SqlParameters: same }), true],
    ['a value by default', (same) => ({ SqlParameters: { ...same, Parameters: { ...same.Parameters as JsonObject, minimum: '2' } } }), true],
    ['another value for a default', (same) => ({ SqlParameters: { ...same, Parameters: { ...same.Parameters as JsonObject, minimum: '3' } } }), false],
    ['another value', (same) => ({ SqlParameters: { ...same, ...values({ day: '2025-01-01' }).SqlParameters as JsonObject, AnalysisTemplateArn: same.AnalysisTemplateArn } }), false],
    ['another template', (same) => ({ SqlParameters: { ...same, AnalysisTemplateArn: 'other' } }), false],
    ['SQL', () => ({ SqlParameters: { QueryString: 'SELECT 1' } }), false],
    ['the default place', (same) => ({ SqlParameters: same, ResultConfiguration: { OutputConfiguration: { S3: { Bucket: 'b', ResultFormat: 'CSV' } } } }), true],
    ['another place', (same) => ({ SqlParameters: same, ResultConfiguration: { OutputConfiguration: { Member: { AccountId: PARTNER } } } }), false],
  ])('with %s', async (_what, parameters, same) => {
    const { fake, after, stop, settled } = running({}, [{ ...LOST, seconds: 50 }]);
    await after(5);
    const other = fake.add(parameters(asked(fake)), START + 1000, { seconds: 7200 });
    stop();
    await settled();
    expect(other.cancelledAt !== undefined).toBe(same);
  });

  test.each([-20, 80])('started %i seconds from the stop', async (seconds) => {
    const { fake, after, stop, settled } = running({}, [{ ...LOST, seconds: 50 }]);
    await after(5);
    stop();
    const other = fake.add(started(fake)[0], START + (5 + seconds) * 1000, { seconds: 7200 });
    await settled();
    expect(other.cancelledAt).toBeUndefined();
  });

  test('when it is the query of the run that was started in its place', async () => {
    const { fake, again, after, stop, settled } = running({}, [{ ...LOST, seconds: 50 }]);
    await after(5);
    stop();
    await after(7);
    const other = again();
    expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([false]);
    expect(other.status).toBe('RUNNING');
  });

  test('when both have started one, each has its own', async () => {
    const { fake, again, after, stop, settled } = running({}, [{ ...LOST_EXECUTED, seconds: 50 }]);
    await after(5);
    stop();
    await after(7);
    again();
    expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([true, false]);
  });

  test('when nobody can tell: the canceller fails, where alarms see it', async () => {
    const { fake, after, stop, settled } = running({}, [{ ...LOST_EXECUTED, seconds: 50 }]);
    await after(5);
    fake.add(started(fake)[0], START + 1000, { seconds: 7200 });
    stop();
    const [canceller] = await settled();
    expect(canceller).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.CancelUnknown', cause: expect.stringContaining(fake.queries[1].id) as string });
    expect(cancelled(fake)).toEqual([false, false]);
  });
});

test('a query with an output of its own is found by it', async () => {
  const own = newStack(ENV);
  const scheduled = newScheduled(own, { query: ProtectedQuery.sql('SELECT 1', { output: ProtectedQueryOutput.distribute([ProtectedQueryOutput.member(PARTNER)]) }) });
  const { fake, after, stop, settled } = running({}, [{ ...LOST_EXECUTED, seconds: 50 }], scheduled);
  fake.add({ SqlParameters: { QueryString: 'SELECT 1' } }, START + 1, { seconds: 7200 });
  await after(5);
  stop();
  await settled();
  expect(cancelled(fake)).toEqual([false, true]);
});

test('though the first look cannot be made', async () => {
  let looks = 0;
  const { fake, after, stop, settled } = running({}, [{ ...LOST_EXECUTED, seconds: 50 }], NIGHTLY, {
    beforeCall: async (_service, action) => { if (action === 'startSyncExecution' && (looks += 1) === 1) throw new StateError('Sfn.SfnException', 'injected'); },
  });
  await after(5);
  stop();
  expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(cancelled(fake)).toEqual([true]);
});

test('though Step Functions answers late or not at all', async () => {
  let calls = 0;
  const { fake, after, stop, settled } = running({}, [{ ...LOST_EXECUTED, seconds: 50 }], NIGHTLY, {
    beforeCall: async (service, _action, context) => {
      if (service !== 'sfn' || calls === 6) return;
      calls += 1;
      if (calls % 2 === 0) await context.sleep(60);
      throw new StateError('Sfn.SfnException', 'injected');
    },
  });
  await after(5);
  stop();
  expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(cancelled(fake)).toEqual([true]);
});
