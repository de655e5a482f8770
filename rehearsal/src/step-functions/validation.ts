import { containersOf, State, StateContainer, StateMachineDefinition } from './definition';
import { refusalOf } from './expression-check';
import { isObject, JsonObject, JsonValue } from './json';
import { expressionOf } from './parsed-expression';

const JSONPATH_FIELDS = [
  'InputPath', 'OutputPath', 'ResultPath', 'ResultSelector', 'Parameters', 'Result', 'ItemsPath', 'MaxConcurrencyPath',
  'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'ErrorPath', 'CausePath',
];
const DISTRIBUTED_MAP_FIELDS = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'ToleratedFailureCount', 'ToleratedFailurePercentage'];
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

/** Refuses a definition that Step Functions would refuse, or that the local runner cannot run faithfully. */
export function validateDefinition(definition: StateMachineDefinition, isSupportedResource: (resource: string) => boolean): void {
  const names = new Set<string>();
  const visitContainer = (container: StateContainer, language: string | undefined, outerVariables: ReadonlySet<string>) => {
    requireState(container, container.StartAt, '`StartAt`');
    const variables = assignedIn(container);
    for (const name of variables) {
      if (outerVariables.has(name)) throw new Error(`variable $${name} is assigned both inside and outside of a branch: rename one of them`);
    }
    const visible = new Set([...outerVariables, ...variables]);
    for (const [name, state] of Object.entries(container.States)) {
      if (names.has(name)) throw new Error(`two states are called '${name}': names are unique in the whole state machine`);
      names.add(name);
      validateState(name, state, language);
      for (const target of targetsOf(state)) requireState(container, target, `state '${name}'`);
      if (state.Type === 'Task' && !isSupportedResource(state.Resource)) {
        throw new Error(`state '${name}' calls ${state.Resource}, which is not simulated`);
      }
      for (const inner of containersOf(state)) visitContainer(inner, language, visible);
    }
  };
  visitContainer(definition, definition.QueryLanguage, new Set());
}

function validateState(name: string, state: State, language: string | undefined): void {
  if ((state.QueryLanguage ?? language ?? 'JSONPath') !== 'JSONata') {
    throw new Error(`state '${name}' uses JSONPath: the local runner knows JSONata only, set the query language of the state machine`);
  }
  const fields = Object.keys(state);
  const foreign = fields.find((field) => JSONPATH_FIELDS.includes(field));
  if (foreign !== undefined) throw new Error(`state '${name}': the field '${foreign}' is not for JSONata`);
  const distributed = fields.find((field) => DISTRIBUTED_MAP_FIELDS.includes(field));
  if (distributed !== undefined || (state.Type === 'Map' && state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED')) {
    throw new Error(`state '${name}': the local runner knows no distributed Map`);
  }
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
    throw new Error(`state '${name}': a Wait needs either \`Seconds\` or \`Timestamp\``);
  }
  for (const variable of assignmentsOf(state)) {
    if (variable === 'states' || !VARIABLE_NAME.test(variable)) throw new Error(`state '${name}': '${variable}' cannot name a variable`);
  }
  for (const [path, text] of stringsIn(ownFields(state), '')) {
    const expression = expressionOf(text);
    const refusal = expression === undefined ? undefined : refusalOf(expression, path.startsWith('/Catch['));
    if (refusal !== undefined) throw new Error(`state '${name}': ${refusal} at ${path}`);
  }
}

function requireState(container: StateContainer, target: string | undefined, from: string): void {
  if (target === undefined || !(target in container.States)) {
    throw new Error(`${from} names the state '${target}', which is not among its siblings`);
  }
}

function targetsOf(state: State): string[] {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return [];
  if (state.Type === 'Choice') {
    return [...state.Choices.map((rule) => rule.Next), ...(state.Default === undefined ? [] : [state.Default])];
  }
  const caught = 'Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Next) : [];
  // A state without `End` must say where to go: an absent `Next` is a target that does not exist.
  return state.End === true ? caught : [...caught, state.Next ?? ''];
}

function assignmentsOf(state: State): string[] {
  const assignments = [
    'Assign' in state ? state.Assign : undefined,
    ...(state.Type === 'Choice' ? state.Choices.map((rule) => rule.Assign) : []),
    ...('Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Assign) : []),
  ];
  return assignments.flatMap((assign) => Object.keys(assign ?? {}));
}

function assignedIn(container: StateContainer): Set<string> {
  return new Set(Object.values(container.States).flatMap(assignmentsOf));
}

/** The fields of a state without the states inside it. */
function ownFields(state: State): JsonObject {
  const { Branches, ItemProcessor, Comment, ...fields } = state as unknown as Record<string, JsonValue>;
  return fields;
}

function* stringsIn(value: JsonValue, path: string): Generator<readonly [string, string]> {
  if (typeof value === 'string') {
    yield [path, value];
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* stringsIn(item as JsonValue, `${path}[${index}]`);
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) yield* stringsIn(member, `${path}/${key}`);
  }
}
