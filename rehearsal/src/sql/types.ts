import { NotPlayable } from './not-playable';

/** The types of Spark that are played. */
export type Kind =
  | 'VOID' | 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT' | 'DECIMAL' | 'FLOAT' | 'DOUBLE'
  | 'STRING' | 'DATE' | 'TIMESTAMP' | 'TIMESTAMP_NTZ' | 'BINARY';

export interface Type {
  readonly kind: Kind;
  /** Of a DECIMAL: its digits, and how many of them follow the point. */
  readonly precision?: number;
  readonly scale?: number;
}

const MAX_PRECISION = 38;

export const VOID: Type = { kind: 'VOID' };
export const BOOLEAN: Type = { kind: 'BOOLEAN' };
export const INT: Type = { kind: 'INT' };
export const BIGINT: Type = { kind: 'BIGINT' };
export const DOUBLE: Type = { kind: 'DOUBLE' };
export const STRING: Type = { kind: 'STRING' };
export const DATE: Type = { kind: 'DATE' };
export const TIMESTAMP: Type = { kind: 'TIMESTAMP' };

export function decimal(precision: number, scale: number): Type {
  if (precision > MAX_PRECISION) {
    throw new NotPlayable(`a DECIMAL of more than ${MAX_PRECISION} digits, which Spark rounds`, 'cast an operand to fewer digits');
  }
  return { kind: 'DECIMAL', precision, scale };
}

/** The whole numbers, narrow to wide, with the digits that each may have. */
const DIGITS_OF_INTEGERS: Readonly<Partial<Record<Kind, number>>> = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 20 };
const INTEGERS = Object.keys(DIGITS_OF_INTEGERS) as Kind[];

/** How the embedded engine holds each. A TIMESTAMP is held in UTC, which is the session's time zone. */
const HELD: Readonly<Partial<Record<Kind, string>>> = { INT: 'INTEGER', STRING: 'VARCHAR', TIMESTAMP_NTZ: 'TIMESTAMP', BINARY: 'BLOB' };

export const isInteger = ({ kind }: Type): boolean => INTEGERS.includes(kind);
export const isApproximate = ({ kind }: Type): boolean => kind === 'FLOAT' || kind === 'DOUBLE';
export const isNumeric = (type: Type): boolean => isInteger(type) || isApproximate(type) || type.kind === 'DECIMAL';
export const isTimestamp = ({ kind }: Type): boolean => kind === 'TIMESTAMP' || kind === 'TIMESTAMP_NTZ';
export const isSame = (one: Type, other: Type): boolean => nameOf(one) === nameOf(other);

/** As Spark writes it. */
export function nameOf({ kind, precision, scale }: Type): string {
  return kind === 'DECIMAL' ? `DECIMAL(${precision},${scale})` : kind;
}

/** As DuckDB writes it. */
export function heldAs(type: Type): string {
  return HELD[type.kind] ?? nameOf(type);
}

export function typeOf(name: string): Type | undefined {
  const [, kind, precision, scale] = /^(\w+)(?:\((\d+),\s*(\d+)\))?$/.exec(name.toUpperCase()) ?? [];
  const known: readonly string[] = [
    'BOOLEAN', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'STRING', 'DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'BINARY',
  ];
  if (kind === 'DECIMAL' && precision !== undefined) {
    return { kind, precision: Number(precision), scale: Number(scale) };
  }
  return known.includes(kind) ? { kind: kind as Kind } : undefined;
}

/** A number as a DECIMAL that holds all of its values. */
export function asDecimal(type: Type): Required<Type> {
  const digits = DIGITS_OF_INTEGERS[type.kind];
  return digits === undefined ? type as Required<Type> : { kind: 'DECIMAL', precision: digits, scale: 0 };
}

/** The type of a number as it is written, such as DECIMAL(3,2) for 1.50. */
export function exactType(text: string): Required<Type> {
  const [, whole, fraction] = /^[+-]?0*(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '').length;
  return { kind: 'DECIMAL', precision: Math.max(digits, fraction.length, 1), scale: fraction.length };
}

/** What Spark compares two values as, or makes of the branches of a CASE. */
export function commonType(one: Type, other: Type): Type | undefined {
  if (isSame(one, other) || other.kind === 'VOID') return one;
  if (one.kind === 'VOID') return other;
  if (isNumeric(one) && isNumeric(other)) return commonNumber(one, other);
  if (one.kind === 'STRING' || other.kind === 'STRING') return besideText(one.kind === 'STRING' ? other : one);
  if (isTimestamp(one) && isTimestamp(other)) return TIMESTAMP;
  if (isTimestamp(one) && other.kind === 'DATE') return one;
  if (one.kind === 'DATE' && isTimestamp(other)) return other;
  return undefined;
}

function commonNumber(one: Type, other: Type): Type {
  if (isInteger(one) && isInteger(other)) {
    return INTEGERS.indexOf(one.kind) > INTEGERS.indexOf(other.kind) ? one : other;
  }
  if (isApproximate(one) || isApproximate(other)) {
    return DOUBLE;
  }
  const [left, right] = [asDecimal(one), asDecimal(other)];
  const scale = Math.max(left.scale, right.scale);
  return decimal(Math.max(left.precision - left.scale, right.precision - right.scale) + scale, scale);
}

/** ANSI mode reads text as what stands beside it. */
function besideText(other: Type): Type | undefined {
  if (isInteger(other)) return BIGINT;
  if (isNumeric(other)) return DOUBLE;
  return other.kind === 'BINARY' ? undefined : other;
}
