import { camel, items, Kind, pick, tags } from './kind';

const FUNCTION: Kind = {
  type: 'AWS::Lambda::Function',
  subject: 'functions',
  expected: (stack, logicalId) => {
    const { Code: _, Tags, ...configuration } = stack.properties(logicalId);
    return { ...configuration, Tags: tags(Tags) };
  },
  read: async (stack, logicalId, aws) => {
    const FunctionName = stack.physicalId(logicalId);
    const configuration = await aws.call<object>(stack, 'lambda', 'get_function_configuration', { FunctionName });
    const { Tags } = await aws.call<{ Tags: { [key: string]: string } }>(stack, 'lambda', 'get_function', { FunctionName });
    return {
      ...pick(configuration, stack.properties(logicalId)),
      Tags: tags(Object.entries(Tags ?? {}).map(([Key, Value]) => ({ Key, Value }))),
    };
  },
};

const INVOKE_CONFIGURATION: Kind = {
  type: 'AWS::Lambda::EventInvokeConfig',
  subject: 'functions',
  expected: (stack, logicalId) => {
    const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = stack.properties(logicalId);
    return { MaximumEventAgeInSeconds, MaximumRetryAttempts };
  },
  read: async (stack, logicalId, aws) => {
    const { FunctionName, Qualifier } = stack.properties(logicalId);
    return pick(await aws.call<object>(stack, 'lambda', 'get_function_event_invoke_config', { FunctionName, Qualifier }), stack.properties(logicalId));
  },
};

interface StateMachineAnswer {
  readonly definition: string;
  readonly type: string;
  readonly roleArn: string;
  readonly loggingConfiguration: unknown;
  readonly tracingConfiguration: unknown;
}

const STATE_MACHINE: Kind = {
  type: 'AWS::StepFunctions::StateMachine',
  subject: 'state machines',
  knownFaults: [
    { part: 'logging', gives: {}, text: 'AWS::StepFunctions::StateMachine keeps LoggingConfiguration as the template spells it, which no SDK can read' },
    { part: 'tracing', gives: undefined, text: 'AWS::StepFunctions::StateMachine loses TracingConfiguration' },
  ],
  expected: (stack, logicalId) => {
    const { DefinitionString, StateMachineType, RoleArn, LoggingConfiguration, TracingConfiguration, Tags } = stack.properties(logicalId);
    return {
      definition: JSON.parse(String(DefinitionString)),
      type: StateMachineType ?? 'STANDARD',
      role: RoleArn,
      logging: camel(LoggingConfiguration),
      tracing: camel(TracingConfiguration),
      tags: tags(Tags),
    };
  },
  read: async (stack, logicalId, aws) => {
    const stateMachineArn = stack.physicalId(logicalId);
    const machine = await aws.call<StateMachineAnswer>(stack, 'stepfunctions', 'describe_state_machine', { stateMachineArn });
    const { tags: own } = await aws.call<{ tags: { key: string; value: string }[] }>(
      stack, 'stepfunctions', 'list_tags_for_resource', { resourceArn: stateMachineArn });
    return {
      definition: JSON.parse(machine.definition),
      type: machine.type,
      role: machine.roleArn,
      logging: machine.loggingConfiguration,
      tracing: machine.tracingConfiguration,
      tags: tags(own.map(({ key, value }) => ({ Key: key, Value: value }))),
    };
  },
};

const SCHEDULE: Kind = {
  type: 'AWS::Scheduler::Schedule',
  subject: 'schedules',
  knownFaults: [{
    part: 'ScheduleExpressionTimezone',
    gives: 'UTC',
    text: 'AWS::Scheduler::Schedule loses ScheduleExpressionTimezone',
  }],
  expected: (stack, logicalId) => {
    const { Tags: _, ...properties } = stack.properties(logicalId);
    return properties;
  },
  read: async (stack, logicalId, aws) => {
    const { GroupName } = stack.properties(logicalId);
    return pick(await aws.call<object>(stack, 'scheduler', 'get_schedule', { Name: stack.physicalId(logicalId), GroupName }), stack.properties(logicalId));
  },
};

const LOG_GROUP: Kind = {
  type: 'AWS::Logs::LogGroup',
  subject: 'log groups',
  expected: (stack, logicalId) => {
    const { RetentionInDays, KmsKeyId } = stack.properties(logicalId);
    return { retentionInDays: RetentionInDays, kmsKeyId: KmsKeyId };
  },
  read: async (stack, logicalId, aws) => {
    const name = stack.physicalId(logicalId);
    const { logGroups } = await aws.call<{ logGroups: { logGroupName: string; retentionInDays?: number; kmsKeyId?: string }[] }>(
      stack, 'logs', 'describe_log_groups', { logGroupNamePrefix: name });
    const group = logGroups.find(({ logGroupName }) => logGroupName === name);
    return group && { retentionInDays: group.retentionInDays, kmsKeyId: group.kmsKeyId };
  },
};

const RULE: Kind = {
  type: 'AWS::Events::Rule',
  subject: 'rules',
  expected: (stack, logicalId) => {
    const { EventPattern, State, Targets } = stack.properties(logicalId);
    return { pattern: EventPattern, state: State, targets: items(Targets) };
  },
  read: async (stack, logicalId, aws) => {
    const Name = stack.physicalId(logicalId);
    const { EventPattern, State } = await aws.call<{ EventPattern: string; State: string }>(stack, 'events', 'describe_rule', { Name });
    const { Targets } = await aws.call<{ Targets: object[] }>(stack, 'events', 'list_targets_by_rule', { Rule: Name });
    return { pattern: JSON.parse(EventPattern), state: State, targets: Targets };
  },
};

const ALARM: Kind = {
  type: 'AWS::CloudWatch::Alarm',
  subject: 'alarms',
  knownFaults: [{ part: 'Metrics', gives: undefined, text: 'AWS::CloudWatch::Alarm refuses Metrics, so server.py deploys it without them' }],
  expected: (stack, logicalId) => {
    const { Tags: _, ...properties } = stack.properties(logicalId);
    return properties;
  },
  read: async (stack, logicalId, aws) => {
    const { MetricAlarms: [alarm] } = await aws.call<{ MetricAlarms: object[] }>(stack, 'cloudwatch', 'describe_alarms', { AlarmNames: [stack.physicalId(logicalId)] });
    return alarm && pick(alarm, stack.properties(logicalId));
  },
};

/** What runs, when, and who is told. */
export const WORKLOAD_KINDS: readonly Kind[] = [FUNCTION, INVOKE_CONFIGURATION, STATE_MACHINE, SCHEDULE, LOG_GROUP, RULE, ALARM];
