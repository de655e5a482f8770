import { callOf } from './calls';
import { type Block, blocksOf, combinationsOf, type ResolvedQuery } from './resolved-query';
import { clausesOf } from './select-clauses';
import { childrenOf, type Expression, nodeOf } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';
import { isGiven } from '../sql/syntax';

const PAGE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-sql-capabilities.html';

/**
 * The functions that the user guide says a query can use where a threshold or comparison controls are set. What it does not
 * name is refused, as what it says is not supported.
 */
const FUNCTIONS = new Set([
  'AVG', 'COUNT', 'SUM', 'MIN', 'MAX', 'STDDEV', 'STDDEV_POP', 'VARIANCE', 'VAR_POP', 'SKEWNESS', 'APPROX_COUNT_DISTINCT', 'COLLECT_LIST',
  'COLLECT_SET', 'PERCENTILE', 'APPROX_PERCENTILE', 'MEDIAN',
  'ARRAY', 'ARRAY_CONTAINS', 'ARRAY_DISTINCT', 'ARRAY_INTERSECT', 'ARRAY_JOIN', 'ARRAY_REMOVE', 'ARRAY_SORT', 'ARRAY_UNION', 'FLATTEN', 'EXPLODE',
  'GREATEST', 'LEAST', 'IF', 'COALESCE', 'NULLIF', 'NVL', 'NVL2', 'STRUCT', 'NAMED_STRUCT', 'MAP',
  'STR_TO_MAP', 'BASE64', 'UNBASE64', 'HEX', 'UNHEX', 'TO_DATE', 'DECODE', 'ENCODE', 'CAST',
  'CURRENT_DATE', 'CURRENT_TIMESTAMP', 'TO_TIMESTAMP', 'DATE_DIFF', 'DATE_TRUNC', 'DATE_PART', 'EXTRACT', 'CONVERT_TIMEZONE', 'FROM_UTC_TIMESTAMP',
  'TIMESTAMP', 'DAYOFMONTH', 'DAYOFWEEK', 'WEEKOFYEAR', 'MONTH', 'YEAR', 'HOUR', 'MINUTE', 'SECOND',
  'MD5', 'SHA', 'SHA2', 'XXHASH64', 'GET_JSON_OBJECT', 'TO_JSON',
  'ABS', 'CEILING', 'FLOOR', 'ROUND', 'LN', 'LOG', 'POWER', 'SQRT', 'RAND', 'EXP', 'SIGN', 'TRUNC', 'CARDINALITY', 'SIZE',
  'CONCAT', 'LOWER', 'UPPER', 'LENGTH', 'SUBSTRING', 'TRIM', 'BTRIM', 'LTRIM', 'RTRIM', 'POSITION', 'REPLACE', 'REPEAT', 'REGEXP_REPLACE',
  'REGEXP_SUBSTR', 'SPLIT', 'FORMAT_STRING', 'UUID', 'LPAD', 'RPAD', 'LEFT', 'RIGHT', 'CONSENT_TCF_V2_DECODE', 'CONSENT_GPP_V1_DECODE',
  'ROW_NUMBER', 'RANK', 'DENSE_RANK', 'LAG', 'LEAD',
]);

/** Operators, and what is written without a function. `||` is taken for CONCAT; intervals, fields and elements are of the values. */
const OPERATORS = new Set([
  'column', 'literal', 'boolean', 'null', 'parameter', 'placeholder', 'alias', 'paren', 'annotated', 'interval', 'tuple', 'subscript', 'dot', 'case',
  'and', 'or', 'not', 'neg', 'add', 'sub', 'mul', 'div', 'mod', 'concat', 'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'like', 'regexp_like', 'in', 'between',
  'is_null', 'is_true', 'is_false', 'null_safe_neq', 'window_function', 'select', 'union', 'subquery',
]);

const WORDS: Readonly<Record<string, string>> = {
  null_safe_eq: '<=>', i_like: 'ILIKE', bitwise_and: '&', bitwise_or: '|', bitwise_xor: '^', bitwise_not: '~', filter: 'FILTER', within_group: 'WITHIN GROUP',
};

const JOINS: Readonly<Record<string, string>> = { Semi: 'LEFT SEMI JOIN', Anti: 'LEFT ANTI JOIN', LeftSemi: 'LEFT SEMI JOIN', LeftAnti: 'LEFT ANTI JOIN' };

/** Refuses SQL that may not meet a table with a threshold or comparison controls. */
export function checkCapabilities(query: ResolvedQuery, rule: string): void {
  const refused = [
    ...combinationsOf(query).map(({ kind, node }) => kind !== 'UNION' ? kind : isGiven(node.offset) ? 'OFFSET' : undefined),
    ...blocksOf(query).map(unsupportedIn),
  ].find((construct) => construct !== undefined);
  if (refused === undefined) return;
  throw new QueryFailed('MALFORMED_QUERY', `${rule}: Clean Rooms does not support ${refused} in queries on the table; what it supports: ${PAGE}`);
}

function unsupportedIn({ node, sources }: Block): string | undefined {
  const clauses: readonly (readonly [string, unknown])[] = [
    ['CLUSTER BY', node.cluster_by], ['DISTRIBUTE BY', node.distribute_by], ['SORT BY', node.sort_by], ['OFFSET', node.offset],
    ['QUALIFY', node.qualify], ['LATERAL VIEW', node.lateral_views], ['GROUPING SETS', node.group_by?.totals],
  ];
  const tables = (node.from?.expressions ?? []).concat(node.joins.map((join) => join.this)).map((tree) => nodeOf(tree));
  return clauses.find(([, clause]) => isGiven(clause))?.[0]
    ?? sources.map(({ join }) => JOINS[join?.kind ?? '']).find((join) => join !== undefined)
    ?? (tables.some(([, fields]) => isGiven(fields.table_sample)) ? 'TABLESAMPLE' : undefined)
    ?? [...node.expressions, ...clausesOf(node)].map(unsupportedExpression).find((construct) => construct !== undefined);
}

function unsupportedExpression(tree: Expression): string | undefined {
  const [kind, fields] = nodeOf(tree);
  if (kind === 'select' || kind === 'union' || kind === 'subquery') return undefined;
  const call = callOf(tree);
  if (call === undefined ? !OPERATORS.has(kind) : !FUNCTIONS.has(call)) return call ?? WORDS[kind] ?? kind.replaceAll('_', ' ').toUpperCase();
  if (isGiven(fields.filter)) return 'FILTER';
  return childrenOf(tree).map(unsupportedExpression).find((construct) => construct !== undefined);
}
