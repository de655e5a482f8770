import { NotPlayable } from './not-playable';
import { alike } from './operators';
import { QueryFailed } from './query-failed';
import type { CompiledQuery, Compiler, Relation } from './relation';
import { isSameName, type Scope } from './scope';
import { limitOf } from './select-compiler';
import { identifierOf, isGiven, listOf, only, type Syntax, syntaxOf, wordOf } from './syntax';
import type { Type } from './types';
import { ordered } from './windows';

/** UNION, INTERSECT or EXCEPT of two queries. */
export function compileSetOperation(node: Syntax, compiler: Compiler, outer: Scope | undefined): CompiledQuery {
  const { left, right, all, order_by: order, limit, offset } = only(node, 'left', 'right', 'all', 'distinct', 'order_by', 'limit', 'offset', 'with');
  if (node.kind === 'intersect' && [left, right].some((query) => ['union', 'except'].includes(syntaxOf(query).kind))) {
    // The parser takes them from left to right, but INTERSECT binds first.
    throw new NotPlayable('INTERSECT beside UNION or EXCEPT', 'put parentheses around one of them');
  }
  const [one, other] = [left, right].map((query) => compiler.query(syntaxOf(query), outer));
  if (one.columns.length !== other.columns.length) {
    throw QueryFailed.malformed('NUM_COLUMNS_MISMATCH', `${wordOf(node.kind)} can only be performed on inputs with the same number of columns.`);
  }
  const types = one.columns.map((column, index) => alike([column, other.columns[index]], wordOf(node.kind))[0].type);
  const columns = one.columns.map(({ name }, index) => ({ name, type: types[index], sql: `c${index + 1}` }));
  const word = `${wordOf(node.kind)}${all === true ? ' ALL' : ''}`;
  return {
    sql: `${side(one, types)} ${word} ${side(other, types)}${orderOf(order, columns)}${limitOf(limit, offset)}`,
    columns,
    isCorrelated: one.isCorrelated || other.isCorrelated,
    isSingleRow: false,
  };
}

function side({ sql, columns }: Relation, types: readonly Type[]): string {
  const list = columns.map((column, index) => {
    const [value] = alike([{ sql: `c${index + 1}`, type: column.type }, { sql: 'NULL', type: types[index] }], 'a set operation');
    return `${value.sql} AS c${index + 1}`;
  });
  return `(SELECT ${list.join(', ')} FROM (${sql}) AS side)`;
}

function orderOf(node: unknown, columns: readonly { readonly name?: string }[]): string {
  if (!isGiven(node)) {
    return '';
  }
  const { expressions } = only({ kind: 'order by', fields: node as Record<string, unknown> }, 'expressions', 'siblings');
  const position = (expression: unknown) => {
    const { kind, fields } = syntaxOf(expression);
    const index = kind === 'literal' ? Number(fields.value) - 1
      : kind === 'column' ? columns.findIndex(({ name }) => isSameName(name, identifierOf(fields.name))) : -1;
    if (columns[index] === undefined) {
      throw QueryFailed.malformed('UNRESOLVED_COLUMN', 'A set operation is ordered by the names or the positions of its columns.');
    }
    return String(index + 1);
  };
  return ` ORDER BY ${listOf(expressions).map((item) => ordered(item, position)).join(', ')}`;
}
