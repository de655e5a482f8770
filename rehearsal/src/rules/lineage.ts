import type { GovernedTable } from './governed-query';

/** A column of a table, where the query reads the table in one place. */
export interface BaseColumn {
  readonly table: GovernedTable;
  /** Lower case. */
  readonly name: string;
}

/** What an expression is made of. */
export interface Lineage {
  /** The columns whose values go into it. */
  readonly columns: readonly BaseColumn[];
  /** The columns of which it tells only how many values there are. */
  readonly counted: readonly BaseColumn[];
  /** Whether something that the query itself says goes into it: a literal, a parameter, a row of VALUES. */
  readonly hasLiteral: boolean;
  /** Whether it is one column as it is, by whatever names it went. */
  readonly isColumn: boolean;
}

const NOTHING: Lineage = { columns: [], counted: [], hasLiteral: false, isColumn: false };
export const LITERAL: Lineage = { ...NOTHING, hasLiteral: true };

export function columnLineage(table: GovernedTable, name: string): Lineage {
  return { columns: [{ table, name }], counted: [], hasLiteral: false, isColumn: true };
}

/** What several expressions are made of together. */
export function merged(lineages: readonly Lineage[]): Lineage {
  return {
    columns: distinct(lineages.flatMap(({ columns }) => columns)),
    counted: distinct(lineages.flatMap(({ counted }) => counted)),
    hasLiteral: lineages.some(({ hasLiteral }) => hasLiteral),
    isColumn: false,
  };
}

/** What a number of values is made of. */
export function countedLineage(lineage: Lineage): Lineage {
  return { ...NOTHING, counted: distinct([...lineage.columns, ...lineage.counted]) };
}

/** Everything that the expression refers to. */
export function referredColumns({ columns, counted }: Lineage): BaseColumn[] {
  return distinct([...columns, ...counted]);
}

export function nameOf({ table, name }: BaseColumn): string {
  return `\`${name}\` of \`${table.name}\``;
}

function distinct(columns: readonly BaseColumn[]): BaseColumn[] {
  return columns.filter((column, index) => columns.findIndex(({ table, name }) => table === column.table && name === column.name) === index);
}
