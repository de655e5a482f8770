/** What the lifecycles went through, and the two numbers that must be 0. */
export class Tally {
  public readonly counts = {
    'lifecycles': 0,
    'deployments': 0,
    'deletions': 0,
    'deployments rolled back': 0,
    'service calls': 0,
    'service faults struck': 0,
    'delivery faults given': 0,
    'changes by hand': 0,
    'adoptions': 0,
    'unchanged deployments, no write': 0,
    'left as asked': 0,
    'doubled': 0,
    'left by accident': 0,
  };

  public add(name: keyof Tally['counts'], by = 1): void {
    this.counts[name] += by;
  }

  public toString(): string {
    const width = Math.max(...Object.keys(this.counts).map(({ length }) => length));
    return Object.entries(this.counts).map(([name, count]) => `${name.padEnd(width)} ${String(count).padStart(7)}`).join('\n');
  }
}
