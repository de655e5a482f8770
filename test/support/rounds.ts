/**
 * How often a random test plays. `npm test` plays a few rounds, `npm run test:thorough` all of them; ROUNDS=1000 takes its time.
 */
export function rounds({ few, all }: { readonly few: number; readonly all: number }): number {
  const asked = process.env.ROUNDS;
  if (asked === undefined) return few;
  if (asked === 'all') return all;
  if (/^[1-9]\d*$/.test(asked)) return Number(asked);
  throw new Error(`ROUNDS must be all or a positive whole number, got '${asked}'`);
}

/** Some of many cases, evenly spread, with the first; all of them where all rounds are played. */
export function some<T>(cases: readonly T[], few: number): readonly T[] {
  const count = Math.min(rounds({ few, all: cases.length }), cases.length);
  return Array.from({ length: count }, (_, index) => cases[Math.floor(index * cases.length / count)]);
}

/** The longest that a random test may take, in milliseconds: longer where each of its evaluations is written down. */
export function limitOf(milliseconds: number): number {
  return process.env.CDK_CLEANROOMS_JSONATA_RECORD === undefined ? milliseconds : 5 * milliseconds;
}
