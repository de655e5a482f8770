/**
 * `npm run test:fuzz`: bad input for the packaged function, the constructs and the state machines. Each gives a clear
 * error or a valid result, never a crash, a hang, a leaked URL or SQL text.
 *
 * FUZZ_RUNS (10000) is the number of events and of prop sets, and a tenth of it of execution inputs; SEED gives others.
 * Arguments choose among function, constructs and machines.
 */
import { fuzzConstructs } from './constructs';
import { fuzzFunction } from './function';
import { Fuzz } from './fuzz';
import { fuzzMachines } from './machines';

const TARGETS: Readonly<Record<string, Fuzz>> = { function: fuzzFunction, constructs: fuzzConstructs, machines: fuzzMachines };

const number = (name: string, usual: number): number => {
  const value = Number(process.env[name] ?? usual);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} must be a positive whole number, got '${process.env[name]}'`);
};

const RUNS = number('FUZZ_RUNS', 10_000);
const SEED = number('SEED', 20261122);

const say = (text: string) => console.log(`[fuzz] ${text}`);

async function fuzz(target: string, { name, share, run }: Fuzz): Promise<boolean> {
  const runs = Math.max(1, Math.round(RUNS * share));
  const started = performance.now();
  const every = Math.max(1, Math.round(runs / 10));
  const kinds = new Map<string, number>();
  let done = 0;
  say(`${runs} ${name}, seed ${SEED}`);
  const progress = () => {
    done += 1;
    if (done % every === 0) say(`${done} of ${runs}`);
  };
  const note = (what: string) => { kinds.set(what, (kinds.get(what) ?? 0) + 1); };
  try {
    await run({ runs, seed: SEED, progress, note });
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    say(`FAILED: ${name}; to see it again: SEED=${SEED} FUZZ_RUNS=${RUNS} npm run test:fuzz -- ${target}`);
    return false;
  }
  [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).forEach(([kind, count]) => console.log(`  ${kind.padEnd(60)} ${String(count).padStart(6)}`));
  say(`passed: ${runs} ${name} in ${Math.round((performance.now() - started) / 1000)} s`);
  return true;
}

async function main(): Promise<void> {
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TARGETS);
  let failed = 0;
  for (const target of chosen) {
    if (!Object.hasOwn(TARGETS, target)) throw new Error(`no target ${target}: choose among ${Object.keys(TARGETS).join(', ')}`);
    if (!await fuzz(target, TARGETS[target])) failed += 1;
  }
  say(`${chosen.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

process.env.CDK_VALIDATION ??= 'false';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
