import { isGiven, listOf, only, type Syntax, wordOf } from './syntax';

/** A function by the name that Spark knows it by, however the parser tells it. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly distinct: boolean;
  readonly filter?: unknown;
}

/** The parser has nodes of their own for some functions: their arguments, in order. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  lower: ['this'],
  upper: ['this'],
  length: ['this'],
  initcap: ['this'],
  trim: ['this'],
  substring: ['this', 'start', 'length'],
  str_position: ['this', 'substr', 'position'],
  starts_with: ['this', 'expression'],
  ends_with: ['this', 'expression'],
  contains: ['this', 'expression'],
  regexp_like: ['this', 'pattern'],
  if_func: ['condition', 'true_value', 'false_value'],
  nvl: ['this', 'expression'],
  nvl2: ['this', 'true_value', 'false_value'],
  year: ['this'],
  month: ['this'],
  day: ['this'],
  day_of_month: ['this'],
  hour: ['this'],
  minute: ['this'],
  second: ['this'],
  quarter: ['this'],
  day_of_week: ['this'],
  day_of_year: ['this'],
  week_of_year: ['this'],
  add_months: ['this', 'expression'],
  months_between: ['this', 'expression'],
  last_day: ['this'],
  abs: ['this'],
  floor: ['this', 'scale'],
  ceil: ['this', 'decimals'],
  mod_func: ['this', 'expression'],
  power: ['this', 'expression'],
  sqrt: ['this'],
  ln: ['this'],
  exp: ['this'],
  log: ['base', 'this'],
  rand: ['seed'],
  int_div: ['this', 'expression'],
  sum: ['this'],
  avg: ['this'],
  min: ['this'],
  max: ['this'],
  count: ['this'],
  count_if: ['this'],
  median: ['this'],
  stddev: ['this'],
  stddev_samp: ['this'],
  stddev_pop: ['this'],
  variance: ['this'],
  var_samp: ['this'],
  var_pop: ['this'],
  logical_and: ['this'],
  logical_or: ['this'],
  approx_count_distinct: ['this'],
  first: ['this'],
  last: ['this'],
  any_value: ['this'],
  rank: [],
  dense_rank: [],
  row_number: [],
  percent_rank: [],
  cume_dist: [],
  n_tile: ['num_buckets'],
  lag: ['this', 'offset', 'default'],
  lead: ['this', 'offset', 'default'],
  first_value: ['this'],
  last_value: ['this'],
};

/** Spark's names where the parser's kinds are others, and Spark's own synonyms. */
const NAMES: Readonly<Record<string, string>> = {
  if_func: 'IF',
  nvl: 'COALESCE',
  str_position: 'INSTR',
  starts_with: 'STARTSWITH',
  ends_with: 'ENDSWITH',
  day_of_month: 'DAY',
  day_of_week: 'DAYOFWEEK',
  day_of_year: 'DAYOFYEAR',
  week_of_year: 'WEEKOFYEAR',
  mod_func: 'MOD',
  logical_and: 'BOOL_AND',
  logical_or: 'BOOL_OR',
  stddev_samp: 'STDDEV',
  var_samp: 'VARIANCE',
  int_div: 'DIV',
  n_tile: 'NTILE',
  dayofmonth: 'DAY',

  ifnull: 'COALESCE',
  mean: 'AVG',
  substr: 'SUBSTRING',
  pow: 'POWER',
  ceiling: 'CEIL',
  char_length: 'LENGTH',
  character_length: 'LENGTH',
  len: 'LENGTH',
  lcase: 'LOWER',
  ucase: 'UPPER',
  dateadd: 'DATE_ADD',
  date_diff: 'DATEDIFF',
  every: 'BOOL_AND',
  some: 'BOOL_OR',
  any: 'BOOL_OR',
  std: 'STDDEV',
  signum: 'SIGN',
  sha: 'SHA1',
  datepart: 'DATE_PART',
};

/** The function that the node calls, or undefined where it is something else. */
export function callOf(node: Syntax): Call | undefined {
  if (node.kind === 'function' || node.kind === 'aggregate_function') {
    const { name, args, distinct, filter } = only(node, 'name', 'args', 'distinct', 'filter', 'no_parens');
    return { name: nameOf(name as string), args: listOf(args), distinct: distinct === true, filter: filter ?? undefined };
  }
  if (node.kind === 'coalesce') {
    return { name: 'COALESCE', args: listOf(only(node, 'expressions').expressions), distinct: false };
  }
  const order = ARGUMENTS[node.kind];
  if (order === undefined) {
    return undefined;
  }
  const fields = only(node, ...order, 'distinct', 'filter', 'name', 'star', ...node.kind === 'trim' ? ['position', 'characters'] : []);
  const args = order.map((field) => fields[field]).filter(isGiven);
  return { name: specialName(node) ?? nameOf(node.kind), args, distinct: fields.distinct === true, filter: fields.filter ?? undefined };
}

function nameOf(name: string): string {
  return NAMES[name.toLowerCase()] ?? name.toUpperCase();
}

function specialName({ kind, fields }: Syntax): string | undefined {
  if (kind === 'if_func') return String(fields.original_name ?? 'IF').toUpperCase();
  if (kind !== 'trim') return undefined;
  return isGiven(fields.characters) ? 'TRIM of given characters' : { Leading: 'LTRIM', Trailing: 'RTRIM' }[fields.position as string];
}

export const titleOf = (name: string): string => /^\w+$/.test(name) ? `the function ${name}` : wordOf(name);
