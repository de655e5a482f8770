import type { OutputColumn, ResolvedQuery, Source } from './resolved-query';
import { type Identifier, lower, type Select } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

/** Common table expressions by name, and the columns that they are known by. */
export type CommonTables = ReadonlyMap<string, Pick<Source, 'columns'> & { readonly query: ResolvedQuery; readonly names: Identifier[] }>;

/** Those that a WITH clause defines. */
export function definedBy(node: Select['with'], common: CommonTables): ResolvedQuery[] {
  return node?.ctes.flatMap(({ alias }) => common.get(lower(alias))?.query ?? []) ?? [];
}

/** The columns of a query by other names, where it is given any. */
export function renamed(columns: readonly OutputColumn[], names: readonly Identifier[]): readonly OutputColumn[] {
  if (names.length === 0) return columns;
  if (names.length !== columns.length) {
    throw new QueryFailed('MALFORMED_QUERY', `${names.length} names are given to ${columns.length} columns: ${names.map(({ name }) => name).join(', ')}; give each column one name`);
  }
  return columns.map(({ lineage }, index) => ({ name: lower(names[index]), lineage }));
}
