import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbDatabase } from './duckdb-database';
import { identifier, quoted } from './expression';
import { KeptResult, RESULT } from './kept-result';
import { NotPlayable } from './not-playable';
import { boundTypeOf } from './parameters';
import { QueryFailed } from './query-failed';
import { SparkProcess } from './spark-process';
import { checkForSpark } from './spark-statement';
import type { Column, SparkStatement, SqlEngine, TableFiles } from './sql-engine';
import { heldAs, nameOf, typeOf } from './types';

/**
 * Plays statements in the user's own Spark: what the embedded engine does not play, and what outgrows this machine. Parquet is
 * read by Spark itself, so a cluster must see the path; a CSV file is read here, as the embedded engine reads it, and sent.
 */
export class SparkEngine implements SqlEngine {
  /**
   * @param tables by the names that queries know them by
   * @param folders the only ones that results may be written to
   * @param remote a Spark Connect server; undefined: Spark of this machine
   */
  static async open(
    tables: ReadonlyMap<string, TableFiles>, folders: readonly string[], remote: string | undefined = process.env.SPARK_REMOTE,
  ): Promise<SparkEngine> {
    const work = await mkdtemp(join(tmpdir(), 'cdk-cleanrooms-rehearsal-'));
    const spark = new SparkProcess(remote);
    let database: DuckDbDatabase | undefined;
    try {
      database = await DuckDbDatabase.open(tables, [...folders, work]);
      const engine = new SparkEngine(spark, database, work);
      for (const [name, { format }] of tables) {
        await engine.add(name, format);
      }
      return engine;
    } catch (error) {
      database?.close();
      await spark.close();
      await rm(work, { recursive: true });
      throw error;
    }
  }

  private kept?: KeptResult;

  private constructor(private readonly spark: SparkProcess, private readonly database: DuckDbDatabase, private readonly work: string) {}

  async columnsOf(table: string): Promise<readonly Column[]> {
    return this.database.columnsOf(table);
  }

  async run(statement: SparkStatement): Promise<number> {
    const file = join(this.work, 'rows.json');
    const columns = (await this.asked(statement, file)).map(({ name, type: told }) => {
      const type = typeOf(told);
      if (type === undefined || type.kind === 'BINARY') {
        throw new NotPlayable(`the column ${name} of type ${told.toUpperCase()} in a result`, 'cast it');
      }
      return { name, type };
    });
    const names = columns.map(({ name }) => name.toLowerCase());
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) {
      throw QueryFailed.malformed('COLUMN_ALREADY_EXISTS', `The column ${repeated} already exists. Choose another name.`);
    }
    const list = columns.map(({ type }, index) => `CAST(row[${index + 1}] AS ${heldAs(type)}) AS c${index + 1}`);
    await this.database.connection.run(`CREATE OR REPLACE TEMP TABLE ${RESULT} AS SELECT ${list.join(', ')} FROM ${rowsOf(file)}`);
    this.kept = await KeptResult.of(this.database.connection, columns);
    return this.kept.rows;
  }

  async count(statement: SparkStatement): Promise<number> {
    const file = join(this.work, 'count.json');
    await this.asked(statement, file);
    const found = await this.database.connection.runAndReadAll(`SELECT row[1] FROM ${rowsOf(file)}`);
    return Number(found.getRows()[0][0]);
  }

  async write(file: string, format: 'CSV' | 'PARQUET', first: number, last: number): Promise<void> {
    if (this.kept === undefined) {
      throw new Error('there is no result to write: `run` comes first');
    }
    await this.kept.write(file, format, first, last);
  }

  async close(): Promise<void> {
    this.database.close();
    await this.spark.close();
    await rm(this.work, { recursive: true });
  }

  private async asked({ sql, parameters }: SparkStatement, file: string): Promise<readonly Column[]> {
    await checkForSpark(sql);
    const bound = parameters.map((parameter) => ({ name: parameter.name, type: nameOf(boundTypeOf(parameter)), value: parameter.value }));
    const { columns } = await this.spark.ask('run', { sql: sql.replace(/;\s*$/, ''), parameters: bound, file });
    return columns as readonly Column[];
  }

  private async add(name: string, format: 'CSV' | 'PARQUET'): Promise<void> {
    const { columns, files } = this.database.table(name)!;
    const copy = join(this.work, `${name.replaceAll(/\W/g, '_')}.parquet`);
    if (format === 'CSV') {
      const list = columns.map((column) => typeOf(column.type)?.kind === 'TIMESTAMP' ? `CAST(${identifier(column.name)} AS TIMESTAMPTZ) AS ${identifier(column.name)}` : identifier(column.name));
      await this.database.connection.run(`COPY (SELECT ${list.join(', ')} FROM ${identifier(name)}) TO ${quoted(copy)} (FORMAT PARQUET)`);
    }
    const selected = columns.map((column) => {
      const as = `\`${column.name.replaceAll('`', '``')}\``;
      return typeOf(column.type) === undefined ? as : `CAST(${as} AS ${column.type}) AS ${as}`;
    });
    await this.spark.ask('table', { name: `\`${name.replaceAll('`', '``')}\``.slice(1, -1), path: format === 'CSV' ? copy : files, columns: selected, upload: format === 'CSV' });
  }
}

/** Each line is the list of a row's values, as text. */
function rowsOf(file: string): string {
  return `(SELECT json AS row FROM read_json(${quoted(file)}, format = 'newline_delimited', records = 'false', columns = {json: 'VARCHAR[]'}))`;
}
