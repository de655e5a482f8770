import { Duration } from 'aws-cdk-lib';
import { PUBLISHED_RATES } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { cleanRoomsTask, type Execution, seededRandom, StepFunctionsService, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { type Figures, judge } from './figures';
import { throughFaults, RandomFaults } from './random-faults';
import { schedules } from './schedules';
import { Overlap } from '../../rehearsal/src/clean-rooms/fixtures/overlap';
import { Parties } from '../../rehearsal/src/clean-rooms/fixtures/parties';
import { logicalIdOf } from '../support/membership-app';
import { QueryAccount } from '../support/query-account';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const FIRST_NIGHT = Date.parse('2026-11-21T03:00:00Z');
/** When the scheduler delivers a time again: in the same instant, while the query waits or runs, when it is long over. */
const SECOND_DELIVERY_MINUTES = [0, 0, 1, 60, 20 * 60];

export interface NightProps {
  readonly seed: number;
  readonly schedules: number;
  readonly memberships: number;
  /** How many nights, one after the other. */
  readonly nights: number;
  readonly queryMinutes: number;
  /** Concurrent queries an account: the service's quota is 5 in us-east-1, 2 elsewhere; AWS raises it on request. */
  readonly queriesPerAccount: number;
  /** Of all calls. */
  readonly faultShare: number;
  readonly timeout: Duration;
  readonly maxQueueTime: Duration;
  readonly say: (progress: string) => void;
}

/**
 * Nights in which every schedule fires at the same instant, each twice: the synthesized dispatcher and state machines, the real
 * SDK over HTTP, the endpoint at the service's published rates, a virtual clock.
 */
export async function playNights(props: NightProps): Promise<Figures> {
  const { say } = props;
  const random = seededRandom(props.seed);
  const parties = await Parties.start();
  try {
    const { endpoint } = parties;
    const clock = new VirtualClock({ start: new Date(FIRST_NIGHT), seed: props.seed, patience: 60_000 });
    Object.assign(endpoint.settings, { now: () => new Date(clock.now()) });
    const memberships: Overlap[] = [];
    while (memberships.length < props.memberships) memberships.push(await Overlap.join(parties));
    const started = performance.now();
    const { all, synthesized } = schedules({ ...props, count: props.schedules, memberships });
    say(`synthesized ${all.length} schedules in ${Math.round((performance.now() - started) / 1000)} s`);

    const faults = new RandomFaults(props.faultShare, random);
    Object.assign(endpoint.settings, {
      rates: PUBLISHED_RATES,
      queriesPerAccount: props.queriesPerAccount,
      queryDurations: { submitted: 2_000, started: props.queryMinutes * MINUTE - 2_000, cancelling: 5_000 },
    });
    endpoint.faults.ofEachCall = faults.ofEachCall;
    const ends = new Map<string, number>();
    endpoint.onQueryEvent(({ time, detail }) => { ends.set(String(detail.protectedQueryIdentifier), Date.parse(time)); });

    const queryMachines = new Set(all.map(({ stateMachine }) => synthesized.arnOf(logicalIdOf(stateMachine))));
    const expected = all.length * props.nights;
    let over = 0;
    const progress = ({ stateMachine, status }: Execution) => {
      if (status === 'RUNNING' || !queryMachines.has(stateMachine.arn)) return;
      over += 1;
      if (over % Math.ceil(expected / 10) !== 0) return;
      say(`${over} of ${expected} executions are over after ${hours(clock.now() - FIRST_NIGHT)}, ${endpoint.calls.length} calls`);
    };
    const account: QueryAccount = new QueryAccount(synthesized, {
      clock,
      services: {
        cleanrooms: cleanRoomsTask({ endpoint: endpoint.url, region: endpoint.region, accessKeyId: 'AKIAUS', requestTimeout: 60_000 }),
        sfn: throughFaults(faults, 'Sfn', async (action, parameters, { wait }) => stepFunctions.call('Sfn', action, parameters, wait)),
      },
      onStatusChange: progress,
    });
    const stepFunctions = new StepFunctionsService(account.stepFunctions, 0);

    const nights = Array.from({ length: props.nights }, (_, index) => FIRST_NIGHT + index * DAY);
    const deliveries: Execution[] = [];
    for (const night of nights) {
      await clock.sleep(night - clock.now());
      const time = new Date(night).toISOString();
      await Promise.all(all.map(async ({ schedule }) => {
        const again = SECOND_DELIVERY_MINUTES[Math.floor(random() * SECOND_DELIVERY_MINUTES.length)];
        deliveries.push(...account.fire(schedule, time));
        await clock.sleep(again * MINUTE);
        deliveries.push(...account.fire(schedule, time));
      }));
    }
    // Longer than anything can wait, run and be cancelled: what runs by then nobody will end.
    await clock.sleep(3 * DAY);
    return judge({
      nights,
      deliveries: deliveries.map(({ outcome }) => outcome),
      queries: await endpoint.queries(),
      ends,
      calls: endpoint.calls,
      faults: faults.struck,
      schedules: all.map(({ mark, stateMachine }) => ({ mark, executions: account.executions(stateMachine) })),
    });
  } finally {
    await parties.stop();
  }
}

export function hours(milliseconds: number): string {
  return `${Math.floor(milliseconds / 3_600_000)} h ${String(Math.round(milliseconds / MINUTE) % 60).padStart(2, '0')} min`;
}
