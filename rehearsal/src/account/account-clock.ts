/** The account's virtual time: real time plus what the functions have slept and CloudFormation has waited in vain. */
export class AccountClock {
  private total = 0;

  /** Milliseconds that have been passed over so far. */
  public get skipped(): number {
    return this.total;
  }

  public now(): number {
    return Date.now() + this.total;
  }

  public skip(milliseconds: number): void {
    this.total += milliseconds;
  }

  /** A function's clock has passed over this much. */
  public atLeast(skipped: number): void {
    this.total = Math.max(this.total, skipped);
  }
}
