import { SqlToken } from './sql-tokens';

/** What stands where a text of SQL names a table. */
export interface SqlTable {
  /** In lower case and without backticks; the parts of `a.b` with their dots. */
  readonly name: string;
  readonly start: number;
  /** Whether it can be nothing but the name of a table. */
  readonly isSure: boolean;
}

/** A pair of parentheses, or the text itself. */
interface Level {
  hasSelect: boolean;
  /** Whether a comma leads to another table. */
  inFrom: boolean;
}

/** What ends the list of tables. After LATERAL VIEW a comma leads to another column, after VALUES to another row, and a | begins |>. */
const ENDS_FROM = new Set([
  'WHERE', 'GROUP', 'HAVING', 'ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'OFFSET', 'WINDOW', 'QUALIFY', 'UNION', 'EXCEPT', 'MINUS',
  'INTERSECT', 'SELECT', 'LATERAL', 'PIVOT', 'UNPIVOT', 'VALUES', '|',
]);

/** Words that stand in a table's place and are none. */
const NO_TABLE = new Set(['SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE', 'LATERAL', 'UNNEST', 'STREAM']);

/**
 * The tables that a text names after FROM and JOIN, less the names that WITH gives, in the order of the text.
 *
 * Functions and subqueries are left out, and so is the FROM of EXTRACT(… FROM …) and its like.
 */
export function sqlTables(tokens: SqlToken[]): SqlTable[] {
  const own = namesOfWith(tokens);
  const found: SqlTable[] = [];
  const levels: Level[] = [{ hasSelect: false, inFrom: false }];
  tokens.forEach((token, index) => {
    const level = levels[levels.length - 1];
    const word = wordOf(token);
    if (token.text === '(' && token.kind === 'symbol') levels.push({ hasSelect: false, inFrom: false });
    if (token.text === ')' && token.kind === 'symbol' && levels.length > 1) levels.pop();
    if (word === 'SELECT') level.hasSelect = true;
    if (leadsToTable(tokens, index, level)) {
      level.inFrom = true;
      const table = tableAt(tokens, index + 1);
      if (table !== undefined && !own.has(table.name)) found.push(table);
    } else if (ENDS_FROM.has(word ?? token.text)) {level.inFrom = false;}
  });
  return found;
}

function leadsToTable(tokens: SqlToken[], index: number, level: Level): boolean {
  const word = wordOf(tokens[index]);
  if (word === 'JOIN') return true;
  // IS DISTINCT FROM compares.
  if (word === 'FROM') return level.hasSelect && wordOf(tokens[index - 1] as SqlToken | undefined) !== 'DISTINCT';
  return tokens[index].text === ',' && level.inFrom;
}

/** What follows, if it is no subquery and no function: in parentheses a list of joins may begin. */
function tableAt(tokens: SqlToken[], from: number): SqlTable | undefined {
  let index = from;
  while (isSymbol(tokens, index, '(')) index += 1;
  const first = tokens[index] as SqlToken | undefined;
  if (first === undefined || !mayName(first) || NO_TABLE.has(wordOf(first) ?? '')) return undefined;
  const parts = [nameOf(first)];
  while (isSymbol(tokens, index + 1, '.') && index + 2 < tokens.length) {
    index += 2;
    parts.push(nameOf(tokens[index]));
  }
  if (isSymbol(tokens, index + 1, '(')) return undefined;
  return { name: parts.join('.'), start: first.start, isSure: isName(first) && parts.length === 1 };
}

/** A text in double quotes may be an identifier, and a colon may begin a placeholder. */
function mayName(token: SqlToken): boolean {
  return isName(token) || token.text === ':' || token.text.startsWith('"');
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === 'quoted' || (token?.kind === 'word' && /^[\p{L}\p{N}_]+$/u.test(token.text));
}

/** `WITH a AS (…), b (x) AS (…)`: names before AS and a parenthesis, which stand after WITH, RECURSIVE or a comma. */
function namesOfWith(tokens: SqlToken[]): Set<string> {
  const names = new Set<string>();
  tokens.forEach((token, index) => {
    const before = tokens[index - 1] as SqlToken | undefined;
    if (before?.text !== ',' && !['WITH', 'RECURSIVE'].includes(wordOf(before) ?? '')) return;
    let next = index + 1;
    if (isSymbol(tokens, next, '(')) {
      do next += 1; while (isSymbol(tokens, next, ',') || isName(tokens[next] as SqlToken | undefined));
      next += 1;
    }
    if (wordOf(tokens[next] as SqlToken | undefined) === 'AS' && isSymbol(tokens, next + 1, '(')) names.add(nameOf(token));
  });
  return names;
}

function nameOf({ kind, text }: SqlToken): string {
  return (kind === 'quoted' ? text.slice(1, -1).replaceAll('``', '`') : text).toLowerCase();
}

function wordOf(token: SqlToken | undefined): string | undefined {
  return token?.kind === 'word' ? token.text.toUpperCase() : undefined;
}

function isSymbol(tokens: SqlToken[], index: number, text: string): boolean {
  const token = tokens[index] as SqlToken | undefined;
  return token?.kind === 'symbol' && token.text === text;
}
