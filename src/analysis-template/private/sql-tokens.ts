/**
 * What a token is. `open` is a string, an identifier or a comment without an end: it goes to the end of the text.
 */
export type SqlTokenKind = 'word' | 'number' | 'string' | 'quoted' | 'symbol' | 'open';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** As it is written, with its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of a text of SQL as Spark's lexer has them, without blanks and comments. Each character is looked at a
 * fixed number of times, so that no text takes long to read.
 */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let start = 0;
  while (start < sql.length) {
    const { kind, end } = next(sql, start);
    if (kind !== undefined) tokens.push({ kind, text: sql.slice(start, end), start, end });
    start = end;
  }
  return tokens;
}

/** Where an offset is, for people. */
export function positionIn(sql: string, offset: number): string {
  const lines = sql.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${lines[lines.length - 1].length + 1}`;
}

/** What begins at a position; nothing in `kind` is a blank or a comment. */
interface Piece {
  readonly kind?: SqlTokenKind;
  readonly end: number;
}

const BLANK = /\s+/y;
/** A comment goes on in the next line after a backslash. */
const LINE_COMMENT = /--(?:\\\r?\n|[^\r\n])*/y;
const DOLLAR_TAG = /\$\p{L}*\$/yu;
const WORD = /[\p{L}\p{N}_]+/yu;
/** Such as s3://bucket/key, one identifier. */
const URI = /\p{L}+:\/\/[\p{L}\p{N}_/\-.?=&#%]*/yu;
const NUMBER = /(?:\d+(?:\.(?!\p{L})\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYFD])?(?![\p{L}\p{N}_])/iyu;
const SYMBOL = /::|->|=>|<=>|<=|>=|<>|!=|\|\||[^]/yu;

function next(sql: string, at: number): Piece {
  switch (sql[at]) {
    case "'": case '"': return stringFrom(sql, at, sql[at]);
    case '`': return quotedFrom(sql, at);
    case '$': return dollarQuotedFrom(sql, at) ?? symbolFrom(sql, at);
    case '-': return sql[at + 1] === '-' ? { end: endOf(LINE_COMMENT, sql, at) ?? at + 2 } : symbolFrom(sql, at);
    case '/': return sql[at + 1] === '*' ? commentFrom(sql, at) : symbolFrom(sql, at);
    default: return blankFrom(sql, at) ?? rawStringFrom(sql, at) ?? numberFrom(sql, at) ?? wordFrom(sql, at) ?? symbolFrom(sql, at);
  }
}

function endOf(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}

function blankFrom(sql: string, at: number): Piece | undefined {
  const end = endOf(BLANK, sql, at);
  return end === undefined ? undefined : { end };
}

function numberFrom(sql: string, at: number): Piece | undefined {
  const end = endOf(NUMBER, sql, at);
  return end === undefined ? undefined : { kind: 'number', end };
}

function wordFrom(sql: string, at: number): Piece | undefined {
  const end = endOf(URI, sql, at) ?? endOf(WORD, sql, at);
  return end === undefined ? undefined : { kind: 'word', end };
}

function symbolFrom(sql: string, at: number): Piece {
  return { kind: 'symbol', end: endOf(SYMBOL, sql, at) ?? at + 1 };
}

/** A backslash keeps the next character, and two quotes are one. */
function stringFrom(sql: string, at: number, quote: string): Piece {
  for (let index = at + 1; index < sql.length; index += 1) {
    if (sql[index] === '\\') index += 1;
    else if (sql[index] === quote && sql[index + 1] === quote) index += 1;
    else if (sql[index] === quote) return { kind: 'string', end: index + 1 };
  }
  return { kind: 'open', end: sql.length };
}

/** In a raw string a backslash is itself. */
function rawStringFrom(sql: string, at: number): Piece | undefined {
  const quote = sql[at + 1];
  if (!/[rR]/.test(sql[at]) || (quote !== "'" && quote !== '"')) return undefined;
  return upTo(sql, quote, at + 2, 'string');
}

function quotedFrom(sql: string, at: number): Piece {
  let end = sql.indexOf('`', at + 1);
  while (end !== -1 && sql[end + 1] === '`') end = sql.indexOf('`', end + 2);
  return end === -1 ? { kind: 'open', end: sql.length } : { kind: 'quoted', end: end + 1 };
}

/** `$$ … $$` or `$tag$ … $tag$`. */
function dollarQuotedFrom(sql: string, at: number): Piece | undefined {
  const end = endOf(DOLLAR_TAG, sql, at);
  return end === undefined ? undefined : upTo(sql, sql.slice(at, end), end, 'string');
}

/** Comments in brackets nest. */
function commentFrom(sql: string, at: number): Piece {
  let depth = 1;
  for (let index = at + 2; index < sql.length - 1; index += 1) {
    const two = sql[index] + sql[index + 1];
    if (two !== '/*' && two !== '*/') continue;
    depth += two === '/*' ? 1 : -1;
    index += 1;
    if (depth === 0) return { end: index + 1 };
  }
  return { kind: 'open', end: sql.length };
}

function upTo(sql: string, closing: string, from: number, kind: SqlTokenKind): Piece {
  const found = sql.indexOf(closing, from);
  return found === -1 ? { kind: 'open', end: sql.length } : { kind, end: found + closing.length };
}
