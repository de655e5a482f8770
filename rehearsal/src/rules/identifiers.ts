import type { Expression, Identifier } from './syntax-tree';

export function column(name: string, qualifier?: string): Expression {
  const fields = { name: identifier(name), table: qualifier === undefined ? null : identifier(qualifier), join_mark: false, trailing_comments: [] };
  return { column: fields } as unknown as Expression;
}

export function identifier(name: string): Identifier {
  return { name, quoted: !/^[a-z_][a-z0-9_]*$/.test(name), trailing_comments: [] };
}
