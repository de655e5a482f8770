import { VirtualClock } from './clock';
import { allOrNone, within } from './concurrency';
import { Catcher, ChoiceState, FailState, MapState, ParallelState, State, StateContainer, TaskState, WaitState } from './definition';
import { Interrupted, LanguageError, StateError } from './errors';
import { ExecutionHistory } from './history';
import { isObject, JsonObject, JsonValue, MAX_PAYLOAD_BYTES, payloadBytes, toJson } from './json';
import { Bindings, JsonataEvaluator, queryError } from './jsonata';
import { catcherFor, RetryPolicy } from './retry';
import { Variables } from './variables';

/** What one execution lends to the interpreter. */
export interface InterpreterHost {
  readonly clock: VirtualClock;
  readonly evaluator: JsonataEvaluator;
  readonly history: ExecutionHistory;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
  /** Why no state may be entered any more, if so. */
  interruption?(): StateError | undefined;
  invoke(resource: string, parameters: JsonValue, stateName: string, signal: AbortSignal): Promise<JsonValue>;
}

/** Where a state runs: its variables, what interrupts it, and the item if it is in a Map. */
interface Scope {
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly context: JsonObject;
}

/** One visit to a state. */
interface Visit {
  readonly name: string;
  readonly input: JsonValue;
  readonly enteredEventId: number;
  readonly enteredTime: string;
  readonly scope: Scope;
  retryCount: number;
}

interface Transition {
  readonly next?: string;
  readonly output: JsonValue;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const INLINE_MAP_CONCURRENCY = 40;

/** Runs the states of a machine, JSONata only. */
export class Interpreter {
  constructor(private readonly host: InterpreterHost) {}

  async run(machine: StateContainer, input: JsonValue, signal: AbortSignal): Promise<JsonValue> {
    return this.runContainer(machine, input, { variables: new Variables(), signal, context: this.host.context });
  }

  private async runContainer(container: StateContainer, input: JsonValue, scope: Scope): Promise<JsonValue> {
    let output = input;
    for (let name: string | undefined = container.StartAt; name !== undefined;) {
      const transition: Transition = await this.runState(name, container.States[name], output, scope);
      ({ output, next: name } = transition);
    }
    return output;
  }

  private async runState(name: string, state: State, input: JsonValue, scope: Scope): Promise<Transition> {
    const { history, clock } = this.host;
    scope.signal.throwIfAborted();
    const interruption = this.host.interruption?.();
    if (interruption !== undefined) throw interruption;
    history.transitions += 1;
    const enteredEventId = history.record(`${state.Type}StateEntered`, name, { input });
    const visit: Visit = { name, input, enteredEventId, enteredTime: new Date(clock.now()).toISOString(), scope, retryCount: 0 };
    try {
      const transition = await this.visitState(state, visit);
      requirePayload(transition.output, `The state '${name}' returned an output`);
      scope.signal.throwIfAborted();
      history.record(`${state.Type}StateExited`, name, { output: transition.output });
      return transition;
    } catch (error) {
      if (error instanceof Interrupted) history.record(`${state.Type}StateAborted`, name);
      throw this.located(error, visit);
    }
  }

  private async visitState(state: State, visit: Visit): Promise<Transition> {
    switch (state.Type) {
      case 'Pass':
        return this.leave(state, visit, visit.input);
      case 'Succeed':
        return { output: await this.output(state.Output, 'Output', this.bindings(visit), visit.input) };
      case 'Fail':
        throw await this.failure(state, visit);
      case 'Choice':
        return this.choose(state, visit);
      case 'Wait':
        await this.wait(state, visit);
        return this.leave(state, visit, visit.input);
      case 'Task':
        return this.recovering(state, visit, async () => this.task(state, visit));
      case 'Parallel':
        return this.recovering(state, visit, async () => this.parallel(state, visit));
      case 'Map':
        return this.recovering(state, visit, async () => this.map(state, visit));
    }
  }

