import type { Membership, ProtectedQueryError, ProtectedQuerySQLParameters, ProtectedQueryStatus } from '@aws-sdk/client-cleanrooms';
import type { Settling } from './consistency';
import type { Input } from './operations';
import type { QueryOutput } from './query-output';
import type { QueryTimeline } from './query-timeline';
import type { SparkStatement } from '../sql/sql-engine';

/** Rows that a rule left out. */
export interface SuppressedRows {
  readonly reason: string;
  readonly rows: number;
}

/** What is left of an access budget. */
export interface RemainingBudget {
  readonly table: string;
  /** Such as `CALENDAR_MONTH`. */
  readonly period: string;
  readonly left: number;
}

/** What running a query has shown; the service tells nobody. */
export interface Findings {
  readonly suppressed: readonly SuppressedRows[];
  /** Of the tables that it read, when it had run. */
  readonly budgets: readonly RemainingBudget[];
}

/** With what a query failed. The SDK's types do not know yet whether the service calls it retryable. */
export type QueryError = ProtectedQueryError & { readonly retry?: { readonly retryable?: boolean } };

/** A file that a query has written. */
export interface ResultFile {
  /** Whose results these are. */
  readonly accountId: string;
  readonly bucket: string;
  readonly key: string;
  /** The same on this machine. */
  readonly path: string;
  readonly rows: number;
}

/** How a query ended that was neither cancelled nor timed out. */
export interface Ending {
  readonly error?: QueryError;
  readonly files: readonly ResultFile[];
  /** A Parquet file with the whole result. */
  readonly kept?: string;
  readonly findings?: Findings;
  /** Why it was not run, although the service would have. */
  readonly notPlayable?: string;
}

export interface QueryRecord {
  readonly id: string;
  readonly accountId: string;
  readonly membership: Membership;
  readonly input: Input<'StartProtectedQuery'>;
  readonly createTime: Date;
  readonly statement: SparkStatement;
  /** The account that wrote the SQL. */
  readonly author: string;
  readonly output: QueryOutput;
  readonly timeline: QueryTimeline;
  /** What it was told to fail with, without running. */
  readonly failure?: QueryError;
  readonly created: Settling;
  executions: number;
  /** Of its steps, those that were told to the listeners. */
  announced: number;
  ending?: Promise<Ending>;
}

/** A query as it is at one time. */
export interface QueryState {
  readonly record: QueryRecord;
  readonly status: ProtectedQueryStatus;
  /** When it came to that status. */
  readonly since: number;
  /** Given once it is SUCCESS or FAILED. */
  readonly ending?: Ending;
}

/** A query as it truly is, however little of it can be seen yet. */
export interface ProtectedQueryTruth {
  readonly id: string;
  readonly membershipId: string;
  /** The account that started it. */
  readonly startedBy: string;
  readonly status: ProtectedQueryStatus;
  readonly createTime: Date;
  readonly sqlParameters: ProtectedQuerySQLParameters;
  readonly error?: QueryError;
  /** How often its SQL was run. */
  readonly executions: number;
  readonly files: readonly ResultFile[];
  /** A Parquet file with the whole result, if `keepsResults` is set. */
  readonly kept?: string;
  readonly findings: Findings;
  /** Why it was not run, although the service would have. */
  readonly notPlayable?: string;
}
