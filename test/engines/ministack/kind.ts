import { isObject } from 'cdk-cleanrooms-rehearsal/account';
import { Aws } from './aws';
import { DeployedStack } from './deployed-stack';

/** What something looks like, by the parts that are compared. */
export interface Facts { readonly [part: string]: unknown }

/** A part that the engine is known to get wrong. */
export interface KnownFault {
  readonly part: string;
  /** What it gives instead. */
  readonly gives: unknown;
  readonly text: string;
}

/** A type of resource that is compared with its template. */
export interface Kind {
  readonly type: string;
  /** In the table. */
  readonly subject: string;
  readonly knownFaults?: readonly KnownFault[];
  /** As the template says. */
  expected(stack: DeployedStack, logicalId: string): Facts;
  /** As the service answers; undefined if it does not list it. */
  read(stack: DeployedStack, logicalId: string, aws: Aws): Promise<Facts | undefined>;
}

/** Those of the answer's fields that something is expected of. */
export function pick(answer: object, expected: object): Facts {
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key in expected));
}

/** PascalCase of a template in the camelCase of an API. */
export function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), camel(item)]));
}

export interface Tag { readonly Key: string; readonly Value: string }

/** In order, without those that CloudFormation sets itself. */
export function tags(all: unknown): Tag[] {
  const own = (Array.isArray(all) ? all as Tag[] : []).filter(({ Key }) => !Key.startsWith('aws:'));
  return own.map(({ Key, Value }) => ({ Key, Value })).sort((one, other) => one.Key.localeCompare(other.Key));
}

/** Objects of a property that is a list. */
export function items(value: unknown): Facts[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
