import { isObject, JsonObject, JsonValue } from './json';

/** A state machine in the Amazon States Language, as far as JSONata goes. */
export interface StateMachineDefinition extends StateContainer {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
}

/** What has states: the machine, a branch of a Parallel, the processor of a Map. */
export interface StateContainer {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
}

export type State = TaskState | ParallelState | MapState | ChoiceState | WaitState | PassState | SucceedState | FailState;

interface CommonFields {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
}

interface OutputFields extends CommonFields {
  readonly Output?: JsonValue;
}

interface AssignFields {
  readonly Assign?: JsonObject;
}

interface NextFields extends OutputFields, AssignFields {
  readonly Next?: string;
  readonly End?: boolean;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher extends AssignFields {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: JsonValue;
}

interface RecoverableFields extends NextFields {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends RecoverableFields {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: JsonValue;
  readonly TimeoutSeconds?: number | string;
}

export interface ParallelState extends RecoverableFields {
  readonly Type: 'Parallel';
  readonly Arguments?: JsonValue;
  readonly Branches: readonly StateContainer[];
}

export interface MapState extends RecoverableFields {
  readonly Type: 'Map';
  readonly Items?: JsonValue;
  readonly ItemSelector?: JsonValue;
  readonly MaxConcurrency?: number | string;
  readonly ItemProcessor: StateContainer & { readonly ProcessorConfig?: { readonly Mode?: string } };
}

export interface ChoiceRule extends AssignFields {
  readonly Condition: string;
  readonly Next: string;
  readonly Output?: JsonValue;
}

export interface ChoiceState extends OutputFields, AssignFields {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends NextFields {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}

export interface PassState extends NextFields {
  readonly Type: 'Pass';
}

export interface SucceedState extends OutputFields {
  readonly Type: 'Succeed';
}

export interface FailState extends CommonFields {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

/** The branches and the item processor of a state. */
export function containersOf(state: State): readonly StateContainer[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}

/** Gives the value of an intrinsic function (`{ Ref: … }`, `{ 'Fn::GetAtt': … }`, …) other than a join of strings. */
export type ResolveIntrinsic = (intrinsic: JsonObject) => JsonValue;

export interface SynthesizedStateMachine {
  readonly logicalId: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: StateMachineDefinition;
}

/** The state machines of a synthesised template. */
export function stateMachinesOf(template: JsonObject, resolve: ResolveIntrinsic): SynthesizedStateMachine[] {
  const resources = isObject(template.Resources) ? template.Resources : {};
  const resolveAll: ResolveIntrinsic = (intrinsic) => ('Fn::FindInMap' in intrinsic ? findInMap(template, intrinsic, resolve) : resolve(intrinsic));
  return Object.entries(resources).flatMap(([logicalId, resource]) => {
    if (!isObject(resource) || resource.Type !== 'AWS::StepFunctions::StateMachine' || !isObject(resource.Properties)) return [];
    const type = resource.Properties.StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
    return [{ logicalId, type, definition: loadDefinition(resource.Properties, resolveAll) }];
  });
}

function findInMap(template: JsonObject, intrinsic: JsonObject, resolve: ResolveIntrinsic): JsonValue {
  const path = (intrinsic['Fn::FindInMap'] as readonly JsonValue[]).map((part) => String(resolveValue(part, resolve)));
  const found = path.reduce<JsonValue | undefined>((map, key) => (isObject(map) ? map[key] : undefined), template.Mappings);
  if (found === undefined) throw new Error(`the template has no mapping ${path.join('.')}`);
  return found;
}

/** The definition in the properties of an `AWS::StepFunctions::StateMachine`. */
export function loadDefinition(properties: JsonObject, resolve: ResolveIntrinsic): StateMachineDefinition {
  const source = properties.DefinitionString ?? properties.Definition;
  if (source === undefined) {
    throw new Error('the state machine has neither `DefinitionString` nor `Definition`: one that lies in S3 cannot be loaded');
  }
  const resolved = resolveValue(source, resolve);
  let text = typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
  const substitutions = isObject(properties.DefinitionSubstitutions) ? properties.DefinitionSubstitutions : {};
  for (const [name, value] of Object.entries(substitutions)) {
    text = text.replaceAll(`\${${name}}`, String(resolveValue(value, resolve)));
  }
  try {
    return JSON.parse(text) as StateMachineDefinition;
  } catch (error) {
    throw new Error(`the definition is not JSON once its intrinsic functions are resolved: ${(error as Error).message}`);
  }
}

/** Resolves every intrinsic function in a value of a template. */
export function resolveValue(value: JsonValue, resolve: ResolveIntrinsic): JsonValue {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item as JsonValue, resolve));
  if (!isObject(value)) return value;
  const [key, ...more] = Object.keys(value);
  if (more.length > 0 || key === undefined || (key !== 'Ref' && !key.startsWith('Fn::'))) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolveValue(member, resolve)]));
  }
  if (key !== 'Fn::Join') return resolve(value);
  const [separator, parts] = value[key] as readonly [string, readonly JsonValue[]];
  return parts.map((part) => String(resolveValue(part, resolve))).join(separator);
}
