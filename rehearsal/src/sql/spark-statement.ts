import { QueryFailed } from './query-failed';
import { parseQuery, wordOf } from './syntax';

const QUERIES = ['select', 'union', 'intersect', 'except', 'subquery', 'paren'];

/** What reaches from a statement into the machine that runs it. */
const FUNCTIONS = ['REFLECT', 'JAVA_METHOD', 'TRY_REFLECT'];
const NODES = ['query_transform', 'transform'];

/** Spark itself says what it can play; but a statement is a single SELECT, and calls nothing outside of SQL. */
export async function checkForSpark(sql: string): Promise<void> {
  const query = await parseQuery(sql);
  if (!QUERIES.includes(query.kind)) {
    throw QueryFailed.malformed('PARSE_SYNTAX_ERROR', `Only a SELECT is allowed, not ${wordOf(query.kind)}.`);
  }
  search({ [query.kind]: query.fields });
}

function search(node: unknown): void {
  if (Array.isArray(node)) {
    node.forEach(search);
  } else if (typeof node === 'object' && node !== null) {
    Object.entries(node).forEach(([kind, value]) => {
      const name = String((value as { name?: unknown } | null)?.name).toUpperCase();
      if (NODES.includes(kind) || kind === 'function' && FUNCTIONS.includes(name)) {
        throw QueryFailed.malformed('UNSUPPORTED_FEATURE', `${kind === 'function' ? name : 'TRANSFORM by a script'} calls what is outside of SQL.`);
      }
      search(value);
    });
  }
}