  /** Does the work of a state under its Retry and Catch. */
  private async recovering(
    state: TaskState | ParallelState | MapState,
    visit: Visit,
    work: () => Promise<JsonValue>,
  ): Promise<Transition> {
    const { clock, history } = this.host;
    const retries = new RetryPolicy(state.Retry ?? [], clock.random);
    for (;;) {
      try {
        const result = await work();
        return await this.leave(state, visit, result, { result });
      } catch (error) {
        const failure = this.located(error, visit);
        if (!(failure instanceof StateError)) throw failure;
        const delay = retries.delayAfter(failure);
        if (delay === undefined) return this.catch(state.Catch ?? [], visit, failure);
        await clock.sleep(delay * 1000, visit.scope.signal);
        visit.retryCount += 1;
        history.transitions += 1;
      }
    }
  }

  /** Tells where an error of the language happened, once. */
  private located(error: unknown, visit: Visit): unknown {
    if (!(error instanceof LanguageError)) return error;
    if (error.error === 'States.QueryEvaluationError') {
      this.host.history.record('EvaluationFailed', visit.name, { error: error.error, cause: error.cause ?? '' });
    }
    return error.in(visit.name, visit.enteredEventId);
  }

  private async catch(catchers: readonly Catcher[], visit: Visit, failure: StateError): Promise<Transition> {
    const match = catcherFor(catchers, failure);
    if (match === undefined) throw failure;
    // A time-out has no cause: the service tells an empty one.
    const errorOutput: JsonObject = { Error: failure.error, Cause: failure.cause ?? '' };
    const { catcher, field } = match;
    return this.leave(catcher, visit, errorOutput, { errorOutput }, `${field}/`);
  }

  /** Evaluates `Assign` and `Output`, both against the variables as they were, and only then assigns. */
  private async leave(
    fields: { readonly Assign?: JsonObject; readonly Output?: JsonValue; readonly Next?: string },
    visit: Visit,
    defaultOutput: JsonValue,
    outcome: JsonObject = {},
    path = '',
  ): Promise<Transition> {
    const bindings = this.bindings(visit, outcome);
    const assigned = await this.host.evaluator.evaluate(fields.Assign ?? {}, `${path}Assign`, bindings);
    const output = await this.output(fields.Output, `${path}Output`, bindings, defaultOutput);
    visit.scope.signal.throwIfAborted();
    visit.scope.variables.assign(assigned as JsonObject);
    return { output, ...(fields.Next === undefined ? {} : { next: fields.Next }) };
  }

  private async output(template: JsonValue | undefined, field: string, bindings: Bindings, otherwise: JsonValue) {
    return template === undefined ? otherwise : this.host.evaluator.evaluate(template, field, bindings);
  }

  private async failure(state: FailState, visit: Visit): Promise<StateError> {
    const text = async (field: 'Error' | 'Cause') => {
      const template = state[field];
      return template === undefined ? undefined : this.host.evaluator.scalar(template, field, this.bindings(visit), 'string');
    };
    return new StateError(await text('Error') ?? '', await text('Cause'));
  }

  private async choose(state: ChoiceState, visit: Visit): Promise<Transition> {
    for (const [index, rule] of state.Choices.entries()) {
      const path = `Choices[${index}]/`;
      const holds = await this.host.evaluator.scalar(rule.Condition, `${path}Condition`, this.bindings(visit), 'boolean');
      if (holds) return this.leave(rule, visit, visit.input, {}, path);
    }
    if (state.Default === undefined) {
      throw new LanguageError('States.NoChoiceMatched', 'No Choice rule matched, and there is no Default.');
    }
    // The state's own Assign and Output belong to the default alone.
    return this.leave({ ...state, Next: state.Default }, visit, visit.input);
  }

  private async wait(state: WaitState, visit: Visit): Promise<void> {
    const { clock, evaluator } = this.host;
    const bindings = this.bindings(visit);
    if (state.Timestamp === undefined) {
      const seconds = await evaluator.integer(state.Seconds ?? 0, 'Seconds', bindings, 0);
      return clock.sleep(seconds * 1000, visit.scope.signal);
    }
    const timestamp = await evaluator.scalar(state.Timestamp, 'Timestamp', bindings, 'string');
    if (!RFC3339.test(timestamp)) {
      throw queryError(state.Timestamp, 'Timestamp', `returned '${timestamp}', which is not a timestamp such as 2026-01-01T00:00:00Z.`);
    }
    return clock.sleep(Math.max(0, Date.parse(timestamp) - clock.now()), visit.scope.signal);
  }

