/** How long a change stays unseen: for a time, or for a number of Get and List calls that look at it. */
export type ConsistencyDelay = { readonly milliseconds: number } | { readonly reads: number };

/** A change on its way to being seen. */
export class Settling {
  private readonly since: number;
  private reads = 0;

  constructor(private delay: ConsistencyDelay | undefined, private readonly now: () => Date) {
    this.since = now().getTime();
  }

  /** Looks once, and tells whether the change can be seen. */
  look(): boolean {
    if (this.delay === undefined) {
      return true;
    }
    return 'reads' in this.delay
      ? this.reads++ >= this.delay.reads
      : this.now().getTime() - this.since >= this.delay.milliseconds;
  }

  /** From now on the change can be seen. */
  settle(): void {
    this.delay = undefined;
  }
}
