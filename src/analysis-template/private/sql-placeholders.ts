/**
 * The names of the `:placeholders` in a text of SQL, in the order of their first use.
 *
 * A colon inside a string, a quoted identifier or a comment is none, nor is the cast `::`.
 */
export function sqlPlaceholders(sql: string): string[] {
  const names = new Set<string>();
  for (const [, name] of sql.matchAll(TOKEN)) {
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** What is left open goes to the end, so that no text takes long to read. */
const TOKEN = new RegExp([
  /\b[rR](?:'[^']*(?:'|$)|"[^"]*(?:"|$))/, // raw string, in which a backslash is itself
  /'(?:[^'\\]|\\(?:[^]|$)|'')*(?:'|$)/, // string
  /"(?:[^"\\]|\\(?:[^]|$)|"")*(?:"|$)/, // string or identifier
  /`(?:[^`]|``)*(?:`|$)/, // identifier
  /--[^\n]*/, // comment
  /\/\*[^]*?(?:\*\/|$)/, // comment
  /::/, // cast
  /:([0-9a-zA-Z_]+)/,
].map((part) => part.source).join('|'), 'g');
