import { type Expression, expression, parse, type Select, textOf } from './syntax-tree';

/** Adds a condition to those that a SELECT filters its rows or groups by. */
export function addCondition(node: Select, clause: 'where_clause' | 'having', condition: string): void {
  const before = node[clause];
  const text = before === null ? condition : `(${textOf(before.this)}) AND (${condition})`;
  node[clause] = { this: expression(text) } as Select['having'];
}

/** Adds a column that the query itself does not name. */
export function addColumn(node: Select, column: string, name: string): void {
  node.expressions.push(expression(`${column} AS ${name}`));
}

/** A copy whose changes leave the original alone. */
export function copied<Tree>(tree: Tree): Tree {
  return structuredClone(tree);
}

/** A query that counts the rows of another one. */
export function countOf(queries: readonly Select[]): string {
  const rows = queries.map((select) => textOf({ select } as Expression));
  const united = rows.length === 1 ? rows[0] : rows.map((each) => `(${each})`).join(' UNION ALL ');
  return textOf(parse(`SELECT COUNT(*) AS suppressed FROM (${united}) AS suppressed_rows`));
}
