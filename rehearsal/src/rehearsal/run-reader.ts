import { CannotBePlayed } from './cannot-be-played';
import { MOST_ROWS, type Row, rowsOf } from './rows';
import { outcomeOf, Run, type RunResult } from './run';
import type { Workflows } from './workflows';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';
import type { ProtectedQueryTruth } from '../clean-rooms/query-record';
import type { Execution } from '../step-functions';

/** Finds out what became of a scheduled time: the executions that it led to, their queries and results. */
export class RunReader {
  constructor(private readonly endpoint: CleanRoomsEndpoint, private readonly workflows: Workflows) {}

  public async read(query: string, scheduledTime: Date, executions: readonly Execution[]): Promise<Run> {
    const refusal = executions.map((execution) => this.workflows.refusalOf(execution)).find((reason) => reason !== undefined);
    if (refusal !== undefined) throw new CannotBePlayed(`${query} cannot be played: ${refusal}`);
    const queryIds = executions.flatMap((execution) => this.workflows.queriesOf(execution));
    const queries = (await this.endpoint.queries()).filter(({ id }) => queryIds.includes(id));
    const notPlayable = queries.map((each) => each.notPlayable).find((reason) => reason !== undefined);
    if (notPlayable !== undefined) throw new CannotBePlayed(`${query} cannot be played: ${notPlayable}`);
    return new Run({
      query,
      scheduledTime,
      outcome: outcomeOf(executions, (execution) => this.workflows.queriesOf(execution).length > 0),
      queryIds,
      results: queries.flatMap(resultsOf),
      suppressed: queries.flatMap(({ findings }) => findings.suppressed),
      budgets: queries.at(-1)?.findings.budgets ?? [],
      transitions: executions.filter(({ stateMachine }) => stateMachine.type === 'STANDARD')
        .reduce((sum, { outcome }) => sum + (outcome?.transitions ?? 0), 0),
      rows: await allRowsOf(queries),
    });
  }
}

function resultsOf({ id, files }: ProtectedQueryTruth): RunResult[] {
  return [...new Set(files.map(({ accountId }) => accountId))].map((receiver) => {
    const theirs = files.filter(({ accountId }) => accountId === receiver);
    return { receiver, queryId: id, files: theirs.map(({ path }) => path), rows: theirs.reduce((sum, { rows }) => sum + rows, 0) };
  });
}

async function allRowsOf(queries: readonly ProtectedQueryTruth[]): Promise<Row[] | undefined> {
  const rows: Row[] = [];
  for (const query of queries) {
    const [result] = resultsOf(query);
    if (query.kept === undefined) continue;
    if (rows.length + (result?.rows ?? 0) > MOST_ROWS) return undefined;
    rows.push(...await rowsOf(query.kept));
  }
  return rows;
}
