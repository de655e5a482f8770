import { type Expression, identifier } from './expression';
import type { ResultColumn } from './kept-result';
import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';
import { type CompiledQuery, type Compiler, type Relation, renamed } from './relation';
import type { Scope } from './scope';
import { compileSelect } from './select-compiler';
import { compileSetOperation } from './set-operation';
import type { Column } from './sql-engine';
import { identifierOf, isGiven, listOf, only, parseQuery, type Syntax, syntaxOf, wordOf } from './syntax';
import { typeOf } from './types';

/** What statements may name. */
export interface Catalog {
  /** The columns of a table by its name in whatever case, or undefined. */
  readonly table: (name: string) => { readonly name: string; readonly columns: readonly Column[] } | undefined;
  /** The bound value of a parameter, or undefined. */
  readonly parameter: (name: string) => Expression | undefined;
}

/** Compiles Spark's statements to DuckDB's. What is not proven to give the same rows throws NotPlayable. */
export class QueryCompiler implements Compiler {
  static async compile(sql: string, catalog: Catalog): Promise<CompiledQuery> {
    return new QueryCompiler(catalog).query(await parseQuery(sql));
  }

  private relations = 0;

  constructor(private readonly catalog: Catalog, private readonly named: ReadonlyMap<string, Relation> = new Map()) {}

  query(node: Syntax, outer?: Scope): CompiledQuery {
    switch (node.kind) {
      case 'select': return this.withTables(node, (compiler) => compileSelect(node, compiler, outer));
      case 'union':
      case 'intersect':
      case 'except': return this.withTables(node, (compiler) => compileSetOperation(node, compiler, outer));
      case 'paren':
      case 'subquery': return this.query(syntaxOf(only(node, 'this').this), outer);
      default: throw QueryFailed.malformed('PARSE_SYNTAX_ERROR', `Only a SELECT is allowed, not ${wordOf(node.kind)}.`);
    }
  }

  /** A name that nothing else in the statement has. */
  alias(): string {
    this.relations += 1;
    return `r${this.relations}`;
  }

  parameter(name: string): Expression {
    const value = this.catalog.parameter(name);
    if (value === undefined) {
      throw QueryFailed.malformed('UNBOUND_SQL_PARAMETER', `Found the unbound parameter: ${name}.`);
    }
    return value;
  }

  /** A table of the collaboration, or a query that WITH has named. */
  table(name: string): Relation {
    const named = this.named.get(name.toLowerCase());
    if (named !== undefined) {
      return named;
    }
    const table = this.catalog.table(name);
    if (table === undefined) {
      throw new QueryFailed('RESOURCE_NOT_FOUND', `[TABLE_OR_VIEW_NOT_FOUND] The table or view ${name} cannot be found.`);
    }
    const columns = table.columns.map((column) => {
      const type = typeOf(column.type);
      return { name: column.name, type: type ?? { kind: 'VOID' as const }, sql: identifier(column.name), unplayable: type === undefined ? column.type : undefined };
    });
    return { sql: identifier(table.name), columns };
  }

  private withTables(node: Syntax, compile: (compiler: QueryCompiler) => CompiledQuery): CompiledQuery {
    const { with: clause } = node.fields;
    if (!isGiven(clause)) {
      return compile(this);
    }
    const { ctes } = only({ kind: 'with', fields: clause as Record<string, unknown> }, 'ctes');
    let compiler: QueryCompiler = this;
    const tables = listOf(ctes).map((cte) => {
      const { alias, this: query, columns } = only({ kind: 'with', fields: cte as Record<string, unknown> }, 'alias', 'this', 'columns');
      const relation = renamed(compiler.query(syntaxOf(query)), listOf(columns).map(identifierOf));
      const internal = `t${this.alias()}`;
      const named = { sql: internal, columns: relation.columns.map((column, index) => ({ ...column, sql: `c${index + 1}` })) };
      compiler = compiler.knowing(identifierOf(alias), named);
      return `${internal} AS (${relation.sql})`;
    });
    const query = compile(compiler);
    return { ...query, sql: `WITH ${tables.join(', ')} ${query.sql}` };
  }

  private knowing(name: string, relation: Relation): QueryCompiler {
    const compiler = new QueryCompiler(this.catalog, new Map([...this.named, [name.toLowerCase(), relation]]));
    compiler.alias = () => this.alias();
    return compiler;
  }
}

/** The columns of a result file: no two of one name, each of a type that a file can have. */
export function resultColumns({ columns }: Relation): ResultColumn[] {
  const taken = new Set<string>();
  return columns.map(({ name, type }) => {
    if (name === undefined) {
      throw new NotPlayable('a column of the result without a name', 'give it one with AS');
    }
    if (type.kind === 'VOID') {
      throw new NotPlayable(`the column ${name}, which is NULL in every row`, 'cast it');
    }
    if (taken.has(name.toLowerCase())) {
      throw QueryFailed.malformed('COLUMN_ALREADY_EXISTS', `The column ${name} already exists. Choose another name.`);
    }
    taken.add(name.toLowerCase());
    return { name, type };
  });
}