  private async task(state: TaskState, visit: Visit): Promise<JsonValue> {
    const { evaluator, history } = this.host;
    const bindings = this.bindings(visit);
    const parameters = await this.output(state.Arguments, 'Arguments', bindings, visit.input);
    requirePayload(parameters, `The state '${visit.name}' has Arguments`);
    const timeout = state.TimeoutSeconds === undefined
      ? undefined
      : await evaluator.integer(state.TimeoutSeconds, 'TimeoutSeconds', bindings, 1);
    visit.scope.signal.throwIfAborted();
    history.record('TaskScheduled', visit.name, { resource: state.Resource, parameters });
    history.record('TaskStarted', visit.name, { resource: state.Resource });
    try {
      const result = await within(this.host.clock, timeout, visit.scope.signal, async (signal) =>
        toJson(await this.host.invoke(state.Resource, parameters, visit.name, signal)));
      requirePayload(result, `The state '${visit.name}' got a result`);
      history.record('TaskSucceeded', visit.name, { resource: state.Resource, output: result });
      return result;
    } catch (error) {
      if (error instanceof StateError) {
        const type = error.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
        const cause: JsonObject = error.cause === undefined ? {} : { cause: error.cause };
        history.record(type, visit.name, { resource: state.Resource, error: error.error, ...cause });
      }
      throw error;
    }
  }

  private async parallel(state: ParallelState, visit: Visit): Promise<JsonValue> {
    const input = await this.output(state.Arguments, 'Arguments', this.bindings(visit), visit.input);
    this.host.history.record('ParallelStateStarted', visit.name);
    const results = await allOrNone(visit.scope.signal, state.Branches.length, state.Branches.length, async (index, signal) => {
      const scope = { ...visit.scope, signal, variables: new Variables(visit.scope.variables) };
      return this.runContainer(state.Branches[index], input, scope);
    });
    this.host.history.record('ParallelStateSucceeded', visit.name);
    return results;
  }

  private async map(state: MapState, visit: Visit): Promise<JsonValue> {
    const { evaluator, history } = this.host;
    const items = await this.itemsOf(state, visit);
    const concurrency = await evaluator.integer(state.MaxConcurrency ?? 0, 'MaxConcurrency', this.bindings(visit), 0);
    history.record('MapStateStarted', visit.name, { length: items.length });
    const results = await allOrNone(visit.scope.signal, items.length, concurrency || INLINE_MAP_CONCURRENCY, async (index, signal) => {
      const context = { ...visit.scope.context, Map: { Item: items[index] } };
      const scope = { context, signal, variables: new Variables(visit.scope.variables) };
      history.record('MapIterationStarted', visit.name, { index });
      const input = await this.output(state.ItemSelector, 'ItemSelector', this.bindings({ ...visit, scope }), items[index].Value);
      const output = await this.runContainer(state.ItemProcessor, input, scope);
      history.record('MapIterationSucceeded', visit.name, { index });
      return output;
    });
    history.record('MapStateSucceeded', visit.name);
    return results;
  }

  private async itemsOf(state: MapState, visit: Visit): Promise<readonly { Index: number; Key?: string; Value: JsonValue }[]> {
    const items = await this.output(state.Items, 'Items', this.bindings(visit), visit.input);
    if (Array.isArray(items)) return items.map((item, index) => ({ Index: index, Value: item as JsonValue }));
    if (isObject(items)) return Object.entries(items).map(([key, item], index) => ({ Index: index, Key: key, Value: item }));
    const expression = typeof state.Items === 'string' ? state.Items : '$states.input';
    throw queryError(expression, 'Items', `returned an unexpected result type. Expected 'array' or 'object', but was '${typeof items}'.`);
  }

  private bindings(visit: Visit, outcome: JsonObject = {}): Bindings {
    const context = {
      ...visit.scope.context,
      State: { EnteredTime: visit.enteredTime, Name: visit.name, RetryCount: visit.retryCount },
    };
    const states: JsonObject = { input: visit.input, ...outcome, context };
    return { states, variables: visit.scope.variables.values };
  }
}

function requirePayload(value: JsonValue, what: string): void {
  const bytes = payloadBytes(value);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new LanguageError('States.DataLimitExceeded', `${what} of ${bytes} bytes, which exceeds the maximum of ${MAX_PAYLOAD_BYTES} bytes.`);
}
