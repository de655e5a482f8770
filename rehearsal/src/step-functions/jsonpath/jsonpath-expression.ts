import { IntrinsicCall } from './intrinsic-call';
import { JsonPath } from './jsonpath';

/** By text: a state machine evaluates the same ones again and again. */
const paths = new Map<string, JsonPath>();
const calls = new Map<string, IntrinsicCall>();

/** @throws what is wrong with it */
export function pathOf(text: string): JsonPath {
  return known(paths, text, JsonPath.parse);
}

/** A path, or a call of an intrinsic function. */
export function expressionOf(text: string): JsonPath | IntrinsicCall {
  return text.startsWith('$') ? pathOf(text) : known(calls, text, IntrinsicCall.parse);
}

function known<T>(all: Map<string, T>, text: string, parse: (text: string) => T): T {
  const found = all.get(text) ?? parse(text);
  all.set(text, found);
  return found;
}
