import type { Call, ProtectedQueryTruth } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import type { Execution, ExecutionOutcome } from 'cdk-cleanrooms-rehearsal/step-functions';

/** What there was to see. */
export interface Observation {
  /** The scheduled times, in milliseconds. */
  readonly nights: readonly number[];
  readonly deliveries: readonly (ExecutionOutcome | undefined)[];
  readonly schedules: readonly { readonly mark: string; readonly executions: readonly Execution[] }[];
  readonly queries: readonly ProtectedQueryTruth[];
  /** When each query was last heard of: its end. */
  readonly ends: ReadonlyMap<string, number>;
  readonly calls: readonly Call[];
  readonly faults: ReadonlyMap<string, number>;
}

export interface Figures {
  readonly scheduled: number;
  readonly delivered: number;
  /** Deliveries that the dispatcher could not bring to an end. */
  readonly undelivered: number;
  readonly executions: number;
  readonly started: number;
  readonly succeeded: number;
  /** By their error. */
  readonly failed: ReadonlyMap<string, number>;
  /** Queries whose start was not answered. */
  readonly startsLost: number;
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

/** What became of one scheduled time of one schedule. */
interface Run {
  readonly what: string;
  readonly night: number;
  readonly executions: readonly Execution[];
  readonly outcome?: ExecutionOutcome;
  readonly queries: readonly ProtectedQueryTruth[];
}

const NOTHING_STARTED = /^CleanRooms\./;

export function judge(seen: Observation): Figures {
  const runs = seen.nights.flatMap((night) => seen.schedules.map((schedule): Run => {
    const name = new Date(night).toISOString().replace(/[-:]|\.\d+/g, '');
    const dayBefore = new Date(night - 24 * 3_600_000).toISOString().slice(0, 10);
    const executions = schedule.executions.filter((execution) => execution.name === name);
    const queries = seen.queries.filter(({ sqlParameters: { parameters } }) => parameters?.minimum === schedule.mark && parameters.day === dayBefore);
    return { what: `query ${schedule.mark} of ${name}`, night, executions, outcome: executions[0]?.outcome, queries };
  }));
  const outcomes = runs.flatMap(({ outcome }) => outcome ?? []);
  const endOf = (id: string) => seen.ends.get(id) ?? Infinity;
  const tally = (names: readonly string[]) => {
    const counts = new Map<string, number>();
    [...names].sort().forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
    return counts;
  };
  return {
    scheduled: runs.length,
    delivered: seen.deliveries.length,
    undelivered: seen.deliveries.filter((outcome) => outcome?.status !== 'SUCCEEDED').length,
    executions: seen.schedules.reduce((sum, { executions }) => sum + executions.length, 0),
    started: seen.queries.length,
    succeeded: outcomes.filter(({ status }) => status === 'SUCCEEDED').length,
    failed: tally(outcomes.flatMap(({ status, error }) => status === 'SUCCEEDED' ? [] : error ?? status)),
    startsLost: seen.calls.filter(({ operation, executed, outcome }) => operation === 'StartProtectedQuery' && executed && 'cut' in outcome).length,
    doubled: runs.reduce((sum, { queries }) => sum + Math.max(0, queries.length - 1), 0),
    orphaned: runs.flatMap(({ outcome, queries }) => queries.filter(({ id }) => endOf(id) > (outcome?.endedAt ?? Infinity))).length,
    unaccounted: runs.filter(({ executions, outcome }) => executions.length !== 1 || outcome === undefined).length,
    misreported: runs.flatMap(({ what, outcome, queries }) => isTrue(outcome, queries) ? [] : `${what}: ${outcome?.error ?? outcome?.status}`),
    longestWait: Math.max(0, ...runs.flatMap(({ night, queries }) => queries.map(({ createTime }) => createTime.getTime() - night))),
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
