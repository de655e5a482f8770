import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Execution, executionStatusChange, JsonObject, JsonValue, LocalSchedule, LocalStepFunctions, LocalStepFunctionsOptions, resolveValue, StateMachineDefinition, stateMachinesOf, StateMachineType } from 'cdk-cleanrooms-rehearsal/step-functions';
import { IConstruct } from 'constructs';
import { ACCOUNT, logicalIdOf, MEMBERSHIP_ARN, REGION } from './membership-app';
import { requireValidAsl } from '../../rehearsal/src/step-functions/fixtures/try-machine';

interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
}

interface EventTarget {
  readonly Arn: string;
  readonly InputTransformer: { readonly InputPathsMap: { readonly [name: string]: string }; readonly InputTemplate: string };
}

interface EventRule {
  readonly EventPattern: { readonly detail: { readonly stateMachineArn: string[]; readonly status: string[] } };
  readonly Targets: readonly EventTarget[];
}

/** A stack as it was synthesized, ready to be deployed to as many local accounts as a test needs. */
export class SynthesizedQueries {
  readonly machines: { readonly arn: string; readonly type: StateMachineType; readonly definition: StateMachineDefinition }[];
  readonly rules: readonly EventRule[];
  private readonly resources: { readonly [logicalId: string]: Resource };

  /** Judges each definition by the independent validator. */
  constructor(stack: Stack) {
    const template = Template.fromStack(stack).toJSON() as JsonObject;
    this.resources = template.Resources as unknown as { readonly [logicalId: string]: Resource };
    this.machines = stateMachinesOf(template, (intrinsic) => this.resolve(intrinsic)).map(({ logicalId, type, definition }) => {
      requireValidAsl(definition);
      return { arn: this.arnOf(logicalId), type, definition };
    });
    this.rules = Object.values(this.resources).filter(({ Type }) => Type === 'AWS::Events::Rule')
      .map(({ Properties }) => resolveValue(Properties, (intrinsic) => this.resolve(intrinsic)) as unknown as EventRule);
  }

  definition(machine: IConstruct): StateMachineDefinition {
    const found = this.machines.find(({ arn }) => arn === this.arnOf(logicalIdOf(machine)));
    if (found === undefined) throw new Error(`${machine.node.path} is no state machine of this stack`);
    return found.definition;
  }

  arnOf(logicalId: string): string {
    return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${logicalId}`;
  }

  resource(construct: IConstruct): Resource {
    return this.resources[logicalIdOf(construct)];
  }

  readonly resolve = (intrinsic: JsonObject): JsonValue => {
    if (intrinsic.Ref === 'AWS::Partition') return 'aws';
    const [logicalId, attribute] = (intrinsic['Fn::GetAtt'] ?? [intrinsic.Ref, '']) as readonly string[];
    switch (this.resources[logicalId]?.Type) {
      case 'AWS::StepFunctions::StateMachine':
        return this.arnOf(logicalId);
      case 'AWS::CleanRooms::AnalysisTemplate':
        return `${MEMBERSHIP_ARN}/analysistemplate/d1b2c3d4-5678-90ab-cdef-111122223333`;
      case 'AWS::S3::Bucket':
        return attribute === 'Arn' ? `arn:aws:s3:::${logicalId.toLowerCase()}` : logicalId.toLowerCase();
      default:
        return `${logicalId}.${attribute}`;
    }
  };
}

/** A local account with the state machines, schedules and rules of a stack. */
export class QueryAccount {
  readonly stepFunctions: LocalStepFunctions;
  /** EventBridge delivers what Step Functions tells as well as it can. */
  losesEvents = false;

  constructor(private readonly synthesized: SynthesizedQueries, options: LocalStepFunctionsOptions = {}) {
    this.stepFunctions = new LocalStepFunctions({
      ...options,
      onStatusChange: (execution) => {
        options.onStatusChange?.(execution);
        if (!this.losesEvents) this.tellRules(execution);
      },
    });
    for (const { arn } of synthesized.machines) this.deploy(arn);
  }

  /** Makes a state machine, or makes it anew. */
  deploy(stateMachineArn: string): void {
    for (const { arn, type, definition } of this.synthesized.machines) {
      if (arn === stateMachineArn) this.stepFunctions.register(arn, definition, { type });
    }
  }

  get clock() {
    return this.stepFunctions.clock;
  }

  start(machine: IConstruct, input: JsonValue = {}, name?: string): Execution {
    return this.stepFunctions.start(this.synthesized.arnOf(logicalIdOf(machine)), { input, name });
  }

  executions(machine: IConstruct): Execution[] {
    return this.stepFunctions.executions(this.synthesized.arnOf(logicalIdOf(machine)));
  }

  /** Delivers a scheduled time, as often as the scheduler likes. */
  fire(schedule: IConstruct, scheduledTime: string, times = 1): Execution[] {
    const arn = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/Schedule`;
    const resource = this.synthesized.resource(schedule) as unknown as JsonObject;
    return new LocalSchedule(this.stepFunctions, arn, resource, this.synthesized.resolve).fire(new Date(scheduledTime), { times });
  }

  private tellRules(execution: Execution): void {
    const event = executionStatusChange(execution);
    if (event === undefined) return;
    for (const { EventPattern: { detail }, Targets } of this.synthesized.rules) {
      if (!detail.stateMachineArn.includes(execution.stateMachine.arn) || !detail.status.includes(execution.status)) continue;
      for (const { Arn, InputTransformer } of Targets) this.stepFunctions.startExecution(Arn, transformed(event, InputTransformer));
    }
  }
}

function transformed(event: JsonObject, { InputPathsMap, InputTemplate }: EventTarget['InputTransformer']): string {
  return Object.entries(InputPathsMap).reduce((text, [name, path]) => {
    const value = path.split('.').slice(1).reduce<JsonValue>((object, key) => (object as JsonObject)[key], event);
    return text.replaceAll(`<${name}>`, JSON.stringify(value));
  }, InputTemplate);
}
