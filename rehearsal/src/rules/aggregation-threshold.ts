import { callOf, isAggregate } from './calls';
import type { AggregationThreshold } from './custom-rule';
import type { GovernedTable } from './governed-query';
import { referredColumns } from './lineage';
import { type Block, blocksOf, type OutputColumn, type ResolvedQuery, tablesOf } from './resolved-query';
import { clausesOf } from './select-clauses';
import { childrenOf, type Expression, isKind, textOf, unaliased } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

/** Values of single rows, in the final SELECT only beside what counts or adds up. */
const PICKING = new Set(['MIN', 'MAX', 'PERCENTILE', 'APPROX_PERCENTILE', 'MEDIAN', 'COLLECT_LIST', 'COLLECT_SET', 'LAG', 'LEAD']);
const QUALIFYING = new Set(['AVG', 'COUNT', 'SUM']);
const WINDOW_FUNCTIONS = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'LAG', 'LEAD']);
const EXEMPT = new Set(['COUNT', 'APPROX_COUNT_DISTINCT']);

/**
 * Refuses a query that aggregates what is no column where columns only may be aggregated. A number of rows or of values is no
 * transformed column.
 */
export function checkAggregateArguments({ name }: GovernedTable, threshold: AggregationThreshold, query: ResolvedQuery): void {
  if (threshold.allowedAggregateExpressionType === 'ANY_EXPRESSION') return;
  for (const block of blocksOf(query)) {
    for (const aggregate of [...block.node.expressions, ...clausesOf(block.node)].flatMap(aggregatesIn)) {
      const transformed = childrenOf(aggregate).map(block.lineageOf).some(({ columns, isColumn }) => columns.length > 0 && !isColumn);
      if (transformed) {
        throw new QueryFailed('MALFORMED_QUERY', `aggregation threshold of \`${name}\`: it allows to aggregate columns only, got ${textOf(aggregate)}; its owner allows more in \`aggregates\``);
      }
    }
  }
}

/** Refuses a final SELECT that shows values of single rows without a count, a sum or an average beside them. */
export function checkPickedValues({ name }: GovernedTable, { node }: Block): void {
  const calls = node.expressions.flatMap(aggregatesIn).map((call) => callOf(call) ?? '');
  const picking = calls.find((call) => PICKING.has(call));
  if (picking !== undefined && !calls.some((call) => QUALIFYING.has(call))) {
    throw new QueryFailed('MALFORMED_QUERY', `aggregation threshold of \`${name}\`: the final SELECT has ${picking} without AVG, COUNT or SUM beside it; add one of them`);
  }
}

/** Refuses a query on the table outside of FROM and JOIN, where nothing counts whom its rows stand for. */
export function checkPlaces(table: GovernedTable, query: ResolvedQuery): void {
  const within = blocksOf(query).flatMap(({ subqueries }) => subqueries).find((subquery) => tablesOf(subquery).includes(table));
  if (within !== undefined) {
    throw new QueryFailed('MALFORMED_QUERY',
      `aggregation threshold of \`${table.name}\`: the table can be used in FROM and JOIN only, not in a subquery within an expression; join it instead`);
  }
}

/** Whether a SELECT does nothing but count one table, which Clean Rooms lets pass. */
export function isExempt({ node, sources, isGrouped, subqueries }: Block): boolean {
  return sources.length === 1 && sources[0].table !== undefined && isGrouped && node.group_by === null && node.having === null
    && !node.distinct && subqueries.length === 0
    && node.expressions.every((item) => EXEMPT.has(callOf(unaliased(item)) ?? ''));
}

/**
 * How many identities each row needs: the most that any of its columns asks for. What is made of no column that has an override,
 * such as a number of rows, asks for the threshold's own minimum.
 */
export function minimumOf(table: GovernedTable, threshold: AggregationThreshold, output: readonly OutputColumn[]): number {
  const own = threshold.minimumIdentityCount;
  const asked = output.flatMap(({ lineage }) => {
    const referred = referredColumns(lineage);
    if (referred.length === 0) return lineage.hasLiteral ? [] : [own];
    return referred.filter((column) => column.table === table).map(({ name }) => overrideOf(threshold, name) ?? own);
  });
  return asked.length === 0 ? own : Math.max(...asked);
}

function overrideOf({ outputColumnThresholds = [] }: AggregationThreshold, name: string): number | undefined {
  return outputColumnThresholds.find(({ outputColumnName }) => outputColumnName.toLowerCase() === name)?.minimumIdentityCount;
}

/** The aggregates and window functions of an expression, the outermost of each. */
function aggregatesIn(tree: Expression): Expression[] {
  if (isKind(tree, 'select', 'union', 'intersect', 'except', 'subquery', 'exists')) return [];
  const call = callOf(tree);
  if (isAggregate(call) || WINDOW_FUNCTIONS.has(call ?? '')) return [tree];
  return childrenOf(tree).flatMap(aggregatesIn);
}

/** Why rows are left out. */
export function reasonOf(table: GovernedTable, { identityColumns: [identity] }: AggregationThreshold, minimum: number): string {
  return `aggregation threshold of \`${table.name}\`: fewer than ${minimum} distinct \`${identity}\``;
}

