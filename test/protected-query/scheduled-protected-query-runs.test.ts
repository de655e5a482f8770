import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Execution, JsonObject, JsonValue, LocalStepFunctionsOptions, StateError, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { OverlapPolicy, ProtectedQuery, QueryParameter, ScheduledProtectedQuery } from '../../src';
import { FakeProtectedQueries, FakeProtectedQueriesOptions } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { QueryAccount } from '../support/query-account';
import { accountFor, newScheduled, partnerTemplate, started } from '../support/query-app';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Later than each of these times, as if they were delivered late. */
const clockAt = (time: string) => new VirtualClock({ start: new Date(time) });

const NIGHT = '2026-01-02T03:00:00Z';
const NAME = '20260102T030000Z';
const NEXT_NIGHT = '2026-01-03T03:00:00Z';

const stack = newStack(ENV);
const nightly = newScheduled(stack);
const hourly = newScheduled(stack, { overlap: OverlapPolicy.ALLOW }, 'Hourly');

function deploy(options: FakeProtectedQueriesOptions = {}, engine: LocalStepFunctionsOptions = {}) {
  const fake = new FakeProtectedQueries(options);
  return { fake, account: accountFor(nightly.stateMachine, fake, { clock: clockAt('2026-01-10T00:00:00Z'), ...engine }) };
}

const fire = (account: QueryAccount, scheduledTime: string, times = 1, of: ScheduledProtectedQuery = nightly) =>
  account.fire(of.schedule, scheduledTime, times);

const all = async (executions: Execution[]) => Promise.all(executions.map(async ({ done }) => done));
const namesOf = (account: QueryAccount, of: ScheduledProtectedQuery = nightly) => account.executions(of.stateMachine).map(({ name }) => name);
const days = (fake: FakeProtectedQueries) => started(fake).map(({ SqlParameters }) => ((SqlParameters as JsonObject).Parameters as JsonObject).day);

describe('one scheduled time gives one query', () => {
  const succeeded = (count: number) => Array.from({ length: count }, () => expect.objectContaining({ status: 'SUCCEEDED' }) as object);

  test('delivered once', async () => {
    const { account, fake } = deploy();
    expect(await all(fire(account, NIGHT))).toEqual(succeeded(1));
    const [execution, ...others] = account.executions(nightly.stateMachine);
    expect(others).toEqual([]);
    expect(execution).toMatchObject({ name: NAME, input: { scheduledTime: NIGHT } });
    expect(await execution.done).toMatchObject({ status: 'SUCCEEDED', output: { status: 'SUCCESS' } });
    expect(days(fake)).toEqual(['2026-01-01']);
  });

  test.each([nightly, hourly])('delivered three times at once, $node.id', async (scheduled) => {
    const { account, fake } = deploy();
    expect(await all(fire(account, NIGHT, 3, scheduled))).toEqual(succeeded(3));
    await all(account.executions(scheduled.stateMachine));
    expect(namesOf(account, scheduled)).toEqual([NAME]);
    expect(fake.queries).toHaveLength(1);
  });

  test.each<[string, number]>([
    ['while it is starting', 1000], ['while its query runs', 30_000], ['when it has ended', 10 * MINUTE], ['a day later', 24 * HOUR], ['two months later', 60 * 24 * HOUR],
  ])('delivered again %s', async (_when, later) => {
    const { account, fake } = deploy({ course: () => ({ seconds: 60 }), fault: ({ action }) => (action === 'startProtectedQuery' ? { seconds: 5 } : undefined) });
    fire(account, NIGHT);
    await account.clock.sleep(later);
    const [delivery] = await all(fire(account, NIGHT));
    expect(delivery.status).toBe('SUCCEEDED');
    expect(delivery.history.filter(({ type }) => type === 'SucceedStateEntered').map(({ stateName }) => stateName)).toEqual([expect.stringMatching(/^Started/)]);
    expect(await account.executions(nightly.stateMachine)[0].done).toMatchObject({ status: 'SUCCEEDED' });
    expect(namesOf(account)).toEqual([NAME]);
    expect(fake.queries).toHaveLength(1);
  });

  test('delivered again when its query has failed: it stays failed', async () => {
    const { account, fake } = deploy({ course: () => ({ ending: 'FAILED' }) });
    await all(fire(account, NIGHT));
    expect(await account.executions(nightly.stateMachine)[0].done).toMatchObject({ error: 'ProtectedQuery.Failed' });
    expect(await all(fire(account, NIGHT))).toEqual(succeeded(1));
    expect(fake.queries).toHaveLength(1);
  });

  test('though Step Functions answers late or not at all', async () => {
    let calls = 0;
    const { account, fake } = deploy({}, {
      beforeCall: async (service, _action, context) => {
        if (service !== 'sfn' || calls === 8) return;
        calls += 1;
        if (calls % 2 === 0) await context.sleep(1);
        throw new StateError('Sfn.SfnException', 'injected');
      },
    });
    expect(await all(fire(account, NIGHT, 2))).toEqual(succeeded(2));
    await all(account.executions(nightly.stateMachine));
    expect(fake.queries).toHaveLength(1);
  });
});

