/** Time, injected so that tests own it. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Makes a call and gives it up, with a `NoAnswer`, when it has lasted so long. */
  limit<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** The time of one invocation: it ends when the function is stopped. */
export interface Time extends Clock {
  /** Milliseconds until the function is stopped. */
  remaining(): number;
}

/** Whoever was called may have acted, or may still act. */
export class NoAnswer extends Error {
  public readonly name = 'TimeoutError';

  constructor(milliseconds: number) {
    super(`no answer within ${Math.ceil(milliseconds / 1_000)} seconds`);
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
  limit: async (milliseconds, call) => {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new NoAnswer(milliseconds));
        controller.abort();
      }, milliseconds);
    });
    try {
      return await Promise.race([call(controller.signal), expiry]);
    } finally {
      clearTimeout(timer);
    }
  },
};
