import { NotPlayable } from './not-playable';

/** What Java takes for the end of a line, and where RE2 knows \n only. */
const LINE_ENDS = '\\n\\r\\x{85}\\x{2028}\\x{2029}';
const WHITE_SPACE = '\\t\\n\\x0B\\f\\r ';

/** Escapes that mean the same in Java's patterns and in RE2's, or can be written so; outside and inside of brackets. */
const ESCAPES: Readonly<Record<string, readonly [string, string]>> = {
  d: ['[0-9]', '0-9'], w: ['[0-9A-Za-z_]', '0-9A-Za-z_'], s: [`[${WHITE_SPACE}]`, WHITE_SPACE], t: ['\\t', '\\t'], n: ['\\n', '\\n'], r: ['\\r', '\\r'],
};

/** One piece of a pattern that both understand; what is not in here is not played. */
const PIECE = /\\([dwstnr])|\\([^0-9A-Za-z\s])|(\[\^?(?:\\[dwstnr]|\\[^0-9A-Za-z\s]|[^\][\\&])+\])|(\((?:\?:)?)|([)|^])|([*+?]\??|\{\d{1,3}(?:,\d{0,3})?\}\??)|(\.)|([^\\[\](){}*+?|^$.])/uy;

/** A pattern of Java's in RE2's words. */
export function patternOf(pattern: string): string {
  const result: string[] = [];
  let wasQuantified = true;
  PIECE.lastIndex = 0;
  for (let at = 0; at < pattern.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(pattern);
    if (piece === null || piece[6] !== undefined && wasQuantified) {
      throw new NotPlayable(`the pattern '${pattern}' at '${pattern.slice(at)}'`);
    }
    result.push(rewritten(piece));
    wasQuantified = piece[6] !== undefined || piece[4] !== undefined || /^[|^]$/.test(piece[5] ?? '');
  }
  const re2 = result.join('');
  try {
    new RegExp(re2.replaceAll(/\\x\{[0-9A-F]+\}/g, 'x'), 'u');
  } catch {
    throw new NotPlayable(`the pattern '${pattern}'`);
  }
  return re2;
}

function rewritten([all, known, symbol, brackets, , , , anything]: readonly (string | undefined)[]): string {
  if (known !== undefined) return ESCAPES[known][0];
  if (symbol !== undefined) return escaped(symbol);
  if (anything !== undefined) return `[^${LINE_ENDS}]`;
  if (brackets !== undefined) {
    return brackets.replaceAll(/\\(.)/gu, (_, escape: string) => ESCAPES[escape]?.[1] ?? escaped(escape));
  }
  return all ?? '';
}

const escaped = (symbol: string): string => symbol.codePointAt(0)! < 0x80 ? `\\${symbol}` : symbol;

/** Java's $ also stands before a line's end that ends the text, which only a question without a position can ask. */
export function matchOf(pattern: string): string {
  const isAnchored = pattern.endsWith('$') && !pattern.endsWith('\\$') && !/[|]/.test(pattern);
  return isAnchored ? `${patternOf(pattern.slice(0, -1))}(?:\\r\\n|[${LINE_ENDS}])?\\z` : patternOf(pattern);
}

export function rejectEmptyMatch(pattern: string): void {
  if (new RegExp(`^(?:${pattern.replaceAll(/\\x\{[0-9A-F]+\}/g, 'x')})$`).test('')) {
    throw new NotPlayable(`a replacement of the pattern '${pattern}', which matches an empty text`);
  }
}
