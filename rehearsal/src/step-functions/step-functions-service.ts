import { Suspend, seededUuid, VirtualClock } from './clock';
import { LanguageError, StateError, StepFunctionsError } from './errors';
import { Execution, ExecutionStatus } from './execution';
import { historyAnswer } from './history-answer';
import { JsonObject, JsonValue, toJson } from './json';
import { SdkShapes, ServiceModel } from './sdk-shapes';
import { StateMachine } from './state-machine';

/** What the service needs of the account. */
export interface StepFunctionsAccount {
  readonly clock: VirtualClock;
  startExecution(stateMachineArn: string, inputText: string, name?: string, startedBy?: string): Execution;
  stateMachine(arn: string): StateMachine;
  execution(arn: string): Execution;
  executions(stateMachineArn: string): Execution[];
}

const NOT_TEXT: Readonly<Record<string, string>> = { maxResults: 'Count', includeExecutionData: 'Flag', reverseOrder: 'Flag' };
const structure = (members: readonly string[], required: readonly string[]) =>
  ({ type: 'structure', required, members: Object.fromEntries(members.map((name) => [name, { shape: NOT_TEXT[name] ?? 'Text' }])) });

const MODEL: ServiceModel = {
  operations: Object.fromEntries(
    ['StartExecution', 'StartSyncExecution', 'DescribeExecution', 'GetExecutionHistory', 'ListExecutions', 'StopExecution'].map((name) => [name, { input: { shape: name } }]),
  ),
  shapes: {
    Text: { type: 'string' },
    Count: { type: 'integer' },
    Flag: { type: 'boolean' },
    StartExecution: structure(['stateMachineArn', 'name', 'input', 'traceHeader'], ['stateMachineArn']),
    StartSyncExecution: structure(['stateMachineArn', 'name', 'input', 'traceHeader', 'includedData'], ['stateMachineArn']),
    DescribeExecution: structure(['executionArn', 'includedData'], ['executionArn']),
    GetExecutionHistory: structure(['executionArn', 'includeExecutionData', 'maxResults', 'nextToken', 'reverseOrder'], ['executionArn']),
    ListExecutions: structure(['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken', 'mapRunArn', 'redriveFilter'], []),
    StopExecution: structure(['executionArn', 'error', 'cause'], ['executionArn']),
  },
};

const OPTIMIZED = ['', '.sync', '.sync:2'].map((suffix) => `arn:aws:states:::states:startExecution${suffix}`);

/** Step Functions as a service that its own tasks call: `aws-sdk:sfn:*` and `states:startExecution`. */
export class StepFunctionsService {
  private readonly shapes = new SdkShapes(MODEL);

  constructor(private readonly account: StepFunctionsAccount, private readonly listLagSeconds: number) {}

  isOptimized(resource: string): boolean {
    return OPTIMIZED.includes(resource);
  }

  /**
   * An SDK integration; refusals carry the prefix of the integration.
   *
   * @param caller the execution whose task it is
   */
  async call(
    prefix: string, action: string, given: JsonObject, wait: Suspend = async (work) => work(), caller?: string,
  ): Promise<JsonValue> {
    const operation = this.shapes.operation(action.charAt(0).toUpperCase() + action.slice(1));
    if (operation?.input === undefined) throw new LanguageError('States.Runtime', `The local runner does not know sfn:${action}.`);
    const parameters = this.shapes.toService(operation.input, given) as Record<string, string & number & boolean>;
    try {
      switch (action) {
        case 'startExecution':
          return this.startExecution(parameters, caller);
        case 'startSyncExecution':
          return await this.startSyncExecution(parameters, wait, caller);
        case 'stopExecution':
          return this.stopExecution(parameters);
        case 'describeExecution':
          return describe(this.account.execution(parameters.executionArn));
        case 'getExecutionHistory':
          return this.getExecutionHistory(parameters);
        default:
          return this.listExecutions(parameters);
      }
    } catch (error) {
      if (!(error instanceof StepFunctionsError)) throw error;
      const name = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
      const origin = `(Service: Sfn, Status Code: 400, Request ID: ${seededUuid(this.account.clock.random)})`;
      throw new StateError(`${prefix}.${name}`, `${error.message} ${origin}`);
    }
  }

  /** The optimised integration: takes an object as Input, and can wait for the execution it starts. */
  async startOptimized(
    suffix: string, given: JsonObject, { signal, executionArn }: { readonly signal: AbortSignal; readonly executionArn: string }, suspend: Suspend,
  ): Promise<JsonValue> {
    const Input = given.Input === undefined || typeof given.Input === 'string' ? given.Input : JSON.stringify(given.Input);
    const parameters = { ...given, ...(Input === undefined ? {} : { Input }) };
    const started = await this.call('StepFunctions', 'startExecution', parameters, undefined, executionArn) as JsonObject;
    if (suffix === '') return started;
    const execution = this.account.execution(started.ExecutionArn as string);
    const stop = () => execution.stop();
    signal.addEventListener('abort', stop, { once: true });
    const outcome = await suspend(async () => execution.done);
    signal.removeEventListener('abort', stop);
    const envelope = describe(execution);
    if (outcome.status !== 'SUCCEEDED') throw new StateError('States.TaskFailed', JSON.stringify(envelope));
    return suffix === '.sync' ? envelope : { ...envelope, Input: execution.input, Output: outcome.output ?? null };
  }