describe('a scheduled time while the query of an earlier one runs', () => {
  const twoNights = async (scheduled: ScheduledProtectedQuery, hours: number) => {
    const { account, fake } = deploy({ course: () => ({ seconds: hours * 3600 }) });
    await all(fire(account, NIGHT, 1, scheduled));
    await account.clock.sleep(6 * HOUR);
    await all(fire(account, NEXT_NIGHT, 1, scheduled));
    await all(account.executions(scheduled.stateMachine));
    return { account, fake };
  };

  test('is left out', async () => {
    const { account, fake } = await twoNights(nightly, 7);
    expect(namesOf(account)).toEqual([NAME]);
    expect(days(fake)).toEqual(['2026-01-01']);
    // The one after that has its query again.
    await all(fire(account, '2026-01-04T03:00:00Z'));
    await all(account.executions(nightly.stateMachine));
    expect(days(fake)).toEqual(['2026-01-01', '2026-01-03']);
  });

  test('is counted when it is left out', async () => {
    const { account } = await twoNights(nightly, 7);
    const { metricName, namespace } = nightly.metricSkipped();
    expect(account.stepFunctions.metrics.data).toEqual([
      { namespace, name: metricName, dimensions: { StateMachineArn: account.executions(nightly.stateMachine)[0].stateMachine.arn }, value: 1 },
    ]);
    expect((await twoNights(nightly, 5)).account.stepFunctions.metrics.data).toEqual([]);
  });

  test('makes the dispatcher fail, and so the alarm ring, if it can be neither run nor counted', async () => {
    const { account } = deploy({ course: () => ({ seconds: 7 * 3600 }) }, {
      beforeCall: async (service) => { if (service === 'cloudwatch') throw new StateError('CloudWatch.InternalServiceFaultException', 'injected'); },
    });
    await all(fire(account, NIGHT));
    await account.clock.sleep(6 * HOUR);
    expect(await all(fire(account, NEXT_NIGHT))).toMatchObject([{ status: 'FAILED', error: 'CloudWatch.InternalServiceFaultException' }]);
  });

  test('has its query if the earlier one has ended', async () => {
    expect(days((await twoNights(nightly, 5)).fake)).toEqual(['2026-01-01', '2026-01-02']);
  });

  test('has its query beside the other if that is allowed', async () => {
    const { account, fake } = await twoNights(hourly, 7);
    expect(namesOf(account, hourly)).toEqual(['20260103T030000Z', NAME]);
    expect(days(fake)).toEqual(['2026-01-01', '2026-01-02']);
    expect(fake.queries[1].createdAt).toBeLessThan(fake.endOf(fake.queries[0]));
  });

  test('does not mind the queries of another schedule', async () => {
    const { account, fake } = deploy({ course: () => ({ seconds: 3600 }) });
    await all(fire(account, NIGHT));
    await all(fire(account, NEXT_NIGHT, 1, hourly));
    expect([namesOf(account), namesOf(account, hourly)]).toEqual([[NAME], ['20260103T030000Z']]);
    await all(account.executions(hourly.stateMachine));
    expect(fake.queries).toHaveLength(2);
  });
});

