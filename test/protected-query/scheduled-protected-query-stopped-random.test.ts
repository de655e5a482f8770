import 'aws-cdk-lib/testhelpers/jest-autoclean';
import { Duration } from 'aws-cdk-lib';
import fc from 'fast-check';
import { Execution, ExecutionOutcome } from '../../rehearsal/src/step-functions/execution';
import { ServiceHandler } from '../../rehearsal/src/step-functions/runner';
import { ProtectedQuery, QueryParameter } from '../../src';
import { FakeProtectedQueries, FakeQuery, Fault, QueryAction } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { accountFor, DAY, newScheduled, partnerTemplate } from '../support/query-app';
import { rounds } from '../support/rounds';

/** Executions stopped at any moment, with faults of each call, beside other runs of the same query: what must hold whatever happens. */

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
const cleanrooms: ServiceHandler = async (action, parameters, context) => {
  const known = fake.queries.length;
  // A fake executes at once, and answers late.
  const answer = fake.handler(action, parameters, context);
  fake.queries.slice(known).forEach((query) => owners.set(query, context.executionArn));
  return answer;
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
  readonly stoppedAt: number;
  readonly again?: Execution;
  readonly outcomes: readonly ExecutionOutcome[];
}

async function play({ faults, stopMillis, againMillis, listLagSeconds, pageSize, others }: Scenario): Promise<Observation> {
  const { clock } = account;
  night += 4 * 24 * 60 * MINUTE;
  const until = async (time: number) => clock.sleep(Math.max(0, time - clock.now()));
  await until(night);
  fake = new FakeProtectedQueries({ course: () => ({ seconds: 100 * 60 }), listLagSeconds, pageSize, slots: 10 });
  owners.clear();
  cancellers.length = 0;
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
  account.stepFunctions.stop(stopped.arn);
  if (againAt >= stopAt && againAt < Infinity) {
    await until(againAt);
    startAgain();
  }
  await clock.sleep(60 * MINUTE);
  const outcomes = await Promise.all(cancellers.map(async ({ done }) => done));
  await clock.sleep(12 * 60 * MINUTE);
  return { stopped, stoppedAt: stopAt, again, outcomes };
}

test('no query of a stopped execution runs on, and no other query is touched', async () => {
  const seen = { cancelled: 0, looked: 0, nothing: 0, others: 0 };
  await fc.assert(fc.asyncProperty(scenario, async (given) => {
    const { stopped, stoppedAt, again, outcomes } = await play(given);
    const own = fake.queries.filter((query) => owners.get(query) === stopped.arn);
    const others = fake.queries.filter((query) => !own.includes(query));
    // It may have ended by itself before: nothing was stopped then.
    if (stopped.status !== 'ABORTED') return;

    expect(outcomes).toHaveLength(1);
    expect(others.filter((query) => query.cancelledAt !== undefined)).toEqual([]);
    const left = own.filter((query) => fake.endOf(query) > stoppedAt + SLACK + MINUTE);
    // Where another run of the same query got no answer in the same minutes, nobody can tell whose is whose, and that is said aloud.
    if (left.length > 0) {
      expect(outcomes[0]).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.CancelUnknown' });
      expect(again?.outcome).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.StartUnknown' });
    } else {
      expect(outcomes[0].status === 'SUCCEEDED' || given.againMillis !== null).toBe(true);
    }
    seen.others += others.length;
    if (own.length === 0) seen.nothing += 1;
    if (own.some(({ cancelledAt = 0 }) => cancelledAt >= stoppedAt)) seen.cancelled += 1;
    if (outcomes[0].history.some(({ stateName }) => stateName === 'Look')) seen.looked += 1;
  }), { seed: 20261122, numRuns: ROUNDS });
  // The scenarios reach every case, or the rules above would say little.
  expect(seen.cancelled).toBeGreaterThan(ROUNDS / 4);
  expect(seen.looked).toBeGreaterThan(ROUNDS / 20);
  expect(seen.nothing).toBeGreaterThan(ROUNDS / 50);
  expect(seen.others).toBeGreaterThan(ROUNDS / 2);
}, ROUNDS * 2000 + 60_000);
