import { VirtualClock } from './clock';
import { Interrupted, StateError } from './errors';

/** A controller that aborts with the outer signal, or by itself. */
function child(outer: AbortSignal): AbortController {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true, signal: controller.signal });
  return controller;
}

/** Gives work up after its time (`States.Timeout`), and as soon as the outer signal is given. */
export async function within<T>(
  clock: VirtualClock,
  seconds: number | undefined,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = child(outer);
  const { signal } = controller;
  const given = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  if (seconds !== undefined) {
    clock.sleep(seconds * 1000, signal).then(() => controller.abort(new StateError('States.Timeout')), () => undefined);
  }
  try {
    return await Promise.race([work(signal), given]);
  } finally {
    controller.abort(new Interrupted('the work is over'));
  }
}

/** Does `count` pieces, at most `width` at a time; the first that fails stops the others. */
export async function allOrNone<T>(
  outer: AbortSignal,
  count: number,
  width: number,
  piece: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const siblings = child(outer);
  const results: T[] = [];
  let started = 0;
  let failure: unknown;
  const worker = async () => {
    while (started < count && failure === undefined) {
      const index = started;
      started += 1;
      try {
        results[index] = await piece(index, siblings.signal);
      } catch (error) {
        failure ??= error;
        siblings.abort(new Interrupted('a sibling failed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
  siblings.abort(new Interrupted('every piece is done'));
  if (failure !== undefined) throw failure;
  return results;
}
