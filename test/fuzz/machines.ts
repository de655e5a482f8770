import { Duration } from 'aws-cdk-lib';
import { type ExecutionOutcome, type JsonValue, StepFunctionsError } from 'cdk-cleanrooms-rehearsal/step-functions';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import type { Fuzz } from './fuzz';
import { hostileString, hostileValue, nearlyValid } from './hostile';
import { ParameterType, ProtectedQuery, QueryParameter } from '../../src';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, logicalIdOf, MEMBERSHIP, newStack } from '../support/membership-app';
import { QueryAccount, SynthesizedQueries } from '../support/query-account';
import { DAY, machineFor, newScheduled, partnerTemplate } from '../support/query-app';

const TIME = '2026-11-21T03:00:00Z';
const NAME = '20261121T030000Z';
const SQL = 'SELECT confidential FROM purchases';
const LITERAL = 'a confidential literal';

type Target = 'machine of somebody else' | 'worker' | 'worker of SQL' | 'dispatcher' | 'canceller';

interface Given {
  readonly target: Target;
  readonly name: string;
  readonly input: unknown;
}

interface Machines {
  readonly synthesized: SynthesizedQueries;
  readonly arns: Readonly<Record<Target, string>>;
}

/** The state machines run a query for a good input only, and say of a bad one what is wrong with it, and no more. */
export const fuzzMachines: Fuzz = {
  name: 'execution inputs at the state machines',
  share: 0.1,
  async run({ runs, seed, progress, note }) {
    const machines = synthesize();
    await fc.assert(fc.asyncProperty(inputs(machines), async (given) => {
      const problem = await problemOf(machines, { ...given, input: JSON.parse(JSON.stringify(given.input)) as unknown }, (what) => note(`${given.target}: ${what}`));
      if (problem !== undefined) throw new Error(problem);
      progress();
    }), { numRuns: runs, seed, includeErrorInReport: true });
  },
};

function synthesize(): Machines {
  const stack = newStack(ENV);
  const texts = ['region', 'fixed'].map((name) => ({ name, type: ParameterType.STRING }));
  const [region, fixed] = [QueryParameter.executionInput('region'), QueryParameter.literal(LITERAL)];
  const ofFields = machineFor({ query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, texts, 'OfFields'), { parameters: { region, fixed } }) }, stack);
  const template = partnerTemplate(stack, [DAY, texts[1]]);
  const ofTemplate = newScheduled(stack, {
    query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }), fixed } }),
  }, 'OfTemplate');
  const ofSql = newScheduled(stack, { query: ProtectedQuery.sql(SQL) }, 'OfSql');
  const synthesized = new SynthesizedQueries(stack);
  const arn = (machine: IConstruct) => synthesized.arnOf(logicalIdOf(machine));
  const shared = (id: string) => arn(stack.node.findChild(id).node.findChild('StateMachine'));
  return {
    synthesized,
    arns: {
      'machine of somebody else': arn(ofFields),
      'worker': arn(ofTemplate.stateMachine),
      'worker of SQL': arn(ofSql.stateMachine),
      'dispatcher': shared('CleanRoomsQueryDispatcher'),
      'canceller': shared('CleanRoomsQueryCanceller'),
    },
  };
}

function inputs({ arns }: Machines): fc.Arbitrary<Given> {
  const name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(NAME, NAME, NAME, `${NAME}-again`) }, { weight: 1, arbitrary: hostileString });
  const times = fc.constantFrom(TIME, TIME, TIME, '2026-02-30T03:00:00Z', '2026-11-21', '2026-11-21T03:00:00+01:00', '2026-11-21T03:00:00.000Z', '20261121T030000Z');
  const given = (target: Target, valid: fc.Arbitrary<unknown>) => fc.record({
    target: fc.constant(target), name, input: fc.oneof({ weight: 10, arbitrary: nearlyValid(valid) }, { weight: 1, arbitrary: hostileValue }),
  });
  return fc.oneof(
    given('machine of somebody else', fc.record({ region: fc.oneof(fc.constantFrom<unknown>('north', 7, true, '', 'x'.repeat(1_001)), hostileValue) })),
    given('worker', fc.record({ scheduledTime: times })),
    given('worker of SQL', fc.record({ scheduledTime: times })),
    given('dispatcher', fc.record({ stateMachineArn: fc.constantFrom(arns['worker of SQL'], arns.worker), overlap: fc.constantFrom('SKIP', 'ALLOW'), scheduledTime: times })),
    given('canceller', fc.record({ executionArn: fc.constant(`${arns['worker of SQL'].replace(':stateMachine:', ':execution:')}:${NAME}`), membershipIdentifier: fc.constant(MEMBERSHIP) })),
  );
}

