import { callOf, isAggregate } from './calls';
import { type BaseColumn, type Lineage, merged } from './lineage';
import { type Block, blocksOf, type Combination, combinationsOf, type ResolvedQuery } from './resolved-query';
import { clausesOf, spelled, windowParts } from './select-clauses';
import { bare, childrenOf, type Expression, isKind, lower, nodeOf, textOf } from './syntax-tree';

/** Columns that a query compares, and with what. */
export interface Comparison {
  readonly columns: readonly BaseColumn[];
  readonly withLiteral: boolean;
  readonly withColumn: boolean;
  /** As the query says it. */
  readonly text: string;
}

const OPERATORS = new Set(['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'like', 'i_like', 'regexp_like', 'in', 'between', 'null_safe_eq', 'null_safe_neq',
  'is', 'is_null', 'is_true', 'is_false', 'any', 'all', 'similar_to', 'glob', 'overlaps', 'match']);

/** Functions that compare their arguments, or look for one in another. */
const COMPARING = new Set(['NULLIF', 'DECODE', 'GREATEST', 'LEAST', 'ARRAY_CONTAINS', 'ARRAY_REMOVE', 'ARRAY_INTERSECT', 'ARRAY_EXCEPT', 'ARRAY_POSITION',
  'ARRAYS_OVERLAP', 'POSITION', 'INSTR', 'FIND_IN_SET', 'CONTAINS', 'STARTSWITH', 'STARTS_WITH', 'ENDSWITH', 'ENDS_WITH', 'RLIKE', 'REGEXP',
  'REGEXP_LIKE', 'LIKE', 'ILIKE', 'LEVENSHTEIN', 'EQUAL_NULL', 'REGEXP_COUNT', 'REGEXP_INSTR', 'ELEMENT_AT', 'MAP_CONTAINS_KEY']);

/**
 * What a query compares. A side that has literals in it, wherever they come from, is a comparison with a literal; a group, a
 * window, DISTINCT and the order that a LIMIT cuts off compare rows with each other. What an inner query orders, a LIMIT further
 * out may cut.
 */
export function comparisonsOf(query: ResolvedQuery): Comparison[] {
  return [
    ...blocksOf(query).flatMap((block) => ofBlock(block, block !== query)),
    ...combinationsOf(query).flatMap((combination) => ofCombination(combination, combination !== query)),
  ];
}

function ofBlock(block: Block, isInner: boolean): Comparison[] {
  const { node, lineageOf } = block;
  const conditions = [
    ...node.joins.flatMap(({ on }) => on ?? []),
    ...[node.where_clause, node.having, node.qualify].flatMap((clause) => clause === null ? [] : [clause.this]),
  ];
  const keys = [
    ...block.groupedBy, ...node.distinct ? node.expressions : [],
    ...node.limit === null && !isInner ? [] : node.order_by?.expressions.map(({ this: key }) => spelled(key, node)) ?? [],
  ];
  return [
    ...conditions.flatMap((condition) => ofCondition(condition, block)),
    ...[...node.expressions, ...clausesOf(node)].flatMap((expression) => within(expression, block)),
    ...keys.map((key) => comparison([lineageOf(key)], textOf(key), { withColumn: true, withLiteral: false })),
    ...node.joins.flatMap(({ using }) => using.map((name) => {
      const named = block.sources.flatMap(({ columns }) => columns.filter((column) => column.name === lower(name)));
      return comparison(named.map(({ lineage }) => lineage), `USING (${name.name})`);
    })),
  ].filter(({ columns }) => columns.length > 0);
}

/** A UNION without ALL, an INTERSECT and an EXCEPT compare whole rows. */
function ofCombination({ kind, node, output, ordered }: Combination, isInner: boolean): Comparison[] {
  return [
    ...kind === 'UNION' && node.all ? [] : [comparison(output.map(({ lineage }) => lineage), kind, { withColumn: true, withLiteral: false })],
    ...node.limit === null && !isInner ? [] : [comparison(ordered, `the ORDER BY of a ${kind}`, { withColumn: true, withLiteral: false })],
  ].filter(({ columns }) => columns.length > 0);
}

/** A column that is a condition by itself is compared with TRUE. */
function ofCondition(given: Expression, block: Block): Comparison[] {
  const condition = bare(given);
  const [kind, fields] = nodeOf(condition);
  if (kind === 'and' || kind === 'or') return [fields.left, fields.right].flatMap((side) => ofCondition(side as Expression, block));
  if (kind === 'not') return ofCondition(fields.this as Expression, block);
  if (OPERATORS.has(kind) || kind === 'exists') return [];
  return [comparison([block.lineageOf(condition)], textOf(condition), { withLiteral: true, withColumn: false })];
}

function within(tree: Expression, block: Block): Comparison[] {
  if (isKind(tree, 'select', 'union', 'intersect', 'except', 'subquery', 'exists')) return [];
  const [kind, fields] = nodeOf(tree);
  const nested = childrenOf(tree).flatMap((child) => within(child, block));
  if (OPERATORS.has(kind) || COMPARING.has(callOf(tree) ?? '')) {
    return [...nested, comparison(sidesOf(tree).map(block.lineageOf), textOf(tree))];
  }
  if ('case' in tree) return [...nested, ...ofCase(tree.case, block)];
  if ('window_function' in tree) {
    return [...nested, ...windowParts(tree.window_function.over, block.node).map((key) =>
      comparison([block.lineageOf(key)], textOf(tree), { withColumn: true, withLiteral: false }))];
  }
  if (kind === 'if_func' || kind === 'nvl2') return [...nested, ...ofCondition((fields.condition ?? fields.this) as Expression, block)];
  if (isAggregate(callOf(tree)) && fields.filter !== null && fields.filter !== undefined) {
    return [...nested, ...ofCondition(fields.filter as Expression, block)];
  }
  return nested;
}

function ofCase({ operand, whens }: Extract<Expression, { readonly case: unknown }>['case'], block: Block): Comparison[] {
  return whens.flatMap(([when]) => operand === null
    ? ofCondition(when, block)
    : [comparison([operand, when].map(block.lineageOf), `CASE ${textOf(operand)} WHEN ${textOf(when)}`)]);
}

/** What an operator or a function compares with each other. What is asked of one thing alone is asked of a literal: IS NULL, IS TRUE. */
function sidesOf(tree: Expression): Expression[] {
  return childrenOf(tree);
}

function comparison(sides: readonly Lineage[], text: string, known?: Pick<Comparison, 'withLiteral' | 'withColumn'>): Comparison {
  const { columns, hasLiteral } = merged(sides);
  const withColumns = sides.filter((side) => side.columns.length > 0);
  return {
    columns,
    withLiteral: known?.withLiteral ?? (hasLiteral || sides.length === 1),
    withColumn: known?.withColumn ?? withColumns.length > 1,
    text,
  };
}
