import { App, Duration, Stack } from 'aws-cdk-lib';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type JsonObject, LocalStepFunctions, StateMachineDefinition, stateMachinesOf, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { table } from './figures';
import { AnalysisTemplate, Membership, ProtectedQuery, RunProtectedQuery } from '../src';

const ARN = 'arn:aws:states:eu-central-1:111122223333:stateMachine:Bench';
const MINUTE = 60_000;
const DURATIONS = [['1 min', MINUTE], ['1 h', 60 * MINUTE], ['12 h', 720 * MINUTE]] as const;

/** A poll that happens to fit the duration would look too good: the figures are means over these, around the duration. */
const PHASES = [-26_000, -13_000, 0, 13_000, 26_000];

/** Transitions, which are billed, and how long after its end a query's end is noticed; in virtual time, so exact. */
export async function benchTransitions(): Promise<void> {
  const machines = [['RunProtectedQuery', ownDefinition()], ['a poll every 60 s', fixedPoll()]] as const;
  const rows: (string | number)[][] = [];
  for (const [duration, millis] of DURATIONS) {
    for (const [name, definition] of machines) {
      const runs = await Promise.all(PHASES.map((phase) => run(definition, millis + phase)));
      const mean = (key: 'transitions' | 'delay') => runs.reduce((sum, result) => sum + result[key], 0) / runs.length;
      rows.push([duration, name, Math.round(mean('transitions')), `${Math.round(mean('delay') / 1000)} s`]);
    }
  }
  table('A query that takes', ['', '', 'transitions', 'noticed after'], rows);
}

async function run(definition: StateMachineDefinition, duration: number): Promise<{ transitions: number; delay: number }> {
  const clock = new VirtualClock({ start: new Date('2026-11-22T03:00:00Z') });
  let endsAt = 0;
  const cleanrooms = async (action: string) => {
    if (action === 'startProtectedQuery') endsAt = clock.now() + duration;
    return { ProtectedQuery: { Id: 'b1b2c3d4-5678-90ab-cdef-111122223333', Status: clock.now() >= endsAt ? 'SUCCESS' : 'STARTED' } };
  };
  const stepFunctions = new LocalStepFunctions({ clock, services: { cleanrooms } });
  stepFunctions.register(ARN, definition, { type: 'STANDARD' });
  const { status, transitions, endedAt, cause } = await stepFunctions.start(ARN, { input: {} }).done;
  if (status !== 'SUCCEEDED') throw new Error(`the run of a query of ${duration} ms ended ${status}: ${cause}`);
  return { transitions, delay: endedAt - endsAt };
}

function ownDefinition(): StateMachineDefinition {
  const stack = new Stack(new App(), 'Bench');
  const membership = Membership.fromMembershipAttributes(stack, 'Membership', { membershipIdentifier: 'c1b2c3d4-5678-90ab-cdef-111122223333' });
  const template = AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Template',
    'arn:aws:cleanrooms:eu-central-1:111122223333:membership/c1b2c3d4-5678-90ab-cdef-111122223333/analysistemplate/d1b2c3d4-5678-90ab-cdef-111122223333');
  const query = new RunProtectedQuery(stack, 'Query', { membership, query: ProtectedQuery.fromAnalysisTemplate(template), timeout: Duration.hours(24) });
  new StateMachine(stack, 'StateMachine', { queryLanguage: QueryLanguage.JSONATA, definitionBody: DefinitionBody.fromChainable(query) });
  const { template: synthesized } = stack.node.root instanceof App ? stack.node.root.synth().getStackByName('Bench') : { template: {} };
  const machines = stateMachinesOf(synthesized as JsonObject, () => 'aws');
  return machines.find(({ logicalId }) => logicalId.startsWith('StateMachine'))!.definition;
}

/** What people write by hand: no retries, no time-out, no cancel. */
function fixedPoll(): StateMachineDefinition {
  const task = (action: string, next: string) => ({
    Type: 'Task', Resource: `arn:aws:states:::aws-sdk:cleanrooms:${action}`, Arguments: {}, Output: '{% $states.result.ProtectedQuery %}', Next: next,
  });
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Start',
    States: {
      'Start': task('startProtectedQuery', 'Wait'),
      'Wait': { Type: 'Wait', Seconds: 60, Next: 'Get' },
      'Get': task('getProtectedQuery', 'Ended?'),
      'Ended?': { Type: 'Choice', Choices: [{ Condition: "{% $states.input.Status = 'SUCCESS' %}", Next: 'Done' }], Default: 'Wait' },
      'Done': { Type: 'Succeed' },
    },
  } as unknown as StateMachineDefinition;
}
