import { RuleNotPlayable } from './rule-not-playable';
import type { Expression } from './syntax-tree';
import { isGiven } from '../sql/syntax';

/** The query that parentheses are around. */
export function within(node: Extract<Expression, { readonly subquery: unknown }>['subquery']): Expression {
  const clause = (['order_by', 'limit', 'offset', 'sort_by', 'cluster_by', 'distribute_by'] as const).find((name) => isGiven(node[name]));
  if (clause !== undefined) throw new RuleNotPlayable(`${clause.replaceAll('_', ' ').toUpperCase()} after a query in parentheses`, 'write it inside them');
  return node.this;
}
