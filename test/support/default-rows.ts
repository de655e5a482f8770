import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ENV, newStack } from './membership-app';

/** What an app with these props comes to. */
export type Synthesis<Props> = (props: Partial<Props>) => unknown;

interface Row {
  readonly synthesis: (props: object) => unknown;
  /** Makes a difference to the synthesis, so that the row can fail. */
  readonly other: object;
}

/** The synthesis without a prop equals the synthesis with its documented default. */
interface Equal extends Row { readonly given: object; readonly documented: string }

/** A default that is a behaviour rather than a value: what the synthesis without the prop must be like. */
interface Behaves extends Row { readonly like: (synthesized: unknown) => void }

/** By struct and prop, such as `MembershipProps.tags`. */
export type DefaultRows = Record<string, Equal | Behaves>;

export function synthesized(define: (stack: Stack) => void): unknown {
  const stack = newStack(ENV);
  define(stack);
  return Template.fromStack(stack).toJSON();
}

/** The properties of the resources of a type, written out. */
export const textOf = (template: unknown, type: string) => JSON.stringify(Object.values(Template.fromJSON(template as object).findResources(type)));

/** Without the permission or the property in question, wherever it would be. */
export const without = (...words: string[]) => (template: unknown) => words.forEach((word) => expect(JSON.stringify(template)).not.toContain(word));
