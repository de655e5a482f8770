import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression, ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { ACCOUNT, ENV, newMembership, PARTNER, REGION } from './membership-app';
import { STRICT_CONTEXT } from './validation-report';
import {
  AnalysisTemplate, AnalysisTemplateSql, DefaultJobResultConfiguration, DefaultResultConfiguration, IMembership, JobLogStatus, OverlapPolicy,
  ParameterType, PaymentConfiguration, ProtectedQuery, ProtectedQueryOutput, QueryCompute, QueryLogStatus, QueryParameter, QueryRunner, ResultFormat,
  ScheduledProtectedQuery, WorkerType,
} from '../../src';

/** An app with all that there is: two memberships, a template of each type of parameter, two scheduled queries. */
export function everything(): App {
  const app = new App({ context: STRICT_CONTEXT });
  const stack = new Stack(app, 'Everything', { env: ENV });
  const key = new Key(stack, 'Key', { enableKeyRotation: true });
  const runner = memberships(stack, key);
  queries(stack, runner, key);
  return app;
}

function newBucket(stack: Stack, id: string, encryptionKey?: Key): Bucket {
  return new Bucket(stack, id, {
    encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
    encryptionKey,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, `${id}Logs`, 'access-logs'),
  });
}

function memberships(stack: Stack, key: Key): IMembership {
  const runner = newMembership(stack, {
    queryLogStatus: QueryLogStatus.ENABLED,
    jobLogStatus: JobLogStatus.ENABLED,
    defaultResultConfiguration: DefaultResultConfiguration.s3(newBucket(stack, 'Results', key), {
      resultFormat: ResultFormat.PARQUET, keyPrefix: 'overlap', singleFileOutput: true,
    }),
    defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(newBucket(stack, 'Jobs')),
    paymentConfiguration: PaymentConfiguration.of({ queryCompute: true, jobCompute: true }),
    isMetricsEnabled: true,
    tags: { team: 'analytics' },
    adoptExisting: true,
    removalPolicy: RemovalPolicy.DESTROY,
    functionLogEncryptionKey: key,
  }, 'First');
  newMembership(stack, {
    queryRunner: QueryRunner.account(PARTNER),
    defaultResultConfiguration: DefaultResultConfiguration.s3(newBucket(stack, 'Received'), {
      resultFormat: ResultFormat.CSV, role: Role.fromRoleArn(stack, 'Theirs', `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-theirs-${REGION}`),
    }),
  }, 'Second');
  const role = new Role(stack, 'Runner', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  runner.grants.runQueries(role);
  runner.grants.cancelQueries(role);
  runner.grants.read(role);
  return runner;
}

const TYPES = Object.entries(ParameterType).filter(([, type]) => type instanceof ParameterType) as [string, ParameterType][];

/** A date, except for types that no date is of. */
function valueOf(type: string): QueryParameter {
  if (/^(BYTE|TINYINT|SHORT|SMALLINT|INT|INTEGER|LONG|BIGINT|DECIMAL|NUMERIC|REAL|FLOAT|DOUBLE|DOUBLE_PRECISION)$/.test(type)) return QueryParameter.literal('7');
  return type === 'BOOLEAN' ? QueryParameter.literal('true') : QueryParameter.scheduledDate();
}

function queries(stack: Stack, membership: IMembership, key: Key): void {
  const template = new AnalysisTemplate(stack, 'Template', {
    membership,
    sql: AnalysisTemplateSql.fromInline(`SELECT ${TYPES.map(([name]) => `:${name}`).join(', ')}, :minimum`),
    parameters: [...TYPES.map(([name, type]) => ({ name, type })), { name: 'minimum', type: ParameterType.INTEGER, defaultValue: '2' }],
    description: 'each type of parameter',
    detailedErrorMessages: true,
  });
  const results = newBucket(stack, 'Elsewhere', key);
  const nightly = new ScheduledProtectedQuery(stack, 'Nightly', {
    membership,
    schedule: ScheduleExpression.cron({ hour: '3', minute: '0' }),
    query: ProtectedQuery.fromAnalysisTemplate(template, {
      parameters: Object.fromEntries(TYPES.map(([name]) => [name, valueOf(name)])),
      output: ProtectedQueryOutput.distribute([
        ProtectedQueryOutput.member(PARTNER),
        ProtectedQueryOutput.s3(results, { resultFormat: ResultFormat.CSV, keyPrefix: 'nightly/', singleFileOutput: true }),
      ]),
      compute: QueryCompute.workers(WorkerType.CR_4X, 2, { sparkProperties: { 'spark.sql.shuffle.partitions': '8' } }),
    }),
    timeout: Duration.hours(2),
    maxQueueTime: Duration.hours(1),
    overlap: OverlapPolicy.ALLOW,
    enabled: false,
    start: new Date('2027-01-01'),
    end: new Date('2028-01-01'),
    timeWindow: TimeWindow.flexible(Duration.minutes(5)),
    scheduleGroup: new ScheduleGroup(stack, 'Group'),
    description: 'each option',
    deadLetterQueue: Queue.fromQueueArn(stack, 'Undelivered', `arn:aws:sqs:${REGION}:${ACCOUNT}:undelivered`),
    retryAttempts: 0,
    maxEventAge: Duration.hours(1),
    logRetention: RetentionDays.ONE_MONTH,
    encryptionKey: key,
  });
  nightly.alarmOnFailure('NightlyFailed');
  nightly.grants.startExecution(Role.fromRoleName(stack, 'Operator', 'operator'));
  nightly.grants.stopExecution(new Role(stack, 'Stopper', { assumedBy: new ServicePrincipal('states.amazonaws.com') }));
  new ScheduledProtectedQuery(stack, 'Hourly', {
    membership, schedule: ScheduleExpression.rate(Duration.hours(1)), query: ProtectedQuery.sql('SELECT 1'),
  });
}
