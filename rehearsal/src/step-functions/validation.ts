import { containersOf, processorOf, State, StateContainer, StateMachineDefinition } from './definition';
import { isObject, JsonObject, JsonValue } from './json';
import { refusalOf } from './jsonata/expression-check';
import { expressionOf } from './jsonata/parsed-expression';
import { jsonPathProblems } from './jsonpath/jsonpath-check';
import { plainName } from './jsonpath/payload-template';
import { foreignField } from './language-fields';
import { languageOf, QueryLanguageName } from './query-language';

const DISTRIBUTED_MAP_FIELDS = [
  'ItemReader', 'ItemBatcher', 'ResultWriter', 'ToleratedFailureCount', 'ToleratedFailureCountPath', 'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
];
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

/** Refuses a definition that Step Functions would refuse, or that the local runner cannot run faithfully. */
export function validateDefinition(definition: StateMachineDefinition, isSupportedResource: (resource: string) => boolean): void {
  const names = new Set<string>();
  const visitContainer = (container: StateContainer, language: string | undefined, outerVariables: ReadonlySet<string>) => {
    requireState(container, container.StartAt, '`StartAt`');
    const variables = assignedIn(container, language);
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

function validateState(name: string, state: State, outer: string | undefined): void {
  const language = requireLanguage(name, state, outer);
  const foreign = foreignField(state, language);
  if (foreign !== undefined) throw new Error(`state '${name}': the field '${foreign}' is not for ${language}`);
  const distributed = Object.keys(state).some((field) => DISTRIBUTED_MAP_FIELDS.includes(field));
  if (distributed || (state.Type === 'Map' && processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED')) {
    throw new Error(`state '${name}': the local runner knows no distributed Map`);
  }
  for (const variable of assignmentsOf(state, language)) {
    if (variable === 'states' || !VARIABLE_NAME.test(variable)) throw new Error(`state '${name}': '${variable}' cannot name a variable`);
  }
  const [problem] = language === 'JSONata' ? jsonataProblems(state) : jsonPathProblems(state);
  if (problem !== undefined) throw new Error(`state '${name}': ${problem}`);
}

function requireLanguage(name: string, state: State, outer: string | undefined): QueryLanguageName {
  const language = languageOf(state, outer);
  if (language !== 'JSONata' && language !== 'JSONPath') throw new Error(`state '${name}': there is no query language '${language}'`);
  if (language === 'JSONPath' && outer === 'JSONata') {
    throw new Error(`state '${name}': 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine`);
  }
  return language;
}

function* jsonataProblems(state: State): Generator<string> {
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) yield 'a Wait needs either `Seconds` or `Timestamp`';
  for (const [path, text] of stringsIn(ownFields(state), '')) {
    const expression = expressionOf(text);
    const refusal = expression === undefined ? undefined : refusalOf(expression, path.startsWith('/Catch['));
    if (refusal !== undefined) yield `${refusal} at ${path}`;
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

/** The names of the variables that a state assigns. */
function assignmentsOf(state: State, language: string): string[] {
  const assignments = [
    'Assign' in state ? state.Assign : undefined,
    ...(state.Type === 'Choice' ? state.Choices.map((rule) => rule.Assign) : []),
    ...('Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Assign) : []),
  ];
  const names = assignments.flatMap((assign) => Object.keys(assign ?? {}));
  return language === 'JSONPath' ? names.map(plainName) : names;
}

function assignedIn(container: StateContainer, outer: string | undefined): Set<string> {
  return new Set(Object.values(container.States).flatMap((state) => assignmentsOf(state, languageOf(state, outer))));
}

/** The fields of a state without the states inside it. */
function ownFields(state: State): JsonObject {
  const { Branches, ItemProcessor, Iterator: _processor, Comment, ...fields } = state as unknown as Record<string, JsonValue>;
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
