import { decimalText } from './decimal-text';
import { type Expression, failure, refusal, typed, widened } from './expression';
import { NotPlayable } from './not-playable';
import {
  DATE, decimal, DOUBLE, exactType, heldAs, isApproximate, isInteger, isNumeric, isSame, isTimestamp, nameOf, STRING, type Type,
} from './types';

/** Whether a value that does not fit ends the query, as CAST does, or gives NULL, as TRY_CAST does. */
export type OnMisfit = 'fail' | 'null';

/** CAST and TRY_CAST as ANSI mode has them. */
export function cast(value: Expression, to: Type, misfit: OnMisfit = 'fail'): Expression {
  const { type: from } = value;
  if (isSame(from, to) || from.kind === 'VOID') {
    return widened(value, to);
  }
  if (from.kind === 'STRING') {
    return fromText(value, to, misfit);
  }
  if (to.kind === 'STRING') {
    return toText(value);
  }
  if (isNumeric(from) && isNumeric(to)) {
    return toNumber(value, to, misfit);
  }
  if (from.kind === 'BOOLEAN' && isInteger(to)) {
    return typed(value.sql, to);
  }
  if (from.kind === 'DATE' && isTimestamp(to) || isTimestamp(from) && (to.kind === 'DATE' || isTimestamp(to))) {
    return typed(value.sql, to);
  }
  throw new NotPlayable(`a cast of ${nameOf(from)} to ${nameOf(to)}`);
}

function toText(value: Expression): Expression {
  const { kind } = value.type;
  if (isApproximate(value.type)) {
    throw new NotPlayable(`a cast of ${kind} to STRING`, 'cast to a DECIMAL first');
  }
  if (kind === 'BINARY') {
    throw new NotPlayable('a cast of BINARY to STRING');
  }
  return kind === 'DECIMAL' ? { sql: decimalText(value.sql, value.type), type: STRING } : typed(value.sql, STRING);
}

/** Spark cuts a fraction off where the target is whole, and rounds half away from zero where it is a DECIMAL. */
function toNumber({ sql, type: from }: Expression, to: Type, misfit: OnMisfit): Expression {
  const function_ = misfit === 'fail' ? 'CAST' : 'TRY_CAST';
  const converted = (text: string): Expression => ({ sql: `${function_}(${text} AS ${heldAs(to)})`, type: to });
  if (isInteger(to) && !isInteger(from)) {
    return converted(`trunc(${sql})`);
  }
  // By way of the shortest text, as Spark does: 2.675 is 2.68, though the DOUBLE is a little less.
  return to.kind === 'DECIMAL' && isApproximate(from) ? converted(`CAST(${sql} AS VARCHAR)`) : converted(sql);
}

interface Reading {
  /** What both engines read in the same way. */
  readonly form: string;
  /** What Spark may be able to read, too. */
  readonly lenient?: string;
}

/** Words that Spark reads as a time of its own. */
const MOMENTS = '([Ee]poch|[Nn]ow|[Tt]oday|[Tt]omorrow|[Yy]esterday|EPOCH|NOW|TODAY|TOMORROW|YESTERDAY)( .*)?';
const WHOLE_NUMBER: Reading = { form: '[+-]?[0-9]+' };
const NUMBER: Reading = { form: '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?', lenient: '(?i).*(inf|infinity|nan|[0-9.][fd]|e.*)' };
const DAY: Reading = { form: '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T].*)?', lenient: `[+-]?[0-9]{4,7}(-.*)?|${MOMENTS}` };
const TIME: Reading = { form: '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?', lenient: `.*[0-9].*|${MOMENTS}` };
const TRUTH: Reading = { form: '(?i)t|true|y|yes|1|f|false|n|no|0' };

