import { RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DefaultRows, Synthesis, synthesized, textOf, without } from './default-rows';
import { ACCOUNT, COLLABORATION, ENV, MEMBERSHIP, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, PARTNER_ARN, REGION } from './membership-app';
import {
  Collaboration, CollaborationAttributes, DefaultJobResultConfiguration, DefaultResultConfiguration, DefaultResultConfigurationS3Options,
  DefaultResultConfigurationS3WithoutRoleOptions, JobLogStatus, JobResultWriterRole, JobResultWriterRoleProps, Membership, MembershipAttributes,
  MembershipProps, PaymentConfiguration, PaymentConfigurationOptions, QueryRunner, ResultFormat, ResultS3Options, ResultWriterRole,
  ResultWriterRoleProps,
} from '../../src';

const CSV = { resultFormat: ResultFormat.CSV };
const bucketOf = (scope: Construct): IBucket => new Bucket(scope, 'Bucket', { encryption: BucketEncryption.KMS });

const elsewhere = newStack(ENV);
const aBucket = Bucket.fromBucketName(elsewhere, 'Bucket', 'results');
const aKey = Key.fromKeyArn(elsewhere, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
const aRole = Role.fromRoleName(elsewhere, 'Role', 'cleanrooms-writer');

const withMembership: Synthesis<MembershipProps> = (props) => synthesized((stack) => newMembership(stack, props));
const withResults: Synthesis<MembershipProps> = (props) => synthesized((stack) =>
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucketOf(stack), CSV), ...props }));
const withPayment: Synthesis<PaymentConfigurationOptions> = (options) => withMembership({ paymentConfiguration: PaymentConfiguration.of(options) });
const withS3: Synthesis<DefaultResultConfigurationS3Options> = (options) => synthesized((stack) =>
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucketOf(stack), { ...CSV, ...options }) }));
const withoutRole: Synthesis<DefaultResultConfigurationS3WithoutRoleOptions> = (options) => synthesized((stack) =>
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3WithoutRole(bucketOf(stack), { ...CSV, ...options }) }));
const withJobs: Synthesis<ResultS3Options> = (options) => synthesized((stack) =>
  newMembership(stack, { defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucketOf(stack), options) }));
const withRole: Synthesis<ResultWriterRoleProps> = (props) => synthesized((stack) =>
  new ResultWriterRole(stack, 'Role', { bucket: bucketOf(stack), queryRunner: QueryRunner.membershipArn(PARTNER_ARN), ...props }));
const withJobRole: Synthesis<JobResultWriterRoleProps> = (props) => synthesized((stack) =>
  new JobResultWriterRole(stack, 'Role', { bucket: bucketOf(stack), queryRunner: QueryRunner.membershipArn(PARTNER_ARN), ...props }));
const imported: Synthesis<MembershipAttributes> = (attrs) => {
  const stack = newStack(ENV);
  return stack.resolve(Membership.fromMembershipAttributes(stack, 'M', { membershipIdentifier: MEMBERSHIP, ...attrs }).membershipArn);
};
const collaboration: Synthesis<CollaborationAttributes> = (attrs) => {
  const stack = newStack(ENV);
  return stack.resolve(Collaboration.fromCollaborationAttributes(stack, 'C', { collaborationIdentifier: COLLABORATION, ...attrs }).collaborationArn);
};

