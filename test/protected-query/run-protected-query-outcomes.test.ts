import { Duration } from 'aws-cdk-lib';
import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Course, FakeProtectedQueries, FakeProtectedQueriesOptions, QueryAction } from '../support/fake-protected-queries';
import { MEMBERSHIP, PARTNER } from '../support/membership-app';
import { machineFor, run, secondsOf } from '../support/query-app';

const machine = machineFor();
const shortMachine = machineFor({ timeout: Duration.minutes(10) });

describe('a query that succeeds', () => {
  const outputOf = async (output: JsonObject) => (await run(machine, new FakeProtectedQueries({ course: () => ({ output }) }))).output;
  const told = { queryId: '00000001-0000-4000-8000-000000000000', status: 'SUCCESS', durationMillis: 60_000, billedUnits: 1 };

  test('tells where its results lie', async () => {
    expect(await outputOf({ S3: { Location: 's3://b/k/' } })).toEqual({ ...told, s3Location: 's3://b/k/' });
  });

  test.each([1, 2])('tells who received them: %i members', async (count) => {
    const accounts = [PARTNER, '777788889999'].slice(0, count);
    expect(await outputOf({ MemberList: accounts.map((AccountId) => ({ AccountId })) })).toEqual({ ...told, receiverAccountIds: accounts });
  });

  test('tells both of a distribution', async () => {
    const Distribute = { S3: { Location: 's3://b/k/' }, MemberList: [{ AccountId: PARTNER }] };
    expect(await outputOf({ Distribute })).toEqual({ ...told, s3Location: 's3://b/k/', receiverAccountIds: [PARTNER] });
    expect(await outputOf({ Distribute: { MemberList: [{ AccountId: PARTNER }] } })).toEqual({ ...told, receiverAccountIds: [PARTNER] });
  });

  test('tells nothing that the service did not', async () => {
    const fake = new FakeProtectedQueries({ course: () => ({ statistics: 'none', output: {} }) });
    expect((await run(machine, fake)).output).toEqual({ queryId: told.queryId, status: 'SUCCESS' });
  });
});

const fakeOf = (course: Course, options: FakeProtectedQueriesOptions = {}) => new FakeProtectedQueries({ course: () => course, ...options });
const throttled = { error: 'ThrottlingException', message: 'slower' };

describe('a query that ends otherwise', () => {
  const ID = '00000001-0000-4000-8000-000000000000';

  test.each<[string, Course, string, string]>([
    ['FAILED', { ending: 'FAILED', error: { Code: 'MALFORMED_QUERY', Message: 'no such column' } }, 'ProtectedQuery.Failed.MALFORMED_QUERY',
      `query ${ID} failed: MALFORMED_QUERY: no such column`],
    ['FAILED without a reason', { ending: 'FAILED' }, 'ProtectedQuery.Failed', `query ${ID} failed, and the service gave no reason`],
    ['CANCELLED', { ending: 'CANCELLED' }, 'ProtectedQuery.Cancelled', `query ${ID} was cancelled, by somebody else than this state machine`],
    ['TIMED_OUT', { ending: 'TIMED_OUT' }, 'ProtectedQuery.TimedOut', `query ${ID} timed out in the service`],
  ])('%s fails with its own error', async (_ending, course, error, cause) => {
    expect(await run(machine, fakeOf(course))).toMatchObject({ status: 'FAILED', error, cause });
  });

  test.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])('refused with %s keeps the error of the service', async (error) => {
    const fake = new FakeProtectedQueries().failNext('startProtectedQuery', { error, message: 'the service says why' });
    expect(await run(machine, fake)).toMatchObject({ status: 'FAILED', error: `CleanRooms.${error}`, cause: 'the service says why' });
    expect(fake.calls).toHaveLength(1);
  });
});

