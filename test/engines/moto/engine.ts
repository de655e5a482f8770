import { JsonValue, StateMachineDefinition, StateMachineType } from 'cdk-cleanrooms-rehearsal/step-functions';

/** What an execution did, in the words of both engines. */
export interface ExecutionRecord {
  readonly machine: string;
  readonly name: string;
  readonly status: string;
  readonly output?: JsonValue;
  readonly error?: string;
  readonly cause?: string;
  readonly steps: readonly ExecutionStep[];
}

/** A state that was entered, or a call that a task made. */
export type ExecutionStep =
  | { readonly at: number; readonly state: string; readonly input: JsonValue }
  | { readonly at: number; readonly call: string; readonly parameters: JsonValue };

export interface Machine {
  readonly arn: string;
  readonly type: StateMachineType;
  readonly definition: StateMachineDefinition;
}

/** A states engine in virtual time. */
export interface Engine {
  start(arn: string, name: string, input: string): Promise<void>;
  stop(executionArn: string): Promise<void>;
  /** Resolves when everything that was started has ended. */
  rest(): Promise<void>;
  executions(): Promise<ExecutionRecord[]>;
}

export const nameOf = (arn: string): string => arn.split(':').at(-1) ?? '';
