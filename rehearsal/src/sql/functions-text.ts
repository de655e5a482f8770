import { coerce } from './casts';
import { type Expression, failure, quoted, refusal, typed } from './expression';
import { type FunctionTable, literalText, wholeLiteral } from './function-table';
import { NotPlayable } from './not-playable';
import { matchOf, patternOf, rejectEmptyMatch } from './patterns';
import { BOOLEAN, INT, STRING } from './types';

const text = (value: Expression): string => coerce(value, STRING).sql;
const whole = (value: Expression): string => coerce(value, INT).sql;

/** Scripts whose case both engines change alike, letter by letter; the letters that they don't are left out. */
const SAME_CASE = '[\\x{00}-\\x{7F}\\x{A0}-\\x{DE}\\x{E0}-\\x{12F}\\x{132}-\\x{148}\\x{14A}-\\x{17F}\\x{400}-\\x{52F}\\x{2000}-\\x{206F}\\x{20A0}-\\x{20BF}\\x{3000}-\\x{9FFF}\\x{1F300}-\\x{1F64F}]*';

/** Most text is ASCII, which is told by its length alone. */
function recased(name: string, value: string): string {
  const isSame = `strlen(${value}) = length(${value}) OR regexp_full_match(${value}, ${quoted(SAME_CASE)})`;
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${isSame} THEN ${name}(${value}) ELSE ${refusal(`${name} of unusual letters`)} END`;
}

/** NULL stays NULL, which greatest() would pass over. */
const notNegative = (count: string): string => `(CASE WHEN ${count} < 0 THEN 0 ELSE ${count} END)`;

function substring(value: string, start: string, length: string | undefined): string {
  const from = `CASE WHEN ${start} > 0 THEN ${start} - 1 WHEN ${start} < 0 THEN length(${value}) + ${start} ELSE ${start} END`;
  if (length === undefined) {
    return `substring(${value}, ${notNegative(from)} + 1)`;
  }
  // What begins before the text also ends earlier.
  const to = `CAST(${from} AS BIGINT) + ${notNegative(`CAST(${length} AS BIGINT)`)}`;
  return `substring(${value}, ${notNegative(from)} + 1, ${notNegative(`${to} - ${notNegative(from)}`)})`;
}

function pad(name: 'lpad' | 'rpad'): (args: readonly Expression[]) => Expression {
  return ([value, length, filler]) => {
    const filling = filler === undefined ? ' ' : literalText(filler, `the third argument of ${name.toUpperCase()}`);
    if (filling === '') {
      throw new NotPlayable(`${name.toUpperCase()} with an empty text`);
    }
    return typed(`${name}(${text(value)}, ${notNegative(whole(length))}, ${quoted(filling)})`, STRING);
  };
}

/** The first argument or both, so that text without a NULL in it stays as it is. */
const both = (sql: (one: string, other: string) => string, type = BOOLEAN) =>
  ([one, other]: readonly Expression[]) => typed(sql(text(one), text(other)), type);

const digest = (sql: (value: string) => string) => ([value]: readonly Expression[]) => {
  if (value.type.kind !== 'STRING') {
    throw new NotPlayable(`a hash of ${value.type.kind}`, 'cast to STRING');
  }
  return typed(sql(value.sql), STRING);
};

export const TEXT_FUNCTIONS: FunctionTable = {
  LOWER: { arity: [1, 1], play: ([value]) => typed(recased('lower', text(value)), STRING) },
  UPPER: { arity: [1, 1], play: ([value]) => typed(recased('upper', text(value)), STRING) },
  LENGTH: { arity: [1, 1], play: ([value]) => typed(`length(${text(value)})`, INT) },
  TRIM: { arity: [1, 1], play: ([value]) => typed(`trim(${text(value)}, ' ')`, STRING) },
  LTRIM: { arity: [1, 1], play: ([value]) => typed(`ltrim(${text(value)}, ' ')`, STRING) },
  RTRIM: { arity: [1, 1], play: ([value]) => typed(`rtrim(${text(value)}, ' ')`, STRING) },
  BTRIM: { arity: [1, 1], play: ([value]) => typed(`trim(${text(value)}, ' ')`, STRING) },
  SUBSTRING: {
    arity: [2, 3],
    play: ([value, start, length]) => typed(substring(text(value), whole(start), length === undefined ? undefined : whole(length)), STRING),
  },
  LEFT: { arity: [2, 2], play: ([value, length]) => typed(`left(${text(value)}, ${notNegative(whole(length))})`, STRING) },
  RIGHT: { arity: [2, 2], play: ([value, length]) => typed(`right(${text(value)}, ${notNegative(whole(length))})`, STRING) },
  // With ||, for DuckDB's concat() passes over NULL.
  CONCAT: { arity: [1, Infinity], play: (args) => typed(`(${args.map(text).join(' || ')})`, STRING) },
  CONCAT_WS: { arity: [2, Infinity], play: (args) => typed(`concat_ws(${args.map(text).join(', ')})`, STRING) },
  REPLACE: {
    arity: [3, 3],
    play: ([value, search, replacement]) => {
      const [given, sought] = [text(value), text(search)];
      return typed(`CASE WHEN ${sought} = '' AND ${text(replacement)} IS NOT NULL THEN ${given} ELSE replace(${given}, ${sought}, ${text(replacement)}) END`, STRING);
    },
  },
  LPAD: { arity: [2, 3], play: pad('lpad') },
  RPAD: { arity: [2, 3], play: pad('rpad') },
  REPEAT: { arity: [2, 2], play: ([value, times]) => typed(`repeat(${text(value)}, ${notNegative(whole(times))})`, STRING) },
  INSTR: { arity: [2, 2], play: ([value, sought]) => typed(`instr(${text(value)}, ${text(sought)})`, INT) },
  SPLIT_PART: {
    arity: [3, 3],
    play: ([value, separator, part]) => {
      if (literalText(separator, 'the separator of SPLIT_PART') === '') {
        throw new NotPlayable('SPLIT_PART at an empty text', 'name a separator');
      }
      const index = whole(part);
      const invalid = failure('INVALID_INDEX_OF_ZERO', 'The index 0 is invalid. An index shall be either < 0 or > 0.');
      return typed(`CASE WHEN ${index} = 0 AND ${text(value)} IS NOT NULL THEN ${invalid} ELSE split_part(${text(value)}, ${separator.sql}, ${index}) END`, STRING);
    },
  },
  TRANSLATE: {
    arity: [3, 3],
    play: ([value, from, to]) => {
      const [given, taken] = [literalText(from, 'the second argument of TRANSLATE'), literalText(to, 'the third argument of TRANSLATE')];
      return typed(`translate(${text(value)}, ${quoted(given)}, ${quoted(taken)})`, STRING);
    },
  },
  STARTSWITH: { arity: [2, 2], play: both((value, prefix) => `starts_with(${value}, ${prefix})`) },
  ENDSWITH: { arity: [2, 2], play: both((value, suffix) => `ends_with(${value}, ${suffix})`) },
  CONTAINS: { arity: [2, 2], play: both((value, sought) => `contains(${value}, ${sought})`) },
  REGEXP_LIKE: {
    arity: [2, 2],
    play: ([value, pattern]) => typed(`regexp_matches(${text(value)}, ${quoted(matchOf(literalText(pattern, 'a pattern')))})`, BOOLEAN),
  },
  REGEXP_REPLACE: {
    arity: [3, 3],
    play: ([value, pattern, replacement]) => {
      const sought = patternOf(literalText(pattern, 'a pattern'));
      rejectEmptyMatch(sought);
      const put = literalText(replacement, 'a replacement');
      if (/[$\\]/.test(put)) {
        throw new NotPlayable('REGEXP_REPLACE that puts groups of the match in');
      }
      return typed(`regexp_replace(${text(value)}, ${quoted(sought)}, ${quoted(put)}, 'g')`, STRING);
    },
  },
  REGEXP_EXTRACT: {
    arity: [2, 3],
    play: ([value, pattern, group]) => {
      const sought = patternOf(literalText(pattern, 'a pattern'));
      const index = group === undefined ? 1 : wholeLiteral(group, 'the group of REGEXP_EXTRACT');
      const groups = new RegExp(`${sought.replaceAll(/\\x\{[0-9A-F]+\}/g, 'x')}|`).exec('')!.length - 1;
      if (index < 0 || index > groups) {
        throw new NotPlayable(`REGEXP_EXTRACT of group ${index} of ${groups}`);
      }
      return typed(`regexp_extract(${text(value)}, ${quoted(sought)}, ${index})`, STRING);
    },
  },
  MD5: { arity: [1, 1], play: digest((value) => `md5(${value})`) },
  SHA1: { arity: [1, 1], play: digest((value) => `sha1(${value})`) },
  SHA2: {
    arity: [2, 2],
    play: ([value, bits]) => {
      if (![0, 256].includes(wholeLiteral(bits, 'the bits of SHA2'))) {
        throw new NotPlayable('SHA2 of other than 256 bits', 'use SHA2 of 256 bits');
      }
      return digest((sql) => `sha256(${sql})`)([value]);
    },
  },
};
