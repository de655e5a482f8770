import { createHash } from 'node:crypto';

/** Lower-case UUIDs that are the same in every run, so that output and snapshots are too. */
export class Identifiers {
  private count = 0;

  constructor(private readonly seed: string) {}

  next(): string {
    const hex = createHash('sha256').update(`${this.seed} ${this.count++}`).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  }
}
