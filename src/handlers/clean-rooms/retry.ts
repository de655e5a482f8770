import type { Time } from './clock';
import { kindOf } from './service-error';

const SECOND = 1_000;

/** The last seconds belong to the answer: a function that is stopped before answering costs the deployer an hour. */
const RESERVE = 20 * SECOND;

/** Reads lag behind writes: AWS's own CloudFormation handler looks for up to a minute before it believes an absence. */
export const CONSISTENCY_WINDOW = 60 * SECOND;

/** For how many milliseconds, from its first appearance, a failure may be answered by another try. */
export type Patience = (error: unknown) => number;

/** Repeats a call for as long as patience lasts with the kind of failure it meets, and the function has time. */
export async function retry<T>(
  time: Time, patience: Patience, call: () => Promise<T>, onRetry: (failure: string) => void = () => {},
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
      if (time.now() + delay - since > patience(error) || time.remaining() - delay < RESERVE) throw error;
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
