import type { ConsistencyDelay } from './consistency';
import type { QueryDurations } from './query-timeline';
import type { RequestRates } from './rates';
import type { OperationName } from './service-model';

/** What a role is to the service: usable, not visible yet, of which no document says how it is told, or not to be assumed. */
export type RoleState = 'ok' | 'not-yet' | 'not-yet-without-reason' | 'refused';

/** What a test may turn while the endpoint runs; `reset()` turns it back. */
export interface Settings {
  /** Told of each operation before it is performed. */
  onOperation?: (operation: OperationName, input: Readonly<Record<string, unknown>>, account: string) => void;
  /** How long created and deleted memberships, and started queries, stay unseen by Get and List. Not at all by default. */
  consistencyDelay?: ConsistencyDelay;
  /** What a Get, Update or Delete of an unknown membership answers; the service has been seen to give either. */
  unknownMembership: 'ResourceNotFoundException' | 'AccessDeniedException';
  /** Asked about every role of a result configuration. Every role is usable by default. */
  roles: (roleArn: string) => RoleState;
  /** Whether IAM lets the caller do it; asked about every call of an operation that can be denied. */
  isAllowed: (operation: OperationName, input: Readonly<Record<string, unknown>>, account: string) => boolean;
  /** The most that a page of a list holds. */
  pageSize: number;
  /** How many times a GetMembership after an UpdateMembership still tells what was before it. */
  staleReads: number;
  /** Whether a ConflictException tells its reason, which the model leaves open. */
  tellsConflictReason: boolean;
  now: () => Date;
  /** How long queries that start from now on are in each state. */
  queryDurations: QueryDurations;
  /** How many queries of an account can be ongoing, in all its memberships together. */
  queriesPerAccount: number;
  /** Beyond them requests are throttled. Without limit by default. */
  rates?: RequestRates;
  /** Whether a query tells the output and the compute that it took by default; which of the two the service does is not known. */
  tellsDefaults: boolean;
  /** Asked about every file of a result; a run's own S3 output has no role, it is written with the rights of the caller. */
  canWrite: (roleArn: string | undefined, bucket: string, key: string) => boolean;
  /** What runs the SQL. */
  engine: 'duckdb' | 'spark';
  /** Whether a copy of each result, with its types, is kept beside the files that were asked for. */
  keepsResults: boolean;
  /** Where results are written, as `<bucket>/<key>`. A temporary folder by default, which `stop` removes. */
  resultsRoot?: string;
}

export const DEFAULT_SETTINGS: Settings = {
  unknownMembership: 'ResourceNotFoundException',
  roles: () => 'ok',
  isAllowed: () => true,
  pageSize: 100,
  staleReads: 0,
  tellsConflictReason: true,
  now: () => new Date(),
  queryDurations: { submitted: 2_000, started: 60_000, cancelling: 5_000 },
  queriesPerAccount: Infinity,
  tellsDefaults: true,
  canWrite: () => true,
  engine: 'duckdb',
  keepsResults: false,
};
