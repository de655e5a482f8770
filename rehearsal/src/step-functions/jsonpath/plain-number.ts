import { NotPlayed } from '../errors';

/** A value whose numbers the service writes as JavaScript does: from here on down or up, Java writes fractions with an exponent. */
export function plainNumber<T>(value: T): T {
  if (typeof value !== 'number') return value;
  const isPlain = Number.isInteger(value) ? Number.isSafeInteger(value) : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7;
  if (!isPlain) throw new NotPlayed(`the number ${value} as a text`);
  return value;
}
