import type * as duckdb from '@duckdb/node-api';
import { CannotBePlayed } from './cannot-be-played';
import { unreadable } from '../sql/engine-errors';
import { identifier, quoted } from '../sql/expression';
import type { Column } from '../sql/sql-engine';
import { heldAs, type Kind, type Type, typeOf } from '../sql/types';

const WHOLE = '[+-]?[0-9]+';
const TIME = '[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?';

/** How values are written. DuckDB would take more, and round what it takes. */
const FORMS: Readonly<Partial<Record<Kind, string>>> = {
  BOOLEAN: '(?i)true|false',
  TINYINT: WHOLE,
  SMALLINT: WHOLE,
  INT: WHOLE,
  BIGINT: WHOLE,
  DATE: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  TIMESTAMP: `[0-9]{4}-[0-9]{2}-[0-9]{2}(${TIME})?`,
};

/** Refuses a CSV file with a value that is none of the type that its column is declared with. */
export async function requireFitting(file: string, declared: readonly Column[]): Promise<void> {
  // Loaded here because it is 70 MB of native code; jest cannot import() it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { DuckDBInstance } = require('@duckdb/node-api') as typeof duckdb;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = `read_csv(${quoted(file)}, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)`;
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${rows}`);
    const names = described.getRows().map(([name]) => String(name));
    const checked = declared.flatMap(({ name, type: text }) => {
      const [column, type] = [names.find((each) => each.toLowerCase() === name.toLowerCase()), typeOf(text)];
      return column === undefined || type === undefined || type.kind === 'STRING' ? [] : [{ column, type, text }];
    });
    if (checked.length === 0) return;
    const misfits = checked.map(({ column, type }) => `any_value(${identifier(column)}) FILTER (WHERE NOT (${fits(identifier(column), type)}))`);
    const found = await connection.runAndReadAll(`SELECT ${misfits.join(', ')} FROM ${rows}`);
    checked.forEach(({ column, text }, index) => {
      const value = found.getRows()[0][index];
      if (value !== null) throw new CannotBePlayed(`${file}: column ${column} is ${text} by its Glue table, got '${String(value)}': correct the value, or the type of the column`);
    });
  } catch (error) {
    throw error instanceof CannotBePlayed ? error : new CannotBePlayed(unreadable(file, 'CSV', error).message);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB's condition for a value that is NULL or one of the type. */
function fits(value: string, type: Type): string {
  const form = type.kind === 'DECIMAL' ? `[+-]?([0-9]+([.][0-9]{0,${type.scale}}0*)?|[.][0-9]{1,${Math.max(type.scale ?? 0, 1)}}0*)` : FORMS[type.kind];
  const isFormed = form === undefined ? 'true' : `regexp_full_match(${value}, ${quoted(form)})`;
  return `${value} IS NULL OR (${isFormed} AND TRY_CAST(${value} AS ${heldAs(type)}) IS NOT NULL)`;
}
