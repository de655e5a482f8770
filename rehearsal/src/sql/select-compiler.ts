import type { Expression } from './expression';
import { ExpressionCompiler } from './expression-compiler';
import { compileFrom } from './from-compiler';
import { NotPlayable } from './not-playable';
import { truth } from './operators';
import { outputName } from './output-names';
import { QueryFailed } from './query-failed';
import type { CompiledQuery, Compiler } from './relation';
import { isSameName, Scope, valueOf } from './scope';
import { identifierOf, isGiven, listOf, only, type Syntax, syntaxOf } from './syntax';
import { ordered } from './windows';

interface Item {
  readonly name: string | undefined;
  readonly value: Expression;
}

/** One SELECT. */
export function compileSelect(node: Syntax, compiler: Compiler, outer: Scope | undefined): CompiledQuery {
  const { expressions, distinct, from, joins, where_clause: where, group_by: group, having, order_by: order, limit, offset } = only(
    node, 'expressions', 'distinct', 'from', 'joins', 'where_clause', 'group_by', 'having', 'order_by', 'limit', 'offset', 'with',
  );
  const source = isGiven(from) ? compileFrom(from, joins, compiler, outer) : { sql: undefined, scope: new Scope([], outer) };
  const within = (scope: Scope) => new ExpressionCompiler({
    scope,
    parameter: (name) => compiler.parameter(name),
    subquery: (query) => compiler.query(syntaxOf(query), scope),
  });
  // WHERE knows columns only; the rest knows the names of the SELECT list, too.
  const filter = new Scope(source.scope.columns, outer);
  const filtered = isGiven(where) ? ` WHERE ${truth(within(filter).compile((where as { this: unknown }).this), 'WHERE')}` : '';
  const compile = within(source.scope);
  const items = itemsOf(listOf(expressions), source.scope, compile);
  const grouping = isGiven(group) ? groupingOf(group, items, compile) : [];
  const grouped = grouping.length > 0 ? ` GROUP BY ${grouping.join(', ')}` : '';
  const scopes = [source.scope, filter];
  const last = (clause: string) => {
    const scope = new Scope(source.scope.columns, outer, clause);
    scopes.push(scope);
    items.forEach(({ name, value }) => name === undefined ? undefined : scope.define(name, value));
    return within(scope);
  };
  const kept = isGiven(having) ? ` HAVING ${truth(last('HAVING').compile((having as { this: unknown }).this), 'HAVING')}` : '';
  const list = items.map(({ value }, index) => `${value.sql} AS c${index + 1}`).join(', ');
  const tail = orderOf(order, items, last('ORDER BY')) + limitOf(limit, offset);
  return {
    sql: `SELECT ${distinct === true ? 'DISTINCT ' : ''}${list}${source.sql === undefined ? '' : ` FROM ${source.sql}`}${filtered}${grouped}${kept}${tail}`,
    columns: items.map(({ name, value: { type } }, index) => ({ name, type, sql: `c${index + 1}` })),
    isCorrelated: scopes.some((scope) => scope.isCorrelated),
    isSingleRow: !isGiven(group) && listOf(expressions).every(isAggregate),
  };
}

/** Whether the item is, or has at its top, an aggregate: then a SELECT without GROUP BY gives one row. */
function isAggregate(node: unknown): boolean {
  const { kind, fields } = syntaxOf(node);
  return kind === 'alias' ? isAggregate(fields.this) : ['count', 'sum', 'avg', 'min', 'max'].includes(kind);
}

function itemsOf(nodes: readonly unknown[], scope: Scope, compile: ExpressionCompiler): Item[] {
  if (nodes.length === 0) {
    throw QueryFailed.malformed('PARSE_SYNTAX_ERROR', 'The SELECT list is empty.');
  }
  return nodes.flatMap((node) => {
    const syntax = syntaxOf(node);
    if (syntax.kind === 'star') {
      return starOf(syntax, scope);
    }
    if (syntax.kind !== 'alias') {
      return [{ name: outputName(node), value: compile.compile(node) }];
    }
    const { this: given, alias } = only(syntax, 'this', 'alias');
    const [name, value] = [identifierOf(alias), compile.compile(given)];
    scope.define(name, value);
    return [{ name, value }];
  });
}

function starOf(syntax: Syntax, scope: Scope): Item[] {
  const { table } = only(syntax, 'table');
  const wanted = scope.columns.filter((column) =>
    isGiven(table) ? isSameName(identifierOf(table), column.qualifier) : column.isMerged !== true);
  if (wanted.length === 0) {
    throw QueryFailed.malformed('CANNOT_RESOLVE_STAR_EXPAND', 'There is no table for * to stand for.');
  }
  return wanted.map((column) => ({ name: column.name, value: valueOf(column) }));
}

function groupingOf(node: unknown, items: readonly Item[], compile: ExpressionCompiler): string[] {
  const { expressions } = only({ kind: 'group by', fields: node as Record<string, unknown> }, 'expressions');
  return listOf(expressions).map((expression) => {
    const { kind, fields } = syntaxOf(expression);
    if (kind === 'function' && /^(CUBE|ROLLUP|GROUPING SETS)$/i.test(String(fields.name))) {
      throw new NotPlayable(`GROUP BY ${String(fields.name).toUpperCase()}`);
    }
    return itemAt(expression, items)?.value.sql ?? compile.compile(expression).sql;
  });
}

/** The item of the SELECT list that a number in GROUP BY or ORDER BY stands for. */
function itemAt(node: unknown, items: readonly Item[]): Item | undefined {
  const { kind, fields } = syntaxOf(node);
  if (kind !== 'literal' || fields.literal_type !== 'number') {
    return undefined;
  }
  const item = items[Number(fields.value) - 1];
  if (item === undefined) {
    throw QueryFailed.malformed('POS_OUT_OF_RANGE', `Position ${String(fields.value)} is not in the SELECT list (valid range is [1, ${items.length}]).`);
  }
  return item;
}

/** ORDER BY prefers the names of the SELECT list to those of columns. */
function orderOf(node: unknown, items: readonly Item[], compile: ExpressionCompiler): string {
  if (!isGiven(node)) {
    return '';
  }
  const { expressions } = only({ kind: 'order by', fields: node as Record<string, unknown> }, 'expressions', 'siblings');
  const sqlOf = (expression: unknown) => {
    const value = itemAt(expression, items)?.value ?? named(expression, items) ?? compile.compile(expression);
    const position = items.findIndex((item) => item.value.sql === value.sql);
    return position >= 0 ? String(position + 1) : value.sql;
  };
  return ` ORDER BY ${listOf(expressions).map((item) => ordered(item, sqlOf)).join(', ')}`;
}

function named(node: unknown, items: readonly Item[]): Expression | undefined {
  const { kind, fields } = syntaxOf(node);
  if (kind !== 'column' || isGiven(fields.table)) {
    return undefined;
  }
  return items.find(({ name }) => isSameName(name, identifierOf(fields.name)))?.value;
}

export function limitOf(limit: unknown, offset: unknown): string {
  const countOf = (given: unknown, word: string) => {
    const node = (given as { this?: unknown }).this ?? given;
    const { kind, fields } = syntaxOf(node);
    if (kind !== 'literal' || !/^[0-9]{1,15}$/.test(String(fields.value))) {
      throw new NotPlayable(`${word} by other than a literal whole number`, 'write a number');
    }
    return ` ${word} ${fields.value as string}`;
  };
  return (isGiven(limit) ? countOf(limit, 'LIMIT') : '') + (isGiven(offset) ? countOf(offset, 'OFFSET') : '');
}