  private startExecution({ stateMachineArn, name, input }: Record<string, string>, caller: string | undefined): JsonValue {
    const execution = this.account.startExecution(stateMachineArn, input ?? '{}', name, caller);
    return { ExecutionArn: execution.arn, StartDate: iso(execution.startedAt) };
  }

  /** Answers when the execution has ended, however it ended: a failure is told in `Status`, and `Output` is null then. */
  private async startSyncExecution(
    { stateMachineArn, name, input }: Record<string, string>, wait: Suspend, caller: string | undefined,
  ): Promise<JsonValue> {
    if (this.account.stateMachine(stateMachineArn).type !== 'EXPRESS') {
      throw new StepFunctionsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
    }
    const execution = this.account.startExecution(stateMachineArn, input ?? '{}', name, caller);
    const outcome = await wait(async () => execution.done);
    return {
      ExecutionArn: execution.arn,
      StateMachineArn: stateMachineArn,
      Name: execution.name,
      StartDate: iso(outcome.startedAt),
      StopDate: iso(outcome.endedAt),
      Status: outcome.status,
      Input: execution.inputText,
      Output: outcome.output === undefined ? null : JSON.stringify(outcome.output),
      ...(outcome.error === undefined ? {} : { Error: outcome.error }),
      ...(outcome.cause === undefined ? {} : { Cause: outcome.cause }),
    };
  }

  private stopExecution({ executionArn, error, cause }: Record<string, string>): JsonValue {
    const execution = this.account.execution(executionArn);
    execution.stop({ error, cause });
    return { StopDate: iso(execution.outcome?.endedAt ?? this.account.clock.now()) };
  }

  private getExecutionHistory(parameters: Record<string, string & number & boolean>): JsonValue {
    const { executionArn, includeExecutionData = true, maxResults, nextToken, reverseOrder } = parameters;
    const execution = this.account.execution(executionArn);
    if (execution.stateMachine.type === 'EXPRESS') {
      throw new StepFunctionsError('InvalidArn', "Invalid Arn: 'Resource type not valid in this context: express'");
    }
    const events = reverseOrder ? [...execution.events].reverse() : execution.events;
    const from = Number(nextToken ?? 0);
    if (!Number.isInteger(from) || from < 0 || from >= events.length) throw new StepFunctionsError('InvalidToken', `Invalid Token: '${nextToken}'`);
    const to = from + (maxResults || 100);
    return toJson({
      Events: events.slice(from, to).map((event) => historyAnswer(event, includeExecutionData)),
      ...(to < events.length ? { NextToken: String(to) } : {}),
    });
  }

  private listExecutions({ stateMachineArn, statusFilter, maxResults, nextToken }: Record<string, string & number>): JsonValue {
    const machine = this.account.stateMachine(stateMachineArn);
    if (machine.type === 'EXPRESS') {
      throw new StepFunctionsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
    }
    const seenAt = this.account.clock.now() - this.listLagSeconds * 1000;
    const seen = this.account.executions(machine.arn)
      .filter((execution) => execution.startedAt <= seenAt)
      .map((execution) => listed(execution, seenAt))
      .filter((entry) => statusFilter === undefined || entry.Status === statusFilter);
    const from = Number(nextToken ?? 0);
    const to = from + (maxResults ?? 100);
    return toJson({ Executions: seen.slice(from, to), ...(to < seen.length ? { NextToken: String(to) } : {}) });
  }
}

function listed(execution: Execution, seenAt: number) {
  const { outcome } = execution;
  const ended = outcome !== undefined && outcome.endedAt <= seenAt ? outcome : undefined;
  return {
    ExecutionArn: execution.arn,
    Name: execution.name,
    StartDate: iso(execution.startedAt),
    StateMachineArn: execution.stateMachine.arn,
    Status: (ended?.status ?? 'RUNNING') as ExecutionStatus,
    ...(ended === undefined ? {} : { StopDate: iso(ended.endedAt) }),
  };
}

function describe(execution: Execution): JsonObject {
  const { outcome } = execution;
  return toJson({
    ...listed(execution, Infinity),
    Input: execution.inputText,
    Output: outcome?.output === undefined ? undefined : JSON.stringify(outcome.output),
    Error: outcome?.error,
    Cause: outcome?.cause,
  }) as JsonObject;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
