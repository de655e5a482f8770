/** What of the lifecycle so far and of the operation decides whether a failure is right. */
export interface Circumstances {
  /** A fault made a resource fail or overtook one. */
  readonly failed: boolean;
  /** An answer or a whole event did not arrive. */
  readonly unheard: boolean;
  /** The service is down in some operation. */
  readonly outage: boolean;
  /** A configuration is there that the wish does not have. */
  readonly clears: boolean;
  /** The membership there is not this app's, and may not be adopted. */
  readonly foreign: boolean;
  /** The account is no longer in the wish's collaboration, or in the one before it. */
  readonly ended: boolean;
}

const RIGHT: readonly [RegExp, keyof Circumstances][] = [
  [/refused by the fault of this operation|cancelled/, 'failed'],
  [/did not receive a response/, 'unheard'],
  [/AWS did not answer as it should|nothing is changed for good/, 'outage'],
  [/AWS Clean Rooms cannot clear one/, 'clears'],
  [/set `adoptExisting: true`/, 'foreign'],
  [/is gone|has been removed from|has been deleted|was not invited/, 'ended'],
];

/** Whether a deployment may fail for this reason. */
export function isRight(reason: string, circumstances: Circumstances): boolean {
  return circumstances.outage || RIGHT.some(([pattern, circumstance]) => pattern.test(reason) && circumstances[circumstance]);
}
