/** A local runner for synthesised Step Functions state machines, JSONata only. */
export { cleanRoomsTask, type CleanRoomsTaskProps } from './clean-rooms-task';
export { VirtualClock, type VirtualClockOptions } from './clock';
export {
  loadDefinition, stateMachinesOf, type ResolveIntrinsic, type StateMachineDefinition, type SynthesizedStateMachine,
} from './definition';
export { StateError } from './errors';
export { Execution, type ExecutionOutcome, type ExecutionStatus } from './execution';
export type { HistoryEvent } from './history';
export type { JsonObject, JsonValue } from './json';
export {
  LocalStepFunctions, type LocalStepFunctionsOptions, type ServiceHandler, type StartExecutionOptions, type TaskContext,
} from './runner';
export { LocalSchedule, type FireOptions } from './scheduler';
export { executionStatusChange } from './status-change';
