import { Aws, Lazy, Stack } from 'aws-cdk-lib';
import { IRole, ManagedPolicy, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, IBucket } from 'aws-cdk-lib/aws-s3';
import { DefaultJobResultConfiguration, DefaultResultConfiguration, Membership, QueryRunner, ResultFormat } from '../../src';
import {
  ACCOUNT, ENV, membershipOf, messagesOf, newMembership, newStack, PARTNER_ARN, resourcesOf, resultConfigurationOf, warningsOf,
} from '../support/membership-app';

const CSV = { resultFormat: ResultFormat.CSV };

let stack: Stack;
let bucket: IBucket;
beforeEach(() => {
  stack = newStack(ENV);
  bucket = new Bucket(stack, 'Results');
});

describe('what it refuses', () => {
  const both: [string, (results: IBucket, options: object) => Membership, string][] = [
    ['queries', (results, options) => newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(results, { ...CSV, ...options }) }),
      'defaultResultConfiguration'],
    ['jobs', (results, options) => newMembership(stack, { defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(results, options) }),
      'defaultJobResultConfiguration'],
  ];

  describe.each(both)('for %s', (_what, configure, prop) => {
    test.each(['My-Bucket', 'ab', 'a'.repeat(64), '192.168.0.1', 'a..b', '-a-', 'a_b'])('the bucket %j', (name) => {
      const named: IBucket = Object.create(bucket, { bucketName: { value: name } });
      expect(() => configure(named, {})).toThrow(new Error(
        `Stack/Membership: \`${prop}.bucket\` must be a general purpose bucket's name of 3 to 63 characters, got '${name}': ` +
        'pass the bucket that is to receive the results'));
    });

    test.each([['a space', 'my results'], ['513 characters', 'a'.repeat(513)]])('a prefix with %s, naming the prop', (_flaw, keyPrefix) => {
      expect(() => configure(bucket, { keyPrefix })).toThrow(new RegExp(`^Stack/Membership[^:]*: \`${prop}\\.keyPrefix\` must be up to 512 characters`));
    });

    test.each([`arn:aws-cn:iam::${ACCOUNT}:role/writer`, `arn:aws:iam::${ACCOUNT}:user/writer`, `arn:aws:iam::${ACCOUNT}:role/${'r'.repeat(490)}`])(
      'the role %j', (roleArn) => {
        const role: IRole = Object.create(Role.fromRoleArn(stack, 'Writer', `arn:aws:iam::${ACCOUNT}:role/writer`), { roleArn: { value: roleArn } });
        expect(() => configure(bucket, { role })).toThrow(new Error(
          `Stack/Membership: \`${prop}.role\` must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, of 32 to 512 characters, ` +
          `got '${roleArn}': pass another role`));
      });
  });

  test('the prefix of results without a role', () => {
    const defaultResultConfiguration = DefaultResultConfiguration.s3WithoutRole(bucket, { ...CSV, keyPrefix: 'a+b' });
    expect(() => newMembership(stack, { defaultResultConfiguration })).toThrow(new Error(
      'Stack/Membership: `defaultResultConfiguration.keyPrefix` must be up to 512 characters out of letters, digits and _ ! . = * / - (no space, no +), ' +
      'got \'a+b\': choose another prefix'));
  });
});

