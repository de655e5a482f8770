import type { Type } from './types';

/** A DECIMAL as Spark writes it: DuckDB leaves out the 0 before the point where the type has no digit there. */
export function decimalText(sql: string, { precision, scale }: Type): string {
  const text = `CAST(${sql} AS VARCHAR)`;
  return precision === scale ? `regexp_replace(${text}, '^(-?)[.]', '\\10.')` : text;
}
