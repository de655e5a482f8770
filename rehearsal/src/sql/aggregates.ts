import { coerce } from './casts';
import { type Expression, typed, widened } from './expression';
import { NotPlayable } from './not-playable';
import { dividedExactly, truth } from './operators';
import { BIGINT, BOOLEAN, decimal, DOUBLE, isApproximate, isInteger, isNumeric, nameOf, type Type } from './types';

/** An aggregate's text for these arguments: `over` is put behind each of DuckDB's aggregates in it, DISTINCT into it. */
export interface PlayedAggregate {
  readonly arity: readonly [number, number];
  readonly takesDistinct?: boolean;
  readonly play: (args: readonly Expression[], form: AggregateForm) => Expression;
}

/** What surrounds an aggregate: DISTINCT, FILTER, OVER. */
export class AggregateForm {
  constructor(private readonly distinct: boolean, private readonly suffix: string) {}

  of(name: string, ...args: readonly string[]): string {
    return `${name}(${this.distinct ? 'DISTINCT ' : ''}${args.join(', ')})${this.suffix}`;
  }
}

function number(value: Expression, name: string): Expression {
  if (!isNumeric(value.type)) {
    throw new NotPlayable(`${name} of ${nameOf(value.type)}`, 'cast it to a number');
  }
  return value;
}

function sum([given]: readonly Expression[], form: AggregateForm): Expression {
  const value = number(given, 'SUM');
  return typed(form.of('sum', value.sql), sumType(value.type));
}

function sumType(type: Type): Type {
  if (isInteger(type)) return BIGINT;
  const { precision, scale } = type as Required<Type>;
  return isApproximate(type) ? DOUBLE : decimal(precision + 10, scale);
}

/** Of DECIMAL exactly, with four more digits after the point. */
function average([given]: readonly Expression[], form: AggregateForm): Expression {
  const value = number(given, 'AVG');
  if (value.type.kind !== 'DECIMAL') {
    return typed(form.of('avg', coerce(value, DOUBLE).sql), DOUBLE);
  }
  const { precision, scale } = value.type as Required<Type>;
  const total = sum([value], form);
  const rows = typed(`nullif(${form.of('count', value.sql)}, 0)`, decimal(20, 0));
  return dividedExactly(total, rows, decimal(precision + 4, scale + 4) as Required<Type>);
}

const ofDouble = (name: string): PlayedAggregate =>
  ({ arity: [1, 1], play: ([value], form) => typed(form.of(name, coerce(number(value, name.toUpperCase()), DOUBLE).sql), DOUBLE) });

const extreme = (name: 'min' | 'max'): PlayedAggregate =>
  ({ arity: [1, 1], takesDistinct: true, play: ([value], form) => typed(form.of(name, value.sql), value.type) });

const ofTruth = (name: 'bool_and' | 'bool_or'): PlayedAggregate =>
  ({ arity: [1, 1], takesDistinct: true, play: ([value], form) => typed(form.of(name, truth(value, name.toUpperCase())), BOOLEAN) });

/** Rows in which none is NULL. */
function count(values: readonly Expression[], form: AggregateForm): Expression {
  if (values.length === 0) {
    return typed(form.of('count', '*'), BIGINT);
  }
  const sql = values.map((value) => value.sql);
  const counted = values.length === 1 ? sql[0] : `CASE WHEN ${sql.map((value) => `${value} IS NOT NULL`).join(' AND ')} THEN ROW(${sql.join(', ')}) END`;
  return typed(form.of('count', counted), BIGINT);
}

function percentile([value, share]: readonly Expression[], form: AggregateForm): Expression {
  if (share.literal === undefined || !(Number(share.literal) >= 0 && Number(share.literal) <= 1)) {
    throw new NotPlayable('PERCENTILE of other than one literal share', 'write one number from 0 to 1');
  }
  return typed(form.of('quantile_cont', coerce(number(value, 'PERCENTILE'), DOUBLE).sql, share.literal), DOUBLE);
}

export const AGGREGATES: Readonly<Record<string, PlayedAggregate>> = {
  COUNT: { arity: [0, Infinity], takesDistinct: true, play: count },
  COUNT_IF: { arity: [1, 1], play: ([value], form) => typed(form.of('count', `CASE WHEN ${truth(value, 'COUNT_IF')} THEN 1 END`), BIGINT) },
  SUM: { arity: [1, 1], takesDistinct: true, play: sum },
  AVG: { arity: [1, 1], takesDistinct: true, play: average },
  MIN: extreme('min'),
  MAX: extreme('max'),
  STDDEV: ofDouble('stddev_samp'),
  STDDEV_POP: ofDouble('stddev_pop'),
  VARIANCE: ofDouble('var_samp'),
  VAR_POP: ofDouble('var_pop'),
  MEDIAN: { arity: [1, 1], play: ([value], form) => typed(form.of('quantile_cont', coerce(number(value, 'MEDIAN'), DOUBLE).sql, '0.5'), DOUBLE) },
  PERCENTILE: { arity: [2, 2], play: percentile },
  BOOL_AND: ofTruth('bool_and'),
  BOOL_OR: ofTruth('bool_or'),
};

/** Functions of a window alone, and the type of what they give; undefined: that of their first argument. */
const RANKS: Readonly<Record<string, Type>> = {
  ROW_NUMBER: { kind: 'INT' }, RANK: { kind: 'INT' }, DENSE_RANK: { kind: 'INT' }, NTILE: { kind: 'INT' }, PERCENT_RANK: DOUBLE, CUME_DIST: DOUBLE,
};
const NEIGHBOURS = ['LAG', 'LEAD', 'FIRST_VALUE', 'LAST_VALUE'];

export const WINDOW_FUNCTIONS: readonly string[] = [...Object.keys(RANKS), ...NEIGHBOURS];

export function windowFunction(name: string, args: readonly Expression[], over: string): Expression {
  const rank = RANKS[name];
  if (rank !== undefined) {
    if (args.some(({ literal }) => literal === undefined)) {
      throw new NotPlayable(`${name} by other than a literal`, 'write a number');
    }
    return typed(`${name.toLowerCase()}(${args.map(({ sql }) => sql).join(', ')})${over}`, rank);
  }
  const [value, offset, missing] = args;
  if (offset !== undefined && offset.literal === undefined) {
    throw new NotPlayable(`${name} by other than a literal`, 'write a number');
  }
  const rest = [offset, missing].filter((argument) => argument !== undefined)
    .map((argument, index) => index === 1 ? widened(coerce(argument, value.type), value.type) : argument);
  return typed(`${name.toLowerCase()}(${[value, ...rest].map(({ sql }) => sql).join(', ')})${over}`, value.type);
}
