import { App, CfnResource, CloudFormationValidatePlugin, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import * as fc from 'fast-check';
import {
  DefaultJobResultConfiguration, DefaultResultConfiguration, JobLogStatus, MembershipProps, PaymentConfiguration, QueryLogStatus, QueryRunner,
  ResultFormat,
} from '../../src';
import { everything } from '../support/everything-app';
import { EXAMPLE_NAMES, exampleApp } from '../support/examples';
import { ACCOUNT, ENV, newMembership, newStack, PARTNER, PARTNER_ARN } from '../support/membership-app';
import { inPipeline } from '../support/pipeline-app';
import { rounds, some } from '../support/rounds';
import { tablesApp } from '../support/tables-app';
import { Finding, STRICT_CONTEXT, validated } from '../support/validation-report';

/**
 * Rules that nobody here wrote: the CDK's template validator knows the schema of AWS::CleanRooms::Membership. It judges every
 * example, and what the custom resource says, written as the native type.
 */

const NATIVE = 'AWS::CleanRooms::Membership';
/** What AWS::CleanRooms::Membership does not have. */
const OURS = ['ServiceToken', 'ServiceTimeout', 'Owner', 'AdoptExisting', 'RemovalPolicy', 'ResultConfigurationIsSeparate', 'MembershipIdentifier'];

let before: string | undefined;
beforeAll(() => {
  before = process.env.CDK_VALIDATION;
  delete process.env.CDK_VALIDATION;
});
afterAll(() => {
  process.env.CDK_VALIDATION = before;
  CloudFormationValidatePlugin._disposeSingleton();
});

/** What the validator finds in an app. A wrong resource of our own shows that it looked: it does not say so otherwise. */
function judged(app: App): Finding[] {
  new CfnResource(new Stack(app, 'Wrong'), 'Membership', { type: NATIVE, properties: {} });
  const { findings } = validated(app);
  const isWrong = ({ construct }: Finding) => construct === 'Wrong/Membership';
  expect(findings.filter(isWrong)).not.toEqual([]);
  return findings.filter((finding) => !isWrong(finding));
}

test.each(some(EXAMPLE_NAMES, 2))('the example %s is valid', (name) => {
  expect(judged(exampleApp(name, STRICT_CONTEXT))).toEqual([]);
});

test('an app with everything is valid', () => {
  expect(judged(everything())).toEqual([]);
});

test('an app with tables is valid', () => {
  expect(judged(tablesApp())).toEqual([]);
});

test('a wrong resource in a stage of a pipeline would be found', () => {
  const app = new App({ context: STRICT_CONTEXT });
  const stage = inPipeline(app, (stack) => { new CfnResource(stack, 'Membership', { type: NATIVE, properties: {} }); });
  expect(judged(app).map(({ construct }) => construct)).toContain(`${stage.node.path}/Stack/Membership`);
});

/** The findings about native resources with these properties. */
function judgedAsNative(resources: object[]): Finding[] {
  const app = new App({ context: STRICT_CONTEXT });
  const stack = new Stack(app, 'Stack', { env: ENV });
  resources.forEach((properties, index) => new CfnResource(stack, `M${index}`, { type: NATIVE, properties }));
  return judged(app);
}

/** What the custom resources of each membership say together, as AWS::CleanRooms::Membership would say it. */
function asNative(memberships: Partial<MembershipProps>[]): Record<string, unknown>[] {
  const app = new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 }, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack', { env: ENV });
  memberships.forEach((props, index) => newMembership(stack, props, `M${index}`));
  const template = Template.fromStack(stack);
  const steps = Object.values(template.findResources('Custom::CleanRoomsResultConfiguration'));
  return Object.entries(template.findResources('Custom::CleanRoomsMembership')).map(([logicalId, { Properties }]) => {
    const second = steps.find((step) => step.Properties.MembershipIdentifier.Ref === logicalId);
    return Object.fromEntries(Object.entries({ ...Properties, ...second?.Properties })
      .filter(([name]) => !OURS.includes(name)).map(([name, value]) => [name, literal(value)]));
  });
}

