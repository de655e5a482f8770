import { parseQuery } from './syntax';

/** Names of tables in a query, common table expressions among them. Throws where it cannot be parsed. */
export async function tableNamesIn(sql: string): Promise<Set<string>> {
  const names = new Set<string>();
  const { fields } = await parseQuery(sql);
  visit(fields, names);
  return names;
}

function visit(node: unknown, names: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) return node.forEach((item) => visit(item, names));
  for (const [key, value] of Object.entries(node)) {
    // A column's `table` is an identifier, whose name is a text.
    const name = key === 'table' ? (value as { name?: { name?: unknown } } | null)?.name?.name : undefined;
    if (typeof name === 'string') names.add(name.toLowerCase());
    visit(value, names);
  }
}
