import { callOf, isAggregate } from './calls';
import { childrenOf, type Expression, isKind, lower, type Over, type Select, unaliased } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

/** Each expression of a SELECT but the select list and the conditions of its joins' sources. */
export function clausesOf(node: Select): Expression[] {
  return [
    ...node.joins.flatMap(({ on }) => on ?? []),
    ...node.where_clause === null ? [] : [node.where_clause.this],
    ...groupsOf(node),
    ...node.having === null ? [] : [node.having.this],
    ...node.qualify === null ? [] : [node.qualify.this],
    ...[node.order_by, node.sort_by, node.cluster_by].flatMap((order) => order?.expressions.map(({ this: key }) => spelled(key, node)) ?? []),
    ...node.distribute_by?.expressions ?? [],
  ];
}

export function groupsOf(node: Select): Expression[] {
  if (node.group_by === null) return [];
  if (node.group_by.all === true) return node.expressions.map(unaliased).filter((item) => !hasAggregate(item));
  return node.group_by.expressions.map((key) => spelled(key, node));
}

/** `1` in GROUP BY and ORDER BY is the first of the select list. */
export function spelled(key: Expression, { expressions }: Select): Expression {
  const item = placeIn(expressions, key);
  return item === undefined ? key : unaliased(item);
}

/** The item of a list whose number a key is; undefined where it is no number. */
export function placeIn<Item>(list: readonly Item[], key: Expression): Item | undefined {
  if (!('literal' in key) || key.literal.literal_type !== 'number') return undefined;
  const item = list[Number(key.literal.value) - 1];
  if (item === undefined) throw new QueryFailed('MALFORMED_QUERY', `the select list has no column ${String(key.literal.value)}, it has ${list.length}: correct the number, or name the column`);
  return item;
}

/** Whether an expression has an aggregate that is no window function. */
export function hasAggregate(tree: Expression): boolean {
  if (isKind(tree, 'select', 'union', 'intersect', 'except', 'subquery')) return false;
  if ('window_function' in tree) return childrenOf(tree).some((child) => isAggregate(callOf(child)) ? childrenOf(child).some(hasAggregate) : hasAggregate(child));
  return isAggregate(callOf(tree)) || childrenOf(tree).some(hasAggregate);
}

/** What a window is made of, the named one that it refers to included. */
export function windowParts(over: Over, { windows }: Pick<Select, 'windows'>): Expression[] {
  const named = over.window_name === null ? undefined : windows?.find(({ name }) => lower(name) === lower(over.window_name!));
  if (over.window_name !== null && named === undefined) {
    throw new QueryFailed('MALFORMED_QUERY', `no WINDOW clause defines \`${over.window_name.name}\`: define it, or write the window after OVER`);
  }
  return [
    ...over.partition_by, ...over.order_by.map(({ this: key }) => key), ...named === undefined ? [] : windowParts(named.spec, { windows }),
  ];
}
