import { Suspend, seededUuid, VirtualClock } from './clock';
import { StateMachineDefinition } from './definition';
import { LanguageError, StateError, StepFunctionsError } from './errors';
import { Execution, ExecutionStatus } from './execution';
import { HistoryEvent } from './history';
import { JsonObject, JsonValue, MAX_PAYLOAD_BYTES } from './json';
import { JsonataEvaluator } from './jsonata/jsonata';
import { JsonataLanguage } from './jsonata/jsonata-language';
import { JsonPathLanguage } from './jsonpath/jsonpath-language';
import { LocalMetrics } from './metrics';
import { QueryLanguages } from './query-language';
import { StateMachine, StateMachineType } from './state-machine';
import { StepFunctionsService } from './step-functions-service';
import { validateDefinition } from './validation';

/** What a service learns about the task that calls it. */
export interface TaskContext {
  readonly executionArn: string;
  readonly stateName: string;
  /** Given when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Lets time go on while something is waited for that takes virtual time, too. */
  readonly wait: Suspend;
  /** Virtual milliseconds since the epoch. */
  now(): number;
  /** Takes virtual time, as a slow call would. */
  sleep(seconds: number): Promise<void>;
}

/**
 * A service behind `arn:aws:states:::aws-sdk:<service>:<action>`.
 *
 * Time stands still while it works, so it may do real input and output. It fails a task by throwing a `StateError`.
 */
export type ServiceHandler = (action: string, parameters: JsonObject, context: TaskContext) => Promise<unknown>;

export interface LocalStepFunctionsOptions {
  /** @default - a new clock */
  readonly clock?: VirtualClock;
  /** By their names in resource ARNs (`cleanrooms`); `sfn` and `cloudwatch` are built in. */
  readonly services?: { readonly [service: string]: ServiceHandler };
  /** Called before each task that calls a service; throws a `StateError` to fail it, and takes virtual time to delay it. */
  readonly beforeCall?: (service: string, action: string, context: TaskContext) => Promise<void>;
  /** Seconds for which ListExecutions does not yet see what happened: the service is eventually consistent. @default 0 */
  readonly listLagSeconds?: number;
  /** Seconds from the end of a deleted state machine's last execution until nothing is known of them: no document says how many. @default 60 */
  readonly deletionSeconds?: number;
  readonly onEvent?: (event: HistoryEvent, execution: Execution) => void;
  /** Called when an execution starts and when it ends. */
  readonly onStatusChange?: (execution: Execution) => void;
}

export interface StartExecutionOptions {
  /** @default - a generated UUID */
  readonly name?: string;
  /** @default {} */
  readonly input?: JsonValue;
}

const SDK_RESOURCE = /^arn:aws:states:::aws-sdk:([a-z0-9]+):([a-zA-Z0-9]+)$/;
const OPTIMIZED_START = 'arn:aws:states:::states:startExecution';
const NAME_RETENTION_MS = 90 * 24 * 3600 * 1000;
// eslint-disable-next-line no-control-regex -- control characters are what the rule is about
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** Step Functions of one account: state machines, their executions, and the services that their tasks call. */
export class LocalStepFunctions {
  readonly clock: VirtualClock;
  /** What tasks have put into CloudWatch. */
  readonly metrics = new LocalMetrics();

  private readonly languages: QueryLanguages;
  private readonly machines = new Map<string, StateMachine>();
  /** By ARN, in the order of their starts; a name that is used anew after its retention takes the place of the old. */
  private readonly started = new Map<string, Execution>();
  private readonly services: { readonly [service: string]: ServiceHandler };
  private readonly stepFunctions: StepFunctionsService;

  constructor(private readonly options: LocalStepFunctionsOptions = {}) {
    this.clock = options.clock ?? new VirtualClock();
    this.languages = { JSONata: new JsonataLanguage(new JsonataEvaluator(this.clock)), JSONPath: new JsonPathLanguage(this.clock.random) };
    this.stepFunctions = new StepFunctionsService(this, options.listLagSeconds ?? 0);
    this.services = {
      sfn: async (action, parameters, context) => this.stepFunctions.call('Sfn', action, parameters, context.wait, context.executionArn),
      cloudwatch: async (action, parameters) => this.metrics.call(action, parameters),
      ...options.services,
    };
  }

  /** Registers a state machine, or a new version of its definition. */
  register(arn: string, definition: StateMachineDefinition, options: { readonly type?: StateMachineType } = {}): StateMachine {
    validateDefinition(definition, (resource) => this.isSupported(resource));
    const machine = new StateMachine(arn, definition, options.type ?? 'STANDARD');
    this.machines.set(arn, machine);
    return machine;
  }

  /** StartExecution; refusals are `StepFunctionsError`s. */
  start(stateMachineArn: string, options: StartExecutionOptions = {}): Execution {
    return this.startExecution(stateMachineArn, JSON.stringify(options.input ?? {}), options.name);
  }

