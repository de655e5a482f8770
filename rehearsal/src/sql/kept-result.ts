import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, quoted } from './expression';
import type { Type } from './types';

export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
}

/** The name of the table that a result is kept in, with the columns c1, c2, … in the order of its rows. */
export const RESULT = 'query_result';

/** A query's result, in the database's memory. */
export class KeptResult {
  static async of(connection: DuckDBConnection, columns: readonly ResultColumn[]): Promise<KeptResult> {
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${RESULT}`);
    return new KeptResult(connection, columns, Number(counted.getRows()[0][0]));
  }

  private constructor(private readonly connection: DuckDBConnection, readonly columns: readonly ResultColumn[], readonly rows: number) {}

  /** Writes rows, from the first up to but without the last. */
  async write(file: string, format: 'CSV' | 'PARQUET', first: number, last: number): Promise<void> {
    // A TIMESTAMP is a point in time, which Parquet has a type of its own for.
    const columns = this.columns.map(({ name, type }, index) =>
      `${type.kind === 'TIMESTAMP' && format === 'PARQUET' ? `CAST(c${index + 1} AS TIMESTAMPTZ)` : `c${index + 1}`} AS ${identifier(name)}`);
    const rows = `SELECT ${columns.join(', ')} FROM ${RESULT} WHERE rowid >= ${first} AND rowid < ${last} ORDER BY rowid`;
    await this.connection.run(`COPY (${rows}) TO ${quoted(file)} (FORMAT ${format}${format === 'CSV' ? ', HEADER' : ''})`);
  }
}
