const COUNTS = [
  'lifecycles', 'deployments', 'deployments rolled back', 'deletions', 'service calls', 'service faults struck', 'delivery faults given',
  'changes by hand', 'adoptions', 'unchanged deployments, no write', 'left as asked', 'doubled', 'left by accident',
] as const;

type Count = typeof COUNTS[number];

/** What the lifecycles went through, and the two numbers that must be 0. */
export class Tally {
  private readonly counts = new Map<Count, number>(COUNTS.map((name) => [name, 0]));

  public add(name: Count, by = 1): void {
    this.counts.set(name, this.of(name) + by);
  }

  public of(name: Count): number {
    return this.counts.get(name) ?? 0;
  }

  public toString(): string {
    const width = Math.max(...COUNTS.map(({ length }) => length));
    return COUNTS.map((name) => `${name.padEnd(width)} ${String(this.of(name)).padStart(7)}`).join('\n');
  }
}
