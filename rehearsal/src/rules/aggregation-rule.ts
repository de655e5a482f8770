import { callOf, isAggregate, isDistinct } from './calls';
import type { AskedQuery, GovernedTable } from './governed-query';
import { checkJoins, isJoinedWith, isListed, type JoinRule, plainSelect, refused } from './joined-tables';
import { nameOf, referredColumns } from './lineage';
import type { Block, ResolvedQuery } from './resolved-query';
import { groupsOf } from './select-clauses';
import { childrenOf, type Expression, nodeOf, textOf, unaliased } from './syntax-tree';

export interface AggregationRule extends JoinRule {
  readonly aggregateColumns: readonly { readonly columnNames: readonly string[]; readonly function: string }[];
  readonly joinRequired?: string;
  readonly dimensionColumns: readonly string[];
  readonly scalarFunctions: readonly string[];
  readonly outputConstraints: readonly { readonly columnName: string; readonly minimum: number }[];
}

type Rules = ReadonlyMap<GovernedTable, AggregationRule>;

/** How many distinct values of a column each row needs. */
export interface OutputConstraint {
  readonly table: GovernedTable;
  /** As the query can name it. */
  readonly column: string;
  readonly reason: string;
  readonly minimum: number;
}

/** What no aggregation query has: they can say which rows there are, one by one. */
const REFUSED = new Set(['case', 'window_function', 'filter', 'lambda', 'regexp_like', 'i_like', 'between', 'any', 'all', 'null_safe_eq', 'null_safe_neq']);

/**
 * Refuses what is no aggregation of columns that may be aggregated, over dimensions.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
 */
export function checkAggregation(query: ResolvedQuery, rules: Rules, { runner, templateArn }: AskedQuery): Block {
  const [first] = rules.keys();
  const rule = `aggregation rule of \`${first.name}\``;
  if (templateArn !== undefined) throw refused(rule, 'it takes no analysis templates');
  const block = plainSelect(query, rule);
  const { node } = block;
  if (node.distinct) throw refused(rule, 'it takes no SELECT DISTINCT');
  if (node.limit !== null) throw refused(rule, 'it takes no LIMIT');
  if (!node.expressions.some(hasAggregateIn)) throw refused(rule, 'it takes a select list with one aggregate at least');
  const matches = checkJoins(block, rules, rule);
  const shown = [
    ...node.expressions.map(unaliased),
    ...node.having === null ? [] : [node.having.this],
    ...node.order_by?.expressions.map((key) => key.this) ?? [],
  ];
  shown.forEach((expression) => checkExpression(expression, { block, rules, rule, aggregates: true }));
  [...groupsOf(node), ...node.where_clause === null ? [] : [node.where_clause.this]]
    .forEach((expression) => checkExpression(expression, { block, rules, rule, aggregates: false }));
  for (const [table, { joinRequired }] of rules) {
    if (joinRequired === 'QUERY_RUNNER' && table.owner !== runner && !isJoinedWith(runner, table, matches)) {
      throw refused(`aggregation rule of \`${table.name}\``, `it must be joined with a table of account ${runner}, who runs the query`);
    }
  }
  return block;
}

/** The constraints of all tables together; of two on columns of one name the stricter one counts for both. */
export function outputConstraintsOf({ sources }: Block, rules: Rules): OutputConstraint[] {
  const all = [...rules.values()].flatMap(({ outputConstraints }) => outputConstraints);
  return sources.flatMap(({ alias, table }) => (table === undefined ? [] : rules.get(table)?.outputConstraints ?? []).map(({ columnName }) => {
    const minimum = Math.max(...all.filter((other) => other.columnName === columnName).map((other) => other.minimum));
    const reason = `output constraint of \`${table!.name}\`: fewer than ${minimum} distinct \`${columnName}\``;
    return { table: table!, column: `\`${alias}\`.\`${columnName}\``, reason, minimum };
  }));
}

interface Place {
  readonly block: Block;
  readonly rules: Rules;
  readonly rule: string;
  readonly aggregates: boolean;
}

function checkExpression(tree: Expression, place: Place): void {
  const { rules, rule, aggregates, block } = place;
  const [kind] = nodeOf(tree);
  if (REFUSED.has(kind)) throw refused(rule, `it takes no ${kind.replaceAll('_', ' ').toUpperCase()}, got ${textOf(tree)}`);
  const call = callOf(tree);
  if (isAggregate(call)) {
    if (!aggregates) throw refused(rule, `it takes no aggregates there, got ${textOf(tree)}`);
    checkAggregate(tree, place);
    return;
  }
  for (const { scalarFunctions } of call === undefined ? [] : rules.values()) {
    if (!scalarFunctions.includes(call!)) throw refused(rule, `it does not take the function ${call}, got ${textOf(tree)}; the owner allows it in \`scalars\``);
  }
  if ('column' in tree) {
    const name = tree.column.table === null ? tree.column.name.name.toLowerCase() : undefined;
    // In HAVING and ORDER BY the name of a column of the select list, which is checked where it stands.
    if (aggregates && name !== undefined && block.output.some((item) => item.name === name) && block.sourceOf(tree.column) === undefined) return;
    for (const column of referredColumns(block.lineageOf(tree))) {
      const { dimensionColumns } = rules.get(column.table) ?? {};
      if (dimensionColumns !== undefined && !isListed(dimensionColumns, column.name)) throw refused(rule, `${nameOf(column)} is not one of its \`dimensions\`, which are ${dimensionColumns.join(', ') || 'none'}`);
    }
  }
  childrenOf(tree).forEach((child) => checkExpression(child, place));
}

function checkAggregate(tree: Expression, { block, rules, rule }: Place): void {
  const call = `${callOf(tree)}${isDistinct(tree) ? '_DISTINCT' : ''}`;
  const [argument, ...others] = childrenOf(tree);
  const lineage = argument === undefined ? undefined : block.lineageOf(argument);
  if (lineage === undefined || !lineage.isColumn || others.length > 0) throw refused(rule, `it takes aggregates of one column each, got ${textOf(tree)}`);
  const [column] = lineage.columns;
  const allowed = rules.get(column.table)?.aggregateColumns;
  if (allowed !== undefined && !allowed.some(({ columnNames, function: name }) => name === call && isListed(columnNames, column.name))) {
    throw refused(rule, `${nameOf(column)} may not be aggregated by ${call}; its owner allows it in \`aggregates\``);
  }
}

function hasAggregateIn(tree: Expression): boolean {
  return isAggregate(callOf(tree)) || childrenOf(tree).some(hasAggregateIn);
}
