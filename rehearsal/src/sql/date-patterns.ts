import { NotPlayable } from './not-playable';

interface Letters {
  /** DuckDB's specifier. */
  readonly spelling: string;
  /** What text must look like to be read; undefined: it is only written. */
  readonly form?: string;
}

export type DateToken = Letters;

/** The runs of letters in Spark's date patterns that both engines treat alike. */
const LETTERS: Readonly<Record<string, Letters>> = {
  yyyy: { spelling: '%Y', form: '[0-9]{4}' },
  MM: { spelling: '%m', form: '[0-9]{2}' },
  dd: { spelling: '%d', form: '[0-9]{2}' },
  HH: { spelling: '%H', form: '[0-9]{2}' },
  mm: { spelling: '%M', form: '[0-9]{2}' },
  ss: { spelling: '%S', form: '[0-9]{2}' },
  yy: { spelling: '%y' },
  M: { spelling: '%-m' },
  MMM: { spelling: '%b' },
  MMMM: { spelling: '%B' },
  d: { spelling: '%-d' },
  E: { spelling: '%a' },
  EEE: { spelling: '%a' },
  EEEE: { spelling: '%A' },
  H: { spelling: '%-H' },
  hh: { spelling: '%I' },
  h: { spelling: '%-I' },
  a: { spelling: '%p' },
  SSS: { spelling: '%g' },
};

const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|[-/ :.,_]/gy;

export function parsePattern(pattern: string, use: 'read' | 'write'): DateToken[] {
  const tokens: DateToken[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < pattern.length) {
    const at = PIECE.lastIndex;
    const [piece, quotedText] = PIECE.exec(pattern) ?? [];
    const token = piece === undefined ? undefined : tokenOf(piece, quotedText);
    if (token === undefined || use === 'read' && token.form === undefined) {
      throw new NotPlayable(`the date pattern '${pattern}' at '${pattern.slice(at)}'`);
    }
    tokens.push(token);
  }
  return tokens;
}

function tokenOf(piece: string, quotedText: string | undefined): DateToken | undefined {
  if (quotedText !== undefined || /^[^A-Za-z]/.test(piece)) {
    const text = quotedText === undefined ? piece : quotedText === '' ? '\'' : quotedText.replaceAll('\'\'', '\'');
    return { spelling: text.replaceAll('%', '%%'), form: text.replaceAll(/[^A-Za-z0-9 ]/g, '\\$&') };
  }
  return LETTERS[piece];
}

export const spellingOf = (pattern: readonly DateToken[]): string => pattern.map(({ spelling }) => spelling).join('');
export const formOf = (pattern: readonly DateToken[]): string => pattern.map(({ form }) => form).join('');
