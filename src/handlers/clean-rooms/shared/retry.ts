import type { Time } from './clock';
import { isAccessDenied, isConflict, isInvalid, isThrottling, isUncertain, isUnresolved, kindOf } from './service-error';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The last seconds belong to the answer: a function that is stopped before answering costs the deployer an hour. */
const RESERVE = 20 * SECOND;

/** Reads lag behind writes: AWS's own CloudFormation handler looks for up to a minute before it believes an absence. */
export const CONSISTENCY_WINDOW = MINUTE;

/** For how many milliseconds, from its first appearance, a failure may be answered by another try. */
export type RetryFor = (error: unknown) => number;

/** For as long as the function lives. */
const ALWAYS = Infinity;
const NEVER = 0;

const read: RetryFor = (error) => {
  if (isThrottling(error) || isUncertain(error)) return ALWAYS;
  return isUnresolved(error) ? MINUTE : NEVER;
};

/** Policies and roles that this very deployment made take seconds to be seen; of a role the service says so. */
const write: RetryFor = (error) => {
  if (isInvalid(error, 'IAM_SYNCHRONIZATION_DELAY')) return ALWAYS;
  return isAccessDenied(error) ? MINUTE : read(error);
};

/** Of a fresh role the service may also say that the configuration is invalid, which may as well be true: hence the bound. */
const writeWithRole: RetryFor = (error) => isInvalid(error, 'INVALID_CONFIGURATION') ? 2 * MINUTE : write(error);

/** What is in the membership may belong to the same stack and still be going. */
const deletion: RetryFor = (error) => isConflict(error, 'SUBRESOURCES_EXIST') ? 3 * MINUTE : write(error);

/** The status tells keeping from losing, but no deployment should hang on it. */
const stackStatus: RetryFor = (error) => Math.min(write(error), 2 * MINUTE);

export const RETRY_FOR = { read, write, writeWithRole, deletion, stackStatus };

/** Repeats a call for as long as the failure it meets allows, and the function has time. */
export async function retry<T>(
  time: Time, retryFor: RetryFor, call: () => Promise<T>, onRetry: (failure: string) => void = () => {},
): Promise<T> {
  const firstSeen = new Map<string, number>();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const failure = kindOf(error);
      const since = firstSeen.get(failure) ?? time.now();
      firstSeen.set(failure, since);
      const delay = backoff(attempt, 15 * SECOND);
      if (time.now() + delay - since > retryFor(error) || time.remaining() - delay < RESERVE) throw error;
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
    const delay = Math.min(backoff(attempt, 5 * SECOND), left);
    if (left <= 0 || time.remaining() - delay < RESERVE) return undefined;
    await time.sleep(delay);
  }
}

/** Doubles up to a ceiling, half of it random: the memberships of one stack fail in step and must not return in step. */
function backoff(attempt: number, ceiling: number): number {
  const limit = Math.min(SECOND * 2 ** attempt, ceiling);
  return Math.ceil(limit / 2 + Math.random() * limit / 2);
}