async function problemOf(machines: Machines, given: Given, note: (what: string) => void): Promise<string | undefined> {
  const fake = new FakeProtectedQueries();
  const account = new QueryAccount(machines.synthesized, { services: { cleanrooms: fake.handler } });
  const { stepFunctions, clock } = account;
  if (given.target === 'canceller') {
    stepFunctions.start(machines.arns['worker of SQL'], { name: NAME, input: { scheduledTime: TIME } });
    await clock.sleep(10_000);
  }
  const before = fake.queries.length;
  let outcome: ExecutionOutcome;
  try {
    outcome = await stepFunctions.start(machines.arns[given.target], { name: given.name, input: given.input as JsonValue }).done;
  } catch (error) {
    if (!(error instanceof StepFunctionsError)) throw error;
    note(`refused by Step Functions: ${error.name}`);
    return fake.queries.length > before ? 'a query runs although the execution was refused' : undefined;
  }
  await clock.sleep(3_600_000);
  note(outcome.error ?? outcome.status);
  return leakIn(outcome, given) ?? wrongIn(machines, given, outcome, fake, before);
}

/** What is wrong with an outcome that is told to whoever reads the execution. */
function leakIn({ status, error, cause = '' }: ExecutionOutcome, { input }: Given): string | undefined {
  const own = JSON.stringify(input);
  for (const secret of [SQL, LITERAL]) if (cause.includes(secret) && !own.includes(secret)) return `the cause tells '${secret}': ${cause}`;
  if (status === 'SUCCEEDED' || status === 'TIMED_OUT') return undefined;
  if (!/^(ProtectedQuery|States|Sfn|CleanRooms)\.\w+$/.test(error ?? '')) return `the error is ${error}`;
  if (/at fault|TypeError|\n\s+at /.test(cause) || cause === '') return `the cause is no sentence: ${cause}`;
  return undefined;
}

function wrongIn(
  { arns }: Machines, { target, name, input }: Given, { status, error }: ExecutionOutcome, fake: FakeProtectedQueries, before: number,
): string | undefined {
  const started = fake.queries.length - before;
  const record = (typeof input === 'object' && input !== null ? input : {}) as Readonly<Record<string, unknown>>;
  switch (target) {
    case 'canceller': {
      const cancelled = fake.queries.some(({ cancelledAt }) => cancelledAt !== undefined);
      const isMeant = typeof record.executionArn === 'string' && record.executionArn === `${arns['worker of SQL'].replace(':stateMachine:', ':execution:')}:${NAME}`;
      if (started > 0) return 'a canceller started a query';
      return cancelled && !isMeant && !Array.isArray(input) ? 'a query was cancelled that was not meant' : undefined;
    }
    case 'dispatcher': {
      const isGood = isTime(record.scheduledTime) && [arns['worker of SQL'], arns.worker].some((arn) => arn === record.stateMachineArn);
      if (Array.isArray(input)) return started <= 1 ? undefined : 'more than one query';
      return started === (isGood ? 1 : 0) ? undefined : `${started} queries of ${isGood ? 'a good' : 'a bad'} input, ${status}`;
    }
    default: {
      const due = (typeof record.scheduledTime === 'string' ? record.scheduledTime : '').replace(/[-:]/g, '');
      const isNamed = name === due || name.startsWith(`${due}-`);
      const isGood = target === 'machine of somebody else' ? isValue(record.region) : isTime(record.scheduledTime) && isNamed;
      // JSONata takes a list of one for the one.
      if (Array.isArray(input)) return started <= 1 ? undefined : 'more than one query';
      if (started !== (isGood ? 1 : 0)) return `${started} queries of ${isGood ? 'a good' : 'a bad'} input, ${status} ${error ?? ''}`;
      if (isGood) return status === 'SUCCEEDED' ? undefined : `a good input ended in ${error ?? status}`;
      return status === 'FAILED' ? undefined : `a bad input ended in ${status}`;
    }
  }
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value.replace('Z', '.000Z');
}

function isValue(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return typeof value === 'string' && [...value].length <= 1_000;
}
