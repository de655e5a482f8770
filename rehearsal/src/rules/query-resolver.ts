import { type CommonTables, definedBy, renamed } from './common-tables';
import { lineageOf, placeOf } from './expression-lineage';
import { FromResolver } from './from-resolver';
import type { GovernedTable } from './governed-query';
import { type Lineage, merged } from './lineage';
import { within } from './parenthesized-query';
import type { Block, Combination, OutputColumn, ResolvedQuery } from './resolved-query';
import { RuleNotPlayable } from './rule-not-playable';
import { Scope } from './scope';
import { clausesOf, groupsOf, hasAggregate, placeIn } from './select-clauses';
import { expanded } from './select-star';
import { bare, type Expression, isKind, lower, nodeOf, type Select, type SetOperation, textOf } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';
import { isGiven } from '../sql/syntax';

/** Clauses that Spark does not have, or that change what is read in ways that nothing here follows. */
const UNKNOWN_CLAUSES = ['prewhere', 'limit_by', 'distinct_on', 'top', 'settings', 'format', 'connect', 'into', 'locks', 'fetch', 'sample'] as const;

/**
 * Finds out what every name of a query names, and spells out each `*`, which is all that the owners allow. Changes the tree.
 */
export class QueryResolver {
  private readonly from: FromResolver;

  constructor(tables: readonly GovernedTable[]) {
    this.from = new FromResolver(tables, (tree, common) => this.query(tree, common, undefined));
  }

  resolve(tree: Expression): ResolvedQuery {
    return this.query(tree, new Map(), undefined);
  }

  private query(tree: Expression, common: CommonTables, parent: Scope | undefined): ResolvedQuery {
    if ('select' in tree) return this.select(tree.select, common, parent);
    if ('union' in tree) return this.combination('UNION', tree.union, common, parent);
    if ('intersect' in tree) return this.combination('INTERSECT', tree.intersect as unknown as SetOperation, common, parent);
    if ('except' in tree) return this.combination('EXCEPT', tree.except as unknown as SetOperation, common, parent);
    if ('subquery' in tree && tree.subquery.alias === null) return this.query(within(tree.subquery), common, parent);
    if ('paren' in tree) return this.query(tree.paren.this, common, parent);
    const kind = nodeOf(tree)[0].replaceAll('_', ' ').toUpperCase();
    if (kind === 'VALUES') throw new RuleNotPlayable('VALUES as a query', 'write a SELECT');
    throw new QueryFailed('MALFORMED_QUERY', `Only a SELECT is allowed, not ${kind}.`);
  }

  private combination(kind: Combination['kind'], node: SetOperation, outer: CommonTables, parent: Scope | undefined): Combination {
    const common = this.commonTables(node.with, outer, parent);
    const left = this.query(node.left, common, parent);
    const right = this.query(node.right, common, parent);
    if (node.by_name || node.corresponding) throw new RuleNotPlayable(`${kind} BY NAME`, 'name the columns in the same order');
    if (left.output.length !== right.output.length) {
      throw new QueryFailed('MALFORMED_QUERY', `the queries of a ${kind} give ${left.output.length} and ${right.output.length} columns; select as many in both`);
    }
    const output = left.output.map(({ name, lineage }, index) => ({ name, lineage: merged([lineage, right.output[index].lineage]) }));
    return { kind, node, left, right, common: definedBy(node.with, common), output, ordered: this.orderOf(node, output) };
  }

  /** What a set operation orders its rows by: columns of its result. */
  private orderOf(node: SetOperation, output: readonly OutputColumn[]): Lineage[] {
    const modifier = (['sort_by', 'cluster_by', 'distribute_by'] as const).find((clause) => isGiven(node[clause]));
    if (modifier !== undefined) throw new RuleNotPlayable(`${modifier.replaceAll('_', ' ').toUpperCase()} after a set operation`, 'use ORDER BY');
    checkLimits([node.limit, node.offset]);
    const place = placeOf(output, 'the ORDER BY of a set operation', 'order by columns of the result');
    return (node.order_by?.expressions ?? []).map(({ this: key }) => placeIn(output, key)?.lineage ?? lineageOf(key, place));
  }

  private commonTables(node: Select['with'], outer: CommonTables, parent: Scope | undefined): CommonTables {
    if (node === null || node === undefined) return outer;
    if (node.recursive) throw new RuleNotPlayable('WITH RECURSIVE', 'write each step as a query of its own');
    const common = new Map(outer);
    for (const { alias, columns, this: tree } of node.ctes) {
      const query = this.query(tree, common, parent);
      common.set(lower(alias), { query, columns: renamed(query.output, columns), names: columns });
    }
    return common;
  }

  private select(node: Select, outer: CommonTables, parent: Scope | undefined): Block {
    const unknown = UNKNOWN_CLAUSES.find((clause) => isGiven(node[clause]));
    if (unknown !== undefined) throw new RuleNotPlayable(unknown.replaceAll('_', ' ').toUpperCase(), 'leave it out');
    checkLimits([node.limit?.this, node.offset?.this]);
    const common = this.commonTables(node.with, outer, parent);
    const scope = new Scope([], parent);
    const subqueries = new Map<unknown, ResolvedQuery>();
    const subqueryOf = (tree: Expression) => {
      const found = subqueries.get(tree) ?? this.query(tree, common, scope);
      subqueries.set(tree, found);
      return found;
    };
    const ofBlock = (tree: Expression) => lineageOf(tree, { scope, subqueryOf, node });
    for (const tree of node.from?.expressions ?? []) this.from.add(tree, scope, common);
    for (const join of node.joins) this.from.join(join, scope, common);
    for (const view of node.lateral_views) {
      const lineage = { ...ofBlock(view.this), isColumn: false };
      scope.sources.push({
        alias: lower(view.table_alias ?? this.from.madeUp()),
        columns: view.column_aliases.map((alias) => ({ name: lower(alias), lineage })),
      });
    }
    node.expressions = node.expressions.flatMap((item) => 'star' in item ? expanded(item.star, scope) : [item]);
    const output = node.expressions.map((item): OutputColumn => {
      const given = { name: nameOfItem(item), lineage: ofBlock(item) };
      if ('alias' in item && given.name !== undefined) scope.aliases.set(given.name, given.lineage);
      return given;
    });
    scope.knowsSelectList = true;
    const groupedBy = groupsOf(node);
    const isGrouped = node.group_by !== null || [...node.expressions, ...clausesOf(node)].some(hasAggregate);
    clausesOf(node).forEach(ofBlock);
    return {
      kind: 'SELECT',
      node,
      sources: scope.sources,
      output,
      isGrouped,
      groupedBy,
      subqueries: [...new Set(subqueries.values())],
      common: definedBy(node.with, common),
      lineageOf: ofBlock,
      sourceOf: (named) => scope.sourceOf(named),
    };
  }
}

/** How many rows are left is told by a number, and by nothing that is read. */
function checkLimits(limits: readonly (Expression | null | undefined)[]): void {
  const computed = limits.find((limit) => limit !== null && limit !== undefined && !isKind(bare(limit), 'literal', 'parameter', 'placeholder'));
  if (computed !== null && computed !== undefined) throw new RuleNotPlayable(`LIMIT or OFFSET ${textOf(computed)}`, 'write a number');
}

function nameOfItem(item: Expression): string | undefined {
  if ('alias' in item) return lower(item.alias.alias);
  const named = bare(item);
  return 'column' in named ? lower(named.column.name) : undefined;
}
