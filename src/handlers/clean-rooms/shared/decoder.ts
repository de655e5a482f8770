import { Failure } from './service-error';

/** Turns what CloudFormation delivers, every scalar of it a string, into what the construct meant; `undefined` is absent. */
export type Decode<T> = (value: unknown, path: string) => T;
/** How many characters of what is wrong a message tells: enough to know it again. */
const EXCERPT = 80;

export type Fields<T> = { readonly [K in keyof T]-?: Decode<T[K]> };

export const text: Decode<string> = (value, path) => {
  if (typeof value === 'string') return value;
  throw unexpected(path, 'a string', value);
};

export const nonEmpty: Decode<string> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(path, 'a string that is not empty', value);
};

export const flag: Decode<boolean> = (value, path) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw unexpected(path, 'true or false', value);
};

export function oneOf<T extends string>(...choices: T[]): Decode<T> {
  return (value, path) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw unexpected(path, choices.join(' or '), value);
    return choice;
  };
}

export function optional<T>(decode: Decode<T>): Decode<T | undefined> {
  return (value, path) => value === undefined || value === null ? undefined : decode(value, path);
}

export function listOf<T>(decode: Decode<T>): Decode<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw unexpected(path, 'a list', value);
    return value.map((item, index) => decode(item, `${path}[${index}]`));
  };
}

export function object<T extends object>(fields: Fields<T>): Decode<T> {
  return (value, path) => {
    if (!isRecord(value)) throw unexpected(path, 'an object', value);
    const below = (key: string) => path === '' ? key : `${path}.${key}`;
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) {
      throw new Failure(`property \`${below(unknown.slice(0, EXCERPT))}\` is unknown to this function, which knows ${Object.keys(fields).join(', ')}: deploy with one version of cdk-cleanrooms`);
    }
    const decoded: Partial<T> = {};
    for (const key of Object.keys(fields) as (keyof T & string)[]) {
      const member = fields[key](value[key], below(key));
      if (member !== undefined) decoded[key] = member;
    }
    return decoded as T;
  };
}

/** CloudFormation delivers its own two properties among ours. */
export function ownOf(properties: unknown): unknown {
  if (!isRecord(properties)) return properties;
  const { ServiceToken, ServiceTimeout, ...own } = properties;
  return own;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unexpected(path: string, rule: string, value: unknown): Failure {
  return new Failure(`${path === '' ? 'the properties' : `property \`${path}\``} must be ${rule}, got ${excerptOf(value)}`);
}

export function excerptOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, EXCERPT);
}
