import { isObject, JsonValue } from '../json';
import { TextScanner } from './text-scanner';

/** Steps that lead to one place at most: the name of a field, or the index of an item, from the end if it is negative. */
export type DefiniteStep = string | number;

const NAME = /\.([\p{L}\p{N}_-]+)/uy;
const QUOTED_NAME = /\.?\[(?:'([^'\\]+)'|"([^"\\]+)")\]/uy;
const INDEX = /\[(-?\d+)\]/y;

/** The next step, if it is such a one. */
export function readDefiniteStep(scanner: TextScanner): DefiniteStep | undefined {
  const name = scanner.match(NAME) ?? scanner.match(QUOTED_NAME);
  if (name !== undefined) return name[1] ?? name[2];
  const index = scanner.match(INDEX)?.[1];
  return index === undefined ? undefined : Number(index);
}

/** The value where a step leads, or undefined. */
export function follow(value: JsonValue | undefined, step: DefiniteStep): JsonValue | undefined {
  if (typeof step === 'number') return Array.isArray(value) ? value.at(step) as JsonValue | undefined : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** Steps as the service writes them in its messages. */
export function written(steps: readonly DefiniteStep[]): string {
  return ['$', ...steps.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`))].join('');
}
