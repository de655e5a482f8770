import { type Expression, nodeOf } from './syntax-tree';

/** What is written with operators and keywords, or is no function for another reason. */
const NO_CALLS = new Set([
  'column', 'literal', 'boolean', 'null', 'parameter', 'placeholder', 'star', 'alias', 'paren', 'annotated', 'interval', 'tuple', 'subscript', 'dot',
  'and', 'or', 'not', 'neg', 'add', 'sub', 'mul', 'div', 'mod', 'concat', 'adjacent', 'bitwise_and', 'bitwise_or', 'bitwise_xor', 'bitwise_not',
  'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'like', 'i_like', 'regexp_like', 'in', 'between', 'is_null', 'is_true', 'is_false', 'is', 'any', 'all',
  'null_safe_eq', 'null_safe_neq', 'case', 'window_function', 'within_group', 'filter', 'lambda', 'ordered',
  'select', 'subquery', 'union', 'intersect', 'except', 'exists', 'values',
]);

/** The functions whose kind is not their name. */
const NAMES: Readonly<Record<string, string>> = {
  ceil: 'CEILING',
  array_func: 'ARRAY',
  map_func: 'MAP',
  struct_func: 'STRUCT',
  named_struct_func: 'NAMED_STRUCT',
  trunc_func: 'TRUNC',
  mod_func: 'MOD',
  if_func: 'IF',
  null_if: 'NULLIF',
  if_null: 'IFNULL',
  l_trim: 'LTRIM',
  r_trim: 'RTRIM',
  s_h_a: 'SHA',
  s_h_a2: 'SHA2',
  m_d5_digest: 'MD5',
  str_position: 'POSITION',
  day_of_week: 'DAYOFWEEK',
  day_of_month: 'DAYOFMONTH',
  day_of_year: 'DAYOFYEAR',
  week_of_year: 'WEEKOFYEAR',
  n_tile: 'NTILE',
  list_agg: 'LISTAGG',
  approx_distinct: 'APPROX_COUNT_DISTINCT',
  array_flatten: 'FLATTEN',
  array_size: 'SIZE',
  logical_and: 'BOOL_AND',
  logical_or: 'BOOL_OR',
  char_func: 'CHAR',
  substr: 'SUBSTRING',
  try_cast: 'TRY_CAST',
};

/** The same function under another name. */
const SYNONYMS: Readonly<Record<string, string>> = {
  CEIL: 'CEILING',
  MEAN: 'AVG',
  SUBSTR: 'SUBSTRING',
  PERCENTILE_APPROX: 'APPROX_PERCENTILE',
  STDDEV_SAMP: 'STDDEV',
  STD: 'STDDEV',
  VAR_SAMP: 'VARIANCE',
  RANDOM: 'RAND',
  POW: 'POWER',
  CHAR_LENGTH: 'LENGTH',
  CHARACTER_LENGTH: 'LENGTH',
  LEN: 'LENGTH',
  SHA1: 'SHA',
  DAY: 'DAYOFMONTH',
  DATEDIFF: 'DATE_DIFF',
  DATEPART: 'DATE_PART',
  LOG10: 'LOG',
  LOCATE: 'POSITION',
  NOW: 'CURRENT_TIMESTAMP',
  LCASE: 'LOWER',
  UCASE: 'UPPER',
  DATEADD: 'DATEADD',
  SIGNUM: 'SIGN',
  ARRAY_AGG: 'COLLECT_LIST',
  REGEXP_EXTRACT: 'REGEXP_EXTRACT',
};

/** The functions of Spark that make one value of many rows. */
const AGGREGATES = new Set([
  'ANY', 'ANY_VALUE', 'APPROX_COUNT_DISTINCT', 'APPROX_PERCENTILE', 'AVG', 'BIT_AND', 'BIT_OR', 'BIT_XOR', 'BITMAP_CONSTRUCT_AGG', 'BITMAP_OR_AGG',
  'BOOL_AND', 'BOOL_OR', 'COLLECT_LIST', 'COLLECT_SET', 'CORR', 'COUNT', 'COUNT_IF', 'COUNT_MIN_SKETCH', 'COVAR_POP', 'COVAR_SAMP', 'EVERY', 'FIRST',
  'FIRST_VALUE', 'GROUPING', 'GROUPING_ID', 'HISTOGRAM_NUMERIC', 'HLL_SKETCH_AGG', 'HLL_UNION_AGG', 'KURTOSIS', 'LAST', 'LAST_VALUE', 'LISTAGG',
  'MAX', 'MAX_BY', 'MEDIAN', 'MIN', 'MIN_BY', 'MODE', 'PERCENTILE', 'PERCENTILE_CONT', 'PERCENTILE_DISC', 'REGR_AVGX', 'REGR_AVGY', 'REGR_COUNT',
  'REGR_INTERCEPT', 'REGR_R2', 'REGR_SLOPE', 'REGR_SXX', 'REGR_SXY', 'REGR_SYY', 'SKEWNESS', 'SOME', 'STDDEV', 'STDDEV_POP', 'STRING_AGG', 'SUM',
  'SUM_IF', 'TRY_AVG', 'TRY_SUM', 'VARIANCE', 'VAR_POP',
]);

/** Those that tell how many values there are, and nothing of the values. */
const COUNTS = new Set(['COUNT', 'APPROX_COUNT_DISTINCT', 'COUNT_IF', 'REGR_COUNT']);

/** The name of the function that an expression calls, in capitals; undefined if it is an operator or the like. */
export function callOf(tree: Expression): string | undefined {
  const [kind, fields] = nodeOf(tree);
  if (NO_CALLS.has(kind)) return undefined;
  const name = kind === 'function' || kind === 'aggregate_function' ? String(fields.name) : NAMES[kind] ?? kind;
  const upper = name.toUpperCase();
  return SYNONYMS[upper] ?? upper;
}

export function isAggregate(call: string | undefined): boolean {
  return call !== undefined && AGGREGATES.has(call);
}

export function isCount(call: string | undefined): boolean {
  return call !== undefined && COUNTS.has(call);
}

/** Whether an aggregate takes each value once. */
export function isDistinct(tree: Expression): boolean {
  return nodeOf(tree)[1].distinct === true;
}
