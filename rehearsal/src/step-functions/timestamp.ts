/** A timestamp as the states language takes it. */
export const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const NANOS_A_MILLI = 1_000_000n;

/** Milliseconds since the epoch, or undefined if it is no timestamp, such as one of a day that the month has not. */
export function instantOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !RFC3339.test(text)) return undefined;
  const instant = Date.parse(text);
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
  return isDay && !Number.isNaN(instant) ? instant : undefined;
}

/** Nanoseconds since the epoch, in which timestamps are compared; undefined as above. */
export function nanosOf(value: unknown): bigint | undefined {
  const instant = instantOf(value);
  if (instant === undefined) return undefined;
  const belowMillis = /\.\d{3}(\d+)/.exec(value as string)?.[1] ?? '';
  return BigInt(instant) * NANOS_A_MILLI + BigInt(belowMillis.slice(0, 6).padEnd(6, '0'));
}
