import { boundAs } from './casts';
import { DuckDbDatabase } from './duckdb-database';
import { engineError } from './engine-errors';
import type { Expression } from './expression';
import { KeptResult, RESULT } from './kept-result';
import { boundTypeOf } from './parameters';
import { QueryCompiler, resultColumns } from './query-compiler';
import type { CompiledQuery } from './relation';
import type { BoundParameter, Column, SparkStatement, SqlEngine, TableFiles } from './sql-engine';

/** Plays what is proven to give Spark's rows in DuckDB, which is embedded. Statements are compiled to DuckDB's dialect; nothing is passed through. */
export class DuckDbEngine implements SqlEngine {
  /**
   * @param tables by the names that queries know them by
   * @param folders the only ones that results may be written to
   */
  static async open(tables: ReadonlyMap<string, TableFiles>, folders: readonly string[]): Promise<DuckDbEngine> {
    return new DuckDbEngine(await DuckDbDatabase.open(tables, folders));
  }

  private kept?: KeptResult;

  private constructor(private readonly database: DuckDbDatabase) {}

  async columnsOf(table: string): Promise<readonly Column[]> {
    return this.database.columnsOf(table);
  }

  async run(statement: SparkStatement): Promise<number> {
    const query = await this.compiled(statement);
    const columns = resultColumns(query);
    await this.execute(`CREATE OR REPLACE TEMP TABLE ${RESULT} AS ${query.sql}`, statement.parameters);
    this.kept = await KeptResult.of(this.database.connection, columns);
    return this.kept.rows;
  }

  async count(statement: SparkStatement): Promise<number> {
    const { sql } = await this.compiled(statement);
    const rows = await this.execute(sql, statement.parameters);
    return Number(rows[0][0]);
  }

  async write(file: string, format: 'CSV' | 'PARQUET', first: number, last: number): Promise<void> {
    if (this.kept === undefined) {
      throw new Error('there is no result to write: `run` comes first');
    }
    await this.kept.write(file, format, first, last);
  }

  async close(): Promise<void> {
    this.database.close();
  }

  /** What DuckDB would run: no part of the statement is in it as it was written. */
  async compiled({ sql, parameters }: SparkStatement): Promise<CompiledQuery> {
    const values = new Map(parameters.map((parameter, index): [string, Expression] => [parameter.name, boundAs(`$${index + 1}`, boundTypeOf(parameter))]));
    return QueryCompiler.compile(sql, { table: (name) => this.database.table(name), parameter: (name) => values.get(name) });
  }

  private async execute(sql: string, parameters: readonly BoundParameter[]): Promise<readonly (readonly unknown[])[]> {
    try {
      const prepared = await this.database.connection.prepare(sql);
      for (let index = 1; index <= prepared.parameterCount; index++) {
        const position = Number(prepared.parameterName(index));
        prepared.bindVarchar(index, parameters[position - 1].value);
      }
      const result = await prepared.runAndReadAll();
      return result.getRows();
    } catch (error) {
      throw engineError(error);
    }
  }
}