describe('throttling', () => {
  const ACTIONS: [QueryAction, number][] = [['startProtectedQuery', 8], ['getProtectedQuery', 6]];

  test.each(ACTIONS)('of %s %i times is survived', async (action, times) => {
    const fake = new FakeProtectedQueries().failNext(action, ...Array.from({ length: times }, () => throttled));
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.queries).toHaveLength(1);
  });

  test('of the cancellation is survived', async () => {
    const fake = fakeOf({ seconds: 3600 }).failNext('updateProtectedQuery', ...Array.from({ length: 6 }, () => throttled));
    expect(await run(shortMachine, fake)).toMatchObject({ error: 'ProtectedQuery.TimedOut' });
  });

  test('of the start beyond that ends the run, and nothing was started', async () => {
    const fake = new FakeProtectedQueries({ fault: () => throttled });
    expect(await run(machine, fake)).toMatchObject({ error: 'CleanRooms.ThrottlingException', cause: 'slower' });
    expect(fake.queries).toEqual([]);
    expect(fake.calls).toHaveLength(9);
  });
});

describe('no room for another query', () => {
  /** Five queries of others, which end after some minutes. */
  const crowded = (minutes: number) => {
    const fake = new FakeProtectedQueries();
    for (let slot = 0; slot < 5; slot += 1) fake.add({}, Date.parse('2026-01-01'), { seconds: minutes * 60 });
    return fake;
  };
  const quota = 'CleanRooms.ServiceQuotaExceededException';

  test('is waited for, minutes apart, until there is', async () => {
    const fake = crowded(115);
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.queries).toHaveLength(6);
    const [first, second] = fake.callsOf('startProtectedQuery');
    expect(second.at - first.at).toBe(120_000);
  });

  test('ends the run after `maxQueueTime`, two hours', async () => {
    const fake = crowded(125);
    const outcome = await run(machine, fake);
    expect(outcome).toMatchObject({ status: 'FAILED', error: quota, cause: '5 queries are ongoing' });
    expect(secondsOf(outcome)).toBe(7200);
  });

  test.each([[0, 0], [3, 120], [24 * 60, 24 * 3600]])('of %i minutes: the last try after %i seconds', async (minutes, seconds) => {
    const fake = new FakeProtectedQueries({ slots: 0 });
    const outcome = await run(machineFor({ maxQueueTime: Duration.minutes(minutes) }), fake);
    expect(outcome.error).toBe(quota);
    expect(secondsOf(outcome)).toBe(seconds);
  });

  test('and throttling in between are counted each for itself', async () => {
    const fake = crowded(3).failNext('startProtectedQuery', throttled, {}, throttled);
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('the timeout', () => {
  test('cancels the query, follows it to the end and says so', async () => {
    const fake = fakeOf({ seconds: 3600, cancellingSeconds: 100 });
    const outcome = await run(shortMachine, fake);
    expect(outcome).toMatchObject({ error: 'ProtectedQuery.TimedOut', cause: `query ${fake.queries[0].id} was cancelled after 10 minutes, its timeout` });
    const [cancel, ...others] = fake.callsOf('updateProtectedQuery');
    expect(others).toEqual([]);
    expect(cancel.parameters).toEqual({ MembershipIdentifier: MEMBERSHIP, ProtectedQueryIdentifier: fake.queries[0].id, TargetStatus: 'CANCELLED' });
    expect((cancel.at - fake.queries[0].createdAt) / 1000).toBe(600);
    expect(secondsOf(outcome)).toBeGreaterThanOrEqual(700);
    expect(secondsOf(outcome)).toBeLessThanOrEqual(715);
  });

  test('does not touch a query that ends just before', async () => {
    const fake = fakeOf({ seconds: 600 });
    expect(await run(shortMachine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.callsOf('updateProtectedQuery')).toEqual([]);
  });

  test.each<[string, Course, object]>([
    ['SUCCESS', {}, { status: 'SUCCEEDED' }],
    ['FAILED', { ending: 'FAILED', error: { Code: 'C', Message: 'M' } }, { error: 'ProtectedQuery.Failed' }],
    ['TIMED_OUT', { ending: 'TIMED_OUT' }, { error: 'ProtectedQuery.TimedOut', cause: expect.stringContaining('timed out in the service') as string }],
  ])('meets a query that ends as %s in that moment: Conflict, and the true result', async (_ending, course, outcome) => {
    // The read at the deadline takes a while, and the query ends meanwhile.
    const fake = new FakeProtectedQueries({
      course: () => ({ seconds: 605, ...course }),
      fault: ({ action, at }) => (action === 'getProtectedQuery' && at >= Date.parse('2026-01-01T00:10:00Z') && at < Date.parse('2026-01-01T00:10:05Z') ? { seconds: 10 } : undefined),
    });
    expect(await run(shortMachine, fake)).toMatchObject(outcome);
    expect(fake.callsOf('updateProtectedQuery')).toHaveLength(1);
    expect(fake.queries[0].cancelledAt).toBeUndefined();
  });

  test('holds although the cancellation fails again and again', async () => {
    const fake = fakeOf({ seconds: 86_400 }, { fault: ({ action, index }) => (action === 'updateProtectedQuery' && index < 20 ? { error: 'InternalServerException' } : undefined) });
    expect(await run(shortMachine, fake)).toMatchObject({ error: 'ProtectedQuery.TimedOut' });
    expect(fake.queries[0].cancelledAt).toBeDefined();
  });

  test('tells of a query that cannot be cancelled within an hour', async () => {
    const fake = fakeOf({ seconds: 86_400 }, { fault: ({ action }) => (action === 'updateProtectedQuery' ? { error: 'AccessDeniedException' } : undefined) });
    const outcome = await run(shortMachine, fake);
    expect(outcome).toMatchObject({
      error: 'ProtectedQuery.OutcomeUnknown',
      cause: `query ${fake.queries[0].id} was not seen to end within 1 hour of its timeout, 10 minutes: look at it, it may still run`,
    });
    expect(secondsOf(outcome)).toBeLessThan(4200 + 400);
    expect(outcome.transitions).toBeLessThan(300);
  });

  test('cancels also a query that cannot be read', async () => {
    const fake = fakeOf({ seconds: 86_400 }, { fault: ({ action, at }) => (action === 'getProtectedQuery' && at > Date.parse('2026-01-01T00:05:00Z') ? { error: 'InternalServerException' } : undefined) });
    const outcome = await run(shortMachine, fake);
    expect(outcome.error).toBe('ProtectedQuery.OutcomeUnknown');
    const [{ createdAt, cancelledAt = Infinity }] = fake.queries;
    expect((cancelledAt - createdAt) / 1000).toBeGreaterThanOrEqual(600);
    expect((cancelledAt - createdAt) / 1000).toBeLessThan(600 + 200);
  });

  test('of a day reaches as far as the service lets queries run', async () => {
    const fake = fakeOf({ seconds: 90_000 });
    expect(await run(machineFor({ timeout: Duration.hours(24) }), fake)).toMatchObject({ error: 'ProtectedQuery.TimedOut' });
  });
});

describe('a read that fails', () => {
  test.each(['InternalServerException', 'SdkClientException', 'ThrottlingException', 'AccessDeniedException', 'ResourceNotFoundException'])(
    'with %s for an hour loses nothing', async (error) => {
      const until = Date.parse('2026-01-01T01:00:00Z');
      const fake = fakeOf({ seconds: 300 }, { fault: ({ action, at }) => (action === 'getProtectedQuery' && at < until ? { error } : undefined) });
      expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { durationMillis: 300_000 } });
      expect(fake.queries).toHaveLength(1);
    });

  test('because it is not answered is tried again', async () => {
    const fake = new FakeProtectedQueries().failNext('getProtectedQuery', { seconds: 200 });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