function fromText({ sql }: Expression, to: Type, misfit: OnMisfit): Expression {
  const text = `trim(${sql}, ${WHITE_SPACE})`;
  if (to.kind === 'BOOLEAN') {
    return read(sql, text, TRUTH, `lower(${text}) IN ('t', 'true', 'y', 'yes', '1')`, to, misfit);
  }
  if (isInteger(to)) {
    return read(sql, text, WHOLE_NUMBER, `TRY_CAST(${text} AS ${heldAs(to)})`, to, misfit);
  }
  if (to.kind === 'DOUBLE' || to.kind === 'DECIMAL') {
    return read(sql, text, NUMBER, `TRY_CAST(${text} AS ${heldAs(to)})`, to, misfit);
  }
  if (to.kind === 'DATE') {
    return read(sql, text, DAY, `TRY_CAST(regexp_extract(${text}, '^[0-9]+-[0-9]+-[0-9]+') AS DATE)`, to, misfit);
  }
  if (isTimestamp(to)) {
    return read(sql, text, TIME, `TRY_CAST(${text} AS TIMESTAMP)`, to, misfit);
  }
  throw new NotPlayable(`a cast of STRING to ${nameOf(to)}`);
}

/** ASCII's control characters and the blank, which Spark takes off both ends before it reads. */
const WHITE_SPACE = '\' \' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)';

/** Reads only what has the form: DuckDB on its own would read `1.5` as a whole number and `2026-1` as none. */
function read(sql: string, text: string, { form, lenient }: Reading, value: string, to: Type, misfit: OnMisfit): Expression {
  const misread = misfit === 'null' ? 'NULL' : failure('CAST_INVALID_INPUT', `A text cannot be cast to ${nameOf(to)} because it is malformed.`);
  const matches = (pattern: string) => `regexp_full_match(${text}, '${pattern}')`;
  const branches = [
    `WHEN ${sql} IS NULL THEN NULL`,
    `WHEN ${matches(form)} THEN ${misfit === 'null' ? value : `coalesce(${value}, ${misread})`}`,
    ...lenient === undefined ? [] : [`WHEN ${matches(lenient)} THEN ${refusal(`a cast to ${nameOf(to)} of text of an unusual form`)}`],
  ];
  return typed(`CASE ${branches.join(' ')} ELSE ${misread} END`, to);
}

/** What an operand or an argument becomes on its own where another type is wanted. */
export function coerce(value: Expression, to: Type): Expression {
  return cast(value, to);
}

/** A number, a text, or a day as it is written. */
export function literal(kind: string, value: string): Expression {
  switch (kind) {
    case 'string':
    case 'raw_string':
      return { sql: `'${value.replaceAll('\'', '\'\'')}'`, type: { kind: 'STRING' }, literal: value };
    case 'number':
      return { ...number(value), literal: value };
    case 'date':
      return constant(value, DAY, DATE);
    case 'timestamp':
      return constant(value, TIME, { kind: 'TIMESTAMP' });
    default:
      throw new NotPlayable(`a literal such as ${value} (${kind.replaceAll('_', ' ')})`);
  }
}

function constant(value: string, { form }: Reading, type: Type): Expression {
  if (!new RegExp(`^(${form})$`).test(value)) {
    throw new NotPlayable(`${nameOf(type)} '${value}'`, 'write yyyy-MM-dd or yyyy-MM-dd HH:mm:ss');
  }
  return { ...typed(`'${value}'`, type), literal: value };
}

function number(text: string): Expression {
  if (/e/i.test(text)) {
    return typed(text, DOUBLE);
  }
  if (text.includes('.')) {
    const { precision, scale } = exactType(text);
    return typed(`'${text}'`, decimal(precision, scale));
  }
  return typed(`'${text}'`, wholeType(BigInt(text)));
}

function wholeType(value: bigint): Type {
  if (BigInt.asIntN(32, value) === value) return { kind: 'INT' };
  if (BigInt.asIntN(64, value) === value) return { kind: 'BIGINT' };
  return decimal(value.toString().length, 0);
}

/** The value of a query's parameter, which is bound, read as the type that its template declares. */
export function boundAs(placeholder: string, type: Type): Expression {
  return { sql: `CAST(${placeholder} AS ${heldAs(type)})`, type };
}

