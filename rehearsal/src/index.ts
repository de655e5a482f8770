/** Plays an app for AWS Clean Rooms over sample files: `cdk-cleanrooms-rehearsal`. */
export { CannotBePlayed } from './rehearsal/cannot-be-played';
export type { CallFault, CleanRoomsAction, QueryFailure } from './rehearsal/faults';
export type { Played, PlayOptions, Refusal, RunOptions, Target } from './rehearsal/play-options';
export type { App } from './rehearsal/played-app';
export { Rehearsal } from './rehearsal/rehearsal';
export type { Engine, Progress, RehearsalOptions } from './rehearsal/rehearsal-options';
export type { Row, Value } from './rehearsal/rows';
export { type BudgetLeft, Run, type RunResult, type RunStatus, type Suppressed } from './rehearsal/run';
export type { SampleRule } from './rehearsal/sample-rule';
export type { SampleRules } from './rehearsal/sample-tables';
export type { CallView, MembershipView, QueryView, ServiceView } from './rehearsal/service-view';
