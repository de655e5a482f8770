import type * as polyglot from '@polyglot-sql/sdk';
import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';
import { hasMisplacedSetOperation } from './set-operation-place';

/** A node of the parsed statement: its kind, such as `select` or `add`, and what it has. */
export interface Syntax {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where a node came from and how it was written: nothing that decides what it means. */
const INSIGNIFICANT = new Set([
  'span', 'comments', 'trailing_comments', 'left_comments', 'operator_comments', 'pre_alias_comments', 'post_select_comments',
  'leading_comments', 'double_colon_syntax', 'alias_explicit_as', 'alias_keyword', 'alias_first', 'explicit_asc', 'original_name',
  'use_outer_keyword', 'use_inner_keyword', 'nesting_group', 'kind_text', 'start_side_text', 'end_side_text', 'from_for_syntax',
  'sql_standard_syntax', 'position_explicit', 'name_quoted', 'inferred_type', 'else_comments', 'distinct_keyword',
]);

let parser: Promise<typeof polyglot> | undefined;

/** Loaded when a statement comes: it is 12 MB of WASM. */
async function loadParser(): Promise<typeof polyglot> {
  parser ??= (async () => {
    // jest cannot import().
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const loaded = require('@polyglot-sql/sdk') as typeof polyglot;
    await loaded.init();
    return loaded;
  })();
  return parser;
}

/** The one query that the text holds. */
export async function parseQuery(sql: string): Promise<Syntax> {
  const { parse } = await loadParser();
  const { success, ast, error } = parse(sql, 'spark' as polyglot.Dialect);
  if (!success) {
    throw QueryFailed.malformed('PARSE_SYNTAX_ERROR', `${error ?? 'The statement cannot be parsed'} (if Spark takes it: --engine spark)`);
  }
  const statements = ast as unknown[];
  if (statements.length !== 1) {
    throw QueryFailed.malformed('PARSE_SYNTAX_ERROR', 'Only a single SELECT is allowed.');
  }
  if (hasMisplacedSetOperation(statements[0])) {
    throw new NotPlayable('UNION, INTERSECT or EXCEPT after a query in parentheses that ends a SELECT',
      'give that query an alias, or put parentheses around the condition that ends with it');
  }
  return syntaxOf(statements[0]);
}

export function syntaxOf(node: unknown): Syntax {
  if (typeof node === 'string') {
    return { kind: node, fields: {} };
  }
  const [[kind, fields]] = Object.entries(node as Record<string, unknown>);
  // A comment, with what it is about.
  return kind === 'annotated' ? syntaxOf((fields as { readonly this: unknown }).this) : { kind, fields: (fields ?? {}) as Record<string, unknown> };
}

/**
 * What a node has, once it is sure that it has nothing else: a clause that nobody reads would be a clause left out.
 *
 * @param known the fields that the caller reads, or may pass over
 */
export function only(node: Syntax, ...known: readonly string[]): Readonly<Record<string, unknown>> {
  const unread = Object.entries(node.fields).find(([field, value]) =>
    isGiven(value) && !known.includes(field) && !INSIGNIFICANT.has(field));
  if (unread !== undefined) {
    throw new NotPlayable(`${unread[0].replaceAll('_', ' ').toUpperCase()} of ${wordOf(node.kind)}`);
  }
  return node.fields;
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** A node's kind as a person would write it: `lateral_view` is LATERAL VIEW. */
export function wordOf(kind: string): string {
  return kind.replaceAll('_', ' ').toUpperCase();
}

export const listOf = (value: unknown): readonly unknown[] => value as readonly unknown[] | null ?? [];

/** The name that an identifier gives. */
export function identifierOf(value: unknown): string {
  return (value as { readonly name: string }).name;
}
