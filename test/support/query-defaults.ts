import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression, ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import { DefaultRows, Synthesis, synthesized, textOf, without } from './default-rows';
import { ACCOUNT, ENV, MEMBERSHIP_ARN, newStack, REGION } from './membership-app';
import { DAY, importedMembership, machineFor, newScheduled, partnerTemplate, synthesizedFor } from './query-app';
import {
  AnalysisParameter, AnalysisRuleType, AnalysisTemplate, AnalysisTemplateAttributes, AnalysisTemplateProps, AnalysisTemplateQueryOptions,
  AnalysisTemplateSql, DateFormat, FailureAlarmOptions, OverlapPolicy, ParameterType, ProtectedQuery, ProtectedQueryOptions, ProtectedQueryOutput,
  ProtectedQueryOutputS3Options, QueryCompute, QueryComputeOptions, QueryParameter, ResultFormat, RunProtectedQueryProps,
  ScheduledDateOptions, ScheduledProtectedQueryProps, TableAssociation, WorkerType,
} from '../../src';

const elsewhere = newStack(ENV);
const aBucket = Bucket.fromBucketName(elsewhere, 'Bucket', 'results');
const aKey = Key.fromKeyArn(elsewhere, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
const aQueue = Queue.fromQueueArn(elsewhere, 'Queue', `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`);
const aGroup = ScheduleGroup.fromScheduleGroupName(elsewhere, 'Group', 'nightly');

const tableWith = (ruleType: AnalysisRuleType) => TableAssociation.fromTableAssociationAttributes(elsewhere, `Table${ruleType}`, {
  tableAssociationArn: `${MEMBERSHIP_ARN}/configuredtableassociation/e1b2c3d4-5678-90ab-cdef-111122223333`, ruleType,
});
const [otherTable, listedTable] = [AnalysisRuleType.CUSTOM, AnalysisRuleType.LIST].map(tableWith);

const newTemplate = (props: Partial<AnalysisTemplateProps>, id = 'Template') => synthesized((stack) => new AnalysisTemplate(stack, id, {
  membership: importedMembership(stack),
  sql: AnalysisTemplateSql.fromInline(props.parameters === undefined ? 'SELECT 1' : 'SELECT :day'),
  ...props,
}));
const withTemplate: Synthesis<AnalysisTemplateProps> = (props) => newTemplate(props);
const nameOf = (template: unknown) => /"Name":"(Stack[^"]*)"/.exec(textOf(template, 'AWS::CleanRooms::AnalysisTemplate'))?.[1];

/** What the service is asked to start, or why the app is refused. */
function requested(queryIn: (stack: Stack) => ProtectedQuery): unknown {
  const stack = newStack(ENV);
  let machine;
  try {
    machine = machineFor({ query: queryIn(stack) }, stack);
  } catch (error) {
    return (error as Error).message;
  }
  const { States } = synthesizedFor(machine).definition(machine);
  const start = States['Overlap: Start query'] as unknown as { Arguments: JsonObject };
  return { ...start.Arguments, asked: Object.values(States).map((state) => (state as unknown as { Assign?: JsonObject }).Assign ?? {}) };
}

const DAY_GIVEN = { parameters: { day: QueryParameter.literal('2026-11-22') } };
const sql: Synthesis<ProtectedQueryOptions> = (options) => requested(() => ProtectedQuery.sql('SELECT 1', options));
const ofTemplate: Synthesis<AnalysisTemplateQueryOptions> = (options) => requested((stack) =>
  ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), options));
const ofImported: Synthesis<AnalysisTemplateAttributes> = ({ parameters }) => requested((stack) =>
  ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, parameters), DAY_GIVEN));
const ofDeclared: Synthesis<AnalysisParameter> = (parameter) => requested((stack) =>
  ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, [{ ...DAY, ...parameter }])));
const toS3: Synthesis<ProtectedQueryOutputS3Options> = (options) => sql({
  output: ProtectedQueryOutput.s3(aBucket, { resultFormat: ResultFormat.CSV, ...options }),
});
const withCompute: Synthesis<QueryComputeOptions> = (options) => sql({ compute: QueryCompute.workers(WorkerType.CR_1X, 4, options) });

const withRun: Synthesis<RunProtectedQueryProps> = (props) => synthesized((stack) => machineFor(props, stack));
const dayOf = (options: ScheduledDateOptions) =>
  ProtectedQuery.fromAnalysisTemplate(partnerTemplate(elsewhere, [DAY], `Template${elsewhere.node.children.length}`), {
    parameters: { day: QueryParameter.scheduledDate(options) },
  });
