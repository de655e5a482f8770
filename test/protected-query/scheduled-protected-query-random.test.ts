import { Duration } from 'aws-cdk-lib';
import { Execution, ExecutionOutcome, LocalStepFunctionsOptions, ServiceHandler } from 'cdk-cleanrooms-rehearsal/step-functions';
import fc from 'fast-check';
import { ProtectedQuery, QueryParameter } from '../../src';
import { Course, FakeProtectedQueries, FakeQuery, Fault, QueryAction } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { accountFor, DAY, newScheduled, partnerTemplate } from '../support/query-app';
import { limitOf, rounds } from '../support/rounds';

/** Random faults at each call, random courses, random deliveries: what must hold whatever happens. */

const ROUNDS = rounds({ few: 40, all: 200 });
const MINUTE = 60_000;
const TIMEOUT = Duration.hours(1);
/** What a dozen faults of each call can add: none takes more than its time-out and the pause after it. */
const SLACK = 45 * MINUTE;

const stack = newStack(ENV);
const template = partnerTemplate(stack, [DAY]);
const nightly = newScheduled(stack, {
  query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.scheduledDate() } }),
  timeout: TIMEOUT,
  maxQueueTime: Duration.minutes(10),
});

// One account for all runs, each a day of its own: synthesizing and compiling take longer than running.
let fake: FakeProtectedQueries;
const current: ServiceHandler = async (action, parameters, context) => fake.handler(action, parameters, context);
const engine: LocalStepFunctionsOptions = { services: { cleanrooms: current } };
const account = accountFor(nightly.stateMachine, new FakeProtectedQueries(), engine);
let night = Date.parse('2026-01-02T03:00:00Z');

const THROTTLED: Fault = { error: 'ThrottlingException' };
const ambiguous = (executed: boolean): Fault[] => [{ error: 'InternalServerException', executed }, { error: 'SdkClientException', executed }, { seconds: 120, executed }];
const UNANSWERED = [...ambiguous(false), ...ambiguous(true)];
const REFUSED: Fault = { error: 'ValidationException' };
const PASSES: Fault = {};

const faultsOf = (...faults: Fault[]) => fc.array(
  fc.oneof({ arbitrary: fc.constant(PASSES), weight: 2 }, { arbitrary: fc.constantFrom(...faults), weight: 3 }), { maxLength: 12 },
);