describe('queries', () => {
  const configurationOf = (options: Parameters<typeof DefaultResultConfiguration.s3>[1]) => {
    newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, options) });
    return resultConfigurationOf(stack).DefaultResultConfiguration;
  };
  const roleArn = { 'Fn::GetAtt': [expect.stringMatching(/^MembershipResultWriterRole/), 'Arn'] };
  const results = { Ref: expect.stringMatching(/^Results/) };

  test('go to the bucket with a role of their own', () => {
    expect(configurationOf(CSV)).toEqual({ OutputConfiguration: { S3: { Bucket: results, ResultFormat: 'CSV' } }, RoleArn: roleArn });
  });

  test.each([true, false])('go below a prefix, as Parquet, in a single file: %j', (singleFileOutput) => {
    expect(configurationOf({ resultFormat: ResultFormat.PARQUET, keyPrefix: 'overlap/', singleFileOutput })).toEqual({
      OutputConfiguration: { S3: { Bucket: results, KeyPrefix: 'overlap/', ResultFormat: 'PARQUET', SingleFileOutput: singleFileOutput } },
      RoleArn: roleArn,
    });
  });

  test('take a bucket and a prefix that are known when deployed', () => {
    bucket = Bucket.fromBucketName(stack, 'Named', Lazy.string({ produce: () => 'NOT VALID' }));
    expect(configurationOf({ ...CSV, keyPrefix: Aws.STACK_NAME }))
      .toMatchObject({ OutputConfiguration: { S3: { Bucket: 'NOT VALID', KeyPrefix: { Ref: 'AWS::StackName' } } } });
  });

  test('go there with the rights of whoever starts them', () => {
    newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3WithoutRole(bucket, { ...CSV, keyPrefix: 'overlap/' }) });
    expect(resultConfigurationOf(stack).DefaultResultConfiguration)
      .toEqual({ OutputConfiguration: { S3: { Bucket: results, KeyPrefix: 'overlap/', ResultFormat: 'CSV' } } });
    expect(resourcesOf(stack, 'AWS::IAM::Role')).toHaveLength(1);
  });
});

describe('jobs', () => {
  test('go to the bucket with a role of their own', () => {
    newMembership(stack, { defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket) });
    expect(resultConfigurationOf(stack)).toMatchObject({
      DefaultJobResultConfiguration: {
        OutputConfiguration: { S3: { Bucket: { Ref: expect.stringMatching(/^Results/) } } },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^MembershipJobResultWriterRole/), 'Arn'] },
      },
    });
  });

  test('and queries: each has a role, and one step configures both', () => {
    newMembership(stack, {
      defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { ...CSV, keyPrefix: 'queries' }),
      defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket, { keyPrefix: 'jobs' }),
    });
    const names = resourcesOf(stack, 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName).filter((name) => name !== undefined);
    expect(new Set(names).size).toBe(2);
    expect(Object.keys(resultConfigurationOf(stack))).toEqual(expect.arrayContaining(['DefaultResultConfiguration', 'DefaultJobResultConfiguration']));
  });
});