/** The ARN of a role that the stack makes is known when deployed. */
function literal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, each) =>
    each?.['Fn::GetAtt'] === undefined ? each : `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-writer`);
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const characters = (alphabet: string, limits: { minLength: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom(...alphabet), ...limits });
const LETTERS = 'abcxyzABCXYZ019';
const keyPrefix = optional(characters(`${LETTERS}_!.=*/-`, { minLength: 0, maxLength: 512 }));
const bucketName = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
const role = optional(characters(`${LETTERS}+=,.@_-`, { minLength: 12, maxLength: 64 }));
const tags = optional(fc.dictionary(characters(`${LETTERS} _.:/=+-@`, { minLength: 1, maxLength: 128 }).filter((key) => !/^aws:/i.test(key)),
  characters(`${LETTERS} _.:/=+-@`, { minLength: 1, maxLength: 256 }), { maxKeys: 10 }));
const results = fc.record({
  bucketName, keyPrefix, role, resultFormat: fc.constantFrom(...Object.values(ResultFormat)), singleFileOutput: optional(fc.boolean()),
});

const said = fc.record({
  queryLogStatus: fc.constantFrom(...Object.values(QueryLogStatus)),
  jobLogStatus: optional(fc.constantFrom(...Object.values(JobLogStatus))),
  isMetricsEnabled: optional(fc.boolean()),
  adoptExisting: optional(fc.boolean()),
  removalPolicy: optional(fc.constantFrom(RemovalPolicy.RETAIN, RemovalPolicy.DESTROY)),
  payment: optional(fc.record({
    queryCompute: optional(fc.boolean()),
    jobCompute: optional(fc.boolean()),
    modelTraining: optional(fc.boolean()),
    modelInference: optional(fc.boolean()),
    syntheticDataGeneration: optional(fc.boolean()),
  })),
  tags,
  runner: fc.constantFrom(undefined, QueryRunner.account(PARTNER), QueryRunner.membershipArn(PARTNER_ARN)),
  query: optional(results),
  job: optional(results),
});

function propsOf({ payment, runner, query, job, ...others }: typeof said extends fc.Arbitrary<infer T> ? T : never): Partial<MembershipProps> {
  const stack = newStack(ENV);
  const bucketOf = (name: string, id: string) => Bucket.fromBucketName(stack, id, name);
  const roleOf = (name: string | undefined, id: string) => (name === undefined ? undefined : Role.fromRoleName(stack, id, name));
  return {
    ...others,
    queryRunner: runner,
    paymentConfiguration: payment && PaymentConfiguration.of(payment),
    defaultResultConfiguration: query && DefaultResultConfiguration.s3(bucketOf(query.bucketName, 'Q'), { ...query, role: roleOf(query.role, 'QR') }),
    defaultJobResultConfiguration: job && DefaultJobResultConfiguration.s3(bucketOf(job.bucketName, 'J'), {
      keyPrefix: job.keyPrefix, role: roleOf(job.role, 'JR'),
    }),
  };
}

describe('the custom resource, written as AWS::CleanRooms::Membership', () => {
  test('keeps the rules of the native type, whatever the props', () => {
    const numRuns = rounds({ few: 60, all: 300 });
    const props = fc.sample(said, { numRuns, seed: 20261122 }).map(propsOf);
    const memberships = asNative(props);
    expect(memberships).toHaveLength(numRuns);
    expect(memberships.filter((properties) => 'DefaultResultConfiguration' in properties).length).toBeGreaterThan(numRuns / 3);
    expect(judgedAsNative(memberships)).toEqual([]);
  });

  const S3 = { OutputConfiguration: { S3: { Bucket: 'results', ResultFormat: 'CSV' } } };
  const valid = { CollaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333', QueryLogStatus: 'ENABLED', DefaultResultConfiguration: S3 };

  test('is judged in earnest: right ones pass', () => {
    expect(judgedAsNative([valid])).toEqual([]);
  });

  test.each<[string, object]>([
    ['a word that the service does not have', { QueryLogStatus: 'ON' }],
    ['a property that the service does not have', { AdoptExisting: true }],
    ['an identifier in capitals', { CollaborationIdentifier: 'A1B2C3D4-5678-90AB-CDEF-111122223333' }],
    ['a format that the service does not have', { DefaultResultConfiguration: { OutputConfiguration: { S3: { Bucket: 'results', ResultFormat: 'JSON' } } } }],
    ['job results without a role', { DefaultJobResultConfiguration: { OutputConfiguration: { S3: { Bucket: 'results' } } } }],
    ['a payment without queries', { PaymentConfiguration: { JobCompute: { IsResponsible: true } } }],
    ['a list where a switch is', { IsMetricsEnabled: [] }],
  ])('is judged in earnest: %s does not', (_what, wrong) => {
    expect(judgedAsNative([{ ...valid, ...wrong }])).not.toEqual([]);
  });
});
