import { App, Duration, Lazy, Stack, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression, ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  AnalysisParameter, DefaultResultConfiguration, Membership, OverlapPolicy, ParameterType, ProtectedQuery, QueryParameter, ResultFormat,
  ScheduledProtectedQuery,
  ScheduledProtectedQueryProps,
} from '../../src';
import {
  ENV, logicalIdOf, MEMBERSHIP, MEMBERSHIP_ARN, messagesOf, newMembership, newStack, PARTNER_MEMBERSHIP, resourceOf, resourcesOf, TemplateResource,
} from '../support/membership-app';
import { DAY, importedMembership, newScheduled, partnerTemplate, refusalOf } from '../support/query-app';

const MACHINE = 'AWS::StepFunctions::StateMachine';
const SHARED = ['CleanRoomsQueryCanceller', 'CleanRoomsQueryDispatcher', 'CleanRoomsQueryFinder'] as const;

interface Statement { readonly Action: string | string[]; readonly Resource: unknown }

/** The state machine of a scheduled query, or one that all share. */
function machineOf(stack: Stack, id: 'Nightly' | (typeof SHARED)[number]): TemplateResource {
  const [found, ...others] = Object.entries(Template.fromStack(stack).findResources(MACHINE)).filter(([logicalId]) => logicalId.startsWith(`${id}StateMachine`));
  expect(others).toEqual([]);
  return found[1] as TemplateResource;
}

/** What the role of a construct may do, besides writing logs. */
/** X-Ray knows no resources. */
function isNoTracing([actions]: [string[], unknown]): boolean {
  return !actions.every((action) => action.startsWith('xray:'));
}

