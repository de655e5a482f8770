import { App, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  DefaultJobResultConfiguration, DefaultResultConfiguration, JobLogStatus, PaymentConfiguration, QueryLogStatus, QueryRunner, ResultFormat,
} from '../src';
import { EXAMPLE_NAMES, exampleApp } from './support/examples';
import { ACCOUNT, ENV, newMembership, PARTNER, REGION } from './support/membership-app';
import { Finding, STRICT_CONTEXT, validated } from './support/validation-report';

/** What cdk-nag finds and the service leaves no other way for. Whatever is not listed fails, and so does a line that nothing needs. */
const ACKNOWLEDGED: { readonly finding: RegExp; readonly where: RegExp; readonly reason: string }[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:cleanrooms:.+:membership\/\*\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the function makes the membership, whose identifier nobody knows before',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:cleanrooms:.+:\*:collaboration\/[0-9a-f-]{36}\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the ARN of a collaboration carries the account of its creator, which its identifier does not tell',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'ListMemberships and the log delivery actions have no resource level; the latter work through Clean Rooms only',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::.*\/(\*|[\w!.=/-]+\/\*)\]$/,
    where: /\/(Job)?ResultWriterRole\/Resource$/,
    reason: 'Clean Rooms chooses the names of the result files below the prefix',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/Runner\/DefaultPolicy\/Resource$/,
    reason: 'the tables and templates of a query live under other members\' memberships',
  },
];

const isAcknowledged = ({ rule, construct }: Finding) => ACKNOWLEDGED.find(({ finding, where }) => finding.test(rule) && where.test(construct));

function nag(app: App): Finding[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { validators, findings } = validated(app);
  expect(validators).toContain('AwsSolutions');
  return findings;
}

/** Two memberships with all that there is. */
function everything(): App {
  const app = new App({ context: STRICT_CONTEXT });
  const stack = new Stack(app, 'Everything', { env: ENV });
  const bucket = (id: string, encryptionKey?: Key) => new Bucket(stack, id, {
    encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
    encryptionKey,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, `${id}Logs`, 'access-logs'),
  });
  const key = new Key(stack, 'Key', { enableKeyRotation: true });
  const runner = newMembership(stack, {
    queryLogStatus: QueryLogStatus.ENABLED,
    jobLogStatus: JobLogStatus.ENABLED,
    defaultResultConfiguration: DefaultResultConfiguration.s3(bucket('Results', key), { resultFormat: ResultFormat.PARQUET, keyPrefix: 'overlap/' }),
    defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket('Jobs')),
    paymentConfiguration: PaymentConfiguration.of({ queryCompute: true, jobCompute: true }),
    isMetricsEnabled: true,
    tags: { team: 'analytics' },
    adoptExisting: true,
    removalPolicy: RemovalPolicy.DESTROY,
    functionLogEncryptionKey: key,
  }, 'First');
  newMembership(stack, {
    queryRunner: QueryRunner.account(PARTNER),
    defaultResultConfiguration: DefaultResultConfiguration.s3(bucket('Received'), {
      resultFormat: ResultFormat.CSV, role: Role.fromRoleArn(stack, 'Theirs', `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-theirs-${REGION}`),
    }),
  }, 'Second');
  const role = new Role(stack, 'Runner', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  runner.grants.runQueries(role);
  runner.grants.cancelQueries(role);
  runner.grants.read(role);
  return app;
}

test.each(EXAMPLE_NAMES)('the example %s has no finding but those that are acknowledged', (name) => {
  expect(nag(exampleApp(name, STRICT_CONTEXT)).filter((finding) => !isAcknowledged(finding))).toEqual([]);
});

test('an app with everything has no other finding either, and needs every acknowledgement', () => {
  const findings = nag(everything());
  expect(findings.filter((finding) => !isAcknowledged(finding))).toEqual([]);
  expect(ACKNOWLEDGED.filter((each) => !findings.some((finding) => isAcknowledged(finding) === each)).map(({ reason }) => reason)).toEqual([]);
});

test('a finding would be found', () => {
  const app = new App({ context: STRICT_CONTEXT });
  new Bucket(new Stack(app, 'Stack'), 'Open');
  expect(nag(app).map(({ rule }) => rule)).toContain('AwsSolutions-S10');
});
