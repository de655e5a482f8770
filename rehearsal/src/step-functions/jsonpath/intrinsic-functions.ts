import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { seededRandom, seededUuid } from '../clock';
import { NotPlayed } from '../errors';
import { isObject, JsonObject, JsonValue } from '../json';
import { plainNumber } from './plain-number';

/** Why an intrinsic function fails. */
export class IntrinsicFailure extends Error {}

export interface IntrinsicFunction {
  /** The least and the most arguments that it takes. */
  readonly takes: readonly [number, number];
  apply(args: readonly JsonValue[], random: () => number): JsonValue;
}

const HASHES: Readonly<Record<string, string>> = { 'MD5': 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
const LONGEST_TEXT = 10_000;
const LONGEST_RANGE = 1000;
/** From more bytes MIME makes lines. */
const LINE_OF_BASE64 = 57;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const fixed = (count: number, apply: IntrinsicFunction['apply']): IntrinsicFunction => ({ takes: [count, count], apply });

/** The intrinsic functions of the Step Functions guide, but for States.Format. */
export const INTRINSIC_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.StringToJson': fixed(1, ([text]) => parse(textOf(text))),
  'States.JsonToString': fixed(1, ([value]) => JSON.stringify(value, (_key, member: unknown) => plainNumber(member))),
  'States.Array': { takes: [0, Infinity], apply: (args) => [...args] },
  'States.ArrayPartition': fixed(2, ([array, size]) => partition(arrayOf(array), wholeOf(size))),
  'States.ArrayContains': fixed(2, ([array, value]) => arrayOf(array).some((item) => isDeepStrictEqual(item, value))),
  'States.ArrayRange': fixed(3, ([from, to, step]) => range(wholeOf(from), wholeOf(to), wholeOf(step))),
  'States.ArrayGetItem': fixed(2, ([array, index]) => itemAt(arrayOf(array), numberOf(index))),
  'States.ArrayLength': fixed(1, ([array]) => arrayOf(array).length),
  'States.ArrayUnique': fixed(1, ([array]) =>
    arrayOf(array).filter((item, index, all) => all.findIndex((other) => isDeepStrictEqual(other, item)) === index)),
  'States.Base64Encode': fixed(1, ([text]) => encode(shortTextOf(text))),
  'States.Base64Decode': fixed(1, ([text]) => decode(shortTextOf(text))),
  'States.Hash': fixed(2, ([text, algorithm]) => hash(shortTextOf(text), textOf(algorithm))),
  'States.JsonMerge': fixed(3, ([one, other, isDeep]) => merge(objectOf(one), objectOf(other), isDeep)),
  'States.MathRandom': {
    takes: [2, 3],
    apply: ([from, to, seed], random) => between(wholeOf(from), wholeOf(to), seed === undefined ? random : seededRandom(wholeOf(seed))),
  },
  'States.MathAdd': fixed(2, ([one, other]) => wholeOf(one) + wholeOf(other)),
  'States.StringSplit': fixed(2, ([text, separators]) => split(textOf(text), textOf(separators))),
  'States.UUID': fixed(0, (_args, random) => seededUuid(random)),
};

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  throw new IntrinsicFailure(`a string is expected, got ${JSON.stringify(value)}`);
}

function shortTextOf(value: JsonValue): string {
  const text = textOf(value);
  if (text.length <= LONGEST_TEXT) return text;
  throw new IntrinsicFailure(`a string of ${LONGEST_TEXT} characters at most is expected, got one of ${text.length}`);
}

function numberOf(value: JsonValue): number {
  if (typeof value === 'number') return value;
  throw new IntrinsicFailure(`a number is expected, got ${JSON.stringify(value)}`);
}

/** Rounded to the nearest whole number, halves up. */
function wholeOf(value: JsonValue): number {
  const whole = Math.round(numberOf(value)) + 0;
  if (whole >= -(2 ** 31) && whole < 2 ** 31) return whole;
  throw new IntrinsicFailure(`a number from -2147483648 to 2147483647 is expected, got ${value as number}`);
}

function arrayOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw new IntrinsicFailure(`an array is expected, got ${JSON.stringify(value)}`);
}

function objectOf(value: JsonValue): JsonObject {
  if (isObject(value)) return value;
  throw new IntrinsicFailure(`an object is expected, got ${JSON.stringify(value)}`);
}

function parse(text: string): JsonValue {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new IntrinsicFailure((error as Error).message);
  }
}

function partition(array: readonly JsonValue[], size: number): JsonValue {
  if (size < 1) throw new IntrinsicFailure(`a size of 1 or more is expected, got ${size}`);
  return Array.from({ length: Math.ceil(array.length / size) }, (_, index) => array.slice(index * size, (index + 1) * size));
}

function range(from: number, to: number, step: number): JsonValue {
  if (step === 0) throw new IntrinsicFailure('a step other than 0 is expected');
  if ((to - from) * step < 0) throw new NotPlayed(`States.ArrayRange(${from}, ${to}, ${step}), which leads away from its end`);
  const length = Math.floor((to - from) / step) + 1;
  if (length > LONGEST_RANGE) throw new IntrinsicFailure(`${LONGEST_RANGE} items at most are expected, got ${length}`);
  return Array.from({ length }, (_, index) => from + index * step);
}

function itemAt(array: readonly JsonValue[], index: number): JsonValue {
  if (Number.isInteger(index) && index >= 0 && index < array.length) return array[index];
  throw new IntrinsicFailure(`an index from 0 to ${array.length - 1} is expected, got ${index}`);
}

function encode(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > LINE_OF_BASE64) throw new NotPlayed(`States.Base64Encode of more than ${LINE_OF_BASE64} bytes, which MIME breaks into lines`);
  return bytes.toString('base64');
}

function decode(text: string): string {
  const line = text.replace(/[\r\n]/g, '');
  if (BASE64.test(line) && line.length % 4 !== 1) return Buffer.from(line, 'base64').toString('utf8');
  throw new IntrinsicFailure('Base64 is expected');
}

function hash(text: string, algorithm: string): string {
  const name = HASHES[algorithm];
  if (name === undefined) throw new IntrinsicFailure(`one of ${Object.keys(HASHES).join(', ')} is expected, got '${algorithm}'`);
  return createHash(name).update(text).digest('hex');
}

function merge(one: JsonObject, other: JsonObject, isDeep: JsonValue): JsonValue {
  if (isDeep !== false) throw new IntrinsicFailure(`false is expected as the third argument: the service merges no deeper, got ${JSON.stringify(isDeep)}`);
  return { ...one, ...other };
}

function between(from: number, to: number, random: () => number): number {
  if (from >= to) throw new IntrinsicFailure(`an end after ${from} is expected, got ${to}`);
  return from + Math.floor(random() * (to - from));
}

/** Each character of the separators is one; what is empty between them is left out. */
function split(text: string, separators: string): JsonValue {
  const parts = [''];
  for (const character of text) {
    if (separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}