function rightsOf(stack: Stack, id: string): [string[], unknown][] {
  const template = Template.fromStack(stack);
  const all = { ...template.findResources('AWS::IAM::Policy'), ...template.findResources('AWS::IAM::ManagedPolicy') };
  const policies = Object.entries(all).filter(([logicalId]) => logicalId.startsWith(id));
  return policies.flatMap(([, { Properties }]) => (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement)
    .map(({ Action, Resource }): [string[], unknown] => [[Action].flat(), Resource])
    .filter(([actions]) => !actions.some((action) => action.startsWith('logs:')));
}

const scheduleOf = (props: Partial<ScheduledProtectedQueryProps> = {}, stack = newStack(ENV)) => {
  newScheduled(stack, props);
  return resourceOf(stack, 'AWS::Scheduler::Schedule').Properties as { [name: string]: unknown; Target: { [name: string]: unknown } };
};

test('nothing is said about what all queries of a stack share', () => {
  const stack = newStack(ENV);
  newScheduled(stack);
  expect(messagesOf(stack, 'Info')).toEqual([]);
});

describe('the schedule', () => {
  test('starts the dispatcher with what it needs to know', () => {
    const stack = newStack(ENV);
    const scheduled = newScheduled(stack);
    const { Target, ...more } = scheduleOf({}, newStack(ENV));
    expect(more).toEqual({
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      GroupName: scheduled.scheduleGroup.scheduleGroupName,
    });
    expect(Target).toEqual({
      Arn: { Ref: expect.stringMatching(/^CleanRoomsQueryDispatcherStateMachine/) as string },
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^SchedulerRole/), 'Arn'] },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      Input: {
        'Fn::Join': ['', [
          '{"stateMachineArn":"', { Ref: logicalIdOf(scheduled.stateMachine) }, '","overlap":"SKIP","scheduledTime":"<aws.scheduler.scheduled-time>"}',
        ]],
      },
    });
  });

  test.each<[string, Partial<ScheduledProtectedQueryProps>, object]>([
    ['an expression in a time zone', { schedule: ScheduleExpression.rate(Duration.hours(6)) }, { ScheduleExpression: 'rate(6 hours)' }],
    ['a single time', { schedule: ScheduleExpression.at(new Date('2026-12-24T18:00:00Z'), TimeZone.EUROPE_BERLIN) },
      { ScheduleExpression: 'at(2026-12-24T18:00:00)', ScheduleExpressionTimezone: 'Europe/Berlin' }],
    ['being off', { enabled: false }, { State: 'DISABLED' }],
    ['being on', { enabled: true }, { State: 'ENABLED' }],
    ['its bounds', { start: new Date('2026-12-01T00:00:00Z'), end: new Date('2027-01-01T00:00:00Z') }, { StartDate: '2026-12-01T00:00:00.000Z', EndDate: '2027-01-01T00:00:00.000Z' }],
    ['a window', { timeWindow: TimeWindow.flexible(Duration.minutes(15)) }, { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } }],
    ['a description', { description: 'every night' }, { Description: 'every night' }],
    ['retries', { retryAttempts: 0, maxEventAge: Duration.minutes(5) }, { Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 } } }],
    ['overlap', { overlap: OverlapPolicy.ALLOW }, { Target: { Input: { 'Fn::Join': ['', [expect.anything(), expect.anything(), expect.stringContaining('"overlap":"ALLOW"')]] } } }],
  ])('has %s', (_what, props, properties) => {
    expect(scheduleOf(props)).toMatchObject(properties);
  });

  test('has a group of the stack\'s own, which goes with the stack', () => {
    const stack = newStack(ENV);
    const [nightly, weekly] = [newScheduled(stack), newScheduled(stack, {}, 'Weekly')];
    expect(nightly.scheduleGroup).toBe(weekly.scheduleGroup);
    const [group, ...others] = Object.entries(Template.fromStack(stack).findResources('AWS::Scheduler::ScheduleGroup'));
    expect(others).toEqual([]);
    expect(group[1].DeletionPolicy).toBe('Delete');
    for (const { Properties, DependsOn } of resourcesOf(stack, 'AWS::Scheduler::Schedule')) {
      expect(Properties.GroupName).toBe((group[1].Properties as { Name: string }).Name);
      expect(DependsOn).toContain(group[0]);
    }
  });

  test('has a group and a queue for what it could not deliver', () => {
    const stack = newStack(ENV);
    const [scheduleGroup, deadLetterQueue] = [new ScheduleGroup(stack, 'Group'), new Queue(stack, 'Queue')];
    expect(scheduleOf({ scheduleGroup, deadLetterQueue }, stack)).toMatchObject({
      GroupName: scheduleGroup.scheduleGroupName,
      Target: { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [logicalIdOf(deadLetterQueue), 'Arn'] } } },
    });
    expect(resourceOf(stack, 'AWS::Scheduler::Schedule').DependsOn).toContain(logicalIdOf(scheduleGroup));
  });
});

