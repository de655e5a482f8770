import aslValidator from 'asl-validator';
import { compileOnce } from './compile-once';
import { State, StateMachineDefinition } from './definition';
import { ExecutionOutcome } from './execution';
import { JsonValue } from './json';
import { LocalStepFunctions, LocalStepFunctionsOptions } from './runner';
import { StateMachineType } from './state-machine';

export const MACHINE_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:Machine';

/** A JSONata state machine that starts at the first of the states. */
export function machineOf(states: Record<string, State>, more: Partial<StateMachineDefinition> = {}): StateMachineDefinition {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

compileOnce();
const validated = new Set<string>();

/** Throws what the independent validator says against a definition. */
export function requireValidAsl(definition: StateMachineDefinition): void {
  const text = JSON.stringify(definition);
  if (validated.has(text)) return;
  // It writes into what it validates.
  const { isValid, errorsText } = aslValidator(JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? onOneLine(value) : value)));
  if (!isValid) throw new Error(`not valid in the Amazon States Language:\n${errorsText('\n')}`);
  validated.add(text);
}

/** Its pattern for plain strings knows neither empty ones nor line ends, both of which the service takes. */
function onOneLine(value: string): string {
  return value.startsWith('{%') ? value : value.replace(/[\n\r\u2028\u2029]/g, ' ') || ' ';
}

export interface TryMachineOptions extends LocalStepFunctionsOptions {
  readonly input?: JsonValue;
  readonly name?: string;
  readonly type?: StateMachineType;
}

/** Validates a definition by the independent validator, and runs it once. */
export async function tryMachine(definition: StateMachineDefinition, options: TryMachineOptions = {}): Promise<ExecutionOutcome> {
  requireValidAsl(definition);
  const account = new LocalStepFunctions(options);
  account.register(MACHINE_ARN, definition, options);
  return account.start(MACHINE_ARN, options).done;
}
