/** What ends a state: an error name that Retry and Catch match, and the cause that people read. */
export class StateError extends Error {
  override readonly name: string = 'StateError';
  override readonly cause?: string;

  constructor(readonly error: string, cause?: string) {
    super(cause === undefined ? error : `${error}: ${cause}`);
    this.cause = cause;
  }
}

/** An error that the interpreter itself raises; its cause is then told with the place where it happened. */
export class LanguageError extends StateError {
  override readonly name = 'LanguageError';

  in(stateName: string, enteredEventId: number): StateError {
    const place = `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
    return new StateError(this.error, `${place} ${this.cause}`);
  }
}

/** What only the service knows: the run ends here rather than with a guess, and nothing catches it. */
export class NotPlayed extends LanguageError {
  constructor(private readonly what: string) {
    super('States.Runtime', `The local runner does not know how the service takes ${what}.`);
  }

  override in(stateName: string, enteredEventId: number): StateError {
    return new UnplayedState(super.in(stateName, enteredEventId), `state '${stateName}': the local runner does not know how the service takes ${this.what}`);
  }
}

/** The same, told with the place where it happened. */
export class UnplayedState extends StateError {
  constructor({ error, cause }: StateError, readonly reason: string) {
    super(error, cause);
  }
}

/** What Step Functions would not even send to a service. */
export class UnfitArguments extends LanguageError {
  constructor(private readonly text: string, private readonly problems: readonly string[], field = 'Arguments') {
    super('States.Runtime', `The ${field} '${text}' could not be used to start the Task: [${problems.join(', ')}]`);
  }

  /** The same, told of the field that the arguments are from. */
  of(field: string): LanguageError {
    return new UnfitArguments(this.text, this.problems, field);
  }
}

/** Work that nobody waits for any more: the execution ended, or a sibling branch failed. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A refusal of the Step Functions API, by its name on the wire. */
export class StepFunctionsError extends Error {
  constructor(override readonly name: string, message: string) {
    super(message);
  }
}
