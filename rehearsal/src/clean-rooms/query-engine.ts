import type * as duckdb from '@duckdb/node-api';
import type { Statement } from './query-statement';
import { QueryFailed } from '../sql/query-failed';
import type { TableFiles } from '../sql/sql-engine';

/** The types are found by looking at every row; to guess the dialect too takes four times as long. */
const CSV_DIALECT = 'header = true, delim = \',\', quote = \'"\', escape = \'"\', sample_size = -1';

const SELECT = 1;

/** A database with the tables of one collaboration, for one query, which sees nothing else of this machine. */
export class QueryEngine {
  /**
   * @param tables files, by the names that queries know them by
   * @param folders the only ones that it may write to
   */
  static async open(tables: ReadonlyMap<string, TableFiles>, folders: readonly string[]): Promise<QueryEngine> {
    // Loaded here because it is 70 MB of native code, which few who start an endpoint need; jest cannot import() it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { DuckDBInstance } = require('@duckdb/node-api') as typeof duckdb;
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    const engine = new QueryEngine(instance, connection);
    try {
      for (const [name, { format, path }] of tables) {
        const rows = format === 'CSV' ? `read_csv(${literal(path)}, ${CSV_DIALECT})` : `read_parquet(${literal(path)})`;
        await connection.run(`CREATE TABLE ${identifier(name)} AS FROM ${rows}`);
      }
      await connection.run('SET TimeZone = \'UTC\'');
      await connection.run(`SET allowed_directories = [${folders.map(literal).join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return engine;
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  private constructor(private readonly instance: duckdb.DuckDBInstance, private readonly connection: duckdb.DuckDBConnection) {}

  /** Runs the query and keeps its result; returns the number of rows. */
  async run({ sql, values }: Statement): Promise<number> {
    try {
      const statements = await this.connection.extractStatements(sql);
      if (statements.count !== 1 || (await statements.prepare(0)).statementType !== SELECT) {
        throw new Error('Only a single SELECT is allowed.');
      }
      const prepared = await this.connection.prepare(`CREATE TEMP TABLE query_result AS ${sql}`);
      values.forEach((value, index) => prepared.bindVarchar(index + 1, value));
      await prepared.run();
    } catch (error) {
      throw new QueryFailed('MALFORMED_QUERY', firstLine(error));
    }
    const counted = await this.connection.runAndReadAll('SELECT count(*) FROM query_result');
    return Number(counted.getRows()[0][0]);
  }

  /** Writes rows of the result, from the first up to but without the last. */
  async write(file: string, format: 'CSV' | 'PARQUET', first: number, last: number): Promise<void> {
    const rows = `SELECT * FROM query_result WHERE rowid >= ${first} AND rowid < ${last} ORDER BY rowid`;
    await this.connection.run(`COPY (${rows}) TO ${literal(file)} (FORMAT ${format}${format === 'CSV' ? ', HEADER' : ''})`);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

function literal(text: string): string {
  return `'${text.replaceAll('\'', '\'\'')}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Native errors are of no class that could be asked for. */
function firstLine(error: unknown): string {
  return String((error as { message?: unknown }).message ?? error).split('\n')[0];
}
