import type { Call } from '../local/clean-rooms/calls';
import type { ProtectedQueryTruth } from '../local/clean-rooms/query-record';
import type { Execution, ExecutionOutcome } from '../local/step-functions/execution';

/** What there was to see of a night. */
export interface Observation {
  readonly scheduledAt: number;
  readonly deliveries: readonly ExecutionOutcome[];
  readonly runs: readonly { readonly mark: string; readonly executions: readonly Execution[] }[];
  readonly queries: readonly ProtectedQueryTruth[];
  /** When each query was last heard of: its end. */
  readonly ends: ReadonlyMap<string, number>;
  readonly calls: readonly Call[];
  readonly faults: ReadonlyMap<string, number>;
}

export interface Figures {
  readonly delivered: number;
  /** Deliveries that the dispatcher could not bring to an end. */
  readonly undelivered: number;
  readonly executions: number;
  readonly started: number;
  readonly succeeded: number;
  /** By their error. */
  readonly failed: ReadonlyMap<string, number>;
  /** Queries beyond the first of a scheduled time. */
  readonly doubled: number;
  /** Queries that were still running when their execution had ended. */
  readonly orphaned: number;
  /** Scheduled times without exactly one execution that has ended. */
  readonly unaccounted: number;
  /** Executions whose outcome is not what their query did. */
  readonly misreported: readonly string[];
  readonly longestWait: number;
  readonly calls: ReadonlyMap<string, number>;
  readonly throttled: number;
  readonly refusedForRoom: number;
  readonly faults: ReadonlyMap<string, number>;
}

const NOTHING_STARTED = /^CleanRooms\./;

export function judge(seen: Observation): Figures {
  const queriesOf = (mark: string) => seen.queries.filter(({ sqlParameters }) => sqlParameters.parameters?.minimum === mark);
  const runs = seen.runs.map(({ mark, executions }) => ({ mark, executions, outcome: executions[0]?.outcome, queries: queriesOf(mark) }));
  const outcomes = runs.flatMap(({ outcome }) => outcome ?? []);
  const endOf = (id: string) => seen.ends.get(id) ?? Infinity;
  const tally = (names: readonly string[]) => {
    const counts = new Map<string, number>();
    [...names].sort().forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
    return counts;
  };
  return {
    delivered: seen.deliveries.length,
    undelivered: seen.deliveries.filter(({ status }) => status !== 'SUCCEEDED').length,
    executions: runs.reduce((sum, { executions }) => sum + executions.length, 0),
    started: seen.queries.length,
    succeeded: outcomes.filter(({ status }) => status === 'SUCCEEDED').length,
    failed: tally(outcomes.flatMap(({ status, error }) => status === 'SUCCEEDED' ? [] : error ?? status)),
    doubled: runs.reduce((sum, { queries }) => sum + Math.max(0, queries.length - 1), 0),
    orphaned: runs.flatMap(({ outcome, queries }) => queries.filter(({ id }) => endOf(id) > (outcome?.endedAt ?? Infinity))).length,
    unaccounted: runs.filter(({ executions, outcome }) => executions.length !== 1 || outcome === undefined).length,
    misreported: runs.flatMap(({ mark, outcome, queries }) => isTrue(outcome, queries) ? [] : `query ${mark}: ${outcome?.error ?? outcome?.status}`),
    longestWait: Math.max(0, ...seen.queries.map(({ createTime }) => createTime.getTime() - seen.scheduledAt)),
    calls: tally(seen.calls.map(({ operation }) => operation)),
    throttled: seen.calls.filter(({ outcome }) => 'error' in outcome && outcome.error === 'ThrottlingException').length,
    refusedForRoom: seen.calls.filter(({ outcome }) => 'error' in outcome && outcome.error === 'ServiceQuotaExceededException').length,
    faults: seen.faults,
  };
}

/** A success has its query and no other; what was refused has none; any other failure says which query, or that it is not known. */
function isTrue(outcome: ExecutionOutcome | undefined, queries: readonly ProtectedQueryTruth[]): boolean {
  if (outcome === undefined) return false;
  const [query] = queries;
  if (outcome.status === 'SUCCEEDED') return query?.status === 'SUCCESS' && (outcome.output as { readonly queryId?: string }).queryId === query.id;
  if (outcome.error === 'ProtectedQuery.StartUnknown') return true;
  return NOTHING_STARTED.test(outcome.error ?? '') ? query === undefined : query !== undefined && (outcome.cause ?? '').includes(query.id);
}
