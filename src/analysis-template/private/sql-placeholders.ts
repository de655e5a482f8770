import { SqlToken } from './sql-tokens';

/** A `:name` in a text of SQL. */
export interface SqlPlaceholder {
  readonly name: string;
  readonly start: number;
  /** Whether it can be nothing else. */
  readonly isSure: boolean;
}

/** Words that are followed by a value. No column can have such a name without quotes. */
const RESERVED = new Set([
  'AND', 'BETWEEN', 'CASE', 'ELSE', 'FROM', 'HAVING', 'IN', 'JOIN', 'LIKE', 'NOT', 'ON', 'OR', 'SELECT', 'THEN', 'WHEN', 'WHERE',
]);

/** Words that are followed by a value, and that columns can have as a name. */
const FOLLOWED_BY_VALUE = new Set([
  ...RESERVED, 'ALL', 'AS', 'BY', 'DISTINCT', 'DIV', 'ESCAPE', 'ILIKE', 'INTERVAL', 'IS', 'LIMIT', 'OF', 'OFFSET', 'QUALIFY', 'REGEXP', 'RLIKE', 'SET',
  'USING', 'VALUES',
]);

/** What can end a value: a colon after it may lead into the value, or be part of a slice. */
const ENDS_A_VALUE = new Set([')', ']', '}', '.', ':', '::']);

/**
 * What may be a placeholder in a text of SQL, in the order of the text.
 *
 * A colon has more than one meaning in Spark's SQL: `col:field`, `a[1:2]`, `STRUCT<a: INT>`. Only where a value begins
 * is it surely a placeholder's. What is surely none is left out.
 */
export function sqlPlaceholders(tokens: SqlToken[]): SqlPlaceholder[] {
  const found: SqlPlaceholder[] = [];
  const brackets: string[] = [];
  tokens.forEach((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]] as (SqlToken | undefined)[];
    trackBrackets(brackets, token, before);
    const name = token.text === ':' ? nameIn(after) : undefined;
    if (name === undefined || isNone(before, name, brackets)) return;
    const isAdjacent = after?.start === token.end;
    const isValue = beginsValue(before, token);
    // A blank after the colon of col : field makes it no more of a placeholder.
    if (isAdjacent || isValue) found.push({ name, start: token.start, isSure: isAdjacent && isValue && !/^\d+$/.test(name) });
  });
  return found;
}

function nameIn(token: SqlToken | undefined): string | undefined {
  return token !== undefined && /^[0-9a-zA-Z_]+$/.test(token.text) ? token.text : undefined;
}

/** Brackets of elements and of types: the two in which a colon has a meaning of its own. */
function trackBrackets(brackets: string[], { kind, text }: SqlToken, before: SqlToken | undefined): void {
  if (kind !== 'symbol') return;
  if (text === '[') brackets.push('[');
  if (text === '<' && before !== undefined && /^(ARRAY|MAP|STRUCT)$/i.test(before.text)) brackets.push(before.text.toUpperCase());
  const innermost = brackets[brackets.length - 1] as string | undefined;
  if ((text === ']' && innermost === '[') || (text === '>' && innermost !== undefined && innermost !== '[')) brackets.pop();
}

/** A field's type in STRUCT<a: INT>, or a slice of numbers. */
function isNone(before: SqlToken | undefined, name: string, brackets: string[]): boolean {
  const innermost = brackets[brackets.length - 1] as string | undefined;
  if (innermost === 'STRUCT') return before?.kind === 'word' || before?.kind === 'quoted';
  return innermost === '[' && before?.kind === 'number' && /^\d+$/.test(name);
}

function beginsValue(before: SqlToken | undefined, colon: SqlToken): boolean {
  if (before === undefined) return true;
  // Of a[:n] nobody can say whether it is an element or a slice.
  if (before.kind === 'symbol') return before.text !== '[' && !ENDS_A_VALUE.has(before.text);
  if (before.kind !== 'word') return false;
  const word = before.text.toUpperCase();
  return before.end === colon.start ? RESERVED.has(word) : FOLLOWED_BY_VALUE.has(word);
}