describe('the state machine', () => {
  test('is STANDARD and logs the states, neither SQL nor values', () => {
    const stack = newStack(ENV);
    newScheduled(stack);
    expect(machineOf(stack, 'Nightly').Properties).not.toHaveProperty('StateMachineType');
    for (const id of ['Nightly', ...SHARED] as const) {
      expect(machineOf(stack, id).Properties.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    }
    expect(resourcesOf(stack, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays)).toEqual([365, 365, 365, 365]);
  });

  test('keeps its log as long as is said', () => {
    const stack = newStack(ENV);
    newScheduled(stack, { logRetention: RetentionDays.ONE_WEEK });
    expect(resourcesOf(stack, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays).sort()).toEqual([365, 365, 365, 7]);
  });

  test('logs into groups that take no room in the resource policies of the region, named after stack and path', () => {
    const stack = new Stack(new App(), 'Id', { env: ENV, stackName: 'Queries' });
    newScheduled(stack);
    newScheduled(stack, { schedule: ScheduleExpression.rate(Duration.hours(1)) }, 'A, b');
    const names = resourcesOf(stack, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.LogGroupName as string);
    expect(names.map((name) => name.replace(/-[0-9a-f]{8}$/, '')).sort()).toEqual(
      ['A--b', ...SHARED, 'Nightly'].map((path) => `/aws/vendedlogs/states/Queries/${path}`),
    );
    expect(new Set(names).size).toBe(5);
  });

  test('is encrypted by a key, which the canceller and the finder may use to read what happened', () => {
    const stack = newStack(ENV);
    const encryptionKey = new Key(stack, 'Key');
    newScheduled(stack, { encryptionKey });
    const arn = { 'Fn::GetAtt': [logicalIdOf(encryptionKey), 'Arn'] };
    expect(machineOf(stack, 'Nightly').Properties.EncryptionConfiguration).toMatchObject({ Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: arn });
    for (const id of ['CleanRoomsQueryCanceller', 'CleanRoomsQueryFinder']) expect(rightsOf(stack, id)).toContainEqual([['kms:Decrypt'], arn]);
    expect(rightsOf(stack, 'CleanRoomsQueryDispatcher').flatMap(([actions]) => actions).filter((action) => action.startsWith('kms:'))).toEqual([]);
  });

  test('is made when the whole membership is done, for results have somewhere to go only then', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Bucket'), { resultFormat: ResultFormat.CSV }) });
    newScheduled(stack, { membership });
    const [configuration] = Object.keys(Template.fromStack(stack).findResources('Custom::CleanRoomsResultConfiguration'));
    expect(machineOf(stack, 'Nightly').DependsOn).toEqual(expect.arrayContaining([logicalIdOf(membership), configuration]));
  });

  test('is checked as any run of a query', () => {
    expect(refusalOf(() => newScheduled(newStack(ENV), { timeout: Duration.hours(25) })))
      .toBe('`timeout` must be 60 seconds to 24 hours, got \'1 day 1 hour\': choose another duration');
    expect(refusalOf(() => newScheduled(newStack(ENV), { maxQueueTime: Duration.hours(25) }))).toMatch(/^`maxQueueTime` must be/);
    expect(refusalOf(() => newScheduled(newStack(ENV), { query: ProtectedQuery.sql('') }))).toMatch(/^`query.sql` must not be empty/);
  });
});

