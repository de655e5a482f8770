import { isObject, JsonObject, JsonValue } from './json';

/** A state machine in the Amazon States Language: fields that end with `Path`, `Parameters` and `Result…` are of JSONPath. */
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

/** A path in the data of a state, or null for none of it. */
type DataPath = string | null;

interface OutputFields extends CommonFields {
  readonly Output?: JsonValue;
  readonly InputPath?: DataPath;
  readonly OutputPath?: DataPath;
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
  readonly ResultPath?: DataPath;
}

interface RecoverableFields extends NextFields {
  readonly Parameters?: JsonValue;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: DataPath;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends RecoverableFields {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: JsonValue;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSecondsPath?: string;
}

export interface ParallelState extends RecoverableFields {
  readonly Type: 'Parallel';
  readonly Arguments?: JsonValue;
  readonly Branches: readonly StateContainer[];
}

export interface MapState extends RecoverableFields {
  readonly Type: 'Map';
  readonly Items?: JsonValue;
  readonly ItemsPath?: string;
  readonly ItemSelector?: JsonValue;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ItemProcessor?: ItemProcessor;
  /** What `ItemProcessor` was called before. */
  readonly Iterator?: ItemProcessor;
}

interface ItemProcessor extends StateContainer {
  readonly ProcessorConfig?: { readonly Mode?: string };
}

/** A test of JSONPath: a variable with one operator such as `StringEquals`, or tests that are put together. */
export interface DataTest {
  readonly Variable?: string;
  readonly And?: readonly DataTest[];
  readonly Or?: readonly DataTest[];
  readonly Not?: DataTest;
  readonly [operator: string]: JsonValue | readonly DataTest[] | DataTest | undefined;
}

export interface ChoiceRule extends AssignFields, DataTest {
  readonly Condition?: string;
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
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface PassState extends NextFields {
  readonly Type: 'Pass';
  readonly Parameters?: JsonValue;
  readonly Result?: JsonValue;
  readonly ResultPath?: DataPath;
}

export interface SucceedState extends OutputFields {
  readonly Type: 'Succeed';
}

export interface FailState extends CommonFields {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** The branches and the item processor of a state. */
export function containersOf(state: State): readonly StateContainer[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [processorOf(state)] : [];
}

export function processorOf(state: MapState): ItemProcessor {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw new Error('a Map needs an `ItemProcessor`');
  return processor;
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
