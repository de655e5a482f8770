/** A runner of synthesized Step Functions state machines in virtual time: `cdk-cleanrooms-rehearsal/step-functions`. */
export { cleanRoomsTask, type CleanRoomsTaskProps } from './clean-rooms-task';
export { seededRandom, VirtualClock, type VirtualClockOptions } from './clock';
export {
  containersOf, loadDefinition, type ResolveIntrinsic, resolveValue, type State, type StateContainer, type StateMachineDefinition, stateMachinesOf,
  type SynthesizedStateMachine, type TaskState,
} from './definition';
export { StateError, StepFunctionsError } from './errors';
export { Execution, type ExecutionOutcome, type ExecutionStatus } from './execution';
export type { HistoryEvent } from './history';
export { isObject, type JsonObject, type JsonValue } from './json';
export { LocalMetrics } from './metrics';
export {
  LocalStepFunctions, type LocalStepFunctionsOptions, type ServiceHandler, type StartExecutionOptions, type TaskContext,
} from './runner';
export { type FireOptions, LocalSchedule } from './scheduler';
export { SdkShapes, type ServiceModel } from './sdk-shapes';
export type { StateMachineType } from './state-machine';
export { executionStatusChange } from './status-change';
export { StepFunctionsService } from './step-functions-service';
export { validateDefinition } from './validation';
