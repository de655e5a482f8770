import { callOf } from './calls';
import type { AskedQuery, GovernedTable } from './governed-query';
import { checkJoins, isJoinedWith, isListed, type JoinRule, plainSelect, refused } from './joined-tables';
import { nameOf, referredColumns } from './lineage';
import type { ResolvedQuery } from './resolved-query';
import { bare, childrenOf, type Expression, textOf, unaliased } from './syntax-tree';

export interface ListRule extends JoinRule {
  readonly listColumns: readonly string[];
  readonly additionalAnalyses?: string;
}

/**
 * Refuses what is no list of rows in which the tables agree with data of the runner.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
 */
export function checkList(query: ResolvedQuery, rules: ReadonlyMap<GovernedTable, ListRule>, { runner, templateArn }: AskedQuery): void {
  const [first] = rules.keys();
  const rule = `list rule of \`${first.name}\``;
  if (templateArn !== undefined) throw refused(rule, 'it takes no analysis templates');
  const block = plainSelect(query, rule);
  const { node, lineageOf } = block;
  if (!node.distinct) throw refused(rule, 'it takes SELECT DISTINCT only');
  const clause = ([['GROUP BY', 'group_by'], ['HAVING', 'having'], ['ORDER BY', 'order_by']] as const).find(([, field]) => node[field] !== null);
  if (clause !== undefined) throw refused(rule, `it takes no ${clause[0]}`);
  for (const item of node.expressions.map(unaliased)) {
    if (!('column' in bare(item))) throw refused(rule, `it takes columns in the select list, got ${textOf(item)}`);
  }
  const matches = checkJoins(block, rules, rule);
  for (const expression of [...node.expressions, ...node.where_clause === null ? [] : [node.where_clause.this]]) {
    const call = callWithin(expression);
    if (call !== undefined) throw refused(rule, `it takes no functions, got ${call}`);
    for (const column of referredColumns(lineageOf(expression))) {
      const { listColumns } = rules.get(column.table) ?? {};
      if (listColumns !== undefined && !isListed(listColumns, column.name)) throw refused(rule, `${nameOf(column)} is not one of its \`lists\`, which are ${listColumns.join(', ')}`);
    }
  }
  for (const table of rules.keys()) {
    if (matches.length === 0 || (table.owner !== runner && !isJoinedWith(runner, table, matches))) {
      throw refused(rule, `\`${table.name}\` must be joined with a table of account ${runner}, who runs the query`);
    }
  }
}

function callWithin(tree: Expression): string | undefined {
  return callOf(tree) ?? ('case' in tree ? 'CASE' : undefined) ?? childrenOf(tree).map(callWithin).find((call) => call !== undefined);
}
