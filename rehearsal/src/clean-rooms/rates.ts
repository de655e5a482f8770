import type { OperationName } from './service-model';

/** How many requests an account can make in a second; what it has not made, it can make later, up to a second's worth. */
export interface RequestRates {
  readonly perOperation: number;
  /** Operations with a rate of their own. */
  readonly operations?: Partial<Record<OperationName, number>>;
}

/** As published in the quotas of the service. */
export const PUBLISHED_RATES: RequestRates = { perOperation: 5, operations: { GetProtectedQuery: 20 } };

interface Bucket {
  tokens: number;
  since: number;
}

/** Token buckets, one for each operation of each account, which are full at first. */
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();

  /** Whether a request at that time, in milliseconds, is within the rates. */
  admit(rates: RequestRates, operation: OperationName, account: string, time: number): boolean {
    const rate = rates.operations?.[operation] ?? rates.perOperation;
    const key = `${account} ${operation}`;
    const { tokens, since } = this.buckets.get(key) ?? { tokens: rate, since: time };
    const left = Math.min(rate, tokens + (time - since) / 1000 * rate);
    const isAdmitted = left >= 1;
    this.buckets.set(key, { tokens: isAdmitted ? left - 1 : left, since: time });
    return isAdmitted;
  }
}
