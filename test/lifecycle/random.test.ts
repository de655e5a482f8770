import { playMany } from './many';
import { Tally } from './tally';
import { rounds } from '../support/rounds';

const ROUNDS = rounds({ few: 15, all: 100 });
// LIFECYCLES_SEED gives others.
const SEED = Number(process.env.LIFECYCLES_SEED ?? 20261122);

const tally = new Tally();

afterAll(() => process.stderr.write(`\n${tally}\n`));

/** On a terminal one line that counts; elsewhere one line a hundred. */
function progress(done: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${ROUNDS} lifecycles`);
  else if (done % 100 === 0) process.stderr.write(`${done} of ${ROUNDS} lifecycles\n`);
}

test(`${ROUNDS} lifecycles full of trouble: never two memberships, none left by accident, no stack stuck, the service as the template says`, async () => {
  await playMany({ runs: ROUNDS, seed: SEED, shrink: process.env.LIFECYCLES_SHRINK !== undefined, onProgress: progress }, tally);
  expect([tally.of('doubled'), tally.of('left by accident')]).toEqual([0, 0]);
}, 120_000 + ROUNDS * 2_000);
