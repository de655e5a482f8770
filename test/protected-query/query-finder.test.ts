import { JsonObject, LocalStepFunctionsOptions, StateError } from 'cdk-cleanrooms-rehearsal/step-functions';
import { OverlapPolicy, ProtectedQuery, QueryParameter } from '../../src';
import { FakeProtectedQueries, FakeProtectedQueriesOptions, Fault } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { accountFor, DAY, machineFor, newScheduled, partnerTemplate, run, started, synthesizedFor } from '../support/query-app';
import { cancelled, NAME, NIGHT, running, START } from '../support/stopped-run';

/** Whose query is it? A lost start is looked for beside other executions of the same query. */

const LOST: Fault = { error: 'InternalServerException' };
const LOST_EXECUTED: Fault = { ...LOST, executed: true };
const ANSWERED: Fault = {};

const stack = newStack(ENV);
const nightly = newScheduled(stack, { overlap: OverlapPolicy.ALLOW });
const HOUR = 3_600_000;

beforeAll(() => synthesizedFor(nightly.stateMachine));

/** Two runs of the same query, some seconds apart. */
async function two(seconds: number, starts: Fault[], options: FakeProtectedQueriesOptions = {}, engine: LocalStepFunctionsOptions = {}) {
  const fake = new FakeProtectedQueries({ course: () => ({ seconds: 600 }), ...options }).failNext('startProtectedQuery', ...starts);
  const account = accountFor(nightly.stateMachine, fake, engine);
  const runs = [account.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME)];
  await account.clock.sleep(seconds * 1000);
  runs.push(account.start(nightly.stateMachine, { scheduledTime: NIGHT }, `${NAME}-again`));
  const outcomes = await Promise.all(runs.map(async ({ done }) => done));
  const follows = outcomes.map(({ output }) => (output as JsonObject | undefined)?.queryId);
  return { fake, outcomes, follows, ids: fake.queries.map(({ id }) => id) };
}

describe('of two runs of a scheduled query', () => {
  test('one does not take what the other knows as its own, and starts again', async () => {
    const { follows, ids } = await two(2, [LOST, ANSWERED]);
    expect(ids).toHaveLength(2);
    expect(follows).toEqual([ids[1], ids[0]]);
  });

  test('each finds its own, though both were made in the same minute', async () => {
    const { follows, ids } = await two(2, [LOST_EXECUTED, ANSWERED]);
    expect(follows).toEqual(ids);
  });

  test('neither takes one where the starts of both were lost: that cannot be told, and is said', async () => {
    const { outcomes, ids } = await two(2, [LOST_EXECUTED, LOST_EXECUTED]);
    expect(ids).toHaveLength(2);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: 'FAILED',
        error: 'ProtectedQuery.StartUnknown',
        cause: 'the service did not answer the start of the query, and the query was not found: look at the queries of the membership'
          + `, ${ids[0]} and ${ids[1]} above all, before you run it again`,
      });
    }
  });

  test('one takes what is older than the lost start of the other', async () => {
    // The second run starts while the list does not show the query of the first yet.
    const { outcomes, ids } = await two(20, [LOST_EXECUTED, LOST], { listLagSeconds: 30 });
    expect(outcomes[0]).toMatchObject({ status: 'SUCCEEDED', output: { queryId: ids[0] } });
  });

  test('each starts again where nothing came of either start', async () => {
    const { outcomes, fake } = await two(2, [LOST, LOST]);
    expect(outcomes).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    expect(fake.queries).toHaveLength(2);
  });

  test('one that waits for the answer of its start may be whose query it is', async () => {
    const { follows, ids } = await two(1, [LOST, { seconds: 25 }]);
    expect(follows).toEqual([ids[1], ids[0]]);
  });

  test('the executions of the others are listed to the end', async () => {
    const fake = new FakeProtectedQueries({ course: () => ({ seconds: 40_000 }), slots: 1000 });
    const account = accountFor(nightly.stateMachine, fake);
    const clash = account.start(nightly.stateMachine, { scheduledTime: NIGHT }, `${NAME}-0`);
    fake.failNext('startProtectedQuery', LOST);
    const looking = account.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME);
    // So many that the first page does not name the one whose query it is.
    for (let index = 1; index <= 120; index += 1) account.start(nightly.stateMachine, { scheduledTime: 'never' }, `${NAME}-${index}`);
    const outcome = await looking.done;
    expect(outcome.output).toMatchObject({ queryId: fake.queries[1].id });
    expect((await clash.done).output).toMatchObject({ queryId: fake.queries[0].id });
  });

  test('a query of another kind does not keep one from finding its own', async () => {
    const fake = new FakeProtectedQueries().failNext('startProtectedQuery', LOST_EXECUTED);
    const account = accountFor(nightly.stateMachine, fake);
    const other = '2025-06-01T03:00:00Z';
    const first = account.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME);
    account.start(nightly.stateMachine, { scheduledTime: other }, '20250601T030000Z');
    expect((await first.done).output).toMatchObject({ queryId: fake.queries[0].id });
  });
});