const scenario = fc.record({
  faults: fc.record({
    startProtectedQuery: faultsOf(THROTTLED, { error: 'ServiceQuotaExceededException' }, REFUSED, ...UNANSWERED),
    getProtectedQuery: faultsOf(THROTTLED, { error: 'AccessDeniedException' }, ...UNANSWERED),
    updateProtectedQuery: faultsOf(THROTTLED, { error: 'AccessDeniedException' }, ...UNANSWERED),
    listProtectedQueries: faultsOf(THROTTLED, ...UNANSWERED),
  }),
  course: fc.record({
    seconds: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 3000, max: 4200 }), fc.integer({ min: 0, max: 30 * 3600 })),
    ending: fc.constantFrom<Course['ending'][]>('SUCCESS', 'FAILED', 'CANCELLED', 'TIMED_OUT'),
    cancellingSeconds: fc.integer({ min: 0, max: 300 }),
  }),
  // A list that lags by more than the pauses of a look cannot be outwaited.
  listLagSeconds: fc.integer({ min: 0, max: 90 }),
  pageSize: fc.integer({ min: 1, max: 3 }),
  deliveries: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 7200 })), { minLength: 1, maxLength: 3 }),
  others: fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 3 }),
  // So many seconds before its time somebody takes its name.
  early: fc.oneof({ arbitrary: fc.constant(undefined), weight: 5 }, { arbitrary: fc.integer({ min: 120, max: 4 * 3600 }), weight: 1 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Observation {
  readonly own: FakeQuery[];
  readonly outcomes: readonly (ExecutionOutcome | undefined)[];
  /** Of the dispatcher. */
  readonly deliveries: readonly (ExecutionOutcome | undefined)[];
}

async function play({ faults, course, listLagSeconds, pageSize, deliveries, others, early }: Scenario): Promise<Observation> {
  const { clock } = account;
  night += 4 * 24 * 60 * MINUTE;
  await clock.sleep(night - (early ?? 0) * 1000 - clock.now());
  fake = new FakeProtectedQueries({ course: () => course, listLagSeconds, pageSize, slots: 10 });
  for (const [action, list] of Object.entries(faults)) fake.failNext(action as QueryAction, ...list);
  const foreign = others.map((seconds) => fake.add({ SqlParameters: { QueryString: 'SELECT 1' } }, night + seconds * 1000));
  const scheduledTime = new Date(night).toISOString().replace('.000', '');
  const name = scheduledTime.replace(/[-:]/g, '');
  if (early !== undefined) account.start(nightly.stateMachine, { scheduledTime }, name);
  const delivered: Execution[] = [];
  for (const seconds of [...deliveries].sort((a, b) => a - b)) {
    await clock.sleep(night + seconds * 1000 - clock.now());
    delivered.push(...account.fire(nightly.schedule, new Date(night).toISOString()));
  }
  await clock.sleep(3 * 24 * 60 * MINUTE);
  return {
    deliveries: delivered.map(({ outcome }) => outcome),
    own: fake.queries.filter((query) => !foreign.includes(query)),
    outcomes: account.executions(nightly.stateMachine).filter((execution) => execution.name === name).map(({ outcome }) => outcome),
  };
}

/** The outcomes that the truth allows. */
function allowed(own: FakeQuery[], startFaults: Fault[]): string[] {
  const unanswered = startFaults.some((fault) => UNANSWERED.includes(fault));
  const refused = ['CleanRooms.ValidationException', 'CleanRooms.ThrottlingException', 'CleanRooms.ServiceQuotaExceededException'];
  const [query] = own;
  if (query === undefined) return unanswered ? [...refused, 'ProtectedQuery.StartUnknown'] : refused;
  const isOver = fake.endOf(query) - query.createdAt;
  const late = isOver >= TIMEOUT.toMilliseconds() - 1000;
  const told = { SUCCESS: 'SUCCEEDED', FAILED: 'ProtectedQuery.Failed', CANCELLED: 'ProtectedQuery.Cancelled', TIMED_OUT: 'ProtectedQuery.TimedOut' };
  const ending = query.cancelledAt === undefined ? [told[fake.endingOf(query)]] : ['ProtectedQuery.TimedOut'];
  // Cancelled by somebody while it was being cancelled for its timeout: either is true.
  if (fake.endingOf(query) === 'CANCELLED' && late) ending.push('ProtectedQuery.TimedOut');
  return unanswered ? [...ending, 'ProtectedQuery.StartUnknown'] : ending;
}

test('one query for one scheduled time, none beyond its deadline, the outcome that was', async () => {
  const seen = new Map<string, number>();
  let early = 0;
  await fc.assert(fc.asyncProperty(scenario, async (given) => {
    const { own, outcomes, deliveries } = await play(given);
    // A night whose name is taken is lost, and each delivery of it says so.
    if (given.early !== undefined) early += 1;
    const delivered = given.early === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', error: 'ProtectedQuery.BeganEarly' };
    expect(deliveries).toEqual(given.deliveries.map(() => expect.objectContaining(delivered) as unknown));
    expect(own.length).toBeLessThanOrEqual(1);
    expect(outcomes).toHaveLength(1);
    const told = outcomes[0]?.error ?? outcomes[0]?.status ?? 'RUNNING';
    seen.set(told, (seen.get(told) ?? 0) + 1);

    const used = given.faults.startProtectedQuery.slice(0, fake.callsOf('startProtectedQuery').length);
    expect(allowed(own, used)).toContain(told);
    if (told === 'SUCCEEDED') expect(outcomes[0]?.output).toMatchObject({ queryId: own[0].id });
    if (told !== 'ProtectedQuery.StartUnknown') {
      for (const query of own) expect(fake.endOf(query) - query.createdAt).toBeLessThanOrEqual(TIMEOUT.toMilliseconds() + SLACK);
    }
    for (const query of fake.queries) expect(query.cancelledAt === undefined || own.includes(query)).toBe(true);
  }), { seed: 20261122, numRuns: ROUNDS });
  // The scenarios reach every end, or the rules above would say little.
  expect(early).toBeGreaterThan(ROUNDS / 20);
  expect([...seen.keys()].sort()).toEqual([
    'CleanRooms.ValidationException', 'ProtectedQuery.Cancelled', 'ProtectedQuery.Failed', 'ProtectedQuery.StartUnknown', 'ProtectedQuery.TimedOut', 'SUCCEEDED',
  ].sort());
}, limitOf(ROUNDS * 1000 + 60_000));