describe('two schedules in a stack', () => {
  const stack = newStack(ENV);
  const other = Membership.fromMembershipAttributes(stack, 'Other', { membershipIdentifier: PARTNER_MEMBERSHIP });
  const scheduled = [newScheduled(stack), newScheduled(stack, { membership: other }, 'Weekly')];
  const refs = scheduled.map(({ stateMachine }) => ({ Ref: logicalIdOf(stateMachine) }));
  const resources = (id: string, action: string) =>
    JSON.stringify(rightsOf(stack, id).filter(([actions]) => actions.includes(action)).map(([, resource]) => resource));

  test('share one dispatcher, one canceller and one finder', () => {
    expect(Object.keys(Template.fromStack(stack).findResources(MACHINE)).map((id) => id.replace(/StateMachine.*/, '')).sort())
      .toEqual([...SHARED, 'Nightly', 'Weekly']);
    for (const id of SHARED) {
      expect(machineOf(stack, id).Properties.StateMachineType).toBe('EXPRESS');
    }
  });

  test('the dispatcher may start both, and nothing else', () => {
    for (const action of ['states:StartExecution', 'states:ListExecutions']) {
      for (const ref of refs) expect(resources('CleanRoomsQueryDispatcherStateMachineRole', action)).toContain(JSON.stringify(ref));
    }
    const rights = rightsOf(stack, 'CleanRoomsQueryDispatcherStateMachineRole').filter(isNoTracing);
    expect([...new Set(rights.flatMap(([actions]) => actions))].sort())
      .toEqual(['cloudwatch:PutMetricData', 'states:DescribeExecution', 'states:ListExecutions', 'states:StartExecution']);
    expect(rights.filter(([, resource]) => JSON.stringify(resource).includes('"*"')).map(([actions]) => actions)).toEqual([['cloudwatch:PutMetricData']]);
  });

  const ACTIONS_OF_FINDER = ['cleanrooms:GetProtectedQuery', 'cleanrooms:ListProtectedQueries', 'states:GetExecutionHistory', 'states:ListExecutions'];
  const ACTIONS_OF_CANCELLER = [
    'cleanrooms:GetProtectedQuery', 'cleanrooms:UpdateProtectedQuery', 'states:DescribeExecution', 'states:GetExecutionHistory', 'states:StartSyncExecution',
  ];

  test.each<[string, string, string[]]>([
    ['the canceller may read both histories, cancel in both memberships, ask the finder', 'CleanRoomsQueryCancellerStateMachineRole', ACTIONS_OF_CANCELLER],
    ['the finder may read both histories and look into both memberships', 'CleanRoomsQueryFinder', ACTIONS_OF_FINDER],
  ])('%s, and nothing else', (_what, id, all) => {
    for (const action of all.filter((name) => /^states:(Describe|Get|List)/.test(name))) {
      for (const ref of refs) expect(resources(id, action)).toContain(ref.Ref);
    }
    for (const action of all.filter((name) => name.startsWith('cleanrooms:'))) {
      for (const identifier of [MEMBERSHIP, PARTNER_MEMBERSHIP]) expect(resources(id, action)).toContain(`membership/${identifier}`);
    }
    const rights = rightsOf(stack, id).filter(isNoTracing);
    expect([...new Set(rights.flatMap(([actions]) => actions))].sort()).toEqual(all);
    expect(JSON.stringify(rights)).not.toContain('"*"');
  });

  test('each is told of to the canceller with its membership when it is stopped', () => {
    const rules = resourcesOf(stack, 'AWS::Events::Rule').map(({ Properties }) => Properties as {
      EventPattern: { detail: { stateMachineArn: unknown[]; status: string[] } }; Targets: { InputTransformer: { InputTemplate: string } }[];
    });
    expect(rules.map(({ EventPattern: { detail } }) => detail)).toEqual(refs.map((ref) => ({ stateMachineArn: [ref], status: ['ABORTED', 'FAILED', 'TIMED_OUT'] })));
    expect(rules.map(({ Targets: [{ InputTransformer }] }) => JSON.parse(InputTransformer.InputTemplate.replace(/<(.*?)>/g, '"$1"')) as object))
      .toEqual([MEMBERSHIP, PARTNER_MEMBERSHIP].map((membershipIdentifier) => ({
        membershipIdentifier, executionArn: 'detail-executionArn', status: 'detail-status', to: 'detail-stopDate',
      })));
  });

  test('a value by default can have what would begin a placeholder of the rule\'s input', () => {
    const own = newStack(ENV);
    const marked: AnalysisParameter = { name: 'mark', type: ParameterType.STRING, defaultValue: '<b> & <executionArn>' };
    newScheduled(own, { query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(own, [marked])) });
    const [{ Targets: [{ InputTransformer: { InputTemplate } }] }] = resourcesOf(own, 'AWS::Events::Rule').map(({ Properties }) =>
      Properties as { Targets: { InputTransformer: { InputTemplate: string } }[] });
    expect(InputTemplate.match(/<[^>]*>/g)).toEqual(['<detail-executionArn>', '<detail-status>', '<detail-stopDate>']);
    const { defaults } = JSON.parse(InputTemplate.replace(/<.*?>/g, '0')) as { defaults: string };
    expect(JSON.parse(defaults)).toEqual({ mark: '<b> & <executionArn>' });
  });

  test('a schedule in another stack has its own', () => {
    const app = new App();
    const stacks = ['A', 'B'].map((id) => new Stack(app, id, { env: ENV }));
    stacks.forEach((own) => newScheduled(own));
    for (const own of stacks) expect(resourcesOf(own, MACHINE)).toHaveLength(4);
  });
});

