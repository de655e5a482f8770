import { Interrupted, StateError, UnplayedState } from './errors';
import { ExecutionHistory, HistoryEvent, MAX_EVENTS } from './history';
import { Interpreter, InterpreterHost } from './interpreter';
import { JsonObject, JsonValue } from './json';
import { StateMachine } from './state-machine';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended. */
export interface ExecutionOutcome {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: JsonValue;
  readonly error?: string;
  readonly cause?: string;
  readonly history: readonly HistoryEvent[];
  /** As a STANDARD execution is billed. */
  readonly transitions: number;
  /** Virtual milliseconds since the epoch, as `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface ExecutionProps {
  readonly arn: string;
  readonly name: string;
  readonly stateMachine: StateMachine;
  /** The text that StartExecution was given: two starts are the same if their texts are. */
  readonly inputText: string;
  /** The execution whose task started it. */
  readonly startedBy?: string;
  readonly host: Pick<InterpreterHost, 'clock' | 'languages' | 'invoke'>;
  readonly onEvent: (event: HistoryEvent) => void;
  readonly onStatusChange: (execution: Execution) => void;
}

/** One execution of a state machine. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachine: StateMachine;
  readonly inputText: string;
  /** The ARN of the execution whose task started it, if one did. */
  readonly startedBy?: string;
  readonly startedAt: number;

  /** Resolves when the execution has ended, however it ended; rejects only if the local runner itself is at fault. */
  readonly done: Promise<ExecutionOutcome>;

  private readonly history: ExecutionHistory;
  private readonly stopping = new AbortController();
  private settle!: { readonly resolve: (outcome: ExecutionOutcome) => void; readonly reject: (error: unknown) => void };
  private ended?: ExecutionOutcome;
  private unplayed?: UnplayedState;

  constructor(private readonly props: ExecutionProps) {
    this.arn = props.arn;
    this.name = props.name;
    this.stateMachine = props.stateMachine;
    this.inputText = props.inputText;
    this.startedBy = props.startedBy;
    this.startedAt = props.host.clock.now();
    this.done = new Promise((resolve, reject) => { this.settle = { resolve, reject }; });
    this.history = new ExecutionHistory(() => props.host.clock.now(), (event) => {
      props.onEvent(event);
      // The service sets no limit for EXPRESS; here a loop that takes no time would never come to its five minutes.
      if (event.id === MAX_EVENTS - 1) this.overflow();
    });
  }

  get status(): ExecutionStatus {
    return this.ended?.status ?? 'RUNNING';
  }

  /** How it ended, or undefined while it runs. */
  get outcome(): ExecutionOutcome | undefined {
    return this.ended;
  }

  /** What the local runner could not play, if it ended at such a place. */
  get refusal(): string | undefined {
    return this.unplayed?.reason;
  }

  /** What happened so far, the oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.history.events;
  }

  get input(): JsonValue {
    return JSON.parse(this.inputText) as JsonValue;
  }

  start(): void {
    this.props.onStatusChange(this);
    this.run().catch((error: unknown) => this.settle.reject(error));
  }

  /** Ends the execution as ABORTED; what its tasks are doing is dropped. An execution that has ended stays as it is. */
  stop(reason: { readonly error?: string; readonly cause?: string } = {}): void {
    this.end('ABORTED', 'ExecutionAborted', reason);
  }

  private async run(): Promise<void> {
    const { clock } = this.props.host;
    const { signal } = this.stopping;
    const limit = this.stateMachine.timeoutSeconds;
    if (limit !== undefined) {
      // The outcome has no error of its own then: only the event names it.
      clock.sleep(limit * 1000, signal).then(() => this.end('TIMED_OUT', 'ExecutionTimedOut', {}), () => undefined);
    }
    this.history.record('ExecutionStarted', undefined, { input: this.input });
    const interruption = () => (this.stateMachine.isDeleting ? new StateError('States.Runtime', `The state machine '${this.stateMachine.arn}' is being deleted.`) : undefined);
    const interpreter = new Interpreter({ ...this.props.host, history: this.history, context: this.context(), interruption });
    try {
      const output = await interpreter.run(this.stateMachine.definition, this.input, signal);
      this.end('SUCCEEDED', 'ExecutionSucceeded', { output });
    } catch (error) {
      if (error instanceof Interrupted) return;
      if (!(error instanceof StateError)) throw error;
      if (error instanceof UnplayedState) this.unplayed = error;
      this.end('FAILED', 'ExecutionFailed', { error: error.error, cause: error.cause });
    }
  }

  private end(
    status: ExecutionOutcome['status'],
    event: string,
    result: { readonly output?: JsonValue; readonly error?: string; readonly cause?: string },
  ): void {
    if (this.ended !== undefined) return;
    const details = Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined)) as JsonObject;
    this.history.record(event, undefined, status === 'TIMED_OUT' ? { error: 'States.Timeout' } : details);
    this.history.close();
    const { events: history, transitions } = this.history;
    this.ended = { status, ...details, history, transitions, startedAt: this.startedAt, endedAt: this.props.host.clock.now() };
    this.stopping.abort(new Interrupted(`the execution is ${status}`));
    this.settle.resolve(this.ended);
    this.props.onStatusChange(this);
  }

  private overflow(): void {
    this.end('FAILED', 'ExecutionFailed', {
      error: 'States.Runtime',
      cause: `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
    });
  }

  private context(): JsonObject {
    const StartTime = new Date(this.startedAt).toISOString();
    return {
      Execution: { Id: this.arn, Input: this.input, Name: this.name, RedriveCount: 0, StartTime },
      StateMachine: { Id: this.stateMachine.arn, Name: this.stateMachine.name },
    };
  }
}