describe('a role that the user brings', () => {
  const WRITES = new PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:PutObject'], resources: ['*'] });
  const TRUSTED = new ServicePrincipal('cleanrooms.amazonaws.com');
  const bring = (role: IRole, results = bucket) =>
    newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(results, { ...CSV, role }) });
  const lacks = (what: string) => [
    `\`defaultResultConfiguration.role\` seems to lack: ${what}; add them, or omit the role to have one made [ack: cdk-cleanrooms:membership.defaultResultConfiguration.role]`,
  ];

  test('is used as it is, and no other is made', () => {
    const role = new Role(stack, 'Writer', { assumedBy: TRUSTED });
    role.addToPolicy(WRITES);
    bring(role);
    expect(resultConfigurationOf(stack).DefaultResultConfiguration).toMatchObject({ RoleArn: stack.resolve(role.roleArn) });
    expect(resourcesOf(stack, 'AWS::IAM::Role')).toHaveLength(2);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('is told everything that it lacks', () => {
    bring(new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    expect(warningsOf(stack)).toEqual(lacks('trust in cleanrooms.amazonaws.com, s3:GetBucketLocation, s3:ListBucket, s3:PutObject'));
  });

  test('is told that it cannot use the key', () => {
    const role = new Role(stack, 'Writer', { assumedBy: TRUSTED });
    role.addToPolicy(WRITES);
    bring(role, new Bucket(stack, 'Encrypted', { encryption: BucketEncryption.KMS }));
    expect(warningsOf(stack)).toEqual(lacks('kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey'));
  });

  test.each<[string, (role: Role) => void]>([
    ['a grant of the bucket', (role) => {
      bucket.grantReadWrite(role);
      role.addToPolicy(new PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: ['*'] }));
    }],
    ['wildcards', (role) => { role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })); }],
    ['a policy of its own', (role) => { new Policy(stack, 'Writes', { roles: [role], statements: [WRITES] }); }],
    ['a customer managed policy', (role) => { new ManagedPolicy(stack, 'Writes', { roles: [role], statements: [WRITES] }); }],
    ['a managed policy that is out of sight', (role) => { role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonS3FullAccess')); }],
    ['statements that are added after the membership', (role) => { role.addToPolicy(WRITES); }],
  ])('lacks nothing with %s', (_what, allow) => {
    const role = new Role(stack, 'Writer', { assumedBy: TRUSTED });
    bring(role);
    allow(role);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('of which nothing is known is mentioned', () => {
    bring(Role.fromRoleArn(stack, 'Writer', `arn:aws:iam::${ACCOUNT}:role/writer`));
    expect(warningsOf(stack)).toEqual([]);
    expect(messagesOf(stack, 'Info')).toEqual([
      '`defaultResultConfiguration.role` is used as it is: see to it that it trusts cleanrooms.amazonaws.com and allows s3:GetBucketLocation, s3:ListBucket, s3:PutObject',
    ]);
  });

  test('whose trust names the membership makes no cycle', () => {
    const role = new Role(stack, 'Writer', { assumedBy: TRUSTED });
    role.addToPolicy(WRITES);
    const membership = bring(role);
    role.assumeRolePolicy?.addStatements(new PolicyStatement({
      actions: ['sts:AssumeRole'], principals: [TRUSTED], conditions: { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [membership.membershipArn] } },
    }));
    expect(resultConfigurationOf(stack)).toBeDefined();
  });

  test('may serve queries and jobs', () => {
    const role = new Role(stack, 'Writer', { assumedBy: TRUSTED });
    role.addToPolicy(WRITES);
    newMembership(stack, {
      defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { ...CSV, role }),
      defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket, { role }),
    });
    const bound = resultConfigurationOf(stack) as Record<string, { RoleArn: unknown }>;
    expect(bound.DefaultResultConfiguration.RoleArn).toEqual(bound.DefaultJobResultConfiguration.RoleArn);
  });
});

test('a configuration may serve two memberships, each with a role of its own', () => {
  const shared = DefaultResultConfiguration.s3(bucket, CSV);
  newMembership(stack, { defaultResultConfiguration: shared }, 'A');
  newMembership(stack, { defaultResultConfiguration: shared }, 'B');
  const roles = resourcesOf(stack, 'Custom::CleanRoomsResultConfiguration')
    .map(({ Properties }) => JSON.stringify((Properties.DefaultResultConfiguration as { RoleArn: unknown }).RoleArn));
  expect(new Set(roles).size).toBe(2);
});

test('a member that only receives brings its configuration when it joins', () => {
  newMembership(stack, {
    queryRunner: QueryRunner.membershipArn(PARTNER_ARN),
    defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { ...CSV, keyPrefix: 'overlap/' }),
    defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(bucket, { encryptionKey: new Key(stack, 'Key') }),
  });
  expect(resourcesOf(stack, 'Custom::CleanRoomsResultConfiguration')).toEqual([]);
  expect(membershipOf(stack)).toMatchObject({
    DefaultResultConfiguration: {
      OutputConfiguration: { S3: { KeyPrefix: 'overlap/', ResultFormat: 'CSV' } },
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^MembershipResultWriterRole/), 'Arn'] },
    },
    DefaultJobResultConfiguration: { RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^MembershipJobResultWriterRole/), 'Arn'] } },
  });
  expect(membershipOf(stack)).not.toHaveProperty('ResultConfigurationIsSeparate');
});
