import { createHash } from 'node:crypto';

/** Identifiers that look random and are the same in every run. */
export class Identifiers {
  private made = 0;

  constructor(private readonly seed: string) {}

  public uuid(): string {
    const hex = this.digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** The tail that CloudFormation appends to the names it generates. */
  public suffix(length = 12): string {
    return this.digest('base64').replace(/[^0-9A-Za-z]/g, '').toUpperCase().slice(0, length);
  }

  private digest(encoding: 'hex' | 'base64'): string {
    this.made += 1;
    return createHash('sha256').update(`${this.seed}/${this.made}`).digest(encoding);
  }
}
