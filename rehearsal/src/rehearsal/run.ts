import { CannotBePlayed } from './cannot-be-played';
import { MOST_ROWS, type Row } from './rows';
import type { Execution } from '../step-functions';

/** How a run ended: as its state machine did, or SKIPPED if the schedule's target started no query. */
export type RunStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'SKIPPED';

/** What one member received of one query. */
export interface RunResult {
  /** The account. */
  readonly receiver: string;
  /** The query whose result it is. */
  readonly queryId: string;
  /** On this machine. */
  readonly files: readonly string[];
  readonly rows: number;
}

/** Rows that an analysis rule left out of a result. Nobody learns of them from the service. */
export interface Suppressed {
  readonly reason: string;
  readonly rows: number;
}

/** How often a table can still be queried. */
export interface BudgetLeft {
  readonly table: string;
  /** `CALENDAR_DAY`, `CALENDAR_WEEK`, `CALENDAR_MONTH` or `LIFETIME`. */
  readonly period: string;
  readonly left: number;
}

export interface RunFacts {
  readonly query: string;
  readonly scheduledTime: Date;
  readonly outcome: { readonly status: RunStatus; readonly error?: string; readonly cause?: string };
  readonly queryIds: readonly string[];
  readonly results: readonly RunResult[];
  readonly suppressed: readonly Suppressed[];
  readonly budgets: readonly BudgetLeft[];
  readonly transitions: number;
  /** Undefined if there are too many. */
  readonly rows?: readonly Row[];
}

/** One scheduled time, played to its end. */
export class Run {
  /** The path of the construct that was played. */
  public readonly query: string;
  public readonly scheduledTime: Date;
  public readonly status: RunStatus;
  /** The error's name, such as `ProtectedQuery.Failed`; undefined if the run succeeded. */
  public readonly error?: string;
  public readonly cause?: string;
  /** The queries that were started, the first one first. */
  public readonly queryIds: readonly string[];
  /** What was delivered, by query and receiver. */
  public readonly results: readonly RunResult[];
  public readonly suppressed: readonly Suppressed[];
  /** What was left of the access budgets of the tables when the run had ended. */
  public readonly budgets: readonly BudgetLeft[];
  /** State transitions, as STANDARD state machines are billed. */
  public readonly transitions: number;
  private readonly read?: readonly Row[];

  /** @internal */
  constructor({ query, scheduledTime, outcome, queryIds, results, suppressed, budgets, transitions, rows }: RunFacts) {
    this.query = query;
    this.scheduledTime = scheduledTime;
    this.status = outcome.status;
    this.error = outcome.error;
    this.cause = outcome.cause;
    this.queryIds = queryIds;
    this.results = results;
    this.suppressed = suppressed;
    this.budgets = budgets;
    this.transitions = transitions;
    this.read = rows;
  }

  /** The query that was started last; undefined if none was. */
  public get queryId(): string | undefined {
    return this.queryIds.at(-1);
  }

  /**
   * The rows of the results, once each however many received them. Whole numbers are numbers where they are exact, else
   * text; dates and decimals are text.
   */
  public rows(): readonly Row[] {
    if (this.read === undefined) throw new CannotBePlayed(`the result has more than ${MOST_ROWS} rows: read the files that \`results\` names`);
    return this.read;
  }

  /** As `--json` prints it. */
  public toJSON(): object {
    return {
      query: this.query,
      scheduledTime: this.scheduledTime.toISOString().replace('.000Z', 'Z'),
      status: this.status,
      error: this.error,
      cause: this.cause,
      queryId: this.queryId,
      results: this.results.map(({ receiver, files, rows }) => ({ receiver, files, rows })),
      suppressed: this.suppressed,
      transitions: this.transitions,
    };
  }
}

/** How the executions that a schedule led to ended, taken together: as the outermost one that waited for the query did. */
export function outcomeOf(executions: readonly Execution[], asked: (execution: Execution) => boolean): RunFacts['outcome'] {
  const inner = executions.filter(asked).at(-1) ?? executions.filter(({ startedBy }) => startedBy !== undefined).at(0) ?? executions[0];
  const status = endOf(inner).status;
  if (status === 'SUCCEEDED' && !executions.some(asked) && executions.every(({ startedBy }) => startedBy === undefined)) {
    return { status: 'SKIPPED', error: 'SKIPPED', cause: 'what the schedule calls ended without starting a query' };
  }
  let outer = inner;
  for (;;) {
    const parent = executions.find(({ arn }) => arn === outer.startedBy);
    if (parent === undefined || endOf(parent).endedAt < endOf(outer).endedAt) break;
    outer = parent;
  }
  const { error, cause, status: of } = endOf(outer);
  return { status: of, error: of === 'TIMED_OUT' ? error ?? 'States.Timeout' : error, cause };
}

function endOf({ outcome, name }: Execution): NonNullable<Execution['outcome']> {
  if (outcome === undefined) throw new Error(`execution ${name} has not ended`);
  return outcome;
}
