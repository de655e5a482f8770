import { type JsonObject, LocalStepFunctions, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { differ, Difference } from './compare';
import { nameOf } from './engine';
import { DEVIATIONS, JSONPATH_SCENARIOS, JsonPathScenario } from './jsonpath-scenarios';
import { MotoStates } from './moto-states';
import { ACCOUNT, REGION } from '../../support/membership-app';

const START = new Date('2026-11-21T02:59:00Z');

export interface JsonPathVerdict {
  readonly name: string;
  readonly differences: readonly Difference[];
  /** Why the two must differ, if they must. */
  readonly deviation?: string;
}

/** Plays states of JSONPath in both engines: how they end, with what, and when. */
export async function judgeJsonPath(engine: MotoStates, word: string): Promise<JsonPathVerdict[]> {
  const verdicts: JsonPathVerdict[] = [];
  for (const [index, scenario] of JSONPATH_SCENARIOS.entries()) {
    if (!scenario.name.includes(word)) continue;
    const arn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Path-${index}`;
    const [, deviation] = DEVIATIONS.find(([pattern]) => pattern.test(scenario.name)) ?? [];
    verdicts.push({ name: scenario.name, deviation, differences: differ('', await inLocalRunner(arn, scenario), await inMoto(engine, arn, scenario)) });
  }
  return verdicts;
}

const definitionOf = ({ states }: JsonPathScenario) => ({ StartAt: Object.keys(states)[0], States: states });

async function inLocalRunner(arn: string, scenario: JsonPathScenario): Promise<JsonObject> {
  const runner = new LocalStepFunctions({ clock: new VirtualClock({ start: START }) });
  runner.register(arn, definitionOf(scenario));
  const { status, output, error, cause, endedAt } = await runner.start(arn, { name: 'run', input: scenario.input }).done;
  return ending(scenario, { status, output, error, cause }, endedAt);
}

async function inMoto(engine: MotoStates, arn: string, scenario: JsonPathScenario): Promise<JsonObject> {
  const clock = new VirtualClock({ start: START });
  try {
    await engine.open({ clock, cleanRooms: '', machines: [{ arn, type: 'STANDARD', definition: definitionOf(scenario) }] });
  } catch (error) {
    return { refused: (error as Error).message };
  }
  await engine.start(arn, 'run', JSON.stringify(scenario.input ?? {}));
  await engine.rest();
  const execution = (await engine.executions()).find(({ machine }) => machine === nameOf(arn));
  return ending(scenario, { ...execution }, clock.now());
}

/** Why a function fails, each says in its own words; and each writes the input in its own way. */
function ending({ name }: JsonPathScenario, { status, output, error, cause }: { readonly [field: string]: unknown }, endedAt: number): JsonObject {
  const why = name.startsWith('States.') ? undefined : (cause as string | undefined)?.replace(/could not be found in the input '.*'$/s, 'could not be found');
  return JSON.parse(JSON.stringify({ status, output, error, cause: why, endedAt })) as JsonObject;
}
