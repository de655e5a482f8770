import { Duration } from 'aws-cdk-lib';
import { Execution, ExecutionOutcome, JsonObject, ServiceHandler } from 'cdk-cleanrooms-rehearsal/step-functions';
import fc from 'fast-check';
import { ProtectedQuery, QueryParameter } from '../../src';
import { FakeProtectedQueries, FakeQuery, Fault, QueryAction } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { accountFor, DAY, newScheduled, partnerTemplate } from '../support/query-app';
import { limitOf, rounds } from '../support/rounds';

/**
 * Executions stopped at any moment, ended by a limit of Step Functions or by the deletion of their state machine, with faults of
 * each call, with events lost, beside other runs of the same query: what must hold whatever happens.
 */

const ROUNDS = rounds({ few: 40, all: 60 });
const MINUTE = 60_000;
/** All that the canceller can take. */
const SLACK = 5 * MINUTE;

const stack = newStack(ENV);
const nightly = newScheduled(stack, {
  query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, [DAY]), { parameters: { day: QueryParameter.scheduledDate() } }),
  timeout: Duration.hours(8),
});

// One account for all runs, each a day of its own: synthesizing and compiling take longer than running.
let fake: FakeProtectedQueries;
const owners = new Map<FakeQuery, string>();
/** Whose answers exceed what Step Functions carries, if any execution's do. */
let overloaded: string | undefined;
const TOO_MUCH = 'x'.repeat(300_000);
const cleanrooms: ServiceHandler = async (action, parameters, context) => {
  const known = fake.queries.length;
  // A fake executes at once, and answers late.
  const answer = fake.handler(action, parameters, context);
  fake.queries.slice(known).forEach((query) => owners.set(query, context.executionArn));
  return context.executionArn === overloaded ? { ...await answer as JsonObject, Padding: TOO_MUCH } : answer;
};
const cancellers: Execution[] = [];
const account = accountFor(nightly.stateMachine, new FakeProtectedQueries(), {
  services: { cleanrooms },
  onStatusChange: (execution) => {
    if (execution.stateMachine.arn.includes('Canceller') && execution.status === 'RUNNING') cancellers.push(execution);
  },
});
let night = Date.parse('2026-01-02T03:00:00Z');

const THROTTLED: Fault = { error: 'ThrottlingException' };
const unanswered = (executed: boolean): Fault[] => [
  { error: 'InternalServerException', executed }, { error: 'SdkClientException', executed, seconds: 30 }, { seconds: 120, executed },
];
const UNANSWERED = [...unanswered(false), ...unanswered(true)];
const PASSES: Fault = {};
const faultsOf = (maxLength: number, ...faults: Fault[]) => fc.array(fc.constantFrom(PASSES, ...faults), { maxLength });

const scenario = fc.record({
  faults: fc.record({
    startProtectedQuery: faultsOf(4, THROTTLED, { error: 'ServiceQuotaExceededException' }, ...UNANSWERED, ...UNANSWERED),
    getProtectedQuery: faultsOf(3, THROTTLED, ...UNANSWERED),
    updateProtectedQuery: faultsOf(3, THROTTLED, ...UNANSWERED),
    listProtectedQueries: faultsOf(3, THROTTLED, ...UNANSWERED),
  }),
  // After the start of the run.
  ending: fc.constantFrom('stop', 'stop', 'limit', 'deletion'),
  isEventLost: fc.integer({ max: 9, min: 0 }).map((value) => value === 9),
  stopMillis: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 90 * MINUTE })),
  // A second run of the same scheduled time, from the stop on.
  againMillis: fc.option(fc.integer({ min: -120_000, max: 120_000 })),
  listLagSeconds: fc.integer({ min: 0, max: 60 }),
  pageSize: fc.integer({ min: 1, max: 3 }),
  others: fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 3 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Observation {
  readonly stopped: Execution;
  readonly again?: Execution;
  /** Of the cancellers, by the execution that each was told of. */
  readonly outcomes: ReadonlyMap<string, ExecutionOutcome>;
}

