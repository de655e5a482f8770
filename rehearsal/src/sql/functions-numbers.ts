import { coerce } from './casts';
import { type Expression, refusal, typed } from './expression';
import { type FunctionTable, type PlayedFunction, wholeLiteral } from './function-table';
import { NotPlayable } from './not-playable';
import { arithmetic } from './operators';
import { BIGINT, decimal, DOUBLE, isApproximate, isInteger, isNumeric, nameOf, type Type } from './types';

/** From here on a DOUBLE has no fraction. */
const NO_FRACTION = '4503599627370496';

const double = (value: Expression): string => coerce(value, DOUBLE).sql;

/** Functions of DOUBLE that give the same to the last bits, and NULL where Spark has no value for them. */
const ofDouble = (sql: (value: string) => string): PlayedFunction =>
  ({ arity: [1, 1], play: ([value]) => typed(sql(double(value)), DOUBLE) });

const logarithm = (name: string) => ofDouble((value) => `CASE WHEN ${value} > 0 THEN ${name}(${value}) END`);

function numeric(value: Expression, name: string): Type {
  if (!isNumeric(value.type) || value.type.kind === 'FLOAT') {
    throw new NotPlayable(`${name} of ${nameOf(value.type)}`, 'cast it');
  }
  return value.type;
}

/** Half away from zero, of the shortest text of a DOUBLE, as Spark does. */
function round(value: Expression, places: number): Expression {
  const type = numeric(value, 'ROUND');
  if (isApproximate(type)) {
    const rounded = `CAST(CAST(CAST(CAST(${value.sql} AS VARCHAR) AS DECIMAL(38, ${places})) AS VARCHAR) AS DOUBLE)`;
    return typed(`CASE WHEN abs(${value.sql}) >= ${NO_FRACTION} THEN ${value.sql} ELSE ${rounded} END`, DOUBLE);
  }
  if (isInteger(type)) {
    return value;
  }
  const { precision, scale } = type as Required<Type>;
  const kept = Math.min(scale, places);
  return typed(`round(${value.sql}, ${kept})`, decimal(precision - scale + kept + 1, kept));
}

const wholePart = (name: 'floor' | 'ceil'): PlayedFunction => ({
  arity: [1, 1],
  play: ([value]) => {
    const type = numeric(value, name.toUpperCase());
    if (type.kind === 'DECIMAL') {
      const { precision, scale } = type as Required<Type>;
      return typed(`${name}(${value.sql})`, decimal(precision - scale + 1, 0));
    }
    if (isInteger(type)) {
      return typed(value.sql, BIGINT);
    }
    const isFar = `NOT abs(${value.sql}) < 9e18`;
    return typed(`CASE WHEN ${isFar} THEN ${refusal(`${name.toUpperCase()} of 9e18 and more`)} ELSE ${name}(${value.sql}) END`, BIGINT);
  },
});

export const NUMBER_FUNCTIONS: FunctionTable = {
  ABS: { arity: [1, 1], play: ([value]) => typed(`abs(${value.sql})`, numeric(value, 'ABS')) },
  ROUND: {
    arity: [1, 2],
    play: ([value, places]) => {
      const count = places === undefined ? 0 : wholeLiteral(places, 'a scale of ROUND');
      if (count < 0 || count > 15) {
        throw new NotPlayable(`ROUND to ${count} places`);
      }
      return round(value, count);
    },
  },
  FLOOR: wholePart('floor'),
  CEIL: wholePart('ceil'),
  MOD: { arity: [2, 2], play: ([dividend, divisor]) => arithmetic('%', dividend, divisor) },
  DIV: { arity: [2, 2], play: ([dividend, divisor]) => arithmetic('div', dividend, divisor) },
  POWER: { arity: [2, 2], play: ([base, exponent]) => typed(`power(${double(base)}, ${double(exponent)})`, DOUBLE) },
  SQRT: ofDouble((value) => `CASE WHEN ${value} < 0 THEN 'NaN'::DOUBLE ELSE sqrt(${value}) END`),
  EXP: ofDouble((value) => `exp(${value})`),
  LN: logarithm('ln'),
  LOG10: logarithm('log10'),
  LOG2: logarithm('log2'),
  SIGN: ofDouble((value) => `CASE WHEN isnan(${value}) THEN ${value} ELSE sign(${value}) END`),
};
