import { dirname } from 'node:path';
import { NOT_PLAYABLE } from './expression';
import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';

/** What DuckDB says of statements and of values that Spark, in ANSI mode, refuses just the same. */
const SAME: readonly (readonly [RegExp, string, string])[] = [
  [
    /must appear in the GROUP BY clause|must be part of an aggregate function/,
    'MISSING_AGGREGATION', 'A column is neither in GROUP BY nor in an aggregate function.',
  ],
  [
    /(WHERE|GROUP BY) clause cannot contain (aggregates|window functions)|aggregate function calls cannot be nested/,
    'INVALID_AGGREGATE', 'An aggregate or window function stands where none may.',
  ],
  [/^Out of Range Error: (Overflow|Cannot negate)/, 'ARITHMETIC_OVERFLOW', 'A result is out of its type\'s range.'],
  [/^Conversion Error: Date out of range/, 'DATETIME_FIELD_OUT_OF_BOUNDS', 'A date has no such day.'],
  [/^Conversion Error: (Type|Could not convert string "[-+0-9.eE]+" to DECIMAL|Could not cast|Casting value)/, 'CAST_OVERFLOW', 'A value is out of the range of the type that it is cast to.'],
  [/More than one row returned by a subquery/, 'SCALAR_SUBQUERY_TOO_MANY_ROWS', 'More than one row returned by a subquery used as an expression.'],
];

/** What DuckDB says of a line in a CSV file. */
const UNREAD = /CSV Error on Line: (\d+)[^]*?Error when converting column "(.*?)"\. Could not convert string "(.*?)" to '(.*?)'/;
const REMEDIES: Readonly<Record<string, string>> = { DATE: 'write 2026-11-19', TIMESTAMP: 'write 2026-11-19 03:00:00' };

/** A value of a sample that cannot be read, by any engine. */
class Unreadable extends NotPlayable {
  constructor(what: string, remedy = 'correct the value') {
    super(what);
    this.message = `${what}: ${remedy}`;
  }
}

/** What DuckDB says of a sample as a whole: of its form, before it reads a value. */
export function unreadable(files: string, format: 'CSV' | 'PARQUET', error: unknown): NotPlayable {
  const message = String((error as { message?: unknown }).message ?? error);
  if (/utf-8 encoded/.test(message)) return new Unreadable(`${files} is no text in UTF-8`, 'save it as CSV in UTF-8');
  if (/No files found/.test(message)) return new Unreadable(`${dirname(files)} has no .parquet file`, 'add one, or give the table a .csv file');
  return format === 'CSV' ? new Unreadable(`${files} cannot be read as CSV`, AS_CSV)
    : new Unreadable(`${files} cannot be read as Parquet`, 'write it anew, or give the table a .csv file');
}

const AS_CSV = 'save it in UTF-8, with as many fields in each line as in the first one, commas between them, and every quotation mark closed';

/** Anything else that DuckDB says is no verdict on the statement: it is not played. */
export function engineError(error: unknown): Error {
  const message = String((error as { message?: unknown }).message ?? error);
  const [, line, column, value, type] = UNREAD.exec(message) ?? [];
  if (line !== undefined) {
    return new Unreadable(`${/\n *file = (\S+)/.exec(message)?.[1] ?? 'a sample'}, line ${line}: '${value}' in column ${column} is no ${type}`, REMEDIES[type]);
  }
  const [, broken, file] = /CSV Error on Line: (\d+)[^]*?\n *file = (\S+)/.exec(message) ?? [];
  if (broken !== undefined) {
    return new Unreadable(`${file}, line ${broken}: it cannot be read as CSV`, AS_CSV);
  }
  const [, condition, text] = /\[([A-Z_]+)\] ([^\n]*)/.exec(message) ?? [];
  if (condition === NOT_PLAYABLE) {
    return new NotPlayable(text);
  }
  if (condition !== undefined) {
    return QueryFailed.malformed(condition, text);
  }
  const [, known, meaning] = SAME.find(([pattern]) => pattern.test(message)) ?? [];
  return known === undefined ? new NotPlayable(`this statement (DuckDB: ${message.split('\n')[0]})`) : QueryFailed.malformed(known, meaning ?? '');
}
