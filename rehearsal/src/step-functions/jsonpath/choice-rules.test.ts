import { holds } from './choice-rules';
import { DataTest } from '../definition';
import { JsonValue } from '../json';
import { JsonPath } from './jsonpath';

const MORNING = '2026-01-01T08:00:00Z';
const NOON = '2026-01-01T12:00:00Z';

const judge = (rule: DataTest, data: JsonValue) => holds(rule, (path) => JsonPath.parse(path).find({ data, context: {}, variables: { limit: 5 } }));

/** An operator, the value of the variable, what it is compared with, and whether the rule holds. */
test.each<readonly [string, JsonValue, JsonValue, boolean]>([
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', 1, '1', false],
  ['StringLessThan', 'A', 'B', true],
  ['StringLessThan', 'B', 'B', false],
  ['StringGreaterThan', 'AB', 'A', true],
  ['StringGreaterThan', 'AB', 'ABC', false],
  ['StringLessThanEquals', 'B', 'B', true],
  ['StringLessThanEquals', 'C', 'B', false],
  ['StringGreaterThanEquals', 'AB', 'A', true],
  ['StringGreaterThanEquals', 'A', 'AB', false],
  ['StringMatches', 'log-2026.txt', 'log-*.txt', true],
  ['StringMatches', 'log-2026.txt.gz', 'log-*.txt', false],
  ['StringMatches', 'a+b', 'a+b', true],
  ['StringMatches', 'aab', 'a+b', false],
  ['StringMatches', 'a*b', 'a\\*b', true],
  ['StringMatches', 'axb', 'a\\*b', false],
  ['StringMatches', 'a\\b', 'a\\\\b', true],
  ['StringMatches', 'a\nb', 'a*b', true],
  ['StringMatches', 5, '*', false],
  ['NumericEquals', 1, 1.0, true],
  ['NumericEquals', '1', 1, false],
  ['NumericEquals', true, 1, false],
  ['NumericEquals', null, 0, false],
  ['NumericLessThan', 1, 2, true],
  ['NumericLessThan', 2, 2, false],
  ['NumericGreaterThan', 10, 9, true],
  ['NumericGreaterThan', '10', 9, false],
  ['NumericLessThanEquals', 2, 2, true],
  ['NumericLessThanEquals', 3, 2, false],
  ['NumericGreaterThanEquals', 2, 2, true],
  ['NumericGreaterThanEquals', 1, 2, false],
  ['BooleanEquals', true, true, true],
  ['BooleanEquals', false, false, true],
  ['BooleanEquals', 'true', true, false],
  ['BooleanEquals', null, false, false],
  ['TimestampEquals', MORNING, '2026-01-01T09:00:00+01:00', true],
  ['TimestampEquals', '2026-01-01', '2026-01-01T00:00:00Z', false],
  ['TimestampLessThan', MORNING, NOON, true],
  ['TimestampLessThan', NOON, MORNING, false],
  ['TimestampGreaterThan', NOON, MORNING, true],
  ['TimestampGreaterThan', NOON, NOON, false],
  ['TimestampLessThanEquals', NOON, NOON, true],
  ['TimestampLessThanEquals', NOON, MORNING, false],
  ['TimestampGreaterThanEquals', NOON, NOON, true],
  ['TimestampGreaterThanEquals', MORNING, NOON, false],
  ['TimestampLessThan', '2026-01-01T08:00:00.0000001Z', '2026-01-01T08:00:00.0000002Z', true],
  ['TimestampEquals', '2026-01-01T08:00:00.0000001Z', '2026-01-01T08:00:00.0000002Z', false],
  ['TimestampEquals', '2026-01-01T08:00:00.5Z', '2026-01-01T08:00:00.500000Z', true],
  ['IsNull', null, true, true],
  ['IsNull', 0, true, false],
  ['IsNull', 0, false, true],
  ['IsString', '', true, true],
  ['IsString', [], false, true],
  ['IsNumeric', 1.1, true, true],
  ['IsNumeric', '1.1', true, false],
  ['IsBoolean', false, true, true],
  ['IsBoolean', 'false', true, false],
  ['IsTimestamp', NOON, true, true],
  ['IsTimestamp', '2012-10-09T19:00:55', true, false],
  ['IsTimestamp', '2026-02-30T00:00:00Z', true, false],
  ['IsTimestamp', '2026-13-01T00:00:00Z', true, false],
  ['IsPresent', null, true, true],
  ['IsPresent', {}, false, false],
])('%s of %j and %j', (operator, value, operand, expected) => {
  expect(judge({ Variable: '$.value', [operator]: operand }, { value })).toBe(expected);
  if (/Is|Matches/.test(operator)) return;
  expect(judge({ Variable: '$.value', [`${operator}Path`]: '$.operand' }, { value, operand })).toBe(expected);
});

const A = { Variable: '$.a', NumericEquals: 1 };
const B = { Variable: '$.b', NumericEquals: 2 };

test.each<readonly [string, DataTest, boolean]>([
  ['and', { And: [A, B] }, true],
  ['and not all', { And: [A, { Not: B }] }, false],
  ['or', { Or: [{ Not: A }, B] }, true],
  ['or none', { Or: [{ Not: A }, { Not: B }] }, false],
  ['not', { Not: A }, false],
  ['not present', { Variable: '$.c', IsPresent: false }, true],
  ['what is not present guards what comes after it', { And: [{ Variable: '$.c', IsPresent: true }, { Variable: '$.c', NumericEquals: 1 }] }, false],
  ['a variable', { Variable: '$limit', NumericGreaterThanPath: '$.b' }, true],
  ['a path to another type', { Variable: '$.a', NumericEqualsPath: '$.text' }, false],
])('%s', (_what, rule, expected) => {
  expect(judge(rule, { a: 1, b: 2, text: '1' })).toBe(expected);
});

test.each([
  ['a variable', { Variable: '$.c', NumericEquals: 1 }],
  ['a value to compare with', { Variable: '$.a', NumericEqualsPath: '$.c' }],
  ['a variable whose type is asked for', { Variable: '$.c', IsNull: true }],
])('%s that is not there is States.Runtime', (_what, rule) => {
  expect(() => judge(rule, { a: 1 })).toThrow(expect.objectContaining({
    error: 'States.Runtime', cause: "Invalid path '$.c': The choice state's condition path references an invalid value.",
  }) as Error);
});
