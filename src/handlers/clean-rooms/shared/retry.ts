import type { Time } from './clock';
import {
  isAccessDenied, isInvalid, isPerhapsNotEmpty, isPerhapsUnseenRole, isThrottling, isUncertain, isUnresolved, kindOf, OutOfTime,
} from './service-error';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The last seconds belong to the answer (`respond.ts`): a function that is stopped before answering fails the deployment without a reason. */
const RESERVE = 30 * SECOND;

/** What takes longer is not heard any more. The service answers within a few seconds. */
const CALL_LIMIT = 30 * SECOND;

/** Reads lag behind writes: AWS's own CloudFormation handler looks for up to a minute before it believes an absence. */
const CONSISTENCY_WINDOW = MINUTE;

/** For how many milliseconds in all a failure may be met by another try; what other failures take in between does not count. */
export type RetryFor = (error: unknown) => number;

/** For as long as the function lives. */
const ALWAYS = Infinity;
const NEVER = 0;

const transient: RetryFor = (error) => {
  if (isThrottling(error) || isUncertain(error)) return ALWAYS;
  return isUnresolved(error) ? MINUTE : NEVER;
};

/** Policies that this very deployment made take seconds to be seen. */
const read: RetryFor = (error) => isAccessDenied(error) ? MINUTE : transient(error);

/** So do roles, of which the service says so. */
const write: RetryFor = (error) => isInvalid(error, 'IAM_SYNCHRONIZATION_DELAY') ? ALWAYS : read(error);

/** Of a fresh role the service may also say that the configuration is invalid, or say nothing, which may as well be true: hence the bound. */
const writeWithRole: RetryFor = (error) => isPerhapsUnseenRole(error) ? 2 * MINUTE : write(error);

/** What is in the membership may belong to the same stack and still be going. */
const deletion: RetryFor = (error) => isPerhapsNotEmpty(error) ? 3 * MINUTE : write(error);

/** The stack tells keeping from losing, but no deployment should hang on it. */
const stack: RetryFor = (error) => Math.min(write(error), 2 * MINUTE);

export const RETRY_FOR = { read, write, writeWithRole, deletion, stack };

/** Makes one call, which must not take the time that the answer needs. */
export async function callOnce<T>(time: Time, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const left = time.remaining() - RESERVE;
  if (left <= 0) throw new OutOfTime();
  return time.limit(Math.min(CALL_LIMIT, left), call);
}

/** Repeats some work for as long as the failure it meets allows, and the function has time. */
export async function retry<T>(
  time: Time, retryFor: RetryFor, work: () => Promise<T>, onRetry: (failure: string) => void = () => {},
): Promise<T> {
  const spent = new Map<string, number>();
  let last: unknown;
  for (let attempt = 0; ; attempt += 1) {
    const began = time.now();
    try {
      return await work();
    } catch (error) {
      // What used the time up says more than that it was.
      if (error instanceof OutOfTime) throw last ?? error;
      last = error;
      const failure = kindOf(error);
      const delay = backoff(attempt, 15 * SECOND);
      const total = (spent.get(failure) ?? 0) + time.now() - began + delay;
      if (total > retryFor(error) || time.remaining() - delay <= RESERVE) throw error;
      spent.set(failure, total);
      onRetry(failure);
      await time.sleep(delay);
    }
  }
}

/** Looks until there is something to see, or for as long as a read may lag behind a write. */
export async function poll<T>(time: Time, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = time.now() + CONSISTENCY_WINDOW;
  for (let attempt = 0; ; attempt += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
    const left = until - time.now();
    if (left <= 0) return undefined;
    await time.sleep(Math.min(backoff(attempt, 5 * SECOND), left));
  }
}

/** Doubles up to a ceiling, half of it random: the memberships of one stack fail in step and must not return in step. */
function backoff(attempt: number, ceiling: number): number {
  const limit = Math.min(SECOND * 2 ** attempt, ceiling);
  return Math.ceil(limit / 2 + Math.random() * limit / 2);
}
