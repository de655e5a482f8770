import type { GovernedTable } from './governed-query';
import { type BaseColumn, nameOf } from './lineage';
import type { Block, ResolvedQuery } from './resolved-query';
import { bare, type Expression, lower, nodeOf, textOf } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

/** What rules of the types AGGREGATION and LIST say of joins. */
export interface JoinRule {
  readonly joinColumns: readonly string[];
  readonly allowedJoinOperators?: readonly string[];
}

interface Match {
  readonly left: BaseColumn;
  readonly right: BaseColumn;
}

export function refused(rule: string, what: string): QueryFailed {
  return new QueryFailed('MALFORMED_QUERY', `${rule}: ${what}`);
}

export function isListed(names: readonly string[], name: string): boolean {
  return names.some((known) => known.toLowerCase() === name);
}

/** The one SELECT of tables that rules of the types AGGREGATION and LIST take: no subqueries, no common table expressions, inner joins only. */
export function plainSelect(query: ResolvedQuery, rule: string): Block {
  if (query.kind !== 'SELECT') throw refused(rule, `it takes one SELECT, got a ${query.kind}`);
  const { node, sources, subqueries, common } = query;
  if (common.length > 0) throw refused(rule, 'it takes no common table expressions');
  if (subqueries.length > 0 || sources.some(({ table }) => table === undefined)) throw refused(rule, 'it takes tables in FROM, and no subqueries or VALUES');
  const clause = ([['OFFSET', 'offset'], ['QUALIFY', 'qualify'], ['SORT BY', 'sort_by'], ['CLUSTER BY', 'cluster_by'], ['DISTRIBUTE BY', 'distribute_by']] as const)
    .find(([, field]) => node[field] !== null);
  if (clause !== undefined) throw refused(rule, `it takes no ${clause[0]}`);
  const tables = (node.from?.expressions ?? []).concat(node.joins.map((join) => join.this)).map((tree) => nodeOf(tree)[1]);
  if (tables.some(({ table_sample: sample }) => sample !== undefined && sample !== null)) throw refused(rule, 'it takes no TABLESAMPLE');
  const outer = node.joins.find(({ kind, on, using }) => kind !== 'Inner' || (on === null && using.length === 0));
  if (outer !== undefined || (node.from?.expressions.length ?? 0) > 1) throw refused(rule, 'it takes INNER JOIN with ON or USING only');
  return query;
}

/** Refuses joins on other columns than the tables' owners allow. The pairs of columns that are joined on. */
export function checkJoins({ node, sources, lineageOf }: Block, rules: ReadonlyMap<GovernedTable, JoinRule>, rule: string): Match[] {
  const matches: Match[] = [];
  const visit = (given: Expression): void => {
    const tree = bare(given);
    const [kind, fields] = nodeOf(tree);
    if (kind === 'and' || kind === 'or') {
      for (const { allowedJoinOperators = ['AND'] } of rules.values()) {
        if (!allowedJoinOperators.includes(kind.toUpperCase())) throw refused(rule, `it takes no ${kind.toUpperCase()} in a join, got ${textOf(tree)}`);
      }
      visit(fields.left as Expression);
      visit(fields.right as Expression);
      return;
    }
    const sides = kind === 'eq' ? [fields.left, fields.right].map((side) => lineageOf(side as Expression)) : [];
    const [left, right] = sides.map(({ isColumn, columns }) => isColumn ? columns[0] : undefined);
    if (left === undefined || right === undefined || left.table === right.table) throw refused(rule, `it takes joins of one column equal to another table's, got ${textOf(tree)}`);
    matches.push({ left, right });
  };
  node.joins.forEach(({ on, using }) => {
    if (on !== null) visit(on);
    for (const name of using) {
      const named = sources.flatMap(({ columns }) => columns.filter((column) => column.name === lower(name)));
      const [left, ...others] = named.flatMap(({ lineage }) => lineage.columns);
      others.forEach((right) => matches.push({ left, right }));
    }
  });
  for (const column of matches.flatMap(({ left, right }) => [left, right])) {
    const { joinColumns } = rules.get(column.table) ?? {};
    if (joinColumns !== undefined && !isListed(joinColumns, column.name)) throw refused(rule, `${nameOf(column)} is not one of its \`joins\`, which are ${joinColumns.join(', ') || 'none'}`);
  }
  return matches;
}

/** Whether a table is joined with one of the runner's, directly or by way of others. */
export function isJoinedWith(runner: string, table: GovernedTable, matches: readonly Match[]): boolean {
  const reached = new Set([table]);
  for (let size = 0; size < reached.size;) {
    size = reached.size;
    for (const { left, right } of matches) {
      if (reached.has(left.table)) reached.add(right.table);
      if (reached.has(right.table)) reached.add(left.table);
    }
  }
  return [...reached].some((other) => other !== table && other.owner === runner);
}
