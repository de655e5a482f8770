import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption, IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Collaboration, CollaborationAttributes, DefaultJobResultConfiguration, DefaultResultConfiguration, DefaultResultConfigurationS3Options,
  DefaultResultConfigurationS3WithoutRoleOptions, Membership, MembershipAttributes, MembershipProps, PaymentConfiguration,
  PaymentConfigurationOptions, QueryRunner, ResultFormat, ResultS3Options, ResultWriterRole, ResultWriterRoleProps,
} from '../src';
import { ACCOUNT, COLLABORATION, ENV, MEMBERSHIP, newMembership, newStack, PARTNER_ARN, REGION } from './support/membership-app';
import { structs } from './support/public-api';

/** What an app with these props comes to. */
type Synthesis<Props> = (props: Partial<Props>) => unknown;

function synthesized(define: (stack: Stack, bucket: IBucket) => void): unknown {
  const stack = newStack(ENV);
  define(stack, new Bucket(stack, 'Bucket', { encryption: BucketEncryption.KMS }));
  return Template.fromStack(stack).toJSON();
}

const CSV = { resultFormat: ResultFormat.CSV };

const withMembership: Synthesis<MembershipProps> = (props) => synthesized((stack) => newMembership(stack, props));
const withResults: Synthesis<MembershipProps> = (props) => synthesized((stack, bucket) =>
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, CSV), ...props }));
const withPayment: Synthesis<PaymentConfigurationOptions> = (options) => withMembership({ paymentConfiguration: PaymentConfiguration.of(options) });
const withS3: Synthesis<DefaultResultConfigurationS3Options> = (options) => synthesized((stack, bucket) =>
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { ...CSV, ...options }) }));
const withoutRole: Synthesis<DefaultResultConfigurationS3WithoutRoleOptions> = (options) => synthesized((stack, bucket) =>
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3WithoutRole(bucket, { ...CSV, ...options }) }));
const withJobs: Synthesis<ResultS3Options> = (options) => synthesized((stack, bucket) =>
  newMembership(stack, { defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket, options) }));
const withRole: Synthesis<ResultWriterRoleProps> = (props) => synthesized((stack, bucket) =>
  new ResultWriterRole(stack, 'Role', { bucket, queryRunner: QueryRunner.membershipArn(PARTNER_ARN), ...props }));
const imported: Synthesis<MembershipAttributes> = (attrs) => {
  const stack = newStack(ENV);
  return stack.resolve(Membership.fromMembershipAttributes(stack, 'M', { membershipIdentifier: MEMBERSHIP, ...attrs }).membershipArn);
};
const collaboration: Synthesis<CollaborationAttributes> = (attrs) => {
  const stack = newStack(ENV);
  return stack.resolve(Collaboration.fromCollaborationAttributes(stack, 'C', { collaborationIdentifier: COLLABORATION, ...attrs }).collaborationArn);
};

/** The properties of the resources of a type, written out. */
const textOf = (template: unknown, type: string) => JSON.stringify(Object.values(Template.fromJSON(template as object).findResources(type)));

/** Without the permission or the property in question, wherever it would be. */
const without = (...words: string[]) => (template: unknown) => words.forEach((word) => expect(JSON.stringify(template)).not.toContain(word));

/** The synthesis without a prop equals the synthesis with its documented default. */
interface Equal { readonly synthesis: (props: object) => unknown; readonly given: object; readonly documented: string }
/** A default that is a behaviour rather than a value: what the synthesis without the prop must be like. */
interface Behaves { readonly synthesis: (props: object) => unknown; readonly like: (synthesized: unknown) => void }

