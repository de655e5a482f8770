import { CannotBePlayed } from './cannot-be-played';
import { MOST_ROWS, type Row } from './rows';
import type { Execution } from '../step-functions';

/** How a run ended: the status of its state machine, or SKIPPED if the schedule's target started no query. */
export type RunStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'SKIPPED';

/** What one member received of one query. */
export interface RunResult {
  /** The account of the member. */
  readonly receiver: string;
  /** The query whose result it is. */
  readonly queryId: string;
  /** The paths of the result files on this machine. */
  readonly files: readonly string[];
  /** The number of rows in these files. */
  readonly rows: number;
}

/** Rows that an analysis rule left out of a result. Clean Rooms itself does not report them. */
export interface Suppressed {
  /** The rule and its table. */
  readonly reason: string;
  /** The number of rows that it left out. */
  readonly rows: number;
}

/** What is left of a table's access budget. */
export interface BudgetLeft {
  /** The name of the table in SQL. */
  readonly table: string;
  /** `CALENDAR_DAY`, `CALENDAR_WEEK`, `CALENDAR_MONTH` or `LIFETIME`. */
  readonly period: string;
  /** How often the table can still be used in the period. */
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
  /** The scheduled time; of an execution without a schedule, its start. */
  public readonly scheduledTime: Date;
  /** How the run ended. */
  public readonly status: RunStatus;
  /** The error's name, such as `ProtectedQuery.Failed`; undefined if the run succeeded. */
  public readonly error?: string;
  /** The cause of the error, with the code and message of the service; undefined if the run succeeded. */
  public readonly cause?: string;
  /** The identifiers of the queries that were started, the first one first. */
  public readonly queryIds: readonly string[];
  /** What each member received of each query. */
  public readonly results: readonly RunResult[];
  /** The rows that rules left out. */
  public readonly suppressed: readonly Suppressed[];
  /** What was left of the access budgets of the tables when the run had ended. */
  public readonly budgets: readonly BudgetLeft[];
  /** The number of state transitions that AWS bills, which are those of STANDARD state machines. */
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
   * The rows of the results, once each even if several members received them. Whole numbers are numbers if JavaScript holds them
   * exactly, otherwise text. Dates and decimals are text. Throws `CannotBePlayed` if there are more than 100,000 rows.
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