describe('by hand', () => {
  const byHand = async (input: JsonValue, name?: string) => {
    const { account, fake } = deploy();
    return { outcome: await account.start(nightly.stateMachine, input, name).done, fake };
  };

  test('for a past date', async () => {
    const { outcome, fake } = await byHand({ scheduledTime: '2025-11-21T03:00:00Z' }, '20251121T030000Z');
    expect(outcome.status).toBe('SUCCEEDED');
    expect(days(fake)).toEqual(['2025-11-20']);
  });

  test('again for a time that it ran for', async () => {
    const { account, fake } = deploy();
    await all(fire(account, NIGHT));
    await all(account.executions(nightly.stateMachine));
    expect(() => account.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME)).toThrow('Execution Already Exists');
    expect(await account.start(nightly.stateMachine, { scheduledTime: NIGHT }, `${NAME}-again`).done).toMatchObject({ status: 'SUCCEEDED' });
    expect(days(fake)).toEqual(['2026-01-01', '2026-01-01']);
  });

  test('counts as a query that runs', async () => {
    const { account } = deploy({ course: () => ({ seconds: 3600 }) });
    account.start(nightly.stateMachine, { scheduledTime: NIGHT }, `${NAME}-again`);
    await all(fire(account, NEXT_NIGHT));
    expect(namesOf(account)).toEqual([`${NAME}-again`]);
  });

  const NO_TIME = 'the input must have a field scheduledTime, a point in time in UTC such as 2026-11-22T03:00:00Z';
  const OTHER_NAME = `an execution for ${NIGHT} must be named ${NAME}, or so with a suffix such as -again to run once more`;

  test.each<[string, JsonValue, string | undefined, string]>([
    ['nothing', {}, NAME, NO_TIME],
    ['no object', 'now', NAME, NO_TIME],
    ['a null', null, NAME, NO_TIME],
    ['another field', { time: NIGHT }, NAME, NO_TIME],
    ['no time', { scheduledTime: 'last night' }, NAME, NO_TIME],
    ['a date', { scheduledTime: '2026-01-02' }, '20260102', NO_TIME],
    ['an offset', { scheduledTime: '2026-01-02T03:00:00+00:00' }, NAME, NO_TIME],
    ['a number', { scheduledTime: 1767322800 }, NAME, NO_TIME],
    ['a date that is none', { scheduledTime: '2026-02-30T03:00:00Z' }, '20260230T030000Z', NO_TIME],
    ['a generated name', { scheduledTime: NIGHT }, undefined, OTHER_NAME],
    ['the name of another time', { scheduledTime: NIGHT }, '20260103T030000Z', OTHER_NAME],
    ['a name that only begins like it', { scheduledTime: NIGHT }, `${NAME}2`, OTHER_NAME],
  ])('with %s fails before any call', async (_what, input, name, cause) => {
    const { outcome, fake } = await byHand(input, name);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.InvalidInput', cause });
    expect(fake.calls).toEqual([]);
  });
});

test('a night in Berlin, delivered at its scheduled time in UTC, asks for the day before', async () => {
  const own: Stack = newStack(ENV);
  const scheduled = newScheduled(own, {
    query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(own), {
      parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1), timeZone: TimeZone.EUROPE_BERLIN }) },
    }),
  });
  const fake = new FakeProtectedQueries();
  const account = accountFor(scheduled.stateMachine, fake, { clock: clockAt('2026-07-01T22:30:00Z') });
  await all(account.fire(scheduled.schedule, '2026-07-01T22:30:00Z'));
  await all(account.executions(scheduled.stateMachine));
  expect(days(fake)).toEqual(['2026-07-01']);
});
