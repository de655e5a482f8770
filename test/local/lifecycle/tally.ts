const COUNTS = [
  'lifecycles', 'deployments', 'deletions', 'deployments rolled back', 'service calls',
  'service faults struck', 'delivery faults given', 'changes by hand', 'adoptions', 'unchanged deployments, no write',
  'left as asked', 'doubled', 'left by accident',
] as const;

type Count = typeof COUNTS[number];

/** What the lifecycles went through, and the two numbers that must be 0. */
export class Tally {
  public readonly counts: Readonly<Record<Count, number>> = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<Count, number>;

  public add(name: Count, by = 1): void {
    (this.counts as Record<Count, number>)[name] += by;
  }

  public toString(): string {
    const width = Math.max(...Object.keys(this.counts).map(({ length }) => length));
    return Object.entries(this.counts).map(([name, count]) => `${name.padEnd(width)} ${String(count).padStart(7)}`).join('\n');
  }
}