describe('the template', () => {
  const templateOf = (count: number) => {
    const stack = newStack(ENV);
    const query = ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, [DAY]), {
      parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1), timeZone: TimeZone.EUROPE_BERLIN }) },
    });
    const membership = importedMembership(stack);
    for (let index = 0; index < count; index += 1) newScheduled(stack, { membership, query }, `Nightly${index}`);
    return Template.fromStack(stack).toJSON() as { Mappings: { [id: string]: { States: object } } };
  };
  const [two, three] = [2, 3].map(templateOf);

  test('takes 10,000 bytes for each further schedule at most', () => {
    expect(JSON.stringify(three).length - JSON.stringify(two).length).toBeLessThanOrEqual(10_000);
  });

  test('holds once what is the same in all of them', () => {
    expect(three.Mappings).toEqual(two.Mappings);
    expect(Object.values(three.Mappings).map(({ States }) => Object.keys(States).length)).toEqual([1]);
  });
});

describe('many schedules in a stack', () => {
  const stack = newStack(ENV);
  const encryptionKey = new Key(stack, 'Key');
  for (let index = 0; index < 20; index += 1) newScheduled(stack, { encryptionKey }, `An overlap with a long name indeed ${index}`);
  const policies = resourcesOf(stack, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) => JSON.stringify(Properties.Roles ?? []).includes('Finder'));

  test('are read by the finder through policies that are not too large', () => {
    expect(policies).toHaveLength(3);
    for (const { Properties } of policies) {
      // References become ARNs: that of a state machine has 136 characters at most, that of a key 75.
      const text = JSON.stringify(Properties.PolicyDocument)
        .replace(/\{"Fn::GetAtt":\["\w+","Name"\]\}/g, 'x'.repeat(80)).replace(/\{"Fn::GetAtt":\["\w+","Arn"\]\}/g, 'x'.repeat(75))
        .replace(/\{"Ref":"AWS::Partition"\}/g, 'aws').replace(/\{"Fn::Join":\["",\[(.*?),":\*"\]\]\}/g, '$1:*')
        .replace(/\{"Ref":"\w+"\}/g, 'x'.repeat(136));
      expect(text).not.toContain('Fn::');
      expect(text.length).toBeLessThan(6144);
    }
  });

  test('all of them', () => {
    const read = policies.flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
      .filter(({ Action }) => Action === 'states:ListExecutions').flatMap(({ Resource }) => Resource);
    expect(read).toHaveLength(20);
  });
});

describe('a stop that EventBridge cannot deliver', () => {
  const stack = newStack(ENV);
  const scheduled = [newScheduled(stack), newScheduled(stack, {}, 'Weekly')];
  const queues = Template.fromStack(stack).findResources('AWS::SQS::Queue');
  const [queue, ...others] = Object.keys(queues);

  test('is kept in one queue of the stack for two weeks, encrypted', () => {
    expect(others).toEqual([]);
    expect(queues[queue].Properties).toEqual({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    for (const { Properties: { Targets } } of resourcesOf(stack, 'AWS::Events::Rule')) {
      expect(Targets).toMatchObject([{ DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } } }]);
    }
  });

  test('is put there by the rules of this stack alone, and over TLS', () => {
    const { PolicyDocument: { Statement: statements } } = resourceOf(stack, 'AWS::SQS::QueuePolicy').Properties as
      { PolicyDocument: { Statement: { Effect: string; Principal: unknown; Action: string; Condition: unknown }[] } };
    const rules = Object.keys(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    expect(rules).toHaveLength(scheduled.length);
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toMatchObject([{
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => ({ 'Fn::GetAtt': [rule, 'Arn'] })) } },
    }]);
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([{ Principal: { AWS: '*' }, Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
  });
});

describe('grants', () => {
  const grantedBy = (grant: (scheduled: ScheduledProtectedQuery, role: Role) => { assertSuccess(): void }) => {
    const stack = newStack(ENV);
    const scheduled = newScheduled(stack);
    grant(scheduled, new Role(stack, 'Person', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })).assertSuccess();
    return { rights: rightsOf(stack, 'Person'), ref: { Ref: logicalIdOf(scheduled.stateMachine) } };
  };

  test('to start a run by hand', () => {
    const { rights, ref } = grantedBy(({ grants }, role) => grants.startExecution(role));
    expect(rights).toEqual([[['states:StartExecution'], ref]]);
  });

  test('to stop a run', () => {
    const { rights, ref } = grantedBy(({ grants }, role) => grants.stopExecution(role));
    expect(rights.map(([actions]) => actions)).toEqual([['states:StopExecution']]);
    expect(JSON.stringify(rights)).toContain(JSON.stringify(ref));
    expect(JSON.stringify(rights)).toContain(':execution:');
  });
});

