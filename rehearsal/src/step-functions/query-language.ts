import { Catcher, ChoiceRule, ChoiceState, FailState, MapState, ParallelState, PassState, State, SucceedState, TaskState, WaitState } from './definition';
import { JsonObject, JsonValue } from './json';

export type QueryLanguageName = 'JSONata' | 'JSONPath';

/** What the fields of a state may refer to. */
export interface View {
  /** What the state was entered with. */
  readonly input: JsonValue;
  readonly context: JsonObject;
  readonly variables: JsonObject;
}

/** What a state leaves behind. */
export interface Exit {
  readonly output: JsonValue;
  readonly assigned: JsonObject;
}

/** What an iteration of a Map is about, as the context tells it. */
export interface MapItem {
  readonly Index: number;
  readonly Key?: string;
  readonly Value: JsonValue;
}

/** How the fields of a state say what it does: one implementation for each query language. */
export interface QueryLanguage {
  /** The field that says what a task is called with. */
  readonly argumentsField: string;
  /** What a task is called with, or the branches get. */
  arguments(state: TaskState | ParallelState, view: View): Promise<JsonValue>;
  timeoutSeconds(state: TaskState, view: View): Promise<number | undefined>;
  /** For how many milliseconds to wait. */
  delay(state: WaitState, view: View, now: number): Promise<number>;
  holds(rule: ChoiceRule, index: number, state: ChoiceState, view: View): Promise<boolean>;
  failure(state: FailState, field: 'Error' | 'Cause', view: View): Promise<string | undefined>;
  items(state: MapState, view: View): Promise<readonly MapItem[]>;
  /** How many iterations may run at once; 0 does not say. */
  maxConcurrency(state: MapState, view: View): Promise<number>;
  /** What an iteration is entered with; the context of the view tells its item. */
  itemInput(state: MapState, item: MapItem, view: View): Promise<JsonValue>;
  /** Leaves a state that has no result, or a Choice by its Default. */
  leave(state: PassState | WaitState | SucceedState | ChoiceState, view: View): Promise<Exit>;
  leaveWith(result: JsonValue, state: TaskState | ParallelState | MapState, view: View): Promise<Exit>;
  /** Leaves a Choice by one of its rules. */
  leaveBy(rule: ChoiceRule, index: number, state: ChoiceState, view: View): Promise<Exit>;
  /** @param field where the catcher stands, as causes name it: `Catch[0]` */
  leaveCaught(errorOutput: JsonObject, catcher: Catcher, field: string, view: View): Promise<Exit>;
}

export type QueryLanguages = { readonly [name in QueryLanguageName]: QueryLanguage };

/** The language of a state. @param outer that of the state machine, if it says */
export function languageOf(state: State, outer: string | undefined): string {
  return state.QueryLanguage ?? outer ?? 'JSONPath';
}
