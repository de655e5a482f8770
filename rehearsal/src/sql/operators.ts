import { cast, coerce } from './casts';
import { type Expression, failure, typed, widened } from './expression';
import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';
import {
  asDecimal, BIGINT, BOOLEAN, commonType, decimal, DOUBLE, exactType, isApproximate, isInteger, isNumeric, nameOf, STRING, type Type,
} from './types';

const DIVIDE_BY_ZERO = failure('DIVIDE_BY_ZERO', 'Division by zero. Use NULLIF to tolerate divisor being 0 and return NULL instead.');

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | 'div';

/** Numbers only; whole numbers overflow into an error, as in ANSI mode. */
export function arithmetic(operator: ArithmeticOperator, left: Expression, right: Expression): Expression {
  const [one, other] = [left, right].map((operand) => operand.type.kind === 'VOID' ? widened(operand, numberBeside(left, right)) : operand);
  const unfit = [one, other].find(({ type }) => !isNumeric(type) || type.kind === 'FLOAT');
  if (unfit !== undefined) {
    throw new NotPlayable(`${operator} of ${nameOf(unfit.type)}`, 'cast it to a number');
  }
  if (operator === '/' && !hasDecimal(one, other)) {
    return divided(coerce(one, DOUBLE).sql, coerce(other, DOUBLE).sql, '/', DOUBLE);
  }
  if (hasDecimal(one, other)) {
    return ofDecimals(operator, one, other);
  }
  const type = commonType(one.type, other.type)!;
  const [a, b] = [widened(one, type).sql, widened(other, type).sql];
  switch (operator) {
    case '%': return divided(a, b, '%', type);
    case 'div':
      if (!isInteger(type)) throw new NotPlayable(`DIV of ${nameOf(type)}`);
      return divided(`CAST(${a} AS BIGINT)`, `CAST(${b} AS BIGINT)`, '//', BIGINT);
    default: return typed(`(${a} ${operator} ${b})`, type);
  }
}

function numberBeside(...operands: readonly Expression[]): Type {
  return operands.find(({ type }) => isNumeric(type))?.type ?? DOUBLE;
}

function divided(dividend: string, divisor: string, operator: string, type: Type): Expression {
  return typed(`(CASE WHEN ${divisor} = 0 AND ${dividend} IS NOT NULL THEN ${DIVIDE_BY_ZERO} ELSE ${dividend} ${operator} ${divisor} END)`, type);
}

/** There is one beside whole numbers; beside a DOUBLE it becomes one. */
function hasDecimal(one: Expression, other: Expression): boolean {
  return !isApproximate(one.type) && !isApproximate(other.type) && [one, other].some(({ type }) => type.kind === 'DECIMAL');
}

function ofDecimals(operator: ArithmeticOperator, left: Expression, right: Expression): Expression {
  const [one, other] = [left, right].map(exact);
  const [{ precision: p1, scale: s1 }, { precision: p2, scale: s2 }] = [one.type, other.type] as Required<Type>[];
  const scale = Math.max(s1, s2);
  switch (operator) {
    case '+':
    case '-': {
      const type = decimal(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
      return typed(`(${widened(one, type).sql} ${operator} ${widened(other, type).sql})`, type);
    }
    case '*': return typed(`(${one.sql} * ${other.sql})`, decimal(p1 + p2 + 1, s1 + s2));
    case '/': return quotient(one, other);
    default: throw new NotPlayable(`${operator} of DECIMAL`, 'cast to BIGINT or DOUBLE');
  }
}

function exact(value: Expression): Expression {
  const type = value.literal !== undefined && isInteger(value.type) ? exactType(value.literal) : asDecimal(value.type);
  return widened(value, type);
}

/** In whole numbers of the smallest unit, for DuckDB divides DECIMAL as DOUBLE. Half is rounded away from zero. */
function quotient(dividend: Expression, divisor: Expression): Expression {
  const [{ precision: p1, scale: s1 }, { precision: p2, scale: s2 }] = [dividend.type, divisor.type] as Required<Type>[];
  const scale = Math.max(6, s1 + p2 + 1);
  return dividedExactly(dividend, divisor, decimal(p1 - s1 + s2 + scale, scale) as Required<Type>);
}

/** @param type of the result, which Spark rounds to */
export function dividedExactly(dividend: Expression, divisor: Expression, type: Required<Type>): Expression {
  const [{ precision, scale: s1 }, { precision: p2, scale: s2 }] = [dividend.type, divisor.type] as Required<Type>[];
  const shift = type.scale + s2 - s1;
  if (shift < 0 || precision + shift > 37 || p2 > 37) {
    throw new NotPlayable('a division of DECIMAL with so many digits', 'cast an operand to DOUBLE or to fewer digits');
  }
  const units = (sql: string) => `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`;
  const [a, b] = [`(${units(dividend.sql)} * CAST('1${'0'.repeat(shift)}' AS HUGEINT))`, units(divisor.sql)];
  const half = `(abs(${a}) % abs(${b})) * 2 >= abs(${b})`;
  const magnitude = `(abs(${a}) // abs(${b}) + CASE WHEN ${half} THEN 1 ELSE 0 END)`;
  const signed = `(CASE WHEN (${a} < 0) <> (${b} < 0) THEN -${magnitude} ELSE ${magnitude} END)`;
  return typed(`(CASE WHEN ${divisor.sql} = 0 AND ${dividend.sql} IS NOT NULL THEN ${DIVIDE_BY_ZERO} ELSE ${shifted(signed, type)} END)`, type);
}

/** A count of the smallest unit as the DECIMAL: by its digits, which loses none. */
function shifted(units: string, { scale, precision }: Required<Type>): string {
  const digits = `lpad(CAST(abs(${units}) AS VARCHAR), ${precision + 1}, '0')`;
  return `CAST(CASE WHEN ${units} < 0 THEN '-' ELSE '' END || left(${digits}, ${precision + 1 - scale}) || '.' || right(${digits}, ${scale}) AS DECIMAL(${precision}, ${scale}))`;
}

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM';

export function compared(operator: Comparison, left: Expression, right: Expression): Expression {
  const [one, other] = alike([left, right], operator);
  return typed(`(${one.sql} ${operator} ${other.sql})`, BOOLEAN);
}

/** Values as the one type that Spark compares or mixes them as. */
export function alike(values: readonly Expression[], where: string): Expression[] {
  const type = values.map((value) => value.type).reduce((one, other) => {
    const common = commonType(one, other);
    if (common === undefined) {
      throw QueryFailed.malformed('DATATYPE_MISMATCH', `${nameOf(one)} and ${nameOf(other)} cannot be mixed in ${where}.`);
    }
    return common;
  });
  return values.map((value) => cast(value, type));
}

export function concatenated(left: Expression, right: Expression): Expression {
  return typed(`(${coerce(left, STRING).sql} || ${coerce(right, STRING).sql})`, STRING);
}

export function truth(value: Expression, where: string): string {
  if (value.type.kind !== 'BOOLEAN' && value.type.kind !== 'VOID') {
    throw QueryFailed.malformed('DATATYPE_MISMATCH', `${where} takes a BOOLEAN, not ${nameOf(value.type)}.`);
  }
  return value.sql;
}
