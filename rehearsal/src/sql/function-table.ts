import type { Expression } from './expression';
import { NotPlayable } from './not-playable';

/** How a function is played: its arguments, compiled, to an expression that gives what Spark's gives. */
export interface PlayedFunction {
  /** The fewest arguments, and the most. */
  readonly arity: readonly [number, number];
  readonly play: (args: readonly Expression[]) => Expression;
}

export type FunctionTable = Readonly<Record<string, PlayedFunction>>;

/** What only a literal tells before any row is seen. */
export function literalText(value: Expression, what: string): string {
  if (value.literal === undefined || value.type.kind !== 'STRING') {
    throw new NotPlayable(`${what} that is not a literal text`, 'write it as a literal');
  }
  return value.literal;
}

export function wholeLiteral(value: Expression, what: string): number {
  if (value.literal === undefined || !/^-?[0-9]{1,9}$/.test(value.literal)) {
    throw new NotPlayable(`${what} that is not a literal whole number`, 'write a number');
  }
  return Number(value.literal);
}