describe('what is told of runs', () => {
  const target: IRuleTarget = { bind: () => ({ arn: 'arn:aws:sns:eu-central-1:111122223333:wake-me' }) };
  const pattern = (scheduled: ScheduledProtectedQuery, status: string[]) => ({
    'source': ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    'detail': { stateMachineArn: [{ Ref: logicalIdOf(scheduled.stateMachine) }], status },
  });

  test('onSucceeded and onFailed are rules with any target', () => {
    const stack = newStack(ENV);
    const scheduled = newScheduled(stack);
    scheduled.onSucceeded('Good', { target, ruleName: 'good', description: 'd' });
    scheduled.onFailed('Bad', { target, eventPattern: { account: ['111122223333'] } });
    const rules = resourcesOf(stack, 'AWS::Events::Rule').map(({ Properties }) => Properties).filter(({ Targets }) => JSON.stringify(Targets).includes('wake-me'));
    expect(rules).toMatchObject([
      { Name: 'good', Description: 'd', EventPattern: pattern(scheduled, ['SUCCEEDED']) },
      { EventPattern: { ...pattern(scheduled, ['FAILED', 'TIMED_OUT', 'ABORTED']), account: ['111122223333'] } },
    ]);
  });

  test('a rule can be given its target later', () => {
    const stack = newStack(ENV);
    newScheduled(stack).onFailed('Bad').addTarget(target);
    expect(JSON.stringify(resourcesOf(stack, 'AWS::Events::Rule'))).toContain('wake-me');
  });

  test('an alarm says of which query it is', () => {
    const stack = newStack(ENV);
    newScheduled(stack).alarmOnFailure('Alarm');
    expect(resourceOf(stack, 'AWS::CloudWatch::Alarm').Properties.AlarmDescription)
      .toBe('the protected query of Stack/Nightly failed, or one of its stack was not started or not cancelled');
  });

  test('metrics are those of the state machine', () => {
    const stack = newStack(ENV);
    const scheduled = newScheduled(stack);
    const metrics = [scheduled.metricSucceeded(), scheduled.metricFailed(), scheduled.metricAborted(), scheduled.metricDuration()];
    expect(metrics.map(({ metricName, statistic }) => [metricName, statistic])).toEqual([
      ['ExecutionsSucceeded', 'Sum'], ['ExecutionsFailed', 'Sum'], ['ExecutionsAborted', 'Sum'], ['ExecutionTime', 'Average'],
    ]);
    for (const { dimensions = {}, period } of metrics) {
      expect([stack.resolve(dimensions.StateMachineArn), period.toSeconds()]).toEqual([{ Ref: logicalIdOf(scheduled.stateMachine) }, 300]);
    }
    expect(scheduled.metricFailed({ period: Duration.days(1) }).period.toDays()).toBe(1);
  });
});

test('a membership that is known when deployed will do', () => {
  const stack = newStack(ENV);
  const membershipIdentifier = Lazy.string({ produce: () => MEMBERSHIP });
  newScheduled(stack, { membership: Membership.fromMembershipAttributes(stack, 'Late', { membershipIdentifier }) });
  expect(JSON.stringify(rightsOf(stack, 'CleanRoomsQueryPolicy'))).toContain(MEMBERSHIP_ARN.split(':').at(-1));
});