async function play({ faults, ending, isEventLost, stopMillis, againMillis, listLagSeconds, pageSize, others }: Scenario): Promise<Observation> {
  const { clock } = account;
  night += 4 * 24 * 60 * MINUTE;
  const until = async (time: number) => clock.sleep(Math.max(0, time - clock.now()));
  await until(night);
  fake = new FakeProtectedQueries({ course: () => ({ seconds: 100 * 60 }), listLagSeconds, pageSize, slots: 10 });
  owners.clear();
  cancellers.length = 0;
  overloaded = undefined;
  account.losesEvents = isEventLost;
  for (const [action, list] of Object.entries(faults)) fake.failNext(action as QueryAction, ...list);
  for (const seconds of others) fake.add({ SqlParameters: { QueryString: 'SELECT 1' } }, night + seconds * 1000, { seconds: 7 * 3600 });
  const scheduledTime = new Date(night).toISOString().replace('.000', '');
  const name = scheduledTime.replace(/[-:]/g, '');
  let again: Execution | undefined;
  const startAgain = () => { again = account.start(nightly.stateMachine, { scheduledTime }, `${name}-again`); };
  const stopped = account.start(nightly.stateMachine, { scheduledTime }, name);
  const stopAt = night + stopMillis;
  const againAt = againMillis === null ? Infinity : Math.max(night, stopAt + againMillis);
  if (againAt < stopAt) {
    await until(againAt);
    startAgain();
  }
  await until(stopAt);
  if (ending === 'stop') account.stepFunctions.stop(stopped.arn);
  if (ending === 'limit') overloaded = stopped.arn;
  if (ending === 'deletion') account.stepFunctions.delete(stopped.stateMachine.arn);
  if (againAt >= stopAt && againAt < Infinity && ending !== 'deletion') {
    await until(againAt);
    startAgain();
  }
  await clock.sleep(60 * MINUTE);
  const outcomes = new Map(await Promise.all(cancellers.map(
    async ({ input, done }): Promise<[string, ExecutionOutcome]> => [(input as { executionArn: string }).executionArn, await done],
  )));
  await clock.sleep(12 * 60 * MINUTE);
  if (ending === 'deletion') account.deploy(stopped.stateMachine.arn);
  return { stopped, again, outcomes };
}

/** What Step Functions ended, or somebody; whatever else ends a run is the run's own decision. */
function endedFromOutside({ status, outcome }: Execution): boolean {
  return status === 'ABORTED' || (status === 'FAILED' && ['States.DataLimitExceeded', 'States.Runtime'].includes(outcome?.error ?? ''));
}

test('no query of an execution that was ended runs on, and no other query is touched', async () => {
  const seen = { cancelled: 0, looked: 0, nothing: 0, others: 0, eventsLost: 0, limit: 0, deletion: 0, left: 0 };
  await fc.assert(fc.asyncProperty(scenario, async (given) => {
    const { stopped, again, outcomes: all } = await play(given);
    const ended = [stopped, ...again === undefined ? [] : [again]].filter(endedFromOutside);
    const outcomes = ended.flatMap(({ arn }) => all.get(arn) ?? []);
    const own = fake.queries.filter((query) => ended.some(({ arn }) => arn === owners.get(query)));
    const others = fake.queries.filter((query) => !own.includes(query));
    expect(others.filter((query) => query.cancelledAt !== undefined)).toEqual([]);
    // It may have ended by itself before: nothing was stopped then.
    if (ended.length === 0) return;
    if (given.isEventLost) {
      // As well as EventBridge can, and without a guarantee: the documents say so.
      expect(outcomes).toEqual([]);
      seen.eventsLost += 1;
      return;
    }

    const endOf = (query: FakeQuery) => ended.find(({ arn }) => arn === owners.get(query))?.outcome?.endedAt ?? 0;
    const left = own.filter((query) => fake.endOf(query) > endOf(query) + SLACK + MINUTE);
    const failed = outcomes.filter(({ status }) => status !== 'SUCCEEDED');
    expect(outcomes).toHaveLength(ended.length);
    // Where another run of the same query got no answer in the same minutes, nobody can tell whose is whose, and that is said aloud.
    // So it is where a state machine is gone before its executions are read.
    if (left.length > 0) {
      expect(failed.length).toBeGreaterThanOrEqual(1);
      if (given.ending === 'stop') {
        expect(outcomes[0]).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.CancelUnknown' });
        expect(again?.outcome).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.StartUnknown' });
      }
    } else {
      expect(failed.length === 0 || given.againMillis !== null || given.ending === 'deletion').toBe(true);
    }
    seen.left += left.length;
    seen.others += others.length;
    if (given.ending !== 'stop') seen[given.ending] += 1;
    if (own.length === 0) seen.nothing += 1;
    if (own.some((query) => (query.cancelledAt ?? 0) >= endOf(query))) seen.cancelled += 1;
    if (outcomes.some(({ history }) => history.some(({ stateName }) => stateName === 'Look'))) seen.looked += 1;
  }), { seed: 20261122, numRuns: ROUNDS });
  // The scenarios reach every case, or the rules above would say little.
  expect(seen.cancelled).toBeGreaterThan(ROUNDS / 4);
  expect(seen.looked).toBeGreaterThan(ROUNDS / 20);
  expect(seen.nothing).toBeGreaterThan(ROUNDS / 50);
  expect(seen.others).toBeGreaterThan(ROUNDS / 3);
  expect(seen.eventsLost).toBeGreaterThan(ROUNDS / 50);
  expect(seen.limit).toBeGreaterThan(ROUNDS / 20);
  expect(seen.deletion).toBeGreaterThan(ROUNDS / 20);
}, limitOf(ROUNDS * 2000 + 60_000));
