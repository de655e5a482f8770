import { VirtualClock } from './clock';
import { allOrNone, within } from './concurrency';
import { Catcher, ChoiceState, FailState, MapState, ParallelState, processorOf, State, StateContainer, StateMachineDefinition, TaskState } from './definition';
import { Interrupted, LanguageError, StateError, UnfitArguments } from './errors';
import { ExecutionHistory } from './history';
import { JsonObject, JsonValue, MAX_PAYLOAD_BYTES, payloadBytes, toJson } from './json';
import { Exit, languageOf, QueryLanguage, QueryLanguageName, QueryLanguages, View } from './query-language';
import { catcherFor, RetryPolicy } from './retry';
import { Variables } from './variables';

/** What one execution lends to the interpreter. */
export interface InterpreterHost {
  readonly clock: VirtualClock;
  readonly languages: QueryLanguages;
  readonly history: ExecutionHistory;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
  /** Why no state may be entered any more, if so. */
  interruption?(): StateError | undefined;
  invoke(resource: string, parameters: JsonValue, stateName: string, signal: AbortSignal): Promise<JsonValue>;
}

/** Where a state runs: its variables, what interrupts it, and the item if it is in a Map. */
interface Scope {
  /** Of the states that do not say. */
  readonly language: string | undefined;
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
  readonly language: QueryLanguage;
  retryCount: number;
}

interface Transition {
  readonly next?: string;
  readonly output: JsonValue;
}

const INLINE_MAP_CONCURRENCY = 40;

/** Runs the states of a machine; what their fields say, it asks the query language of each. */
export class Interpreter {
  constructor(private readonly host: InterpreterHost) {}

  async run(machine: StateMachineDefinition, input: JsonValue, signal: AbortSignal): Promise<JsonValue> {
    const scope = { language: machine.QueryLanguage, variables: new Variables(), signal, context: this.host.context };
    return this.runContainer(machine, input, scope);
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
    const language = this.host.languages[languageOf(state, scope.language) as QueryLanguageName];
    const visit: Visit = { name, input, enteredEventId, enteredTime: new Date(clock.now()).toISOString(), scope, language, retryCount: 0 };
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
      case 'Succeed':
        return this.leave(await visit.language.leave(state, this.view(visit)), visit, nextOf(state));
      case 'Fail':
        throw await this.failure(state, visit);
      case 'Choice':
        return this.choose(state, visit);
      case 'Wait':
        await this.host.clock.sleep(await visit.language.delay(state, this.view(visit), this.host.clock.now()), visit.scope.signal);
        return this.leave(await visit.language.leave(state, this.view(visit)), visit, nextOf(state));
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
        return this.leave(await visit.language.leaveWith(result, state, this.view(visit)), visit, nextOf(state));
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
    return this.leave(await visit.language.leaveCaught(errorOutput, catcher, field, this.view(visit)), visit, catcher.Next);
  }

  /** Assigns only when the output is there, too. */
  private leave({ output, assigned }: Exit, visit: Visit, next: string | undefined): Transition {
    visit.scope.signal.throwIfAborted();
    visit.scope.variables.assign(assigned);
    return { output, ...(next === undefined ? {} : { next }) };
  }

  private async failure(state: FailState, visit: Visit): Promise<StateError> {
    const text = async (field: 'Error' | 'Cause') => visit.language.failure(state, field, this.view(visit));
    return new StateError(await text('Error') ?? '', await text('Cause'));
  }

  private async choose(state: ChoiceState, visit: Visit): Promise<Transition> {
    const { language } = visit;
    for (const [index, rule] of state.Choices.entries()) {
      if (await language.holds(rule, index, state, this.view(visit))) {
        return this.leave(await language.leaveBy(rule, index, state, this.view(visit)), visit, rule.Next);
      }
    }
    if (state.Default === undefined) {
      throw new LanguageError('States.NoChoiceMatched', 'No Choice rule matched, and there is no Default.');
    }
    return this.leave(await language.leave(state, this.view(visit)), visit, state.Default);
  }

  private async task(state: TaskState, visit: Visit): Promise<JsonValue> {
    const { history } = this.host;
    const { language } = visit;
    const parameters = await language.arguments(state, this.view(visit));
    requirePayload(parameters, `The state '${visit.name}' has ${language.argumentsField}`);
    const timeout = await language.timeoutSeconds(state, this.view(visit));
    visit.scope.signal.throwIfAborted();
    history.record('TaskScheduled', visit.name, { resource: state.Resource, parameters });
    history.record('TaskStarted', visit.name, { resource: state.Resource });
    try {
      const result = await within(this.host.clock, timeout, visit.scope.signal, async (signal) =>
        toJson(await this.host.invoke(state.Resource, parameters, visit.name, signal)));
      requirePayload(result, `The state '${visit.name}' got a result`);
      history.record('TaskSucceeded', visit.name, { resource: state.Resource, output: result });
      return result;
    } catch (thrown) {
      const error = thrown instanceof UnfitArguments ? thrown.of(language.argumentsField) : thrown;
      if (error instanceof StateError) {
        const type = error.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
        const cause: JsonObject = error.cause === undefined ? {} : { cause: error.cause };
        history.record(type, visit.name, { resource: state.Resource, error: error.error, ...cause });
      }
      throw error;
    }
  }

  private async parallel(state: ParallelState, visit: Visit): Promise<JsonValue> {
    const input = await visit.language.arguments(state, this.view(visit));
    this.host.history.record('ParallelStateStarted', visit.name);
    const results = await allOrNone(visit.scope.signal, state.Branches.length, state.Branches.length, async (index, signal) => {
      const scope = { ...visit.scope, signal, variables: new Variables(visit.scope.variables) };
      return this.runContainer(state.Branches[index], input, scope);
    });
    this.host.history.record('ParallelStateSucceeded', visit.name);
    return results;
  }

  private async map(state: MapState, visit: Visit): Promise<JsonValue> {
    const { history } = this.host;
    const { language } = visit;
    const items = await language.items(state, this.view(visit));
    const concurrency = await language.maxConcurrency(state, this.view(visit));
    history.record('MapStateStarted', visit.name, { length: items.length });
    const results = await allOrNone(visit.scope.signal, items.length, concurrency || INLINE_MAP_CONCURRENCY, async (index, signal) => {
      const context = { ...visit.scope.context, Map: { Item: items[index] as unknown as JsonObject } };
      const scope = { ...visit.scope, context, signal, variables: new Variables(visit.scope.variables) };
      history.record('MapIterationStarted', visit.name, { index });
      const input = await language.itemInput(state, items[index], this.view({ ...visit, scope }));
      const output = await this.runContainer(processorOf(state), input, scope);
      history.record('MapIterationSucceeded', visit.name, { index });
      return output;
    });
    history.record('MapStateSucceeded', visit.name);
    return results;
  }

  private view({ name, input, enteredTime, retryCount, scope }: Visit): View {
    const context = { ...scope.context, State: { EnteredTime: enteredTime, Name: name, RetryCount: retryCount } };
    return { input, context, variables: scope.variables.values };
  }
}

function nextOf(state: State): string | undefined {
  return 'Next' in state ? state.Next : undefined;
}

function requirePayload(value: JsonValue, what: string): void {
  const bytes = payloadBytes(value);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new LanguageError('States.DataLimitExceeded', `${what} of ${bytes} bytes, which exceeds the maximum of ${MAX_PAYLOAD_BYTES} bytes.`);
}