const withDate: Synthesis<ScheduledDateOptions> = (options) => withRun({ query: dayOf(options) });
const withSchedule: Synthesis<ScheduledProtectedQueryProps> = (props) => synthesized((stack) => newScheduled(stack, props));
/** A schedule depends on its group, which must be of the same app. */
const inGroup: Synthesis<ScheduledProtectedQueryProps> = ({ scheduleGroup }) => synthesized((stack) => newScheduled(stack, {
  scheduleGroup: scheduleGroup && ScheduleGroup.fromScheduleGroupName(stack, 'Group', scheduleGroup.scheduleGroupName),
}));

const lacks = (type: string) => (property: string) => (template: unknown) => expect(textOf(template, type)).not.toContain(`"${property}"`);
const templateWithout = lacks('AWS::CleanRooms::AnalysisTemplate');
const scheduleWithout = lacks('AWS::Scheduler::Schedule');

const withAlarm: Synthesis<FailureAlarmOptions> = (options) => synthesized((stack) => newScheduled(stack).alarmOnFailure('Alarm', options));

export const QUERY_DEFAULTS: DefaultRows = {
  'FailureAlarmOptions.period': {
    synthesis: withAlarm, other: { period: Duration.hours(1) }, given: { period: Duration.minutes(5) }, documented: 'Duration.minutes(5)',
  },
  'FailureAlarmOptions.includeAborted': {
    synthesis: withAlarm, other: { includeAborted: false }, given: { includeAborted: true }, documented: 'true',
  },
  'FailureAlarmOptions.includeSkipped': {
    synthesis: withAlarm, other: { includeSkipped: true }, given: { includeSkipped: false }, documented: 'false',
  },
  'AnalysisTemplateProps.parameters': { synthesis: withTemplate, other: { parameters: [DAY] }, like: templateWithout('AnalysisParameters') },
  'AnalysisTemplateProps.tables': {
    synthesis: (props: Partial<AnalysisTemplateProps>) => {
      try {
        return newTemplate({ ...props, sql: AnalysisTemplateSql.fromInline('SELECT 1 FROM views') });
      } catch (error) {
        return (error as Error).message;
      }
    },
    other: { tables: [] },
    like: templateWithout('Tables'),
  },
  'AnalysisTemplateProps.analysisTemplateName': {
    synthesis: withTemplate,
    other: { analysisTemplateName: 'overlap' },
    like: (template) => {
      const others = [newTemplate({}, 'Other'), newTemplate({ sql: AnalysisTemplateSql.fromInline('SELECT 2') }), newTemplate({ parameters: [DAY] }),
        newTemplate({ parameters: [{ name: 'day', type: ParameterType.STRING }] })];
      expect(nameOf(template)).toMatch(/^StackTemplate\w*-[0-9a-f]{8}$/);
      expect(new Set([template, ...others].map(nameOf)).size).toBe(5);
      expect(nameOf(newTemplate({}))).toBe(nameOf(template));
    },
  },
  'AnalysisTemplateProps.description': { synthesis: withTemplate, other: { description: 'overlap' }, like: templateWithout('Description') },
  'AnalysisTemplateProps.detailedErrorMessages': {
    synthesis: withTemplate, other: { detailedErrorMessages: true }, given: { detailedErrorMessages: false }, documented: 'false',
  },
  'AnalysisTemplateAttributes.parameters': {
    synthesis: ofImported, other: { parameters: [] }, like: (request) => expect(request).toHaveProperty('SqlParameters.AnalysisTemplateArn'),
  },
  'AnalysisParameter.defaultValue': {
    synthesis: ofDeclared, other: { defaultValue: '2026-11-22' }, like: (refusal) => expect(refusal).toMatch(/`query.parameters` must give day/),
  },
  'ProtectedQueryOptions.output': {
    synthesis: sql, other: { output: ProtectedQueryOutput.member(ACCOUNT) }, like: (request) => expect(request).not.toHaveProperty('ResultConfiguration'),
  },
  'ProtectedQueryOptions.compute': {
    synthesis: sql,
    other: { compute: QueryCompute.workers(WorkerType.CR_1X, 2) },
    like: (request) => expect(request).not.toHaveProperty('ComputeConfiguration'),
  },
  'ProtectedQueryOptions.tables': {
    synthesis: sql, other: { tables: [otherTable, listedTable] }, like: (request) => expect(request).toHaveProperty('SqlParameters.QueryString'),
  },
  'AnalysisTemplateQueryOptions.parameters': {
    synthesis: ofTemplate, other: DAY_GIVEN, like: (request) => expect(request).not.toHaveProperty('SqlParameters.Parameters'),
  },
  'ProtectedQueryOutputS3Options.keyPrefix': { synthesis: toS3, other: { keyPrefix: 'overlap/' }, like: without('KeyPrefix') },
  'QueryComputeOptions.sparkProperties': { synthesis: withCompute, other: { sparkProperties: { 'spark.x': '1' } }, like: without('Properties') },
  'ScheduledDateOptions.ago': {
    synthesis: withDate, other: { ago: Duration.days(1) }, given: { ago: Duration.days(0) }, documented: 'Duration.days(0)',
  },
  'ScheduledDateOptions.format': {
    synthesis: withDate, other: { format: DateFormat.of('[Y0001]-[M01]-[D1o]') }, given: { format: DateFormat.DATE }, documented: 'DateFormat.DATE',
  },
  'ScheduledDateOptions.timeZone': {
    synthesis: withDate,
    other: { timeZone: TimeZone.EUROPE_BERLIN },
    like: (template) => {
      const day = (timeZone?: TimeZone) => ({ query: dayOf({ timeZone }), schedule: ScheduleExpression.cron({ timeZone: TimeZone.EUROPE_BERLIN }) });
      expect(withSchedule(day())).toEqual(withSchedule(day(TimeZone.EUROPE_BERLIN)));
      expect(template).toEqual(withDate({ timeZone: TimeZone.ETC_UTC }));
    },
  },
  'RunProtectedQueryProps.timeout': {
    synthesis: withRun, other: { timeout: Duration.hours(11) }, given: { timeout: Duration.hours(12) }, documented: 'Duration.hours(12)',
  },
  'RunProtectedQueryProps.maxQueueTime': {
    synthesis: withRun, other: { maxQueueTime: Duration.hours(1) }, given: { maxQueueTime: Duration.hours(2) }, documented: 'Duration.hours(2)',
  },
  'RunProtectedQueryProps.retryFailures': { synthesis: withRun, other: { retryFailures: 1 }, given: { retryFailures: 0 }, documented: '0' },
  'ScheduledProtectedQueryProps.overlap': {
    synthesis: withSchedule, other: { overlap: OverlapPolicy.ALLOW }, given: { overlap: OverlapPolicy.SKIP }, documented: 'OverlapPolicy.SKIP',
  },
  'ScheduledProtectedQueryProps.enabled': { synthesis: withSchedule, other: { enabled: false }, given: { enabled: true }, documented: 'true' },
  'ScheduledProtectedQueryProps.start': { synthesis: withSchedule, other: { start: new Date('2027-01-01') }, like: scheduleWithout('StartDate') },
  'ScheduledProtectedQueryProps.end': { synthesis: withSchedule, other: { end: new Date('2027-01-01') }, like: scheduleWithout('EndDate') },
  'ScheduledProtectedQueryProps.timeWindow': {
    synthesis: withSchedule,
    other: { timeWindow: TimeWindow.flexible(Duration.minutes(5)) },
    given: { timeWindow: TimeWindow.off() },
    documented: 'TimeWindow.off()',
  },
  'ScheduledProtectedQueryProps.scheduleGroup': {
    synthesis: inGroup, other: { scheduleGroup: aGroup }, like: (template) => expect(textOf(template, 'AWS::Scheduler::Schedule')).toContain('"GroupName":"Stack-CleanRoomsQueryScheduleGroup-'),
  },
  'ScheduledProtectedQueryProps.description': { synthesis: withSchedule, other: { description: 'nightly' }, like: scheduleWithout('Description') },
  'ScheduledProtectedQueryProps.deadLetterQueue': { synthesis: withSchedule, other: { deadLetterQueue: aQueue }, like: scheduleWithout('DeadLetterConfig') },
  'ScheduledProtectedQueryProps.retryAttempts': { synthesis: withSchedule, other: { retryAttempts: 0 }, given: { retryAttempts: 185 }, documented: '185' },
  'ScheduledProtectedQueryProps.maxEventAge': {
    synthesis: withSchedule, other: { maxEventAge: Duration.hours(1) }, given: { maxEventAge: Duration.hours(24) }, documented: 'Duration.hours(24)',
  },
  'ScheduledProtectedQueryProps.logRetention': {
    synthesis: withSchedule,
    other: { logRetention: RetentionDays.ONE_DAY },
    given: { logRetention: RetentionDays.ONE_YEAR },
    documented: 'RetentionDays.ONE_YEAR',
  },
  'ScheduledProtectedQueryProps.encryptionKey': { synthesis: withSchedule, other: { encryptionKey: aKey }, like: without('EncryptionConfiguration') },
};
