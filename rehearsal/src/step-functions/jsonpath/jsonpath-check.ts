import { choiceProblems } from './choice-check';
import { State } from '../definition';
import { isObject, JsonObject, JsonValue } from '../json';
import { JsonPath } from './jsonpath';
import { expressionOf, pathOf } from './jsonpath-expression';
import { fillTemplate, plainName } from './payload-template';
import { instantOf } from '../timestamp';

const PATHS = ['InputPath', 'OutputPath'];
const REFERENCE_PATHS = ['ItemsPath', 'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'MaxConcurrencyPath'];
const EXPRESSIONS = ['ErrorPath', 'CausePath'];
const TEMPLATES = ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign'];
/** With the least that they may be. */
const NUMBERS: Readonly<Record<string, number>> = { Seconds: 0, TimeoutSeconds: 1, HeartbeatSeconds: 1, MaxConcurrency: 0 };
const TIMES = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];
/** Of which a state has one at most. */
const EITHER = [
  ['Error', 'ErrorPath'], ['Cause', 'CausePath'], ['TimeoutSeconds', 'TimeoutSecondsPath'], ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
];
const RECOVERABLE = ['Task', 'Parallel', 'Map'];
const WITH_RESULT = [...RECOVERABLE, 'Pass'];
const WITH_INPUT = [...WITH_RESULT, 'Choice', 'Wait', 'Succeed'];
/** The types of the states that have a field. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  InputPath: WITH_INPUT,
  OutputPath: WITH_INPUT,
  Parameters: WITH_RESULT,
  ResultSelector: RECOVERABLE,
  ResultPath: WITH_RESULT,
  Result: ['Pass'],
  Assign: [...WITH_RESULT, 'Choice', 'Wait'],
  ItemsPath: ['Map'],
  ItemSelector: ['Map'],
  MaxConcurrencyPath: ['Map'],
  SecondsPath: ['Wait'],
  TimestampPath: ['Wait'],
  TimeoutSecondsPath: ['Task'],
  HeartbeatSecondsPath: ['Task'],
  ErrorPath: ['Fail'],
  CausePath: ['Fail'],
};
/** What the context object has here. */
const CONTEXT = [
  'Execution.Id', 'Execution.Input', 'Execution.Name', 'Execution.RedriveCount', 'Execution.StartTime', 'StateMachine.Id', 'StateMachine.Name',
  'State.EnteredTime', 'State.Name', 'State.RetryCount', 'Map.Item.Index', 'Map.Item.Key', 'Map.Item.Value',
];

/** What Step Functions refuses in the fields of a state of JSONPath when the state machine is created, or the local runner does not know. */
export function* jsonPathProblems(state: State): Generator<string> {
  const fields = Object.entries(state as unknown as JsonObject);
  for (const [field] of fields) if (TYPES[field]?.includes(state.Type) === false) yield `the field '${field}' is not for a ${state.Type}`;
  if (!RECOVERABLE.includes(state.Type) && JSON.stringify(state).includes('$$.State.RetryCount')) yield `the context object has no State.RetryCount in a ${state.Type}`;
  for (const pair of [...EITHER, ...state.Type === 'Map' ? [['Parameters', 'ItemSelector']] : []]) {
    if (pair.every((field) => field in state)) yield `it has both \`${pair[0]}\` and \`${pair[1]}\``;
  }
  if (state.Type === 'Wait' && TIMES.filter((field) => field in state).length !== 1) yield 'a Wait needs one of `Seconds`, `SecondsPath`, `Timestamp` and `TimestampPath`';
  for (const [field, value] of fields) yield* fieldProblems(field, value, '');
  if (state.Type === 'Choice') yield* choiceProblems(state.Choices, referenceProblem);
  for (const [list, parts] of fields.filter(([name]) => name === 'Choices' || name === 'Catch')) {
    for (const [index, part] of (parts as readonly JsonObject[]).entries()) {
      for (const [field, value] of Object.entries(part)) yield* fieldProblems(field, value, `/${list}[${index}]`);
    }
  }
}

