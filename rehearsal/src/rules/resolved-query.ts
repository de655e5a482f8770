import type { GovernedTable } from './governed-query';
import type { Lineage } from './lineage';
import type { Column, Expression, Identifier, Join, Select, SetOperation } from './syntax-tree';

/** A column of what a query gives, or of a table. */
export interface OutputColumn {
  /** Lower case. Undefined where the query gives it none and the engine makes one up. */
  readonly name?: string;
  readonly lineage: Lineage;
}

/** A table, a query or VALUES in a FROM clause. */
export interface Source {
  /** What its columns can be qualified by, in lower case. */
  readonly alias: string;
  readonly columns: readonly OutputColumn[];
  /** Where it is a table of the collaboration. */
  readonly table?: GovernedTable;
  /** Where it is a query: a subquery, or a common table expression. */
  readonly query?: ResolvedQuery;
  /** Where its columns are given other names, the lists of them. */
  readonly renamings?: readonly Identifier[][];
  /** The join that brings it in; none for what stands after FROM. */
  readonly join?: Join;
}

/** One SELECT, with all of its names resolved. */
export interface Block {
  readonly kind: 'SELECT';
  readonly node: Select;
  readonly sources: readonly Source[];
  readonly output: readonly OutputColumn[];
  /** Whether each of its rows stands for a group of rows: it has a GROUP BY, or aggregates. */
  readonly isGrouped: boolean;
  /** What it groups by, with places in the select list and GROUP BY ALL spelt out. */
  readonly groupedBy: readonly Expression[];
  /** Queries within its expressions. */
  readonly subqueries: readonly ResolvedQuery[];
  /** The common table expressions that it defines, used or not. */
  readonly common: readonly ResolvedQuery[];
  /** What one of its expressions is made of. */
  readonly lineageOf: (expression: Expression) => Lineage;
  /** The source that a column is one of; undefined where several share it, or none has it. */
  readonly sourceOf: (column: Column) => Source | undefined;
}

/** A UNION, INTERSECT or EXCEPT of two queries. */
export interface Combination {
  readonly kind: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly node: SetOperation;
  readonly left: ResolvedQuery;
  readonly right: ResolvedQuery;
  readonly common: readonly ResolvedQuery[];
  readonly output: readonly OutputColumn[];
  /** What its own ORDER BY is made of. */
  readonly ordered: readonly Lineage[];
}

export type ResolvedQuery = Block | Combination;

/** Every SELECT of a query, each once, however often the query refers to it. */
export function blocksOf(query: ResolvedQuery): Block[] {
  return partsOf(query).filter((part) => part.kind === 'SELECT');
}

export function combinationsOf(query: ResolvedQuery): Combination[] {
  return partsOf(query).filter((part) => part.kind !== 'SELECT');
}

/** The tables that a query reads, each once. */
export function tablesOf(query: ResolvedQuery): GovernedTable[] {
  return [...new Set(blocksOf(query).flatMap(({ sources }) => sources.flatMap(({ table }) => table ?? [])))];
}

function partsOf(query: ResolvedQuery): ResolvedQuery[] {
  const found = new Set<ResolvedQuery>();
  const visit = (part: ResolvedQuery) => {
    if (found.has(part)) return;
    found.add(part);
    const nested = part.kind === 'SELECT'
      ? [...part.sources.flatMap((source) => source.query ?? []), ...part.subqueries]
      : [part.left, part.right];
    [...nested, ...part.common].forEach(visit);
  };
  visit(query);
  return [...found];
}
