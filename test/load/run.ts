/**
 * `npm run test:load`: a night of schedules that fire at one instant, at the service's published rates and through faults,
 * and random lifecycles of memberships with faults at every step. Counted; what must not be is 0.
 *
 * SCHEDULES, LIFECYCLES and SEED are read from the environment.
 */
import { Duration } from 'aws-cdk-lib';
import { Figures } from './figures';
import { hours, NightProps, playNights } from './night';
import { playMany } from '../lifecycle/many';
import { Tally } from '../lifecycle/tally';

const number = (name: string, usual: number): number => {
  const value = Number(process.env[name] ?? usual);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} must be a positive whole number, got '${process.env[name]}'`);
};

const SEED = number('SEED', 20261122);
const SCHEDULES = number('SCHEDULES', 50);
const LIFECYCLES = number('LIFECYCLES', 1000);

/** As most accounts have it. */
const usual = { seed: SEED, schedules: SCHEDULES, memberships: 1, nights: 1, queryMinutes: 20, queriesPerAccount: 2, timeout: Duration.hours(2) };
const day = Duration.hours(24);

const NIGHTS: readonly (Omit<NightProps, 'say'> & { readonly name: string })[] = [
  { ...usual, name: 'calm: no faults, maxQueueTime 24 h', faultShare: 0, maxQueueTime: day },
  { ...usual, name: '10 % faults, maxQueueTime 24 h', faultShare: 0.1, maxQueueTime: day },
  { ...usual, name: 'impatience: 10 % faults, maxQueueTime 10 min', faultShare: 0.1, maxQueueTime: Duration.minutes(10) },
  // Where all start at once, many a start loses its answer.
  { ...usual, name: 'many nights with room for all: 10 % faults', memberships: 10, nights: 20, queriesPerAccount: Infinity, faultShare: 0.1, maxQueueTime: day },
];

const say = (text: string) => console.log(`[load] ${text}`);
const listed = (counts: ReadonlyMap<string, number>) => [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none';

function table(figures: Figures): string {
  const rows: readonly [string, string | number][] = [
    ['scheduled times', figures.scheduled],
    ['deliveries', figures.delivered],
    ['deliveries that failed', figures.undelivered],
    ['executions', figures.executions],
    ['queries started', figures.started],
    ['  without an answer to the start', figures.startsLost],
    ['succeeded', figures.succeeded],
    ['reported failed', [...figures.failed.values()].reduce((sum, count) => sum + count, 0)],
    ...[...figures.failed].map(([error, count]): [string, number] => [`  ${error}`, count]),
    ['doubled', figures.doubled],
    ['orphaned', figures.orphaned],
    ['unaccounted', figures.unaccounted],
    ['misreported', figures.misreported.length],
    ['longest wait', hours(figures.longestWait)],
    ['calls', listed(figures.calls)],
    ['  throttled', figures.throttled],
    ['  refused for want of room', figures.refusedForRoom],
    ['faults', listed(figures.faults)],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(44)} ${value}`).join('\n');
}

/** What must not be. */
function wrongs({ scheduled, executions, undelivered, doubled, orphaned, unaccounted, misreported }: Figures): string[] {
  const surplus = executions - scheduled;
  const counts = Object.entries({ undelivered, doubled, orphaned, unaccounted, surplus }).filter(([, count]) => count > 0);
  return [...counts.map(([what, count]) => `${what} ${count}`), ...misreported.map((which) => `misreported ${which}`)];
}

async function nights(): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, ...props } of NIGHTS) {
    const { memberships, queryMinutes, queriesPerAccount } = props;
    say(`${name}; ${SCHEDULES} schedules at one instant, each delivered twice; memberships: ${memberships}, `
      + `at a time: ${queriesPerAccount} queries an account and 5 a membership, of ${queryMinutes} minutes`);
    const figures = await playNights({ ...props, say });
    console.log(table(figures));
    wrong.push(...wrongs(figures).map((what) => `${name}: ${what}`));
  }
  return wrong;
}

async function lifecycles(): Promise<string[]> {
  say(`${LIFECYCLES} random lifecycles of memberships, a fault at every step`);
  const tally = new Tally();
  const every = Math.ceil(LIFECYCLES / 10);
  await playMany({ runs: LIFECYCLES, seed: SEED, onProgress: (done) => { if (done % every === 0) say(`${done} of ${LIFECYCLES} lifecycles`); } }, tally)
    .finally(() => console.log(String(tally)));
  return (['doubled', 'left by accident'] as const).filter((count) => tally.of(count) > 0).map((count) => `lifecycles: ${count} ${tally.of(count)}`);
}

async function main(): Promise<void> {
  const started = performance.now();
  say(`seed ${SEED}`);
  const wrong = [...await nights(), ...await lifecycles()];
  wrong.forEach((what) => say(`wrong: ${what}`));
  if (wrong.length > 0) say(`to see it again: SEED=${SEED} SCHEDULES=${SCHEDULES} LIFECYCLES=${LIFECYCLES} npm run test:load`);
  say(`${wrong.length === 0 ? 'passed' : `FAILED, ${wrong.length} wrong`}: ${NIGHTS.reduce((sum, { nights: count }) => sum + count, 0)} nights of ${SCHEDULES} schedules, ${LIFECYCLES} lifecycles in ${Math.round((performance.now() - started) / 1000)} s`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

process.env.CDK_VALIDATION ??= 'false';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
main().catch((error: unknown) => {
  console.error(error);
  say(`FAILED; to see it again: SEED=${SEED} SCHEDULES=${SCHEDULES} LIFECYCLES=${LIFECYCLES} npm run test:load`);
  process.exitCode = 1;
});
