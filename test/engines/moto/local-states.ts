import { createHash } from 'node:crypto';
import { cleanRoomsTask, Execution, HistoryEvent, JsonValue, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { IConstruct } from 'constructs';
import { Engine, ExecutionRecord, ExecutionStep, nameOf } from './engine';
import { REGION } from '../../support/membership-app';
import { QueryAccount, SynthesizedQueries } from '../../support/query-account';

/** What came from outside of the state machines: the scheduler, a rule, a person. */
export type Stimulus =
  | { readonly at: number; readonly start: string; readonly name: string; readonly input: string }
  | { readonly at: number; readonly stop: string };

/** The local runner, which also writes down what came from outside, to be played to another engine. */
export class LocalStates implements Pick<Engine, 'rest' | 'executions'> {
  readonly stimuli: Stimulus[] = [];
  private readonly account: QueryAccount;
  /** A task is about to start an execution, which then is not from outside. */
  private byTask?: string;

  constructor(private readonly synthesized: SynthesizedQueries, private readonly clock: VirtualClock, cleanRooms: string) {
    this.account = new QueryAccount(synthesized, {
      clock,
      services: { cleanrooms: cleanRoomsTask({ endpoint: cleanRooms, region: REGION, accessKeyId: 'AKIAUS', requestTimeout: 600_000 }) },
      beforeCall: async (service, action) => { if (service === 'sfn') this.byTask = action; },
    });
    const { stepFunctions } = this.account;
    const startExecution = stepFunctions.startExecution.bind(stepFunctions);
    stepFunctions.startExecution = (arn, input, name) => {
      const { byTask } = this;
      this.byTask = undefined;
      if (byTask === 'startExecution') return startExecution(arn, input, name);
      if (byTask === 'startSyncExecution') return startExecution(arn, input, this.nameOfSync(arn, input));
      // The ids that the scheduler and the rules make up are of no interest, but both engines need the same.
      const given = stepFunctions.stateMachine(arn).type === 'EXPRESS' ? `outside-${this.stimuli.length}` : name ?? 'unnamed';
      this.stimuli.push({ at: clock.now(), start: arn, name: given, input });
      return startExecution(arn, input, given);
    };
  }

  /** The service makes up a name. Both engines need the same. */
  private nameOfSync(arn: string, input: string): string {
    const name = `sync-${createHash('sha256').update(input).digest('hex').slice(0, 8)}`;
    return `${name}-${this.account.stepFunctions.executions(arn).filter((execution) => execution.name.startsWith(name)).length}`;
  }

  fire(schedule: IConstruct, scheduledTime: string): void {
    this.account.fire(schedule, scheduledTime);
  }

  startByHand(machine: IConstruct, name: string, input: JsonValue): void {
    this.account.start(machine, input, name);
  }

  stopNewest(machine: IConstruct): void {
    const [{ arn }] = this.account.executions(machine);
    this.stimuli.push({ at: this.clock.now(), stop: arn });
    this.account.stepFunctions.stop(arn);
  }

  async rest(): Promise<void> {
    for (let before = -1, all = this.all(); all.length > before; all = this.all()) {
      before = all.length;
      await Promise.all(all.map(async ({ done }) => done));
    }
  }

  async executions(): Promise<ExecutionRecord[]> {
    return this.all().map(recordOf);
  }

  private all(): Execution[] {
    return this.synthesized.machines.flatMap(({ arn }) => this.account.stepFunctions.executions(arn).reverse());
  }
}

function recordOf({ stateMachine, name, outcome, events }: Execution): ExecutionRecord {
  const { output, error, cause } = outcome ?? {};
  return {
    machine: nameOf(stateMachine.arn),
    name,
    status: outcome?.status ?? 'RUNNING',
    ...output !== undefined && { output },
    ...error !== undefined && { error },
    ...cause !== undefined && { cause },
    steps: events.flatMap(stepsOf),
  };
}

function stepsOf({ type, timestamp: at, stateName = '', details }: HistoryEvent): ExecutionStep[] {
  if (type.endsWith('StateEntered')) return [{ at, state: stateName, input: details.input }];
  if (type !== 'TaskScheduled') return [];
  return [{ at, call: String(details.resource).split(':::')[1], parameters: details.parameters }];
}
