import type { StackResource } from 'cdk-cleanrooms-rehearsal/account';
import { cleanRoomsTask, Execution, executionStatusChange, JsonObject, loadDefinition, LocalMetrics, LocalSchedule, LocalStepFunctions, ServiceHandler, StepFunctionsService, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { MachineCalls } from './machine-calls';
import { Caller } from './recorder';
import { REGION, Rehearsal } from './rehearsal';
import { US } from '../../../rehearsal/src/clean-rooms/fixtures/parties';

interface ScheduleTarget {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}

interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly InputTransformer: { readonly InputPathsMap: Readonly<Record<string, string>>; readonly InputTemplate: string };
}

/** The state machines, schedules and rules of a rehearsal's stack at work. */
export class QueryRehearsal {
  public readonly clock = new VirtualClock({ start: new Date('2026-11-20T01:59:00Z') });
  public readonly stepFunctions: LocalStepFunctions;
  private readonly calls: MachineCalls;
  /** Who has started the newest query. */
  private runner?: Caller;

  constructor(private readonly rehearsal: Rehearsal) {
    const { recorder, parties: { endpoint } } = rehearsal;
    this.calls = new MachineCalls(recorder, REGION, US, (executionArn) => this.machine(executionArn));
    const cleanRooms = cleanRoomsTask({ endpoint: endpoint.url, region: REGION, accessKeyId: 'AKIAUS' });
    const cleanrooms: ServiceHandler = async (action, parameters, context) => {
      this.calls.cleanRooms(context.executionArn, action, parameters);
      if (action === 'startProtectedQuery') this.runner = this.machine(context.executionArn).caller;
      return cleanRooms(action, parameters, context);
    };
    const sfn: ServiceHandler = async (action, parameters, context) => {
      this.calls.stepFunctions(context.executionArn, action, parameters);
      return service.call('Sfn', action, parameters, context.wait);
    };
    const metrics = new LocalMetrics();
    const cloudwatch: ServiceHandler = async (action, parameters, context) => {
      this.calls.cloudWatch(context.executionArn, action, parameters);
      return metrics.call(action, parameters);
    };
    this.stepFunctions = new LocalStepFunctions({
      clock: this.clock, services: { cleanrooms, sfn, cloudwatch }, onStatusChange: (execution) => this.tellRules(execution),
    });
    const service = new StepFunctionsService(this.stepFunctions, 0);
    endpoint.settings.now = () => new Date(this.clock.now());
    rehearsal.onDirectResult = (bucket, objectKey) => this.calls.result(this.runner!, bucket, objectKey);
    for (const machine of this.machines()) {
      const { physicalId, properties } = machine;
      this.stepFunctions.register(physicalId, loadDefinition(properties, unresolved), { type: isExpress(machine) ? 'EXPRESS' : 'STANDARD' });
      this.calls.service(rehearsal.role(String(properties.RoleArn)), machine);
    }
  }

  /** Delivers a scheduled time; whatever it led to has started when it returns. */
  public async fire(schedule: string, time: string, times = 1): Promise<Execution> {
    const { recorder } = this.rehearsal;
    const resource = this.rehearsal.resource('AWS::Scheduler::Schedule', schedule);
    const target = resource.properties.Target as unknown as ScheduleTarget;
    const caller = this.rehearsal.role(target.RoleArn);
    const group = `arn:aws:scheduler:${REGION}:${US}:schedule-group/${String(resource.properties.GroupName ?? 'default')}`;
    recorder.assume('scheduler.amazonaws.com', target.RoleArn, 'to deliver a scheduled time', { 'aws:SourceArn': group, 'aws:SourceAccount': US });
    recorder.add(caller, { action: 'states:StartExecution', resource: target.Arn, why: 'to deliver a scheduled time' });
    if (target.DeadLetterConfig !== undefined) {
      recorder.add(caller, { action: 'sqs:SendMessage', resource: target.DeadLetterConfig.Arn, why: 'a scheduled time that could not be delivered' });
    }
    const scheduledTime = new Date(time);
    await this.clock.sleep(scheduledTime.getTime() - this.clock.now());
    const local = new LocalSchedule(this.stepFunctions, resource.physicalId, { Properties: resource.properties }, unresolved);
    await Promise.all(local.fire(scheduledTime, { times }).map(({ done }) => done));
    return this.newest(schedule.replace('Schedule', 'StateMachine'));
  }

