import { heldAs, isSame, type Type } from './types';

/** An expression, compiled: DuckDB's text, which gives values of exactly this type. */
export interface Expression {
  readonly sql: string;
  readonly type: Type;
  /** The text of a literal that was written as such. */
  readonly literal?: string;
}

/** The expression with its type stated, so that DuckDB takes no other. */
export function typed(sql: string, type: Type): Expression {
  return { sql: `CAST(${sql} AS ${heldAs(type)})`, type };
}

/** A wider type that holds each value exactly: between numbers, or NULL as anything. */
export function widened(expression: Expression, type: Type): Expression {
  return isSame(expression.type, type) ? expression : { ...typed(expression.sql, type), literal: expression.literal };
}

export function quoted(text: string): string {
  return `'${text.replaceAll('\'', '\'\'')}'`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** DuckDB's text that ends the query, as Spark would, with this condition. */
export function failure(condition: string, message: string): string {
  return `error(${quoted(`[${condition}] ${message}`)})`;
}

/** DuckDB's text for a value that the embedded engine is not proven to treat as Spark does. */
export function refusal(construct: string): string {
  return failure(NOT_PLAYABLE, construct);
}

export const NOT_PLAYABLE = 'NOT_PLAYABLE';
