import { Duration } from 'aws-cdk-lib';
import { VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Engine, ExecutionRecord, nameOf } from './engine';
import { LocalStates, Stimulus } from './local-states';
import { MotoStates } from './moto-states';
import { Event, Scenario } from './scenario';
import { NIGHT } from './scenarios';
import { WireRequest, WireTap } from './wire-tap';
import { Overlap } from '../../../rehearsal/src/clean-rooms/fixtures/overlap';
import { Parties } from '../../../rehearsal/src/clean-rooms/fixtures/parties';
import { AnalysisTemplate, Membership, ProtectedQuery, QueryParameter, ScheduledProtectedQuery } from '../../../src';
import { ENV, newStack } from '../../support/membership-app';
import { SynthesizedQueries } from '../../support/query-account';
import { newScheduled, synthesizedFor } from '../../support/query-app';

const START = new Date('2026-11-21T02:59:00Z');
const HALF_AN_HOUR = 30 * 60_000;

/** Real milliseconds after which a call of the local runner counts as never to be answered: in a scenario that has such calls, and in others. */
const PATIENCE = 20_000;
const ENDLESS_PATIENCE = 600_000;

/** What became of a scenario in one engine. */
export interface Performance {
  readonly executions: readonly ExecutionRecord[];
  /** The machines that run queries. */
  readonly queryMachines: readonly string[];
  readonly requests: readonly WireRequest[];
  /** The queries as the service has them in the end. */
  readonly queries: readonly { readonly id: string; readonly status: string; readonly executions: number }[];
}

/** Delays with jitter are the same in both engines: the middle. */
class SteadyClock extends VirtualClock {
  override readonly random = () => 0.5;
}

/** A stage for one scenario: plays it in the local runner first, and then the same from outside to moto. */
export class Stage {
  private synthesized?: { readonly scheduled: ScheduledProtectedQuery; readonly queries: SynthesizedQueries };
  private stimuli: readonly Stimulus[] = [];

  constructor(private readonly parties: Parties, private readonly scenario: Scenario) {}

  async local(): Promise<Performance> {
    return this.perform(async (clock, { url }, overlap) => {
      const { scheduled, queries } = this.synthesize(overlap);
      const engine = new LocalStates(queries, clock, url);
      this.stimuli = engine.stimuli;
      await this.happen(clock, overlap, (event) => {
        if ('fire' in event) engine.fire(scheduled.schedule, event.fire);
        if ('start' in event) engine.startByHand(scheduled.stateMachine, event.name, event.start);
        if ('stop' in event) engine.stopNewest(scheduled.stateMachine);
      });
      return engine;
    });
  }

  async moto(engine: MotoStates): Promise<Performance> {
    return this.perform(async (clock, tap, overlap) => {
      const { machines } = this.synthesize(overlap).queries;
      await engine.open({ clock, cleanRooms: tap.url, machines });
      tap.onSilence = () => void engine.silence();
      await Promise.all([this.happen(clock, overlap, () => undefined), this.replay(engine, clock)]);
      return engine;
    });
  }

  private get patience(): number {
    return this.scenario.silences === undefined ? ENDLESS_PATIENCE : PATIENCE;
  }

  private async perform(play: (clock: VirtualClock, tap: WireTap, overlap: Overlap) => Promise<Pick<Engine, 'rest' | 'executions'>>): Promise<Performance> {
    const { endpoint } = this.parties;
    const clock = new SteadyClock({ start: START, patience: this.patience });
    endpoint.reset();
    endpoint.settings.now = () => new Date(clock.now());
    const overlap = await Overlap.join(this.parties);
    await this.prepare(overlap);
    const tap = await WireTap.start(endpoint.url, () => clock.now());
    tap.silences.push(...this.scenario.silences ?? []);
    try {
      const engine = await play(clock, tap, overlap);
      await engine.rest();
      const queries = (await endpoint.queries()).map(({ id, status, executions }) => ({ id, status, executions }));
      const queryMachines = this.synthesize(overlap).queries.machines.filter(({ type }) => type === 'STANDARD').map(({ arn }) => nameOf(arn));
      return { executions: await engine.executions(), queryMachines, requests: tap.requests, queries };
    } finally {
      await tap.stop();
    }
  }

  private async prepare(overlap: Overlap): Promise<void> {
    const { endpoint } = this.parties;
    const { others = 0, settings, faults, durations, failure } = this.scenario;
    for (let other = 0; other < others; other += 1) {
      endpoint.timeNextQuery({ started: HALF_AN_HOUR });
      await overlap.start({ day: '2026-11-19' });
    }
    Object.assign(endpoint.settings, settings);
    endpoint.faults.add(...faults ?? []);
    if (durations !== undefined) endpoint.timeNextQuery(durations);
    if (failure !== undefined) endpoint.failNextQuery(failure);
  }

  private synthesize(overlap: Overlap) {
    if (this.synthesized === undefined) {
      const stack = newStack(ENV);
      const template = AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Template', overlap.templateArn);
      const scheduled = newScheduled(stack, {
        membership: Membership.fromMembershipAttributes(stack, 'Ours', { membershipIdentifier: overlap.membershipId }),
        query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) } }),
        ...this.scenario.scheduled?.(stack, overlap),
      });
      this.synthesized = { scheduled, queries: synthesizedFor(scheduled.stateMachine) };
    }
    return this.synthesized;
  }

  private async happen(clock: VirtualClock, overlap: Overlap, cause: (event: Event) => void): Promise<void> {
    for (const event of this.scenario.events ?? [{ at: 60, fire: NIGHT }]) {
      await clock.sleep(START.getTime() + event.at * 1000 - clock.now());
      if ('cancel' in event) {
        await clock.realTime(async () => overlap.cancel((await this.parties.endpoint.queries()).at(-1) ?? { id: undefined }));
      }
      cause(event);
    }
  }

  private async replay(engine: Engine, clock: VirtualClock): Promise<void> {
    for (const stimulus of this.stimuli) {
      await clock.sleep(stimulus.at - clock.now());
      if ('stop' in stimulus) await engine.stop(stimulus.stop);
      else await engine.start(stimulus.start, stimulus.name, stimulus.input);
    }
  }
}
