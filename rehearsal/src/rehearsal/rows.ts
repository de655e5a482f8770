import type * as duckdb from '@duckdb/node-api';

/** A value of a result. Whole numbers are numbers if JavaScript holds them exactly, otherwise text. Dates and decimals are text. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** A row of a result: its values by the names of the columns. */
export type Row = Readonly<Record<string, Value>>;

/** More are read from the files of the result. */
export const MOST_ROWS = 100_000;

/** The rows of a Parquet file. */
export async function rowsOf(file: string): Promise<Row[]> {
  // Loaded here because it is 70 MB of native code; jest cannot import() it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { DuckDBInstance } = require('@duckdb/node-api') as typeof duckdb;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll('SELECT * FROM read_parquet($1)', [file]);
    const whole = new Set(read.columnNames().filter((_name, index) => WHOLE.test(read.columnType(index).toString())));
    return read.getRowObjectsJson().map((row) => Object.fromEntries(
      Object.entries(row as Row).map(([name, value]) => [name, whole.has(name) && typeof value === 'string' ? exact(value) : value])));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const WHOLE = /^U?(BIG|HUGE)INT$/;

function exact(text: string): Value {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}
