import { coerce } from './casts';
import { type DateToken, formOf, parsePattern, spellingOf } from './date-patterns';
import { type Expression, failure, quoted, refusal, typed } from './expression';
import { type FunctionTable, literalText, type PlayedFunction } from './function-table';
import { NotPlayable } from './not-playable';
import { BIGINT, DATE, INT, isTimestamp, STRING, TIMESTAMP, type Type } from './types';

const day = (value: Expression): string => coerce(value, DATE).sql;
const whole = (value: Expression): string => coerce(value, INT).sql;
const moment = (value: Expression): string => isTimestamp(value.type) ? value.sql : coerce(value, TIMESTAMP).sql;

const ofDay = (sql: (value: string) => string): PlayedFunction =>
  ({ arity: [1, 1], play: ([value]) => typed(sql(day(value)), INT) });
const ofMoment = (sql: (value: string) => string): PlayedFunction =>
  ({ arity: [1, 1], play: ([value]) => typed(sql(moment(value)), INT) });

/** Parts of a date, by the words that EXTRACT and DATE_PART take for them. */
const PARTS: Readonly<Record<string, string>> = {
  YEAR: 'YEAR',
  YEARS: 'YEAR',
  MONTH: 'MONTH',
  MONTHS: 'MONTH',
  DAY: 'DAY',
  DAYS: 'DAY',
  HOUR: 'HOUR',
  HOURS: 'HOUR',
  MINUTE: 'MINUTE',
  MINUTES: 'MINUTE',
  QUARTER: 'QUARTER',
  WEEK: 'WEEKOFYEAR',
  WEEKS: 'WEEKOFYEAR',
  DAYOFWEEK: 'DAYOFWEEK',
  DOW: 'DAYOFWEEK',
  DAYOFYEAR: 'DAYOFYEAR',
  DOY: 'DAYOFYEAR',
};

const PERIODS: Readonly<Record<string, string>> = {
  YEAR: 'year', YYYY: 'year', YY: 'year', QUARTER: 'quarter', MONTH: 'month', MM: 'month', MON: 'month', WEEK: 'week',
};
const SHORT_PERIODS: Readonly<Record<string, string>> = { DAY: 'day', DD: 'day', HOUR: 'hour', MINUTE: 'minute', SECOND: 'second' };

function periodOf(argument: Expression, periods: Readonly<Record<string, string>>): string {
  const written = literalText(argument, 'a period to truncate to');
  const period = periods[written.toUpperCase()];
  if (period === undefined) {
    throw new NotPlayable(`truncation to '${written}'`);
  }
  return period;
}

/** Text of exactly the pattern's form: DuckDB alone would take `2026-1-1` for `yyyy-MM-dd`. */
function parsed(value: Expression, pattern: readonly DateToken[], type: Type): Expression {
  const text = coerce(value, STRING).sql;
  const misread = failure('CANNOT_PARSE_TIMESTAMP', 'A text could not be parsed with the pattern.');
  const read = `try_strptime(${text}, ${quoted(spellingOf(pattern))})`;
  return typed(
    `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, ${quoted(formOf(pattern))}) THEN coalesce(${read}, ${misread}) ELSE ${misread} END`,
    type,
  );
}

const toMoment = (type: Type): PlayedFunction => ({
  arity: [1, 2],
  play: ([value, pattern]) => {
    if (pattern === undefined) {
      return coerce(value, type);
    }
    if (value.type.kind !== 'STRING') {
      throw new NotPlayable(`a pattern for a ${value.type.kind}`);
    }
    return parsed(value, parsePattern(literalText(pattern, 'a date pattern'), 'read'), type);
  },
});

/** Years beyond four digits are written in ways of their own. */
function formatted(value: Expression, pattern: string): Expression {
  const time = moment(value);
  const written = `strftime(${time}, ${quoted(spellingOf(parsePattern(pattern, 'write')))})`;
  return typed(`CASE WHEN year(${time}) NOT BETWEEN 1 AND 9999 THEN ${refusal('DATE_FORMAT of years before 1 or after 9999')} ELSE ${written} END`, STRING);
}

const moved = (sign: '+' | '-'): PlayedFunction => ({ arity: [2, 2], play: ([value, days]) => typed(`${day(value)} ${sign} ${whole(days)}`, DATE) });

const FIELDS: FunctionTable = {
  YEAR: ofDay((value) => `year(${value})`),
  QUARTER: ofDay((value) => `quarter(${value})`),
  MONTH: ofDay((value) => `month(${value})`),
  DAY: ofDay((value) => `day(${value})`),
  // Spark counts from Sunday, which is 1.
  DAYOFWEEK: ofDay((value) => `dayofweek(${value}) + 1`),
  // And here from Monday, which is 0.
  WEEKDAY: ofDay((value) => `isodow(${value}) - 1`),
  DAYOFYEAR: ofDay((value) => `dayofyear(${value})`),
  WEEKOFYEAR: ofDay((value) => `weekofyear(${value})`),
  HOUR: ofMoment((value) => `hour(${value})`),
  MINUTE: ofMoment((value) => `minute(${value})`),
  SECOND: ofMoment((value) => `second(${value})`),
};

/** EXTRACT(field FROM value), too. */
export function datePart(field: string, value: Expression): Expression {
  const name = PARTS[field.toUpperCase()];
  if (name === undefined) {
    throw new NotPlayable(`EXTRACT of ${field.toUpperCase()}`);
  }
  return FIELDS[name].play([value]);
}

export const DATE_FUNCTIONS: FunctionTable = {
  ...FIELDS,
  DATE_PART: { arity: [2, 2], play: ([field, value]) => datePart(literalText(field, 'the field of DATE_PART'), value) },
  DATE_ADD: moved('+'),
  DATE_SUB: moved('-'),
  DATEDIFF: { arity: [2, 2], play: ([end, start]) => typed(`${day(end)} - ${day(start)}`, INT) },
  ADD_MONTHS: { arity: [2, 2], play: ([value, months]) => typed(`${day(value)} + to_months(${whole(months)})`, DATE) },
  LAST_DAY: { arity: [1, 1], play: ([value]) => typed(`last_day(${day(value)})`, DATE) },
  TRUNC: { arity: [2, 2], play: ([value, period]) => typed(`date_trunc('${periodOf(period, PERIODS)}', ${day(value)})`, DATE) },
  DATE_TRUNC: {
    arity: [2, 2],
    play: ([period, value]) => typed(`date_trunc('${periodOf(period, { ...PERIODS, ...SHORT_PERIODS })}', ${moment(value)})`, TIMESTAMP),
  },
  TO_DATE: toMoment(DATE),
  TO_TIMESTAMP: toMoment(TIMESTAMP),
  DATE_FORMAT: { arity: [2, 2], play: ([value, pattern]) => formatted(value, literalText(pattern, 'a date pattern')) },
  UNIX_TIMESTAMP: {
    arity: [1, 1],
    play: ([value]) => {
      if (value.type.kind === 'STRING') {
        throw new NotPlayable('UNIX_TIMESTAMP of STRING', 'use TO_TIMESTAMP first');
      }
      return typed(`trunc(epoch_us(${moment(value)}) / 1000000)`, BIGINT);
    },
  },
  MAKE_DATE: { arity: [3, 3], play: (args) => typed(`make_date(${args.map((value) => `CAST(${whole(value)} AS BIGINT)`).join(', ')})`, DATE) },
};