const usesTheBucketsKey = (template: unknown) => expect(textOf(template, 'AWS::IAM::Role'))
  .toMatch(/"kms:GenerateDataKey"\],"Effect":"Allow","Resource":{"Fn::GetAtt":\["BucketKey/);

export const MEMBERSHIP_DEFAULTS: DefaultRows = {
  'MembershipProps.jobLogStatus': { synthesis: withMembership, other: { jobLogStatus: JobLogStatus.DISABLED }, like: without('JobLogStatus') },
  'MembershipProps.defaultResultConfiguration': {
    synthesis: withMembership,
    other: { defaultResultConfiguration: DefaultResultConfiguration.s3(aBucket, CSV) },
    like: without('ResultConfiguration', '/service-role/', 'iam:PassRole'),
  },
  'MembershipProps.defaultJobResultConfiguration': {
    synthesis: withResults, other: { defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(aBucket) }, like: without('JobResult'),
  },
  'MembershipProps.queryRunner': {
    synthesis: withResults,
    other: { queryRunner: QueryRunner.account(PARTNER) },
    given: { queryRunner: QueryRunner.thisMembership() },
    documented: 'QueryRunner.thisMembership()',
  },
  'MembershipProps.paymentConfiguration': {
    synthesis: withMembership, other: { paymentConfiguration: PaymentConfiguration.of({}) }, like: without('PaymentConfiguration'),
  },
  'MembershipProps.isMetricsEnabled': {
    synthesis: withMembership, other: { isMetricsEnabled: true }, given: { isMetricsEnabled: false }, documented: 'false',
  },
  'MembershipProps.tags': { synthesis: withMembership, other: { tags: { team: 'analytics' } }, like: without('"Tags"') },
  'MembershipProps.adoptExisting': { synthesis: withMembership, other: { adoptExisting: true }, given: { adoptExisting: false }, documented: 'false' },
  'MembershipProps.removalPolicy': {
    synthesis: withMembership,
    other: { removalPolicy: RemovalPolicy.DESTROY },
    given: { removalPolicy: RemovalPolicy.RETAIN },
    documented: 'RemovalPolicy.RETAIN',
  },
  'MembershipProps.functionLogRetention': {
    synthesis: withMembership,
    other: { functionLogRetention: RetentionDays.ONE_DAY },
    given: { functionLogRetention: RetentionDays.ONE_YEAR },
    documented: 'RetentionDays.ONE_YEAR',
  },
  'MembershipProps.functionLogEncryptionKey': { synthesis: withMembership, other: { functionLogEncryptionKey: aKey }, like: without('KmsKeyId') },
  'MembershipAttributes.account': { synthesis: imported, other: { account: PARTNER }, given: { account: ACCOUNT }, documented: '- the account of the stack' },
  'MembershipAttributes.region': { synthesis: imported, other: { region: 'us-east-1' }, given: { region: REGION }, documented: '- the region of the stack' },
  'CollaborationAttributes.creatorAccountId': {
    synthesis: collaboration,
    other: { creatorAccountId: PARTNER },
    like: (arn) => expect(JSON.stringify(arn)).toContain(`:cleanrooms:${REGION}:*:collaboration/`),
  },
  'CollaborationAttributes.region': {
    synthesis: collaboration, other: { region: 'us-east-1' }, given: { region: REGION }, documented: '- the region of the stack',
  },
  'PaymentConfigurationOptions.queryCompute': {
    synthesis: withPayment, other: { queryCompute: true }, given: { queryCompute: false }, documented: 'false',
  },
  'PaymentConfigurationOptions.jobCompute': { synthesis: withPayment, other: { jobCompute: false }, like: without('JobCompute') },
  'PaymentConfigurationOptions.modelTraining': {
    synthesis: withPayment, other: { modelTraining: false }, like: without('ModelTraining', 'MachineLearning'),
  },
  'PaymentConfigurationOptions.modelInference': {
    synthesis: withPayment, other: { modelInference: false }, like: without('ModelInference', 'MachineLearning'),
  },
  'PaymentConfigurationOptions.syntheticDataGeneration': {
    synthesis: withPayment, other: { syntheticDataGeneration: false }, like: without('SyntheticDataGeneration', 'MachineLearning'),
  },
  'ResultS3Options.keyPrefix': { synthesis: withJobs, other: { keyPrefix: 'jobs/' }, like: without('KeyPrefix') },
  'ResultS3Options.role': {
    synthesis: withS3, other: { role: aRole }, like: (template) => expect(textOf(template, 'AWS::IAM::Role')).toContain('"Path":"/service-role/"'),
  },
  'ResultS3Options.encryptionKey': { synthesis: withS3, other: { encryptionKey: aKey }, like: usesTheBucketsKey },
  'QueryResultFormatOptions.singleFileOutput': { synthesis: withS3, other: { singleFileOutput: false }, like: without('SingleFileOutput') },
  'DefaultResultConfigurationS3WithoutRoleOptions.keyPrefix': { synthesis: withoutRole, other: { keyPrefix: 'overlap/' }, like: without('KeyPrefix') },
  'ResultWriterRoleProps.keyPrefix': {
    synthesis: withRole, other: { keyPrefix: 'overlap/' }, given: { keyPrefix: '' }, documented: '- the whole bucket',
  },
  'ResultWriterRoleProps.encryptionKey': { synthesis: withRole, other: { encryptionKey: aKey }, like: usesTheBucketsKey },
  'JobResultWriterRoleProps.keyPrefix': {
    synthesis: withJobRole, other: { keyPrefix: 'jobs/' }, given: { keyPrefix: '' }, documented: '- the whole bucket',
  },
  'JobResultWriterRoleProps.encryptionKey': { synthesis: withJobRole, other: { encryptionKey: aKey }, like: usesTheBucketsKey },
  'JobResultWriterRoleProps.receiver': {
    synthesis: withJobRole,
    other: { receiver: Membership.fromMembershipArn(elsewhere, 'Receiver', MEMBERSHIP_ARN) },
    like: (template) => expect(textOf(template, 'AWS::IAM::Role')).toContain(`:cleanrooms:${REGION}:${ACCOUNT}:membership/*`),
  },
};
