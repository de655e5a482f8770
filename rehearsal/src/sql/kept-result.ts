import type { DuckDBConnection } from '@duckdb/node-api';
import { decimalText } from './decimal-text';
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
    const columns = this.columns.map(({ name, type }, index) => `${written(`c${index + 1}`, type, format)} AS ${identifier(name)}`);
    const rows = `SELECT ${columns.join(', ')} FROM ${RESULT} WHERE rowid >= ${first} AND rowid < ${last} ORDER BY rowid`;
    await this.connection.run(`COPY (${rows}) TO ${quoted(file)} (FORMAT ${format}${format === 'CSV' ? ', HEADER' : ''})`);
  }
}

/** A TIMESTAMP is a point in time, which Parquet has a type of its own for; a CSV file has texts. */
function written(column: string, type: Type, format: 'CSV' | 'PARQUET'): string {
  if (type.kind === 'TIMESTAMP' && format === 'PARQUET') return `CAST(${column} AS TIMESTAMPTZ)`;
  return type.kind === 'DECIMAL' && format === 'CSV' ? decimalText(column, type) : column;
}
