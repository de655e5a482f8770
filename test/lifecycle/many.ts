import * as fc from 'fast-check';
import { Laboratory } from './laboratory';
import { Lifecycle } from './lifecycle';
import { steps } from './steps';
import { Tally } from './tally';

export interface ManyOptions {
  readonly runs: number;
  readonly seed: number;
  /** Looks for a shorter lifecycle that fails too, which takes its time. @default false */
  readonly shrink?: boolean;
  readonly onProgress: (done: number) => void;
}

/** Plays random lifecycles, each in an account of its own; the first that fails is an error that tells how to play it again. */
export async function playMany({ runs, seed, shrink = false, onProgress }: ManyOptions, tally = new Tally()): Promise<Tally> {
  const lab = await Laboratory.start();
  try {
    await fc.assert(fc.asyncProperty(steps, async (lifecycle) => {
      await new Lifecycle(lab, tally).play(lifecycle);
      onProgress(tally.of('lifecycles'));
    }), { numRuns: runs, seed, endOnFailure: !shrink });
  } finally {
    await lab.stop();
  }
  return tally;
}
