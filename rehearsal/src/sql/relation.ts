import type { Expression } from './expression';
import { QueryFailed } from './query-failed';
import type { Scope, ScopeColumn } from './scope';
import type { Syntax } from './syntax';

/** Something that rows come from: DuckDB's text, and its columns. */
export interface Relation {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

/** A query in DuckDB's words, whose columns are c1, c2, …, and what Spark would call and type them. */
export interface CompiledQuery extends Relation {
  /** Whether it depends on the row around it. */
  readonly isCorrelated: boolean;
  /** Whether it gives one row whatever it finds. */
  readonly isSingleRow: boolean;
}

/** What the parts of a query need of the whole. */
export interface Compiler {
  query(node: Syntax, outer?: Scope): CompiledQuery;
  /** A name that nothing else in the statement has. */
  alias(): string;
  parameter(name: string): Expression;
  /** A table of the collaboration, or a query that WITH has named. */
  table(name: string): Relation;
}

export function renamed<R extends Relation>(relation: R, names: readonly string[]): R {
  if (names.length > 0 && names.length !== relation.columns.length) {
    throw QueryFailed.malformed('ASSIGNMENT_ARITY_MISMATCH', `${names.length} names for ${relation.columns.length} columns.`);
  }
  return { ...relation, columns: relation.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })) };
}
