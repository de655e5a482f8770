import { IConstruct } from 'constructs';
import { Engine, ExecutionRecord, ExecutionStep, nameOf } from './engine';
import { cleanRoomsTask } from '../../../rehearsal/src/step-functions/clean-rooms-task';
import { VirtualClock } from '../../../rehearsal/src/step-functions/clock';
import { Execution } from '../../../rehearsal/src/step-functions/execution';
import { HistoryEvent } from '../../../rehearsal/src/step-functions/history';
import { JsonValue } from '../../../rehearsal/src/step-functions/json';
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
  /** A task is about to start an execution: that one is not from outside. */
  private byTask = false;

  constructor(private readonly synthesized: SynthesizedQueries, private readonly clock: VirtualClock, cleanRooms: string) {
    this.account = new QueryAccount(synthesized, {
      clock,
      services: { cleanrooms: cleanRoomsTask({ endpoint: cleanRooms, region: REGION, accessKeyId: 'AKIAUS', requestTimeout: 600_000 }) },
      beforeCall: async (service, action) => { this.byTask = service === 'sfn' && action === 'startExecution'; },
    });
    const { stepFunctions } = this.account;
    const startExecution = stepFunctions.startExecution.bind(stepFunctions);
    stepFunctions.startExecution = (arn, input, name) => {
      if (this.byTask) {
        this.byTask = false;
        return startExecution(arn, input, name);
      }
      // The ids that the scheduler and the rules make up are of no interest, but both engines need the same.
      const given = stepFunctions.stateMachine(arn).type === 'EXPRESS' ? `outside-${this.stimuli.length}` : name ?? 'unnamed';
      this.stimuli.push({ at: clock.now(), start: arn, name: given, input });
      return startExecution(arn, input, given);
    };
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
