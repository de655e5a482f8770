import { Duration } from 'aws-cdk-lib';
import { type Figures, judge } from './figures';
import { schedules } from './schedules';
import { inStorm, Storm } from './storm';
import { Overlap } from '../local/clean-rooms/overlap';
import { Parties } from '../local/clean-rooms/parties';
import { PUBLISHED_RATES } from '../local/clean-rooms/rates';
import { cleanRoomsTask } from '../local/step-functions/clean-rooms-task';
import { seededRandom, VirtualClock } from '../local/step-functions/clock';
import { StepFunctionsService } from '../local/step-functions/step-functions-service';
import { logicalIdOf } from '../support/membership-app';
import { QueryAccount } from '../support/query-account';

const MINUTE = 60_000;
const NIGHT = '2026-11-21T03:00:00Z';
/** When the scheduler delivers a time again: in the same instant, while the query waits or runs, when it is long over. */
const SECOND_DELIVERY_MINUTES = [0, 0, 1, 60, 20 * 60];

export interface NightProps {
  readonly seed: number;
  readonly schedules: number;
  readonly queryMinutes: number;
  /** Concurrent queries an account: the service's quota is 5 in us-east-1, 2 elsewhere. */
  readonly queriesPerAccount: number;
  /** Of all calls. */
  readonly faultShare: number;
  readonly timeout: Duration;
  readonly maxQueueTime: Duration;
  readonly say: (progress: string) => void;
}

/**
 * One night in which every schedule fires at the same instant, each twice: the synthesized dispatcher and workers, the real
 * SDK over HTTP, the endpoint at the service's published rates, a virtual clock.
 */
export async function night(props: NightProps): Promise<Figures> {
  const { say } = props;
  const random = seededRandom(props.seed);
  const parties = await Parties.start();
  try {
    const { endpoint } = parties;
    const clock = new VirtualClock({ start: new Date(NIGHT), seed: props.seed, patience: 60_000 });
    Object.assign(endpoint.settings, { now: () => new Date(clock.now()) });
    const overlap = await Overlap.join(parties);
    const started = performance.now();
    const { membershipId, templateArn } = overlap;
    const { all, synthesized } = schedules({ ...props, count: props.schedules, membershipId, templateArn });
    say(`synthesized ${all.length} schedules in ${Math.round((performance.now() - started) / 1000)} s`);

    const storm = new Storm(props.faultShare, random);
    Object.assign(endpoint.settings, {
      rates: PUBLISHED_RATES,
      queriesPerAccount: props.queriesPerAccount,
      queryDurations: { submitted: 2_000, started: props.queryMinutes * MINUTE - 2_000, cancelling: 5_000 },
    });
    endpoint.faults.weather = storm.weather;
    const ends = new Map<string, number>();
    endpoint.onQueryEvent(({ time, detail }) => { ends.set(String(detail.protectedQueryIdentifier), Date.parse(time)); });

    let over = 0;
    const stateMachines = new Set(all.map(({ stateMachine }) => synthesized.arnOf(logicalIdOf(stateMachine))));
    const cleanrooms = cleanRoomsTask({ endpoint: endpoint.url, region: endpoint.region, accessKeyId: 'AKIAUS', requestTimeout: 60_000 });
    const account: QueryAccount = new QueryAccount(synthesized, {
      clock,
      services: {
        cleanrooms,
        sfn: inStorm(storm, 'Sfn', async (action, parameters) => stepFunctions.call('Sfn', action, parameters)),
      },
      onStatusChange: ({ stateMachine, status }) => {
        if (status === 'RUNNING' || !stateMachines.has(stateMachine.arn)) return;
        over += 1;
        if (over % Math.ceil(all.length / 10) === 0) {
          say(`${over} of ${all.length} executions are over ${hours(clock.now() - Date.parse(NIGHT))} after the scheduled time, ${endpoint.calls.length} calls`);
        }
      },
    });
    const stepFunctions = new StepFunctionsService(account.stepFunctions, 0);

    const dispatches = await Promise.all(all.flatMap(({ schedule }) => {
      const again = SECOND_DELIVERY_MINUTES[Math.floor(random() * SECOND_DELIVERY_MINUTES.length)];
      const first = account.fire(schedule, NIGHT);
      const second = clock.sleep(again * MINUTE).then(() => account.fire(schedule, NIGHT));
      return [Promise.resolve(first), second];
    }));
    const deliveries = await Promise.all(dispatches.flat().map(async ({ done }) => done));
    // Longer than anything can wait, run and be cancelled: what runs by then nobody will end.
    await clock.sleep(3 * 24 * 60 * MINUTE);
    return judge({
      scheduledAt: Date.parse(NIGHT),
      deliveries,
      queries: await endpoint.queries(),
      ends,
      calls: endpoint.calls,
      faults: storm.struck,
      runs: all.map(({ mark, stateMachine }) => ({ mark, executions: account.executions(stateMachine) })),
    });
  } finally {
    await parties.stop();
  }
}

export const hours = (milliseconds: number) => `${Math.floor(milliseconds / 3_600_000)} h ${String(Math.round(milliseconds / MINUTE) % 60).padStart(2, '0')} min`;
