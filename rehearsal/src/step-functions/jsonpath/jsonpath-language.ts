import { holds } from './choice-rules';
import { Catcher, ChoiceRule, ChoiceState, FailState, MapState, ParallelState, PassState, SucceedState, TaskState, WaitState } from '../definition';
import { LanguageError, NotPlayed } from '../errors';
import { isObject, JsonObject, JsonValue } from '../json';
import { JsonPath, Sources } from './jsonpath';
import { expressionOf, pathOf } from './jsonpath-expression';
import { fillTemplate } from './payload-template';
import { Exit, MapItem, QueryLanguage, View } from '../query-language';
import { placeResult } from './result-path';
import { instantOf } from '../timestamp';

interface Paths {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
}

/** The most seconds that a state waits or a task may take. */
const MOST_SECONDS = 99_999_999;
/** Milliseconds to the last timestamp that a state waits for. */
const LONGEST_DELAY = (2 ** 31 - 1) * 1000;

/** States whose fields hold paths: `InputPath`, `Parameters`, `ResultSelector`, `ResultPath`, `OutputPath`. */
export class JsonPathLanguage implements QueryLanguage {
  readonly argumentsField = 'Parameters';

  constructor(private readonly random: () => number) {}

  async arguments(state: TaskState | ParallelState, view: View): Promise<JsonValue> {
    return this.parameters(state, view);
  }

  async timeoutSeconds(state: TaskState, view: View): Promise<number | undefined> {
    const from = sources(view, effectiveInput(state, view));
    // Nothing that is played sends heartbeats: the path must only give a number.
    if (state.HeartbeatSecondsPath !== undefined) secondsAt('HeartbeatSecondsPath', state.HeartbeatSecondsPath, from);
    return state.TimeoutSecondsPath === undefined ? state.TimeoutSeconds as number | undefined : secondsAt('TimeoutSecondsPath', state.TimeoutSecondsPath, from);
  }

  async delay(state: WaitState, view: View, now: number): Promise<number> {
    const from = sources(view, effectiveInput(state, view));
    const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
    if (SecondsPath !== undefined) return waitSeconds(SecondsPath, from) * 1000;
    if (Seconds !== undefined) return (Seconds as number) * 1000;
    const instant = TimestampPath === undefined ? instantOf(Timestamp) : waitInstant(TimestampPath, from);
    const delay = Math.max(0, (instant ?? now) - now);
    if (delay > LONGEST_DELAY) throw new LanguageError('States.Runtime', 'Wait state delay is too long.');
    return delay;
  }

  async holds(rule: ChoiceRule, _index: number, state: ChoiceState, view: View): Promise<boolean> {
    const from = sources(view, effectiveInput(state, view));
    return holds(rule, (path) => pathOf(path).find(from));
  }

  async failure(state: FailState, field: 'Error' | 'Cause', view: View): Promise<string | undefined> {
    const text = state[`${field}Path`];
    if (text === undefined) return state[field];
    const value = this.evaluate(text, `${field}Path`, sources(view, view.input));
    if (typeof value !== 'string') throw new NotPlayed(`a ${field}Path that gives no string but ${JSON.stringify(value)}`);
    return value;
  }

  async items(state: MapState, view: View): Promise<readonly MapItem[]> {
    const path = state.ItemsPath ?? '$';
    const items = required(pathOf(path), sources(view, effectiveInput(state, view)));
    if (Array.isArray(items)) return items.map((item, index) => ({ Index: index, Value: item as JsonValue }));
    if (isObject(items)) return Object.entries(items).map(([key, item], index) => ({ Index: index, Key: key, Value: item }));
    throw new LanguageError('States.Runtime', `Reference path "${path}" must point to array.`);
  }

  async maxConcurrency(state: MapState, view: View): Promise<number> {
    const path = state.MaxConcurrencyPath;
    if (path === undefined) return state.MaxConcurrency as number | undefined ?? 0;
    const value = required(pathOf(path), sources(view, effectiveInput(state, view)));
    if (Number.isInteger(value) && (value as number) >= 0) return value as number;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    throw new LanguageError('States.Runtime', `The MaxConcurrencyPath field refers to value "${text}" which is not a valid integer: ${path}`);
  }

  async itemInput(state: MapState, item: MapItem, view: View): Promise<JsonValue> {
    const template = state.ItemSelector ?? state.Parameters;
    if (template !== undefined) return this.fill(template, sources(view, effectiveInput(state, view)));
    if (item.Key !== undefined) throw new NotPlayed('the items of an object in a Map without `ItemSelector`');
    return item.Value;
  }

