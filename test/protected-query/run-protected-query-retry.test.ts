import { Duration, Token } from 'aws-cdk-lib';
import { DefinitionBody, Pass, QueryLanguage, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import { OverlapPolicy, ProtectedQueryError } from '../../src';
import { QueryFinder } from '../../src/protected-query/private/finder/query-finder';
import { Course, FakeProtectedQueries, FakeProtectedQueriesOptions, Fault } from '../support/fake-protected-queries';
import { ENV, logicalIdOf, MEMBERSHIP, newStack } from '../support/membership-app';
import { accountFor, machineFor, newRun, newScheduled, refusalOf, run, started, synthesizedFor, TEMPLATE_ARN } from '../support/query-app';
import { cancelled, NAME, NIGHT, running } from '../support/stopped-run';

/** A query that failed and may succeed is run again, if that was asked for; nothing else is. */

const machines = [0, 1, 2].map((retryFailures) => machineFor({ retryFailures, timeout: Duration.minutes(10) }));

const failed = (Code: string, retryable?: boolean): Course => ({
  ending: 'FAILED', error: { Code, Message: 'why', ...retryable !== undefined && { Retry: { Retryable: retryable } } },
});
const TRANSIENT = failed('TRANSIENT_ERROR', true);
const idOf = (index: number) => `0000000${index}-0000-4000-8000-000000000000`;

/** Queries that take these courses one after the other; the last one's for all that come after it. */
const fakeOf = (courses: Course[], options: FakeProtectedQueriesOptions = {}) =>
  new FakeProtectedQueries({ course: (index) => courses[Math.min(index, courses.length - 1)], ...options });

describe('a query that failed in a way that may pass', () => {
  test('is not run again unless that is asked for', async () => {
    const fake = fakeOf([TRANSIENT]);
    expect(await run(machines[0], fake)).toMatchObject({ error: 'ProtectedQuery.Failed.TRANSIENT_ERROR', cause: `query ${idOf(1)} failed: TRANSIENT_ERROR: why` });
    expect(fake.queries).toHaveLength(1);
  });

  test('is run again five minutes later, and the output counts the tries', async () => {
    const fake = fakeOf([TRANSIENT, {}]);
    expect((await run(machines[2], fake)).output).toMatchObject({ queryId: idOf(2), status: 'SUCCESS', tries: 2, earlierQueryIds: [idOf(1)] });
    const [first, second, ...others] = fake.queries;
    expect(others).toEqual([]);
    expect(second.createdAt - fake.endOf(first)).toBeGreaterThanOrEqual(300_000);
    expect(started(fake)[1]).toEqual(started(fake)[0]);
  });

  test.each([1, 2])('is run again %i times and no more, and the cause names each query', async (retryFailures) => {
    const fake = fakeOf([TRANSIENT]);
    const outcome = await run(machines[retryFailures], fake);
    expect(fake.queries).toHaveLength(retryFailures + 1);
    const before = Array.from({ length: retryFailures }, (_, index) => idOf(index + 1)).join(' and ');
    expect(outcome).toMatchObject({
      error: 'ProtectedQuery.Failed.TRANSIENT_ERROR',
      cause: `query ${idOf(retryFailures + 1)}, started after ${before} failed, failed: TRANSIENT_ERROR: why`,
    });
  });

  test('but was due to be cancelled is not run again', async () => {
    // It fails while it is being cancelled at its timeout: the read at the deadline takes a while.
    const fake = fakeOf([{ ...TRANSIENT, seconds: 605 }], {
      fault: ({ action, at }) => (action === 'getProtectedQuery' && at >= Date.parse('2026-01-01T00:10:00Z') && at < Date.parse('2026-01-01T00:10:05Z') ? { seconds: 10 } : undefined),
    });
    expect(await run(machines[2], fake)).toMatchObject({ error: 'ProtectedQuery.Failed.TRANSIENT_ERROR' });
    expect(fake.queries).toHaveLength(1);
  });

  test('has its timeout for itself', async () => {
    const fake = fakeOf([{ ...TRANSIENT, seconds: 500 }, { seconds: 500 }]);
    expect(await run(machines[1], fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(cancelled(fake)).toEqual([false, false]);
  });

  test('is not run again where its successor was cancelled or timed out', async () => {
    const fake = fakeOf([TRANSIENT, { ending: 'CANCELLED' }]);
    expect(await run(machines[2], fake)).toMatchObject({
      error: ProtectedQueryError.CANCELLED, cause: `query ${idOf(2)}, started after ${idOf(1)} failed, was cancelled, by somebody else than this state machine`,
    });
    expect(fake.queries).toHaveLength(2);
  });
});

describe('is never run again', () => {
  test.each<[string, Course]>([
    ['a query whose failure is not retryable', failed('TRANSIENT_ERROR', false)],
    ['a query of whose failure that is not said', failed('TRANSIENT_ERROR')],
    ['a query that failed without a reason', { ending: 'FAILED' }],
    ['a query that was cancelled', { ...TRANSIENT, ending: 'CANCELLED' }],
    ['a query that timed out', { ...TRANSIENT, ending: 'TIMED_OUT' }],
    ['a query that succeeded', {}],
  ])('%s', async (_which, course) => {
    const fake = fakeOf([course]);
    await run(machines[2], fake);
    expect(fake.queries).toHaveLength(1);
  });

  test('a query that was refused', async () => {
    const fake = fakeOf([TRANSIENT, {}]).failNext('startProtectedQuery', {}, { error: 'ValidationException', message: 'the service says why' });
    expect(await run(machines[2], fake)).toMatchObject({ error: 'CleanRooms.ValidationException', cause: 'the service says why' });
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(2);
  });
});

describe('a second start that is lost', () => {
  const lost = (executed: boolean): Fault => ({ error: 'InternalServerException', executed });

  test('is followed where it took effect', async () => {
    const fake = fakeOf([TRANSIENT, {}]).failNext('startProtectedQuery', {}, lost(true));
    expect((await run(machines[1], fake)).output).toMatchObject({ queryId: idOf(2), tries: 2, earlierQueryIds: [idOf(1)] });
    expect(fake.queries).toHaveLength(2);
  });

  test('is made once more where it did not, and is one try', async () => {
    const fake = fakeOf([TRANSIENT, {}]).failNext('startProtectedQuery', {}, lost(false));
    expect((await run(machines[1], fake)).output).toMatchObject({ queryId: idOf(2), tries: 2 });
    expect(fake.queries).toHaveLength(2);
  });

  test('may be lost as often as the first was', async () => {
    const fake = fakeOf([TRANSIENT, {}]).failNext('startProtectedQuery', lost(false), {}, lost(false));
    expect((await run(machines[1], fake)).output).toMatchObject({ queryId: idOf(2), tries: 2 });
    expect(fake.queries).toHaveLength(2);
  });

  test('never takes the query of the try before: the finder is told of it', async () => {
    const stack = newStack(ENV);
    const { stateMachine } = newScheduled(stack, { retryFailures: 2 });
    const fake = fakeOf([TRANSIENT, TRANSIENT, {}]).failNext('startProtectedQuery', {}, {}, lost(true));
    const account = accountFor(stateMachine, fake);
    expect((await account.start(stateMachine, { scheduledTime: NIGHT }, NAME).done).output).toMatchObject({ queryId: idOf(3), tries: 3 });
    const looks = account.executions(QueryFinder.getOrCreate(stack).stateMachine);
    expect(looks.length).toBeGreaterThan(0);
    for (const { input } of looks) expect((input as JsonObject).earlier).toEqual([idOf(1), idOf(2)]);
  });
});

describe('a run that is stopped', () => {
  const scheduled = newScheduled(newStack(ENV), { retryFailures: 1, overlap: OverlapPolicy.ALLOW });
  beforeAll(() => synthesizedFor(scheduled.stateMachine), 60_000);
  const long: Course = { seconds: 20 * 3600 };
  const of = (...starts: Fault[]) => running({ course: (index) => (index === 0 ? TRANSIENT : long) }, starts, scheduled);

  test('while its second query runs: that one is cancelled', async () => {
    const { fake, after, stop, settled } = of();
    await after(1000);
    stop();
    expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([false, true]);
  });

  test('between the two: nothing is started, and nothing else is cancelled', async () => {
    const { fake, after, stop, settled } = of();
    await after(200);
    stop();
    expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([false]);
  });

  test('while its second start is under way: the query of that start is cancelled', async () => {
    const { fake, after, stop, settled } = of({}, { seconds: 30 });
    await after(400);
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(2);
    stop();
    expect(await settled()).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(cancelled(fake)).toEqual([false, true]);
  });
});

describe('of two runs of a scheduled query', () => {
  test('none takes the query of an earlier try of the other', async () => {
    const stack = newStack(ENV);
    const { stateMachine } = newScheduled(stack, { retryFailures: 1, overlap: OverlapPolicy.ALLOW });
    const fake = fakeOf([TRANSIENT, { seconds: 600 }]);
    const account = accountFor(stateMachine, fake);
    const since = account.clock.now();
    const other = account.start(stateMachine, { scheduledTime: NIGHT }, NAME);
    await account.clock.sleep(500_000);
    expect(fake.queries).toHaveLength(2);
    const stateMachineArn = synthesizedFor(stateMachine).arnOf(logicalIdOf(stateMachine));
    const asking = { stateMachineArn, executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:asking` };
    const asked = { template: TEMPLATE_ARN, parameters: { day: '2026-01-01' } };
    const window = { since, until: since + 60_000 };
    const look = account.start(QueryFinder.getOrCreate(stack).stateMachine, { membershipIdentifier: MEMBERSHIP, asked, ...window, ...asking });
    expect((await look.done).output).toEqual({ answer: 'NONE' });
    expect((await other.done).output).toMatchObject({ queryId: idOf(2), earlierQueryIds: [idOf(1)] });
  });

  test('one that knows its first query and waits for the answer of its second start may be whose query it is', async () => {
    const stack = newStack(ENV);
    const { stateMachine } = newScheduled(stack, { retryFailures: 1, overlap: OverlapPolicy.ALLOW });
    const fake = fakeOf([TRANSIENT, { seconds: 600 }]).failNext('startProtectedQuery', {}, { seconds: 50 });
    const account = accountFor(stateMachine, fake);
    account.start(stateMachine, { scheduledTime: NIGHT }, NAME);
    while (fake.callsOf('startProtectedQuery').length < 2) await account.clock.sleep(1000);
    await account.clock.sleep(20_000);
    expect(fake.queries).toHaveLength(2);
    const [, { id, createdAt }] = fake.queries;
    const stateMachineArn = synthesizedFor(stateMachine).arnOf(logicalIdOf(stateMachine));
    const asking = { stateMachineArn, executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:asking` };
    const asked = { template: TEMPLATE_ARN, parameters: { day: '2026-01-01' } };
    const window = { since: createdAt - 1000, until: createdAt + 60_000 };
    const look = account.start(QueryFinder.getOrCreate(stack).stateMachine, { membershipIdentifier: MEMBERSHIP, asked, ...window, ...asking });
    expect((await look.done).output).toEqual({ answer: 'UNCLEAR', candidates: [id] });
  });

  test('where both have lost a start neither takes the one query there is', async () => {
    const { stateMachine } = newScheduled(newStack(ENV), { retryFailures: 1, overlap: OverlapPolicy.ALLOW });
    const fake = new FakeProtectedQueries({ course: (index) => (index === 0 ? TRANSIENT : { seconds: 600 }) })
      // Both are lost; that of the first run did not take effect.
      .failNext('startProtectedQuery', {}, { error: 'InternalServerException', executed: false }, { error: 'InternalServerException', executed: true });
    const account = accountFor(stateMachine, fake);
    const first = account.start(stateMachine, { scheduledTime: NIGHT }, NAME);
    while (fake.callsOf('startProtectedQuery').length < 2) await account.clock.sleep(1000);
    const second = account.start(stateMachine, { scheduledTime: NIGHT }, `${NAME}-again`);
    const outcomes = await Promise.all([first.done, second.done]);
    // Neither can tell whose the query is: neither follows it, and neither starts another.
    expect(fake.queries).toHaveLength(2);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ error: ProtectedQueryError.START_UNKNOWN });
  });
});

describe('the error names the code', () => {
  const CODES = [
    'MALFORMED_QUERY', 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE', 'RESOURCE_ACCESS_DENIED', 'INSUFFICIENT_COMPUTE', 'TRANSIENT_ERROR', 'INTERNAL_ERROR', 'UNKNOWN_ERROR',
  ];

  test.each(CODES)('%s', async (code) => {
    const { error } = await run(machines[0], fakeOf([failed(code)]));
    expect(error).toBe(`ProtectedQuery.Failed.${code}`);
    expect(ProtectedQueryError.ALL_FAILED).toContain(error);
  });

  test('unless it is a new one, which nobody could have caught', async () => {
    expect(await run(machines[0], fakeOf([failed('A_NEW_CODE')]))).toMatchObject({ error: ProtectedQueryError.FAILED, cause: `query ${idOf(1)} failed: A_NEW_CODE: why` });
  });

  test('so that it can be caught: by itself, and with all others', async () => {
    const stack = newStack(ENV);
    const caught = (name: string) => Pass.jsonata(stack, name, { outputs: `{% '${name}' %}` });
    const single = newRun(stack).toSingleState()
      .addCatch(caught('access'), { errors: [ProtectedQueryError.FAILED_RESOURCE_ACCESS_DENIED] })
      .addCatch(caught('failed'), { errors: ProtectedQueryError.ALL_FAILED });
    const machine = new StateMachine(stack, 'Machine', {
      queryLanguage: QueryLanguage.JSONATA, definitionBody: DefinitionBody.fromChainable(single.next(new Succeed(stack, 'End'))),
    });
    const outputOf = async (code: string) => (await run(machine, fakeOf([failed(code)]))).output;
    expect([await outputOf('RESOURCE_ACCESS_DENIED'), await outputOf('INTERNAL_ERROR'), await outputOf('A_NEW_CODE')]).toEqual(['access', 'failed', 'failed']);
  });
});

test.each<[string, number, string]>([['a negative number', -1, '-1'], ['a half', 0.5, '0.5'], ['many', 4, '4'], ['a token', Token.asNumber({ Ref: 'Tries' }), 'a token']])(
  '`retryFailures`: %s is refused', (_what, retryFailures, got) => {
    expect(refusalOf(() => newRun(newStack(ENV), { retryFailures }))).toBe(`\`retryFailures\` must be a whole number of 0 to 3, got '${got}': write another number`);
  });
