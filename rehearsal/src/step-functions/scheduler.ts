import { seededUuid } from './clock';
import { ResolveIntrinsic, resolveValue } from './definition';
import { Execution } from './execution';
import { isObject, JsonObject, JsonValue } from './json';
import { LocalStepFunctions } from './runner';

export interface FireOptions {
  /** How often the scheduled time is delivered: the scheduler promises at least once. @default 1 */
  readonly times?: number;
}

const UNIVERSAL_START = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';

/** A synthesised `AWS::Scheduler::Schedule` whose target starts a state machine. */
export class LocalSchedule {
  private readonly properties: JsonObject;

  constructor(
    private readonly account: LocalStepFunctions,
    private readonly arn: string,
    resource: JsonObject,
    private readonly resolve: ResolveIntrinsic,
  ) {
    this.properties = isObject(resource.Properties) ? resource.Properties : {};
  }

  /** Delivers one scheduled time; every delivery has an execution id of its own, as in the service. */
  fire(scheduledTime: Date, options: FireOptions = {}): Execution[] {
    if (this.properties.State === 'DISABLED') throw new Error(`the schedule ${this.arn} is disabled: it fires no scheduled time`);
    return Array.from({ length: options.times ?? 1 }, (_, index) => this.deliver(scheduledTime, index + 1));
  }

  private deliver(scheduledTime: Date, attempt: number): Execution {
    const id = seededUuid(this.account.clock.random);
    const attributes: Record<string, string> = {
      '<aws.scheduler.schedule-arn>': this.arn,
      '<aws.scheduler.scheduled-time>': scheduledTime.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      '<aws.scheduler.execution-id>': id.replaceAll('-', '').slice(0, 16),
      '<aws.scheduler.attempt-number>': String(attempt),
    };
    const [target, template] = [this.targetField('Arn'), this.targetField('Input')];
    if (typeof target !== 'string' || typeof template !== 'string') {
      throw new Error(`the schedule ${this.arn} needs a target with \`Arn\` and \`Input\`: the input delivered by default is undocumented`);
    }
    const input = Object.entries(attributes).reduce((text, [keyword, value]) => text.replaceAll(keyword, value), template);
    if (target !== UNIVERSAL_START) return this.account.startExecution(target, input, id);
    const { StateMachineArn, Input, Name } = JSON.parse(input) as { StateMachineArn: string; Input?: string; Name?: string };
    return this.account.startExecution(StateMachineArn, Input ?? '{}', Name ?? id);
  }

  private targetField(name: 'Arn' | 'Input'): JsonValue | undefined {
    const field = isObject(this.properties.Target) ? this.properties.Target[name] : undefined;
    return field === undefined ? undefined : resolveValue(field, this.resolve);
  }
}
