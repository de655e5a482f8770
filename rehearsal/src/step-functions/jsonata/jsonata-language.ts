import { Catcher, ChoiceRule, ChoiceState, FailState, MapState, ParallelState, PassState, SucceedState, TaskState, WaitState } from '../definition';
import { isObject, JsonObject, JsonValue } from '../json';
import { Bindings, JsonataEvaluator, queryError } from './jsonata';
import { Exit, MapItem, QueryLanguage, View } from '../query-language';
import { RFC3339 } from '../timestamp';

interface LeaveFields {
  readonly Assign?: JsonObject;
  readonly Output?: JsonValue;
}

/** States whose fields hold `{% … %}`. */
export class JsonataLanguage implements QueryLanguage {
  readonly argumentsField = 'Arguments';

  constructor(private readonly evaluator: JsonataEvaluator) {}

  async arguments(state: TaskState | ParallelState, view: View): Promise<JsonValue> {
    return this.field(state.Arguments, 'Arguments', bindings(view), view.input);
  }

  async timeoutSeconds(state: TaskState, view: View): Promise<number | undefined> {
    return state.TimeoutSeconds === undefined
      ? undefined
      : this.evaluator.integer(state.TimeoutSeconds, 'TimeoutSeconds', bindings(view), 1);
  }

  async delay(state: WaitState, view: View, now: number): Promise<number> {
    if (state.Timestamp === undefined) {
      return await this.evaluator.integer(state.Seconds ?? 0, 'Seconds', bindings(view), 0) * 1000;
    }
    const timestamp = await this.evaluator.scalar(state.Timestamp, 'Timestamp', bindings(view), 'string');
    if (!RFC3339.test(timestamp)) {
      throw queryError(state.Timestamp, 'Timestamp', `returned '${timestamp}', which is not a timestamp such as 2026-01-01T00:00:00Z.`);
    }
    return Math.max(0, Date.parse(timestamp) - now);
  }

  async holds(rule: ChoiceRule, index: number, _state: ChoiceState, view: View): Promise<boolean> {
    return this.evaluator.scalar(rule.Condition ?? '', `Choices[${index}]/Condition`, bindings(view), 'boolean');
  }

  async failure(state: FailState, field: 'Error' | 'Cause', view: View): Promise<string | undefined> {
    const template = state[field];
    return template === undefined ? undefined : this.evaluator.scalar(template, field, bindings(view), 'string');
  }

  async items(state: MapState, view: View): Promise<readonly MapItem[]> {
    const items = await this.field(state.Items, 'Items', bindings(view), view.input);
    if (Array.isArray(items)) return items.map((item, index) => ({ Index: index, Value: item as JsonValue }));
    if (isObject(items)) return Object.entries(items).map(([key, item], index) => ({ Index: index, Key: key, Value: item }));
    const expression = typeof state.Items === 'string' ? state.Items : '$states.input';
    throw queryError(expression, 'Items', `returned an unexpected result type. Expected 'array' or 'object', but was '${typeof items}'.`);
  }

  async maxConcurrency(state: MapState, view: View): Promise<number> {
    return this.evaluator.integer(state.MaxConcurrency ?? 0, 'MaxConcurrency', bindings(view), 0);
  }

  async itemInput(state: MapState, item: MapItem, view: View): Promise<JsonValue> {
    return this.field(state.ItemSelector, 'ItemSelector', bindings(view), item.Value);
  }

  async leave(state: PassState | WaitState | SucceedState | ChoiceState, view: View): Promise<Exit> {
    // Those of a Choice belong to its Default alone.
    return this.exit(state, bindings(view), view.input);
  }

  async leaveWith(result: JsonValue, state: TaskState | ParallelState | MapState, view: View): Promise<Exit> {
    return this.exit(state, bindings(view, { result }), result);
  }

  async leaveBy(rule: ChoiceRule, index: number, _state: ChoiceState, view: View): Promise<Exit> {
    return this.exit(rule, bindings(view), view.input, `Choices[${index}]/`);
  }

  async leaveCaught(errorOutput: JsonObject, catcher: Catcher, field: string, view: View): Promise<Exit> {
    return this.exit(catcher, bindings(view, { errorOutput }), errorOutput, `${field}/`);
  }

  /** Evaluates `Assign` and `Output`, both against the variables as they were. */
  private async exit({ Assign, Output }: LeaveFields, seen: Bindings, defaultOutput: JsonValue, path = ''): Promise<Exit> {
    const assigned = await this.evaluator.evaluate(Assign ?? {}, `${path}Assign`, seen) as JsonObject;
    return { assigned, output: await this.field(Output, `${path}Output`, seen, defaultOutput) };
  }

  private async field(template: JsonValue | undefined, field: string, seen: Bindings, otherwise: JsonValue): Promise<JsonValue> {
    return template === undefined ? otherwise : this.evaluator.evaluate(template, field, seen);
  }
}

function bindings({ input, context, variables }: View, outcome: JsonObject = {}): Bindings {
  return { states: { input, ...outcome, context }, variables };
}
