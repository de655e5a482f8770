import { LITERAL, type Lineage, merged } from './lineage';
import type { OutputColumn, Source } from './resolved-query';
import { type Column, lower } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

/** The names that expressions of one SELECT can use. */
export class Scope {
  /** What the select list names, for the rest of the list where nothing else has the name, and for the clauses after it. */
  readonly aliases = new Map<string, Lineage>();
  /** Columns that a join takes together, by USING or as a natural join. */
  readonly shared = new Set<string>();
  knowsSelectList = false;
  private readonly bound: string[] = [];

  constructor(readonly sources: Source[], private readonly parent?: Scope) {}

  /** Throws `QueryFailed` where a name names nothing, or more than one column. */
  lineageOf(column: Column): Lineage {
    const found = this.find(column);
    if (found === undefined) throw unresolved(column, this.everything());
    return found;
  }

  /** The source that a column is one of; undefined where several share it, or none has it. */
  sourceOf({ name, table }: Column): Source | undefined {
    const found = this.sources.filter(({ alias, columns }) =>
      (table === null || alias === lower(table)) && columns.some((column) => column.name === lower(name)));
    return found.length === 1 && !(table === null && this.aliases.has(lower(name))) ? found[0] : undefined;
  }

  /** With names that a lambda expression binds. */
  with<Result>(names: readonly string[], use: () => Result): Result {
    this.bound.push(...names);
    const result = use();
    this.bound.splice(this.bound.length - names.length);
    return result;
  }

  private find(column: Column): Lineage | undefined {
    return this.here(column) ?? this.parent?.find(column);
  }

  private here({ name, table }: Column): Lineage | undefined {
    const wanted = lower(name);
    if (table !== null) {
      const qualifier = lower(table);
      const qualified = this.sources.find(({ alias }) => alias === qualifier);
      if (qualified !== undefined) return qualified.columns.find((column) => column.name === wanted)?.lineage;
      // A field of a struct is as much as the struct.
      const struct = this.unqualified(qualifier);
      return struct === undefined ? undefined : { ...struct, isColumn: false };
    }
    return this.unqualified(wanted);
  }

  private unqualified(wanted: string): Lineage | undefined {
    if (this.bound.includes(wanted)) return LITERAL;
    const found = this.sources.flatMap(({ columns }) => columns.filter(({ name }) => name === wanted));
    if (found.length > 1 && !this.shared.has(wanted)) {
      throw new QueryFailed('MALFORMED_QUERY', `\`${wanted}\` is ambiguous: several tables of the FROM clause have such a column; write <table>.${wanted}`);
    }
    const alias = this.aliases.get(wanted);
    const candidates = found.map(({ lineage }) => lineage);
    // Which of the two a clause after the select list means depends on the clause: it may be either.
    if (alias !== undefined && (this.knowsSelectList || candidates.length === 0)) candidates.push(alias);
    return candidates.length < 2 ? candidates[0] : merged(candidates);
  }

  private everything(): Source[] {
    return [...this.sources, ...this.parent?.everything() ?? []];
  }
}

function unresolved({ name, table }: Column, sources: readonly Source[]): QueryFailed {
  const text = table === null ? `\`${name.name}\`` : `\`${table.name}.${name.name}\``;
  const hidden = sources.find((source) => source.table?.columns.some((column) => column.name.toLowerCase() === lower(name)));
  if (hidden?.table !== undefined) {
    return new QueryFailed('MALFORMED_QUERY',
      `the query uses ${text}, which is no allowed column of \`${hidden.table.name}\`; allowed are ${namesOf(hidden.columns)}`);
  }
  return new QueryFailed('MALFORMED_QUERY', `${text} names no column of ${sources.map(({ alias, columns }) =>
    `\`${alias}\` (${namesOf(columns)})`).join(', ') || 'any table'}`);
}

function namesOf(columns: readonly OutputColumn[]): string {
  return columns.flatMap(({ name }) => name ?? []).join(', ');
}