function* fieldProblems(field: string, value: JsonValue, place: string): Generator<string> {
  const problem = problemOf(field, value);
  for (const found of [...problem === undefined ? [] : [problem], ...TEMPLATES.includes(field) ? templateProblems(value) : []]) {
    yield `${found} at ${place}/${field}`;
  }
}

function problemOf(field: string, value: JsonValue): string | undefined {
  if (PATHS.includes(field)) return value === null ? undefined : problemIn(() => [pathOf(textOf(value))]);
  if (REFERENCE_PATHS.includes(field)) return referenceProblem(value);
  if (field === 'ResultPath') return value === null ? undefined : resultPathProblem(value);
  if (EXPRESSIONS.includes(field)) return expressionProblem(value);
  const least = NUMBERS[field];
  if (least !== undefined && !(Number.isInteger(value) && (value as number) >= least)) return `an integer of at least ${least} is expected, got ${JSON.stringify(value)}`;
  if (field === 'Timestamp' && instantOf(value) === undefined) return 'String does not match RFC3339 timestamp';
  return undefined;
}

function templateProblems(template: JsonValue): string[] {
  const problems: string[] = [];
  fillTemplate(template, (text, field) => {
    const isText = typeof (text as unknown) === 'string';
    const problem = isText ? expressionProblem(text) : `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`;
    if (problem !== undefined) problems.push(problem);
    return null;
  });
  return [...problems, ...namedTwice(template)];
}

/** The fields that there are with and without the mark of one that is evaluated. */
function namedTwice(template: JsonValue): string[] {
  if (Array.isArray(template)) return (template as readonly JsonValue[]).flatMap(namedTwice);
  if (!isObject(template)) return [];
  const twice = Object.keys(template).filter((field) => plainName(field) !== field && plainName(field) in template);
  return [...twice.map((field) => `it has both '${plainName(field)}' and '${field}'`), ...Object.values(template).flatMap(namedTwice)];
}

/** Why a value cannot be a path or a call of an intrinsic function. */
function expressionProblem(value: JsonValue): string | undefined {
  return problemIn(() => {
    const expression = expressionOf(textOf(value));
    return expression instanceof JsonPath ? [expression] : expression.paths;
  });
}

/** Why a value cannot be a path that leads to one place. */
function referenceProblem(value: JsonValue): string | undefined {
  return problemIn(() => [pathOf(textOf(value))]) ?? (isReference(pathOf(textOf(value))) ? undefined : `'${textOf(value)}' is not a Reference Path`);
}

function textOf(value: JsonValue): string {
  if (typeof value !== 'string') throw new Error(`a path is expected, got ${JSON.stringify(value)}`);
  return value;
}

function isReference({ definiteSteps }: JsonPath): boolean {
  return definiteSteps?.every((step) => typeof step === 'string' || step >= 0) ?? false;
}

function resultPathProblem(value: JsonValue): string | undefined {
  const problem = referenceProblem(value);
  if (problem !== undefined) return problem;
  const { isOfContext, variable, steps } = pathOf(value as string);
  if (isOfContext || variable !== undefined) return `'${value as string}' does not lead into the input`;
  return steps.every((step) => typeof step === 'string') ? undefined : `the local runner puts results into fields only, '${value as string}' leads into an array`;
}

/** Why paths cannot be read, or lead to what is not there. */
function problemIn(read: () => readonly JsonPath[]): string | undefined {
  try {
    return read().map(rootProblem).find((problem) => problem !== undefined);
  } catch (error) {
    return (error as Error).message;
  }
}

function rootProblem({ text, variable, isOfContext, steps }: JsonPath): string | undefined {
  if (variable === 'states') return `'${text}': $states is for JSONata, $$ is the context object`;
  if (!isOfContext) return undefined;
  const asked = steps.map((step) => `${typeof step === 'string' ? step : '*'}.`).join('');
  const isKnown = CONTEXT.some((known) => `${known}.`.startsWith(asked) || asked.startsWith(`${known}.`));
  return isKnown ? undefined : `the local runner does not know '${text}': the context object has ${CONTEXT.join(', ')} here`;
}
