import { isDeepStrictEqual } from 'node:util';
import { DefiniteStep, follow, readDefiniteStep } from './definite-steps';
import { NotPlayed } from '../errors';
import { JsonValue } from '../json';
import { TextScanner } from './text-scanner';

/** Whether an item stays. */
export type Filter = (item: JsonValue) => boolean;

type Operand = (item: JsonValue) => JsonValue | undefined;

const LITERAL = /'([^'\\]*)'|"([^"\\]*)"|(-?\d+(?:\.\d+)?)|(true|false|null)\b/y;
const COMPARISON = /\s*(==|!=|<=|>=|<|>)\s*/y;
const SPACE = /\s*/y;

/** Reads what stands in `[?(…)]`; undefined if it is none of what is played. */
export function readFilter(scanner: TextScanner): Filter | undefined {
  return readAny(scanner);
}

function readAny(scanner: TextScanner): Filter | undefined {
  return readJoined(scanner, readAll, '||', (filters) => (item) => filters.some((filter) => filter(item)));
}

function readAll(scanner: TextScanner): Filter | undefined {
  return readJoined(scanner, readTest, '&&', (filters) => (item) => filters.every((filter) => filter(item)));
}

function readJoined(
  scanner: TextScanner, read: (scanner: TextScanner) => Filter | undefined, sign: string, join: (filters: readonly Filter[]) => Filter,
): Filter | undefined {
  const filters: Filter[] = [];
  do {
    scanner.match(SPACE);
    const filter = read(scanner);
    if (filter === undefined) return undefined;
    filters.push(filter);
    scanner.match(SPACE);
  } while (scanner.skip(sign));
  return filters.length === 1 ? filters[0] : join(filters);
}

function readTest(scanner: TextScanner): Filter | undefined {
  if (scanner.skip('(')) {
    const inner = readAny(scanner);
    return inner !== undefined && scanner.skip(')') ? inner : undefined;
  }
  const left = readOperand(scanner);
  if (left === undefined) return undefined;
  const sign = scanner.match(COMPARISON)?.[1];
  if (sign === undefined) return left.isPath ? (item) => left.of(item) !== undefined : undefined;
  const right = readOperand(scanner);
  return right === undefined ? undefined : (item) => compare(sign, left.of(item), right.of(item));
}

function readOperand(scanner: TextScanner): { readonly isPath: boolean; readonly of: Operand } | undefined {
  if (scanner.skip('@')) {
    const steps: DefiniteStep[] = [];
    for (let step = readDefiniteStep(scanner); step !== undefined; step = readDefiniteStep(scanner)) steps.push(step);
    return { isPath: true, of: (item) => steps.reduce<JsonValue | undefined>(follow, item) };
  }
  const literal = scanner.match(LITERAL);
  if (literal === undefined) return undefined;
  const [, single, double, number, word] = literal;
  const value = single ?? double ?? JSON.parse(number ?? word) as JsonValue;
  return { isPath: false, of: () => value };
}

function compare(sign: string, left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if ([typeof left, typeof right].sort().join() === 'number,string') {
    throw new NotPlayed(`a filter that compares a number with a text, ${JSON.stringify(left)} ${sign} ${JSON.stringify(right)}`);
  }
  if (sign === '==') return isDeepStrictEqual(left, right);
  if (sign === '!=') return !isDeepStrictEqual(left, right);
  const isOrdered = typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');
  if (!isOrdered) return false;
  const [one, other] = [left as string, right as string];
  switch (sign) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}
