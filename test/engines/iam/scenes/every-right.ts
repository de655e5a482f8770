import { CreateMembershipCommand } from '@aws-sdk/client-cleanrooms';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { PARTNER, US } from '../../../../rehearsal/src/clean-rooms/fixtures/parties';
import {
  Collaboration, DefaultJobResultConfiguration, DefaultResultConfiguration, JobLogStatus, ProtectedQuery, ProtectedQueryOutput, QueryLogStatus,
  ResultFormat,
} from '../../../../src';
import { ENV, newMembership } from '../../../support/membership-app';
import { newScheduled } from '../../../support/query-app';
import { QueryRehearsal } from '../query-rehearsal';
import { Rehearsal, REGION } from '../rehearsal';
import { recordResult, resultBucket } from '../result-calls';
import { expectOutcome } from './overlap';

/** Whatever makes the library give a right: keys, job results, an output of a query's own, grants, leaving. */
function defineStack(app: App, collaborationIdentifier: string): void {
  const stack = new Stack(app, 'EveryRight', { env: ENV });
  const key = new Key(stack, 'Key');
  const bucket = (id: string) => new Bucket(stack, id, { encryption: BucketEncryption.KMS, encryptionKey: key, enforceSSL: true });
  const membership = newMembership(stack, {
    collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', collaborationIdentifier),
    queryLogStatus: QueryLogStatus.ENABLED,
    jobLogStatus: JobLogStatus.ENABLED,
    defaultResultConfiguration: DefaultResultConfiguration.s3(bucket('Results'), { resultFormat: ResultFormat.PARQUET, keyPrefix: 'reach' }),
    defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket('Jobs'), {}),
    removalPolicy: RemovalPolicy.DESTROY,
    adoptExisting: true,
  });
  const own = newScheduled(stack, {
    membership,
    query: ProtectedQuery.sql('SELECT 1 AS one', {
      output: ProtectedQueryOutput.distribute([
        ProtectedQueryOutput.member(PARTNER), ProtectedQueryOutput.s3(bucket('Elsewhere'), { resultFormat: ResultFormat.CSV, keyPrefix: 'nightly/' }),
      ]),
    }),
    encryptionKey: key,
    scheduleGroup: new ScheduleGroup(stack, 'Group'),
    deadLetterQueue: Queue.fromQueueArn(stack, 'Undelivered', `arn:aws:sqs:${ENV.region}:${ENV.account}:undelivered`),
  }, 'Own');
  newScheduled(stack, {
    membership, schedule: ScheduleExpression.cron({ hour: '4', minute: '0' }), query: ProtectedQuery.sql('SELECT 2 AS two'),
  }, 'Daily');
  const role = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  membership.grants.read(role('Reader'));
  membership.grants.runQueries(role('Runner'));
  membership.grants.cancelQueries(role('Canceller'));
  own.grants.startExecution(role('Starter'));
  own.grants.stopExecution(role('Stopper'));
}

export async function everyRight(rehearsal: Rehearsal): Promise<void> {
  const { endpoint } = rehearsal.parties;
  const collaborationIdentifier = rehearsal.collaborate();
  const stack = rehearsal.account.stack('EveryRight');
  const template = rehearsal.synthesize('EveryRight', (app) => defineStack(app, collaborationIdentifier));
  await rehearsal.play(stack, () => stack.deploy(template), 'CREATE_COMPLETE');
  rehearsal.queryRunner = rehearsal.membershipArn();
  await rehearsal.parties.partner.send(new CreateMembershipCommand({
    collaborationIdentifier,
    queryLogStatus: 'DISABLED',
    defaultResultConfiguration: { outputConfiguration: { s3: { bucket: 'publisher-results', resultFormat: 'CSV' } } },
  }));

  const queries = new QueryRehearsal(rehearsal);
  const ended = async (schedule: string, time: string) => (await (await queries.fire(schedule, time)).done).error ?? 'no error';
  expectOutcome('a query by the default', await ended('DailySchedule', '2026-11-20T04:00:00Z'), 'no error');
  expectOutcome('a query to a bucket of its own', await ended('OwnSchedule', '2026-11-21T03:00:00Z'), 'no error');
  endpoint.timeNextQuery({ started: 3_600_000 });
  const stopped = await queries.fire('OwnSchedule', '2026-11-22T03:00:00Z');
  await queries.fire('OwnSchedule', '2026-11-22T03:01:00Z'); // left out, for the run before it is under way
  await queries.stop(stopped);
  await queries.stopUnanswered('OwnSchedule', '2026-11-23T03:00:00Z');
  await queries.stopUnanswered('DailySchedule', '2026-11-23T04:00:00Z');
  jobResults(rehearsal);
  grantees(rehearsal, stopped.arn);
  endpoint.settings.now = () => new Date(rehearsal.account.clock.now());
  await rehearsal.play(stack, () => stack.delete(), 'DELETE_COMPLETE');
}

/** Nothing here runs a job: its results are written as those of a query are. */
function jobResults(rehearsal: Rehearsal): void {
  const role = rehearsal.resource('AWS::IAM::Role', 'MembershipJobResultWriterRole');
  recordResult(rehearsal.recorder, rehearsal.role(String(role.attributes.Arn)), {
    bucket: resultBucket(rehearsal.resource('AWS::S3::Bucket', 'Jobs'), US),
    objectKey: 'part-0.csv',
    withoutExternalId: true,
    queryRunner: rehearsal.queryRunner,
    region: REGION,
  });
}

/** Who was granted something does it. */
function grantees(rehearsal: Rehearsal, executionArn: string): void {
  const on = (id: string, actions: string[], resource: string, why: string) => {
    const role = String(rehearsal.resource('AWS::IAM::Role', id).attributes.Arn);
    rehearsal.recorder.assume('lambda.amazonaws.com', role, 'the user\'s own role');
    actions.forEach((action) => rehearsal.recorder.add(rehearsal.role(role), { action, resource, why }));
  };
  const membership = rehearsal.queryRunner;
  on('Reader', ['cleanrooms:GetMembership', 'cleanrooms:GetProtectedQuery', 'cleanrooms:ListProtectedQueries'], membership, 'grants.read');
  on('Runner', ['cleanrooms:StartProtectedQuery', 'cleanrooms:GetProtectedQuery'], membership, 'grants.runQueries');
  const partners = membership.replace(US, PARTNER);
  for (const kind of ['analysistemplate', 'configuredtableassociation', 'idmappingtable', 'intermediatetable']) {
    on('Runner', ['cleanrooms:StartProtectedQuery'], `${partners}/${kind}/${membership.split('/')[1]}`, 'grants.runQueries: what the query names');
  }
  on('Runner', ['cleanrooms:GetSchema'], `${partners}/configuredtableassociation/${membership.split('/')[1]}`, 'grants.runQueries: a partner\'s table');
  on('Runner', ['cleanrooms:GetCollaborationAnalysisTemplate'], `${partners}/analysistemplate/${membership.split('/')[1]}`, 'grants.runQueries: a partner\'s template');
  on('Canceller', ['cleanrooms:UpdateProtectedQuery', 'cleanrooms:GetProtectedQuery'], membership, 'grants.cancelQueries');
  on('Stopper', ['states:StopExecution'], executionArn, 'grants.stopExecution');
  on('Starter', ['states:StartExecution'], executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''), 'grants.startExecution');
}
