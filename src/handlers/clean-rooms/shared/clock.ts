/** Time, injected so that tests own it. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The time of one invocation: it ends when the function is stopped. */
export interface Time extends Clock {
  /** Milliseconds until the function is stopped. */
  remaining(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
};
