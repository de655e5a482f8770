import { ExpressionCompiler } from './expression-compiler';
import { NotPlayable } from './not-playable';
import { alike, truth } from './operators';
import { QueryFailed } from './query-failed';
import { type Compiler, type Relation, renamed } from './relation';
import { isSameName, Scope, type ScopeColumn } from './scope';
import { identifierOf, isGiven, listOf, only, syntaxOf, wordOf } from './syntax';

/** DuckDB's words for the joins, by the parser's kinds. */
const JOINS: Readonly<Record<string, string>> = {
  Inner: 'JOIN',
  Left: 'LEFT JOIN',
  Right: 'RIGHT JOIN',
  Full: 'FULL JOIN',
  Cross: 'CROSS JOIN',
  LeftSemi: 'SEMI JOIN',
  Semi: 'SEMI JOIN',
  LeftAnti: 'ANTI JOIN',
  Anti: 'ANTI JOIN',
};

/** FROM and its joins, and what names mean behind it. */
export function compileFrom(node: unknown, joins: unknown, compiler: Compiler, outer: Scope | undefined): { sql: string; scope: Scope } {
  const { expressions } = only({ kind: 'from', fields: node as Record<string, unknown> }, 'expressions');
  const [first, ...others] = listOf(expressions).map((source) => sourceOf(source, compiler, outer));
  const crossed = others.reduce((left, right) => ({ sql: `${left.sql} CROSS JOIN ${right.sql}`, columns: [...left.columns, ...right.columns] }), first);
  const { sql, columns } = listOf(joins).reduce<Relation>((left, join) => joined(left, join, compiler, outer), crossed);
  return { sql, scope: new Scope(columns, outer) };
}

function sourceOf(node: unknown, compiler: Compiler, outer: Scope | undefined): Relation {
  const syntax = syntaxOf(node);
  switch (syntax.kind) {
    case 'table': {
      const { name, alias, column_aliases: names } = only(syntax, 'name', 'alias', 'column_aliases');
      const table = renamed(compiler.table(identifierOf(name)), listOf(names).map(identifierOf));
      return placed(table, isGiven(alias) ? identifierOf(alias) : identifierOf(name), compiler);
    }
    case 'subquery': {
      const { this: query, alias, column_aliases: names } = only(syntax, 'this', 'alias', 'column_aliases');
      const inner = syntaxOf(query);
      if (!isGiven(alias) && !['select', 'union', 'intersect', 'except', 'subquery', 'paren'].includes(inner.kind)) {
        return sourceOf(query, compiler, outer);
      }
      const relation = renamed(compiler.query(inner), listOf(names).map(identifierOf));
      const columns = relation.columns.map((column, index) => ({ ...column, sql: `c${index + 1}` }));
      return placed({ sql: `(${relation.sql})`, columns }, isGiven(alias) ? identifierOf(alias) : undefined, compiler);
    }
    default: throw new NotPlayable(`${wordOf(syntax.kind)} in FROM`);
  }
}

function placed({ sql, columns }: Relation, qualifier: string | undefined, compiler: Compiler): Relation {
  const alias = compiler.alias();
  return { sql: `${sql} AS ${alias}`, columns: columns.map((column) => ({ ...column, qualifier, sql: `${alias}.${column.sql}` })) };
}

function joined(left: Relation, node: unknown, compiler: Compiler, outer: Scope | undefined): Relation {
  const { this: source, kind, on, using } = only({ kind: 'join', fields: node as Record<string, unknown> }, 'this', 'kind', 'on', 'using');
  const word = JOINS[kind as string];
  if (word === undefined) {
    throw new NotPlayable(`a join of the kind ${String(kind)}`);
  }
  const right = sourceOf(source, compiler, outer);
  const all = [...left.columns, ...right.columns];
  const kept = word === 'SEMI JOIN' || word === 'ANTI JOIN' ? left.columns : all;
  if (isGiven(using)) {
    return usingNames({ left, right, word, names: listOf(using).map(identifierOf), kept });
  }
  if (!isGiven(on)) {
    if (word !== 'CROSS JOIN' && word !== 'JOIN') {
      throw new NotPlayable(`${word} without ON`, 'say ON what it joins');
    }
    return { sql: `${left.sql} CROSS JOIN ${right.sql}`, columns: all };
  }
  const expressions = new ExpressionCompiler({
    scope: new Scope(all, outer),
    parameter: (name) => compiler.parameter(name),
    subquery: () => { throw new NotPlayable('a subquery in ON', 'join with the subquery as a table of its own'); },
  });
  return { sql: `${left.sql} ${word === 'CROSS JOIN' ? 'JOIN' : word} ${right.sql} ON ${truth(expressions.compile(on), 'ON')}`, columns: kept };
}

interface Using {
  readonly left: Relation;
  readonly right: Relation;
  readonly word: string;
  readonly names: readonly string[];
  readonly kept: readonly ScopeColumn[];
}

/** The columns of USING come first, once; with their tables' names they can still be told apart. */
function usingNames({ left, right, word, names, kept }: Using): Relation {
  const pairs = names.map((name) => {
    const [one, other] = [left, right].map(({ columns }) => {
      const found = columns.filter((column) => isSameName(column.name, name) && column.isMerged !== true);
      if (found.length !== 1) {
        throw QueryFailed.malformed('UNRESOLVED_USING_COLUMN_FOR_JOIN', `USING column ${name} is not one column of either side of the join.`);
      }
      return found[0];
    });
    const [a, b] = alike([one, other], 'USING');
    const merged = { RIGHT: b, FULL: { sql: `coalesce(${a.sql}, ${b.sql})`, type: a.type } }[word.split(' ')[0]] ?? a;
    // An outer join keeps the type of the side that it takes the value from.
    const type = word === 'FULL JOIN' ? a.type : word === 'RIGHT JOIN' ? other.type : one.type;
    const sql = word === 'FULL JOIN' ? merged.sql : word === 'RIGHT JOIN' ? other.sql : one.sql;
    return { one, other, condition: `${a.sql} = ${b.sql}`, column: { name: one.name, type, sql, qualifier: undefined } };
  });
  const rest = kept.map((column) => pairs.some(({ one, other }) => column === one || column === other) ? { ...column, isMerged: true } : column);
  const isFiltering = word === 'SEMI JOIN' || word === 'ANTI JOIN';
  return {
    sql: `${left.sql} ${word} ${right.sql} ON ${pairs.map(({ condition }) => condition).join(' AND ')}`,
    columns: isFiltering ? kept : [...pairs.map(({ column }) => column), ...rest],
  };
}
