import { Stack } from 'aws-cdk-lib';
import { Fault, QueryDurations, QueryError, Settings } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { JsonValue } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Silence } from './wire-tap';
import { Overlap } from '../../../rehearsal/src/clean-rooms/fixtures/overlap';
import { ScheduledProtectedQueryProps } from '../../../src';

/** What happens at a time, in seconds after the beginning. */
export type Event = { readonly at: number } & (
  | { readonly fire: string }
  | { readonly start: JsonValue; readonly name: string }
  /** Somebody stops the newest execution. */
  | { readonly stop: true }
  /** Somebody else cancels the newest query. */
  | { readonly cancel: true }
);

/** How a query is scheduled, how the service behaves, what happens, and how the executions must end. */
export interface Scenario {
  readonly name: string;
  /** @default - the partner's template, every night, for the day before */
  readonly scheduled?: (stack: Stack, overlap: Overlap) => Partial<ScheduledProtectedQueryProps>;
  /** Queries of others that run from the beginning. */
  readonly others?: number;
  readonly settings?: Partial<Settings>;
  readonly faults?: readonly Fault[];
  readonly silences?: readonly Silence[];
  /** Of the first query. */
  readonly durations?: Partial<QueryDurations>;
  /** With what the first query fails. */
  readonly failure?: QueryError;
  /** @default - the night is delivered once */
  readonly events?: readonly Event[];
  /** Of the executions that run queries, in the order of their starts: the error, or the status of those without one. */
  readonly ends: readonly string[];
}