  public newest(machine: string): Execution {
    const [execution] = this.stepFunctions.executions(this.rehearsal.resource('AWS::StepFunctions::StateMachine', machine).physicalId);
    return execution;
  }

  /** Stops an execution whose query is under way, and waits until that is cancelled: after a Conflict, upon which the query is read. */
  public async stop(execution: Execution, afterSeconds = 600): Promise<void> {
    await this.clock.sleep(afterSeconds * 1_000);
    this.rehearsal.parties.endpoint.faults.add({ operation: 'UpdateProtectedQuery', error: 'ConflictException', times: 1 });
    this.stepFunctions.stop(execution.arn);
    await this.clock.sleep(300_000);
  }

  /** Delivers a scheduled time and stops its execution while that looks for a query whose start was not answered. */
  public async stopUnanswered(schedule: string, time: string): Promise<void> {
    this.rehearsal.parties.endpoint.timeNextQuery({ started: 3_600_000 });
    this.rehearsal.parties.endpoint.settings.consistencyDelay = { milliseconds: 60_000 };
    this.rehearsal.parties.endpoint.faults.loseAnswer('StartProtectedQuery');
    await this.stop(await this.fire(schedule, time), 5);
    this.rehearsal.parties.endpoint.settings.consistencyDelay = undefined;
  }

  private machines(): StackResource[] {
    return this.rehearsal.resources('AWS::StepFunctions::StateMachine');
  }

  private machine(executionArn: string): { caller: Caller; resource: StackResource } {
    const resource = this.machines().find(({ attributes }) => attributes.Name === executionArn.split(':')[6])!;
    return { caller: this.rehearsal.role(String(resource.properties.RoleArn)), resource };
  }

  private tellRules(execution: Execution): void {
    const event = executionStatusChange(execution);
    if (event === undefined) return;
    for (const { attributes, properties } of this.rehearsal.resources('AWS::Events::Rule')) {
      const { detail } = properties.EventPattern as unknown as { readonly detail: { readonly stateMachineArn: string[]; readonly status: string[] } };
      if (!detail.stateMachineArn.includes(execution.stateMachine.arn) || !detail.status.includes(execution.status)) continue;
      for (const { Arn, RoleArn, InputTransformer } of properties.Targets as unknown as Target[]) {
        const why = 'a run was stopped';
        this.rehearsal.recorder.assume('events.amazonaws.com', RoleArn, why, { 'aws:SourceArn': String(attributes.Arn), 'aws:SourceAccount': US });
        this.rehearsal.recorder.add(this.rehearsal.role(RoleArn), { action: 'states:StartExecution', resource: Arn, why });
        this.stepFunctions.startExecution(Arn, transformed(event, InputTransformer));
      }
    }
  }
}

const isExpress = ({ properties }: StackResource) => properties.StateMachineType === 'EXPRESS';

function transformed(event: JsonObject, { InputPathsMap, InputTemplate }: Target['InputTransformer']): string {
  return Object.entries(InputPathsMap).reduce((text, [name, path]) => {
    const value = path.split('.').slice(1).reduce<unknown>((object, key) => (object as JsonObject)[key], event);
    return text.replaceAll(`<${name}>`, JSON.stringify(value));
  }, InputTemplate);
}

/** The stack has resolved everything. */
function unresolved(): never {
  throw new Error('an intrinsic function was left unresolved by the deployment');
}