const TABLE: Record<string, Equal | Behaves> = {
  'MembershipProps.jobLogStatus': { synthesis: withMembership, like: without('JobLogStatus') },
  'MembershipProps.defaultResultConfiguration': { synthesis: withMembership, like: without('ResultConfiguration', '/service-role/', 'iam:PassRole') },
  'MembershipProps.defaultJobResultConfiguration': { synthesis: withResults, like: without('JobResult') },
  'MembershipProps.queryRunner': { synthesis: withResults, given: { queryRunner: QueryRunner.thisMembership() }, documented: 'QueryRunner.thisMembership()' },
  'MembershipProps.paymentConfiguration': { synthesis: withMembership, like: without('PaymentConfiguration') },
  'MembershipProps.isMetricsEnabled': { synthesis: withMembership, given: { isMetricsEnabled: false }, documented: 'false' },
  'MembershipProps.tags': { synthesis: withMembership, like: without('"Tags"') },
  'MembershipProps.adoptExisting': { synthesis: withMembership, given: { adoptExisting: false }, documented: 'false' },
  'MembershipProps.removalPolicy': { synthesis: withMembership, given: { removalPolicy: RemovalPolicy.RETAIN }, documented: 'RemovalPolicy.RETAIN' },
  'MembershipProps.functionLogRetention': {
    synthesis: withMembership, given: { functionLogRetention: RetentionDays.ONE_YEAR }, documented: 'RetentionDays.ONE_YEAR',
  },
  'MembershipProps.functionLogEncryptionKey': { synthesis: withMembership, like: without('KmsKeyId') },
  'MembershipAttributes.account': { synthesis: imported, given: { account: ACCOUNT }, documented: '- the account of the stack' },
  'MembershipAttributes.region': { synthesis: imported, given: { region: REGION }, documented: '- the region of the stack' },
  'CollaborationAttributes.creatorAccountId': {
    synthesis: collaboration, like: (arn) => expect(JSON.stringify(arn)).toContain(`:cleanrooms:${REGION}:*:collaboration/`),
  },
  'CollaborationAttributes.region': { synthesis: collaboration, given: { region: REGION }, documented: '- the region of the stack' },
  'PaymentConfigurationOptions.queryCompute': { synthesis: withPayment, given: { queryCompute: false }, documented: 'false' },
  'PaymentConfigurationOptions.jobCompute': { synthesis: withPayment, like: without('JobCompute') },
  'PaymentConfigurationOptions.modelTraining': { synthesis: withPayment, like: without('ModelTraining', 'MachineLearning') },
  'PaymentConfigurationOptions.modelInference': { synthesis: withPayment, like: without('ModelInference', 'MachineLearning') },
  'PaymentConfigurationOptions.syntheticDataGeneration': { synthesis: withPayment, like: without('SyntheticDataGeneration', 'MachineLearning') },
  'ResultS3Options.keyPrefix': { synthesis: withJobs, like: without('KeyPrefix') },
  'ResultS3Options.role': {
    synthesis: withS3, like: (template) => expect(textOf(template, 'AWS::IAM::Role')).toContain('"Path":"/service-role/"'),
  },
  'ResultS3Options.encryptionKey': {
    synthesis: withS3, like: (template) => expect(textOf(template, 'AWS::IAM::Role')).toMatch(/"kms:GenerateDataKey"\],"Effect":"Allow","Resource":{"Fn::GetAtt":\["BucketKey/),
  },
  'QueryResultFormatOptions.singleFileOutput': { synthesis: withS3, like: without('SingleFileOutput') },
  'DefaultResultConfigurationS3WithoutRoleOptions.keyPrefix': { synthesis: withoutRole, like: without('KeyPrefix') },
  'ResultWriterRoleProps.keyPrefix': { synthesis: withRole, given: { keyPrefix: '' }, documented: '- the whole bucket' },
  'ResultWriterRoleProps.encryptionKey': {
    synthesis: withRole, like: (template) => expect(textOf(template, 'AWS::IAM::Role')).toMatch(/"kms:GenerateDataKey"\],"Effect":"Allow","Resource":{"Fn::GetAtt":\["BucketKey/),
  },
};

const optionals = structs().flatMap(({ name, members }) => members.filter(({ isOptional }) => isOptional)
  .map((member) => ({ prop: `${name}.${member.name}`, documented: member.tags.default })));

test('every optional prop has a row, and every row a prop', () => {
  expect(Object.keys(TABLE).sort()).toEqual(optionals.map(({ prop }) => prop).sort());
});

test.each(optionals)('$prop: $documented', ({ prop, documented }) => {
  const row = TABLE[prop];
  const omitted = row.synthesis({});
  if ('like' in row) {
    expect(documented).toMatch(/^- /);
    row.like(omitted);
  } else {
    expect(documented).toBe(row.documented);
    expect(omitted).toEqual(row.synthesis(row.given));
  }
});

test('a prop that is given makes a difference, so that the rows above can fail', () => {
  const stack = newStack(ENV);
  expect(withMembership({})).not.toEqual(withMembership({ isMetricsEnabled: true }));
  expect(withMembership({})).not.toEqual(withMembership({ removalPolicy: RemovalPolicy.DESTROY }));
  expect(withMembership({})).not.toEqual(withMembership({ functionLogRetention: RetentionDays.ONE_DAY }));
  expect(withResults({})).not.toEqual(withResults({ queryRunner: QueryRunner.membershipArn(PARTNER_ARN) }));
  expect(withRole({})).not.toEqual(withRole({ encryptionKey: Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`) }));
  expect(imported({})).not.toEqual(imported({ region: 'us-east-1' }));
});
