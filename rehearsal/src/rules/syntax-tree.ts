import type * as polyglot from '@polyglot-sql/sdk';
import { RuleNotPlayable } from './rule-not-playable';
import { QueryFailed } from '../sql/query-failed';
import { hasMisplacedSetOperation } from '../sql/set-operation-place';

export type Expression = polyglot.ast.Expression;
export type Identifier = polyglot.ast.Identifier;
export type Column = polyglot.ast.Column;
export type Join = polyglot.ast.Join;
export type Select = polyglot.ast.Select;
export type SetOperation = Extract<Expression, { readonly union: unknown }>['union'];
export type Over = Extract<Expression, { readonly window_function: unknown }>['window_function']['over'];

/** A node of the parsed statement: its kind, such as `select` or `add`, and what it has. */
export type Node = readonly [kind: string, fields: Readonly<Record<string, unknown>>];

const SPARK = 'spark' as polyglot.Dialect;

let loaded: typeof polyglot | undefined;

/** Loads the parser, 12 MB of WASM, unless it is there already. */
export async function loadParser(): Promise<void> {
  if (loaded !== undefined) return;
  // jest cannot import().
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require('@polyglot-sql/sdk') as typeof polyglot;
  await sdk.init();
  loaded = sdk;
}

function parser(): typeof polyglot {
  if (loaded === undefined) throw new Error('the parser is not loaded');
  return loaded;
}

/** The one query that the text holds. */
export function parse(sql: string): Expression {
  const { success, ast, error } = parser().parse(sql, SPARK);
  if (!success) throw new QueryFailed('MALFORMED_QUERY', error ?? 'The statement cannot be parsed.');
  const statements = ast as Expression[];
  if (statements.length !== 1) throw new QueryFailed('MALFORMED_QUERY', `One SELECT is allowed, got ${statements.length} statements.`);
  if (hasMisplacedSetOperation(statements[0])) {
    throw new RuleNotPlayable('UNION, INTERSECT or EXCEPT after a query in parentheses that ends a SELECT',
      'give that query an alias, or put parentheses around the condition that ends with it');
  }
  return statements[0];
}

/** The text of a query or of a part of one. */
export function textOf(tree: Expression): string {
  const { success, sql, error } = parser().generate([tree], SPARK);
  if (!success || sql === undefined) throw new Error(error ?? 'the tree cannot be written as SQL');
  return sql[0];
}

/** An expression, parsed. */
export function expression(sql: string): Expression {
  const select = parse(`SELECT ${sql}`) as { readonly select: Select };
  return select.select.expressions[0];
}

export function nodeOf(tree: unknown): Node {
  if (typeof tree === 'string') return [tree, {}];
  const [[kind, fields]] = Object.entries(tree as Record<string, unknown>);
  return [kind, (fields ?? {}) as Record<string, unknown>];
}

/** Whether it is an expression of one of these kinds. */
export function isKind(tree: Expression, ...kinds: readonly string[]): boolean {
  return kinds.includes(nodeOf(tree)[0]);
}

/** An identifier wherever it stands: it has a name, and says whether it is quoted. */
function isIdentifier(value: object): value is Identifier {
  return typeof (value as Identifier).name === 'string' && 'quoted' in value && 'trailing_comments' in value && !('args' in value);
}

export const lower = (identifier: Identifier): string => identifier.name.toLowerCase();

/** The expression without the parentheses and comments around it. */
export function bare(tree: Expression): Expression {
  if ('paren' in tree) return bare(tree.paren.this);
  if ('annotated' in tree) return bare(tree.annotated.this);
  return tree;
}

/** What stands below an alias. */
export function unaliased(tree: Expression): Expression {
  return 'alias' in tree ? tree.alias.this : tree;
}

/** How something was written, and types of its own: no expression stands in there. */
const NO_EXPRESSIONS = new Set(['span', 'inferred_type', 'to', 'parameter_types', 'unit']);

/** The expressions that stand directly in another one. Throws `NotPlayable` where a name stands in it that is of no known use. */
export function childrenOf(tree: Expression): Expression[] {
  if ('column' in tree || 'star' in tree || 'parameter' in tree || 'placeholder' in tree) return [];
  if ('alias' in tree) return [tree.alias.this];
  if ('dot' in tree) return [tree.dot.this];
  if ('lambda' in tree) return [tree.lambda.body];
  if ('window_function' in tree) {
    const { this: called, over } = tree.window_function;
    return [called, ...over.partition_by, ...inside(over.order_by), ...inside(over.frame)];
  }
  return inside(nodeOf(tree)[1]);
}

function inside(value: unknown): Expression[] {
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, nested]) =>
    NO_EXPRESSIONS.has(field) || field.endsWith('comments') ? [] : expressionsIn(nested));
}

function expressionsIn(value: unknown): Expression[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && isIdentifier(value)) {
    throw new RuleNotPlayable(`\`${value.name}\`, whose meaning is not clear`, 'write it another way');
  }
  return isExpression(value) ? [value] : inside(value);
}

/** Expressions are objects with one entry, whose name is their kind. */
function isExpression(value: object): value is Expression {
  const fields = Object.keys(value);
  return !Array.isArray(value) && fields.length === 1 && /^[a-z][a-z0-9_]*$/.test(fields[0]) && fields[0] !== 'this';
}
