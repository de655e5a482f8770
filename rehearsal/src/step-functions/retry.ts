import { Catcher, Retrier } from './definition';
import { StateError } from './errors';

/** Which errors a name in `ErrorEquals` stands for. */
function matches(errorEquals: readonly string[], error: string): boolean {
  // Ends every execution; nothing can match it, not even its own name.
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (error === 'States.DataLimitExceeded') return false;
    if (name === 'States.ALL') return true;
    return name === 'States.TaskFailed' && error !== 'States.Timeout';
  });
}

/** The retries of one visit to a state: every retrier counts for itself. */
export class RetryPolicy {
  private readonly attempts: number[];

  constructor(private readonly retriers: readonly Retrier[], private readonly random: () => number) {
    this.attempts = retriers.map(() => 0);
  }

  /** Seconds until the next try, or undefined if the error is not to be retried (any more). */
  delayAfter(failure: StateError): number | undefined {
    const index = this.retriers.findIndex((candidate) => matches(candidate.ErrorEquals, failure.error));
    const retrier = this.retriers[index];
    if (retrier === undefined || this.attempts[index] >= (retrier.MaxAttempts ?? 3)) return undefined;
    const backoff = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** this.attempts[index];
    this.attempts[index] += 1;
    const delay = Math.min(backoff, retrier.MaxDelaySeconds ?? Infinity);
    return retrier.JitterStrategy === 'FULL' ? this.random() * delay : delay;
  }
}

/** The first catcher for the error, with the place where it stands. */
export function catcherFor(catchers: readonly Catcher[], failure: StateError): { catcher: Catcher; field: string } | undefined {
  const index = catchers.findIndex((candidate) => matches(candidate.ErrorEquals, failure.error));
  return index === -1 ? undefined : { catcher: catchers[index], field: `Catch[${index}]` };
}