describe('a template\'s query whose text the service tells besides', () => {
  const asTold = (fake: FakeProtectedQueries): JsonObject => ({ SqlParameters: { ...started(fake)[0].SqlParameters as JsonObject, QueryString: 'SELECT 1' } });

  test('is found', async () => {
    const fake = new FakeProtectedQueries({ fault: ({ action, index }) => (action === 'startProtectedQuery' && index === 0 ? { ...LOST, seconds: 3 } : undefined) });
    const account = accountFor(nightly.stateMachine, fake);
    const execution = account.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME);
    await account.clock.sleep(1000);
    const query = fake.add(started(fake)[0], account.clock.now(), {}, asTold(fake));
    expect((await execution.done).output).toMatchObject({ queryId: query.id });
    expect(fake.queries).toHaveLength(1);
  });

  test('is cancelled', async () => {
    const { fake, after, stop, settled } = running({}, [{ ...LOST, seconds: 50 }], nightly);
    await after(5);
    const query = fake.add(started(fake)[0], START + 1000, { seconds: 7200 }, asTold(fake));
    stop();
    await settled();
    expect(query.cancelledAt).toBeDefined();
  });
});

describe('a text', () => {
  const sql = `SELECT 'é', "x"\n${'-- 100 characters of a comment\n'.repeat(4000)}`;
  const machine = machineFor({ query: ProtectedQuery.sql(sql) });

  test('of any length is compared, by its hash', async () => {
    const fake = new FakeProtectedQueries().failNext('startProtectedQuery', LOST);
    fake.add({ SqlParameters: { QueryString: `${sql} ` } }, START);
    const ours = fake.add({ SqlParameters: { QueryString: sql } }, START);
    expect((await run(machine, fake)).output).toMatchObject({ queryId: ours.id });
  });
});

describe('in a state machine of the user\'s own', () => {
  const own = newStack(ENV);
  const template = partnerTemplate(own, [DAY]);
  const machine = machineFor({ query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.literal('2026-01-01') } }) }, own);

  test('the queries of other executions are not known: the only one that fits is taken', async () => {
    const fake = new FakeProtectedQueries({ course: () => ({ seconds: 600 }) }).failNext('startProtectedQuery', LOST, ANSWERED);
    const account = accountFor(machine, fake);
    const outcomes = await Promise.all([account.start(machine).done, account.start(machine).done]);
    expect(outcomes.map(({ output }) => (output as JsonObject).queryId)).toEqual([fake.queries[0].id, fake.queries[0].id]);
  });

  test('none of two that fit is taken', async () => {
    const fake = new FakeProtectedQueries().failNext('startProtectedQuery', LOST_EXECUTED, ANSWERED);
    const account = accountFor(machine, fake);
    const [first] = await Promise.all([account.start(machine).done, account.start(machine).done]);
    expect(first).toMatchObject({ error: 'ProtectedQuery.StartUnknown' });
  });
});

describe('a look that fails is no answer', () => {
  const failing = (executed: boolean, fail: LocalStepFunctionsOptions['beforeCall']) => two(HOUR / 1000, [{ ...LOST, executed }], {}, { beforeCall: fail });
  const unknown = { status: 'FAILED', error: 'ProtectedQuery.StartUnknown' };

  test.each<[string, LocalStepFunctionsOptions['beforeCall']]>([
    ['it cannot be asked', async (_service, action) => { if (action === 'startSyncExecution') throw new StateError('Sfn.SfnException', 'injected'); }],
    ['the other executions cannot be listed', async (_service, action) => { if (action === 'listExecutions') throw new StateError('Sfn.AccessDeniedException', 'injected'); }],
    ['their histories cannot be read', async (_service, action) => { if (action === 'getExecutionHistory') throw new StateError('Sfn.AccessDeniedException', 'injected'); }],
    ['it does not come to its end', async (_service, action, context) => { if (action === 'listProtectedQueries') await context.sleep(1000); }],
  ])('%s', async (_what, fail) => {
    const fake = new FakeProtectedQueries({ slots: 10 }).failNext('startProtectedQuery', LOST_EXECUTED, ANSWERED);
    const account = accountFor(nightly.stateMachine, fake, { beforeCall: fail });
    const first = account.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME);
    account.start(nightly.stateMachine, { scheduledTime: NIGHT }, `${NAME}-again`);
    expect(await first.done).toMatchObject(unknown);
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(2);
  });

  test('of the canceller either: it fails, where alarms see it, and says so', async () => {
    const { fake, after, stop, settled } = running({}, [{ ...LOST_EXECUTED, seconds: 50 }], nightly, {
      beforeCall: async (_service, action) => { if (action === 'listProtectedQueries') throw new StateError('CleanRooms.AccessDeniedException', 'injected'); },
    });
    await after(5);
    stop();
    expect(await settled()).toMatchObject([{
      status: 'FAILED', error: 'ProtectedQuery.CancelUnknown', cause: expect.stringContaining('could not be looked for') as string,
    }]);
    expect(cancelled(fake)).toEqual([false]);
  });

  test('but one that succeeds later is', async () => {
    let looks = 0;
    const { fake, outcomes } = await failing(true, async (_service, action) => {
      if (action === 'startSyncExecution' && (looks += 1) < 4) throw new StateError('Sfn.SfnException', 'injected');
    });
    expect(outcomes).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    expect(fake.queries).toHaveLength(2);
  });
});
