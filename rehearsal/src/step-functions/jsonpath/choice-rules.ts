import { DataTest } from '../definition';
import { LanguageError } from '../errors';
import { JsonValue } from '../json';
import { instantOf, nanosOf } from '../timestamp';

/** An operator that compares a variable with a value, or with what another path gives if its name ends with `Path`. */
export interface Operator {
  /** What the value must be. */
  readonly operand: 'string' | 'number' | 'boolean' | 'timestamp' | 'path';
  test(value: JsonValue | undefined, operand: JsonValue | undefined): boolean;
}

/** A comparable form of a value, undefined of one that is of another type. */
type Read = (value: unknown) => Comparable | undefined;

type Comparable = string | number | bigint;

const ORDERS: Readonly<Record<string, (one: Comparable, other: Comparable) => boolean>> = {
  Equals: (one, other) => one === other,
  LessThan: (one, other) => one < other,
  GreaterThan: (one, other) => one > other,
  LessThanEquals: (one, other) => one <= other,
  GreaterThanEquals: (one, other) => one >= other,
};

const ORDERED: readonly (readonly [string, Operator['operand'], Read])[] = [
  ['String', 'string', (value) => (typeof value === 'string' ? value : undefined)],
  ['Numeric', 'number', (value) => (typeof value === 'number' ? value : undefined)],
  ['Timestamp', 'timestamp', nanosOf],
];

const TYPES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => instantOf(value) !== undefined,
};

/** All but And, Or and Not, by their names. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...withPath('BooleanEquals', 'boolean', (value, operand) => typeof value === 'boolean' && value === operand),
  ...Object.assign({}, ...ORDERED.flatMap(([prefix, operand, read]) => Object.entries(ORDERS).map(([suffix, compare]) =>
    withPath(`${prefix}${suffix}`, operand, (value, other) => {
      const [left, right] = [read(value), read(other)];
      return left !== undefined && right !== undefined && compare(left, right);
    })))) as Record<string, Operator>,
  StringMatches: { operand: 'string', test: (value, pattern) => typeof value === 'string' && expressionOf(pattern as string).test(value) },
  IsPresent: { operand: 'boolean', test: (value, expected) => (value !== undefined) === expected },
  ...Object.fromEntries(Object.entries(TYPES).map(([name, isOfType]): [string, Operator] =>
    [name, { operand: 'boolean', test: (value, expected) => value !== undefined && isOfType(value) === expected }])),
};

function withPath(name: string, operand: Operator['operand'], test: Operator['test']): Record<string, Operator> {
  return { [name]: { operand, test }, [`${name}Path`]: { operand: 'path', test } };
}

/** Whether a rule holds. @param find gives what is at a path, undefined if nothing is */
export function holds(rule: DataTest, find: (path: string) => JsonValue | undefined): boolean {
  if (rule.And !== undefined) return rule.And.every((inner) => holds(inner, find));
  if (rule.Or !== undefined) return rule.Or.some((inner) => holds(inner, find));
  if (rule.Not !== undefined) return !holds(rule.Not, find);
  const found = (path: string) => {
    const value = find(path);
    if (value !== undefined) return value;
    throw new LanguageError('States.Runtime', `Invalid path '${path}': The choice state's condition path references an invalid value.`);
  };
  const [name] = Object.keys(rule).filter((field) => Object.hasOwn(OPERATORS, field));
  const { operand, test } = OPERATORS[name];
  const variable = rule.Variable ?? '';
  const value = name === 'IsPresent' ? find(variable) : found(variable);
  return test(value, operand === 'path' ? found(rule[name] as string) : rule[name] as JsonValue);
}

/** A pattern in which `*` stands for any characters, and a backslash before `*` or another one for that sign itself. */
function expressionOf(pattern: string): RegExp {
  const signs = pattern.match(/\\[*\\]|[^]/g) ?? [];
  const source = signs.map((sign) => (sign === '*' ? '.*' : sign.slice(-1).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')));
  return new RegExp(`^${source.join('')}$`, 's');
}
