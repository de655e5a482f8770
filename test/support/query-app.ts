import { Duration, Stack } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ExecutionOutcome, JsonObject, JsonValue, LocalStepFunctionsOptions } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Construct } from 'constructs';
import { FakeProtectedQueries } from './fake-protected-queries';
import { ENV, MEMBERSHIP_ARN, newStack, PARTNER_ARN } from './membership-app';
import { QueryAccount, SynthesizedQueries } from './query-account';
import {
  AnalysisParameter, AnalysisTemplate, IAnalysisTemplate, IMembership, Membership, ParameterType, ProtectedQuery, QueryParameter, RunProtectedQuery,
  RunProtectedQueryProps, ScheduledProtectedQuery, ScheduledProtectedQueryProps,
} from '../../src';

export const TEMPLATE_ARN = `${PARTNER_ARN}/analysistemplate/d1b2c3d4-5678-90ab-cdef-111122223333`;

export const DAY: AnalysisParameter = { name: 'day', type: ParameterType.DATE };
export const MINIMUM: AnalysisParameter = { name: 'minimum', type: ParameterType.INTEGER, defaultValue: '2' };

export function importedMembership(scope: Construct, id = 'Membership'): IMembership {
  return Membership.fromMembershipArn(scope, id, MEMBERSHIP_ARN);
}

/** The partner's template, as far as we know it. */
export function partnerTemplate(scope: Construct, parameters?: AnalysisParameter[], id = 'Template'): IAnalysisTemplate {
  return AnalysisTemplate.fromAnalysisTemplateAttributes(scope, id, { analysisTemplateArn: TEMPLATE_ARN, parameters });
}

export function newRun(scope: Construct, props: Partial<RunProtectedQueryProps> = {}, id = 'Overlap'): RunProtectedQuery {
  return new RunProtectedQuery(scope, id, {
    membership: props.membership ?? importedMembership(scope, `${id}Membership`),
    query: ProtectedQuery.sql('SELECT 1'),
    ...props,
  });
}

/** A machine that runs one query; of a stack of its own if no scope is given. */
export function machineFor(props: Partial<RunProtectedQueryProps> = {}, scope: Stack = newStack(ENV)): StateMachine {
  return new StateMachine(scope, 'Machine', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(newRun(scope, props)),
  });
}

export function newScheduled(scope: Construct, props: Partial<ScheduledProtectedQueryProps> = {}, id = 'Nightly'): ScheduledProtectedQuery {
  const parameters = { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) };
  return new ScheduledProtectedQuery(scope, id, {
    membership: props.membership ?? importedMembership(scope, `${id}Membership`),
    schedule: ScheduleExpression.cron({ hour: '3', minute: '0' }),
    query: props.query ?? ProtectedQuery.fromAnalysisTemplate(partnerTemplate(scope, [DAY], `${id}Template`), { parameters }),
    ...props,
  });
}

/** Machines are synthesized once, however many tests run them. */
const synthesized = new WeakMap<StateMachine, SynthesizedQueries>();

export function synthesizedFor(machine: StateMachine): SynthesizedQueries {
  const known = synthesized.get(machine) ?? new SynthesizedQueries(Stack.of(machine));
  synthesized.set(machine, known);
  return known;
}

export function accountFor(machine: StateMachine, fake: FakeProtectedQueries, options: LocalStepFunctionsOptions = {}): QueryAccount {
  return new QueryAccount(synthesizedFor(machine), { services: { cleanrooms: fake.handler }, ...options });
}

/** Runs a machine once against a fake service. */
export async function run(machine: StateMachine, fake: FakeProtectedQueries, input: JsonValue = {}): Promise<ExecutionOutcome> {
  return accountFor(machine, fake).start(machine, input).done;
}

/** The message of a refusal, without the construct's path. */
export function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message.replace(/^[\w/]+: /, '');
  }
  return 'accepted';
}

/** What the service was asked to start. */
export const started = (fake: FakeProtectedQueries): JsonObject[] => fake.callsOf('startProtectedQuery').map(({ parameters }) => parameters);

export const secondsOf = ({ startedAt, endedAt }: ExecutionOutcome) => (endedAt - startedAt) / 1000;