  /** StartExecution with the input as the text that goes over the wire. */
  startExecution(stateMachineArn: string, inputText: string, name = seededUuid(this.clock.random), startedBy?: string): Execution {
    const stateMachine = this.stateMachine(stateMachineArn);
    if (stateMachine.isDeleting) throw new StepFunctionsError('StateMachineDeleting', `State Machine is being deleted: '${stateMachineArn}'`);
    requireName(name);
    requireInput(inputText);
    const arn = stateMachine.executionArn(name, seededUuid(this.clock.random));
    const earlier = this.started.get(arn);
    if (earlier !== undefined && this.isTaken(earlier)) {
      if (earlier.status === 'RUNNING' && earlier.inputText === inputText) return earlier;
      throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution: Execution = new Execution({
      arn,
      name,
      stateMachine,
      inputText,
      startedBy,
      host: {
        clock: this.clock,
        languages: this.languages,
        invoke: async (resource, parameters, stateName, signal) => this.invoke(resource, parameters, { executionArn: arn, stateName, signal }),
      },
      onEvent: (event) => this.options.onEvent?.(event, execution),
      onStatusChange: (changed) => this.options.onStatusChange?.(changed),
    });
    this.started.delete(arn);
    this.started.set(arn, execution);
    execution.start();
    return execution;
  }

  /** StopExecution. */
  stop(executionArn: string, reason: { readonly error?: string; readonly cause?: string } = {}): void {
    this.execution(executionArn).stop(reason);
  }

  /** DeleteStateMachine: it is gone when its executions are, which end at their next transition. */
  delete(stateMachineArn: string): void {
    this.stateMachine(stateMachineArn).isDeleting = true;
  }

  stateMachine(arn: string): StateMachine {
    const machine = this.machines.get(arn);
    if (machine === undefined || this.isGone(machine)) throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  execution(arn: string): Execution {
    const execution = this.started.get(arn);
    if (execution === undefined || this.isGone(execution.stateMachine)) throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** Every execution of a state machine, the newest first. */
  executions(stateMachineArn: string, status?: ExecutionStatus): Execution[] {
    const { arn } = this.stateMachine(stateMachineArn);
    return this.executionsOf(arn)
      .filter((execution) => (status === undefined || execution.status === status) && !this.isGone(execution.stateMachine))
      .reverse();
  }

  private executionsOf(stateMachineArn: string): Execution[] {
    return [...this.started.values()].filter(({ stateMachine }) => stateMachine.arn === stateMachineArn);
  }

  private isGone(machine: StateMachine): boolean {
    if (!machine.isDeleting) return false;
    const goneAt = this.clock.now() - (this.options.deletionSeconds ?? 60) * 1000;
    return this.executionsOf(machine.arn).every(({ outcome }) => outcome !== undefined && outcome.endedAt <= goneAt);
  }

  private isTaken(execution: Execution): boolean {
    return execution.outcome === undefined || this.clock.now() - execution.outcome.endedAt < NAME_RETENTION_MS;
  }

  private isSupported(resource: string): boolean {
    const service = SDK_RESOURCE.exec(resource)?.[1];
    return service === undefined ? this.stepFunctions.isOptimized(resource) : service in this.services;
  }

  private async invoke(
    resource: string,
    parameters: JsonValue,
    task: Pick<TaskContext, 'executionArn' | 'stateName' | 'signal'>,
  ): Promise<JsonValue> {
    const [, service, action] = SDK_RESOURCE.exec(resource) ?? [];
    return this.clock.realTime(async (suspend) => {
      task.signal.throwIfAborted();
      if (service === undefined) {
        const suffix = resource.slice(OPTIMIZED_START.length);
        return this.stepFunctions.startOptimized(suffix, parameters as JsonObject, task, suspend);
      }
      try {
        const context = this.taskContext(task, suspend);
        await this.options.beforeCall?.(service, action, context);
        return await this.services[service](action, parameters as JsonObject, context) as JsonValue;
      } catch (error) {
        if (error instanceof StateError || task.signal.aborted) throw error;
        // Nothing can catch this: a fault in the stand-in must not pass for a fault of the service.
        throw new LanguageError('States.Runtime', `The local service '${service}' is at fault: ${(error as Error).stack}`);
      }
    });
  }

  private taskContext(task: Pick<TaskContext, 'executionArn' | 'stateName' | 'signal'>, suspend: Suspend): TaskContext {
    return {
      ...task,
      now: () => this.clock.now(),
      wait: suspend,
      sleep: async (seconds) => suspend(async () => this.clock.sleep(seconds * 1000, task.signal)),
    };
  }
}

function requireName(name: string): void {
  if (name.length < 1 || name.length > 80 || FORBIDDEN_IN_NAMES.test(name)) {
    throw new StepFunctionsError('InvalidName', `Invalid Name: '${name}'`);
  }
}

function requireInput(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new StepFunctionsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new StepFunctionsError('InvalidExecutionInput', `Invalid State Machine Execution Input: ${bytes} bytes exceed the maximum of ${MAX_PAYLOAD_BYTES} bytes`);
  }
}
