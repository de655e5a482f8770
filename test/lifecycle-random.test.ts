import 'aws-cdk-lib/testhelpers/jest-autoclean';
import * as fc from 'fast-check';
import { Laboratory } from './local/lifecycle/laboratory';
import { Lifecycle } from './local/lifecycle/lifecycle';
import { steps } from './local/lifecycle/steps';
import { Tally } from './local/lifecycle/tally';

// LIFECYCLES=1000 plays more of them, LIFECYCLES_SEED others.
const RUNS = Number(process.env.LIFECYCLES ?? 100);
const SEED = Number(process.env.LIFECYCLES_SEED ?? 20261122);

let lab: Laboratory;
const tally = new Tally();

beforeAll(async () => { lab = await Laboratory.start(); });
afterAll(async () => {
  await lab.stop();
  process.stderr.write(`\n${tally}\n`);
});

/** On a terminal one line that counts; elsewhere one line a hundred. */
function progress(): void {
  const done = tally.of('lifecycles');
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${RUNS} lifecycles`);
  else if (done % 100 === 0) process.stderr.write(`${done} of ${RUNS} lifecycles\n`);
}

test(`${RUNS} lifecycles full of trouble: never two memberships, none left by accident, no stack stuck, the service as the template says`, async () => {
  await fc.assert(fc.asyncProperty(steps, async (lifecycle) => {
    await new Lifecycle(lab, tally).play(lifecycle);
    progress();
  }), { numRuns: RUNS, seed: SEED, endOnFailure: process.env.LIFECYCLES_SHRINK === undefined });
  expect([tally.of('doubled'), tally.of('left by accident')]).toEqual([0, 0]);
}, 30_000 + RUNS * 2_000);