  async leave(state: PassState | WaitState | SucceedState | ChoiceState, view: View): Promise<Exit> {
    const input = effectiveInput(state, view);
    const assign = 'Assign' in state ? state.Assign : undefined;
    if (state.Type !== 'Pass') return this.exit(assign, input, state, view, input);
    const result = state.Result === undefined ? this.parameters(state, view) : state.Result;
    return this.exit(assign, result, state, view, placed(state, view, result));
  }

  async leaveWith(result: JsonValue, state: TaskState | ParallelState | MapState, view: View): Promise<Exit> {
    const selected = state.ResultSelector === undefined ? result : this.fill(state.ResultSelector, sources(view, result));
    return this.exit(state.Assign, result, state, view, placed(state, view, selected));
  }

  async leaveBy(rule: ChoiceRule, _index: number, state: ChoiceState, view: View): Promise<Exit> {
    const input = effectiveInput(state, view);
    return this.exit(rule.Assign, input, state, view, input);
  }

  async leaveCaught(errorOutput: JsonObject, catcher: Catcher, _field: string, view: View): Promise<Exit> {
    return this.exit(catcher.Assign, errorOutput, {}, view, placed(catcher, view, errorOutput));
  }

  private parameters(state: TaskState | ParallelState | PassState, view: View): JsonValue {
    const input = effectiveInput(state, view);
    return state.Parameters === undefined ? input : this.fill(state.Parameters, sources(view, input));
  }

  /** @param result what `$` is in Assign */
  private exit(assign: JsonObject | undefined, result: JsonValue, { OutputPath }: Paths, view: View, output: JsonValue): Exit {
    const assigned = this.fill(assign ?? {}, sources(view, result)) as JsonObject;
    return { assigned, output: filtered(OutputPath, view, output) };
  }

  private fill(template: JsonValue, from: Sources): JsonValue {
    return fillTemplate(template, (text, field) => this.evaluate(text, field, from));
  }

  private evaluate(text: string, field: string, from: Sources): JsonValue {
    const expression = expressionOf(text);
    if (!(expression instanceof JsonPath)) return expression.evaluate(from, this.random);
    const value = found(expression, from);
    if (value !== undefined) return value;
    const input = JSON.stringify(expression.isOfContext ? from.context : from.data);
    throw new LanguageError('States.Runtime', `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${input}'`);
  }
}

function sources({ context, variables }: View, data: JsonValue): Sources {
  return { data, context, variables };
}

function effectiveInput({ InputPath }: Paths, view: View): JsonValue {
  return filtered(InputPath, view, view.input);
}

function filtered(path: string | null | undefined, view: View, data: JsonValue): JsonValue {
  if (path === undefined) return data;
  return path === null ? {} : required(pathOf(path), sources(view, data));
}

function placed({ ResultPath = '$' }: Paths, view: View, result: JsonValue): JsonValue {
  if (ResultPath === null) return view.input;
  return placeResult(view.input, ResultPath, pathOf(ResultPath).steps as readonly string[], result);
}

/** What is at a path, undefined if nothing is. */
function found(path: JsonPath, from: Sources): JsonValue | undefined {
  const value = path.find(from);
  if (value === undefined && path.leavesList(from)) throw new NotPlayed(`'${path.text}', which leads past the end of an array`);
  return value;
}

function required(path: JsonPath, from: Sources): JsonValue {
  const value = found(path, from);
  if (value === undefined) throw new LanguageError('States.Runtime', path.whyNot(from));
  return value;
}

function secondsAt(field: string, path: string, from: Sources): number {
  const value = required(pathOf(path), from);
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= MOST_SECONDS) return value as number;
  throw new LanguageError('States.Runtime', `The ${field} parameter does not reference an integer from 1 to ${MOST_SECONDS}: ${path} == ${JSON.stringify(value)}`);
}

function waitSeconds(path: string, from: Sources): number {
  const value = pathOf(path).find(from);
  const refuse = (why: string) => new LanguageError('States.Runtime', `The SecondsPath parameter ${why}`);
  if (value === undefined) throw refuse(`does not reference an input value: ${path}`);
  if (!Number.isInteger(value)) throw refuse(`cannot be parsed as a long value: ${path} == ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  if ((value as number) < 0) throw refuse(`references a negative value: ${path} == ${value as number}`);
  if ((value as number) > MOST_SECONDS) throw new LanguageError('States.Runtime', 'Wait state delay is too long.');
  return value as number;
}

function waitInstant(path: string, from: Sources): number {
  const value = pathOf(path).find(from);
  const refuse = (why: string) => new LanguageError('States.Runtime', `The TimestampPath parameter ${why}`);
  if (value === undefined) throw refuse(`does not reference an input value: ${path}`);
  const instant = instantOf(value);
  if (instant !== undefined) return instant;
  throw refuse(`does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${typeof value === 'string' ? value : JSON.stringify(value)}`);
}
