import type { QueryRecord, SuppressedRows } from './query-record';
import type { QueryTable, QueryTables } from './query-tables';
import { MESSAGES } from './schemas';
import { governed } from '../rules/governed';
import type { GovernedQuery } from '../rules/governed-query';
import { NotPlayable } from '../sql/not-playable';
import { QueryFailed } from '../sql/query-failed';
import type { Column, SqlEngine, TableFiles } from '../sql/sql-engine';
import { tableNamesIn } from '../sql/table-names';

/** There are no rows of a table that a query reads. */
class SampleMissing extends NotPlayable {
  constructor(readonly table: string) {
    super(`the table ${table}`);
    this.message = `there is no sample of the table \`${table}\`: add ${table}.csv or ${table}.parquet to the tables`;
  }
}

/** The file of a table that a query reads lacks a column which the table shares. */
class SampleIncomplete extends NotPlayable {
  constructor({ name, files }: QueryTable, missing: readonly string[], found: readonly string[]) {
    super(`the table ${name}`);
    const format = files?.format === 'CSV' ? 'the first line names the columns, with commas between them' : 'the files name the columns';
    this.message = `the sample of the table \`${name}\` lacks ${missing.map((column) => `\`${column}\``).join(', ')}, which the query names; `
      + `it has ${found.join(', ') || 'no columns'}: add what is missing to ${files?.path ?? name} (${format})`;
  }
}

/** One run of a query: which tables it reads, and what their owners let it see. */
export class QueryRun {
  static async prepare(record: QueryRecord, tables: QueryTables): Promise<QueryRun> {
    const named = await tableNamesIn(record.statement.sql);
    const read = tables.of(record.membership.collaborationId ?? '').filter(({ name }) => named.has(name.toLowerCase()));
    const missing = read.find(({ files }) => files === undefined);
    if (missing !== undefined) throw new SampleMissing(missing.name);
    return new QueryRun(record, tables, read);
  }

  private constructor(private readonly record: QueryRecord, private readonly tables: QueryTables, private readonly read: readonly QueryTable[]) {}

  get files(): ReadonlyMap<string, TableFiles> {
    return new Map(this.read.flatMap(({ name, files }) => files === undefined ? [] : [[name, files]]));
  }

  /** What the service would run. Throws where rules, readiness or a budget forbid it. */
  async governed(engine: SqlEngine): Promise<GovernedQuery> {
    for (const table of this.read) {
      const reasons = this.tables.reasonsOf(table);
      if (reasons.length > 0) throw new QueryFailed('INVALID_RESOURCE', `The table ${table.name} is not ready to be queried: ${reasons.map((code) => `${code} (${MESSAGES[code]})`).join(', ')}`);
    }
    const { statement, author, accountId: runner, input: { sqlParameters: { analysisTemplateArn } }, output: { destinations } } = this.record;
    const receivers = [...new Set(destinations.map(({ accountId }) => accountId))];
    const governedTables = await Promise.all(this.read.map(async (table) => {
      const columns = await engine.columnsOf(table.name);
      this.requireComplete(table, columns);
      return table.governed(columns);
    }));
    const query = await governed({ statement, templateArn: analysisTemplateArn, author, runner, receivers }, governedTables);
    for (const table of this.read) {
      const [empty] = this.tables.budgetsOf(table, this.record.createTime).filter(({ left }) => left === 0);
      if (empty !== undefined) throw new QueryFailed('RESOURCE_ACCESS_DENIED', `The access budget of ${table.name} is used up (${empty.period}); raise it, or wait for the next period`);
    }
    return query;
  }

  /** Throws where a sample lacks a column that the table shares and the SQL names. */
  private requireComplete(table: QueryTable, columns: readonly Column[]): void {
    const words = new Set(this.record.statement.sql.toLowerCase().match(/\w+/g));
    const found = columns.map(({ name }) => name.toLowerCase());
    const missing = table.columns.filter((column) => words.has(column) && !found.includes(column));
    if (missing.length > 0) throw new SampleIncomplete(table, missing, found);
  }

  /** Takes the query from the budgets of its tables; what is left of them. */
  charge() {
    this.read.forEach((table) => this.tables.charge(table, this.record.createTime));
    return this.read.flatMap((table) => this.tables.budgetsOf(table, this.record.createTime));
  }
}

/** How many rows each rule leaves out; those that leave out none are not told. */
export async function suppressedBy({ suppressions }: GovernedQuery, engine: SqlEngine): Promise<SuppressedRows[]> {
  const counted: SuppressedRows[] = [];
  for (const { reason, statement } of suppressions) {
    const rows = await engine.count(statement);
    if (rows > 0) counted.push({ reason, rows });
  }
  return counted;
}
