import { App, Aws, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { QueryRunner, ResultWriterRole, ResultWriterRoleProps } from '../../src';
import { ACCOUNT, ENV, newMembership, newStack, PARTNER, PARTNER_ARN, REGION, resourceOf, resourcesOf, warningsOf } from '../support/membership-app';

const RUNNER = QueryRunner.membershipArn(PARTNER_ARN);

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function writer(stack: Stack, props: Partial<ResultWriterRoleProps> = {}, id = 'Role'): ResultWriterRole {
  return new ResultWriterRole(stack, id, { bucket: props.bucket ?? Bucket.fromBucketName(stack, `${id}Bucket`, 'results'), queryRunner: RUNNER, ...props });
}

/** What the role may do. */
function statementsOf(stack: Stack): Statement[] {
  const { Policies } = resourceOf(stack, 'AWS::IAM::Role').Properties as { Policies: { PolicyDocument: { Statement: Statement[] } }[] };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const roleNameOf = (stack: Stack, role: ResultWriterRole) => stack.resolve((role.node.defaultChild as unknown as { roleName: string }).roleName);

describe('key prefix', () => {
  test.each([
    ['a space', 'with space'], ['a plus', 'a+b'], ['a letter of another alphabet', 'é'], ['a line break', 'a\nb'], ['513 characters', 'a'.repeat(513)],
  ])('with %s is refused', (_what, keyPrefix) => {
    const stack = newStack(ENV);
    expect(() => writer(stack, { keyPrefix })).toThrow(new Error(
      `Stack: \`keyPrefix\` must be up to 512 characters out of letters, digits and _ ! . = * / - (no space, no +), got '${keyPrefix}': choose another prefix`));
  });

  test.each([
    [undefined, '*'],
    ['', '*'],
    ['overlap', 'overlap/*'],
    ['overlap/', 'overlap/*'],
    ['a/b/c', 'a/b/c/*'],
    ['all*', 'all${*}/*'],
    ['*/', '${*}/*'],
  ])('%j: the role may write below %j', (keyPrefix, pattern) => {
    const stack = newStack(ENV);
    writer(stack, { keyPrefix });
    expect(statementsOf(stack)[1]).toMatchObject({
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::results/${pattern}`]] },
    });
  });

  test('may have 512 characters', () => {
    expect(() => writer(newStack(ENV), { keyPrefix: 'a'.repeat(512) })).not.toThrow();
  });

  test('that is known when deployed is the pattern\'s beginning', () => {
    const stack = newStack(ENV);
    writer(stack, { keyPrefix: Aws.STACK_NAME });
    expect(statementsOf(stack)[1].Resource).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::results/', { Ref: 'AWS::StackName' }, '*']],
    });
  });
});

describe('rights', () => {
  test('are those to write below the prefix of a bucket of that owner, and no others', () => {
    const stack = newStack(ENV);
    writer(stack, { keyPrefix: 'overlap/', bucket: new Bucket(stack, 'Results') });
    const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^Results/), 'Arn'] };
    expect(statementsOf(stack)).toEqual([
      {
        Action: ['s3:GetBucketLocation', 's3:ListBucket'],
        Effect: 'Allow',
        Resource: bucket,
        Condition: { StringEquals: { 'aws:ResourceAccount': ACCOUNT } },
      },
      {
        Action: 's3:PutObject',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', [bucket, '/overlap/*']] },
        Condition: { StringEquals: { 'aws:ResourceAccount': ACCOUNT } },
      },
    ]);
    expect(resourcesOf(stack, 'AWS::IAM::Policy')).toEqual([]);
  });

  const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

  test('on the bucket\'s own key', () => {
    const stack = newStack(ENV);
    writer(stack, { bucket: new Bucket(stack, 'Results', { encryption: BucketEncryption.KMS }) });
    expect(statementsOf(stack)[2]).toEqual({ Action: KEY_ACTIONS, Effect: 'Allow', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ResultsKey/), 'Arn'] } });
  });

  test('on the key that an imported bucket does not know', () => {
    const stack = newStack(ENV);
    const arn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`;
    writer(stack, { encryptionKey: Key.fromKeyArn(stack, 'Key', arn) });
    expect(statementsOf(stack)[2]).toEqual({ Action: KEY_ACTIONS, Effect: 'Allow', Resource: arn });
  });

  test('on the given key rather than on the bucket\'s', () => {
    const stack = newStack(ENV);
    const arn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`;
    writer(stack, { bucket: new Bucket(stack, 'Results', { encryption: BucketEncryption.KMS }), encryptionKey: Key.fromKeyArn(stack, 'Key', arn) });
    expect(statementsOf(stack).slice(2)).toEqual([{ Action: KEY_ACTIONS, Effect: 'Allow', Resource: arn }]);
  });

  test.each([BucketEncryption.S3_MANAGED, BucketEncryption.KMS_MANAGED])('on no key with %s', (encryption) => {
    const stack = newStack(ENV);
    writer(stack, { bucket: new Bucket(stack, 'Results', { encryption }) });
    expect(statementsOf(stack)).toHaveLength(2);
  });
});

describe('bucket in another account', () => {
  const THEIRS = { account: PARTNER, region: REGION };

  /** A role here that writes into a bucket with a key of the same app in another account. */
  function acrossAccounts(): { here: Stack; there: Stack } {
    const app = new App();
    const there = new Stack(app, 'There', { env: THEIRS });
    const here = new Stack(app, 'Here', { env: ENV });
    const key = new Key(there, 'Key', { alias: 'results' });
    const bucket = new Bucket(there, 'Bucket', { bucketName: 'their-results', encryptionKey: key });
    writer(here, { bucket, keyPrefix: 'overlap/' });
    return { here, there };
  }

  const ofTheRole = {
    Effect: 'Allow',
    Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ACCOUNT}:root`]] } },
    Condition: {
      ArnEquals: {
        'aws:PrincipalArn': {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' },
            expect.stringMatching(new RegExp(`^:iam::${ACCOUNT}:role/service-role/cleanrooms-Here-[0-9a-f]{8}-${REGION}$`))]],
        },
      },
    },
  };

  test('of the same app gets a policy that lets the role, and nobody else, write', () => {
    const { there } = acrossAccounts();
    const { PolicyDocument } = resourceOf(there, 'AWS::S3::BucketPolicy').Properties as { PolicyDocument: { Statement: object[] } };
    const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^Bucket/), 'Arn'] };
    expect(PolicyDocument.Statement).toEqual([
      { ...ofTheRole, Action: ['s3:GetBucketLocation', 's3:ListBucket'], Resource: bucket },
      { ...ofTheRole, Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [bucket, '/overlap/*']] } },
    ]);
  });

  test('and its key', () => {
    const { there } = acrossAccounts();
    const { KeyPolicy } = resourceOf(there, 'AWS::KMS::Key').Properties as { KeyPolicy: { Statement: object[] } };
    expect(KeyPolicy.Statement).toContainEqual({ ...ofTheRole, Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], Resource: '*' });
  });

  test('makes no cycle between the stacks, and no warning', () => {
    const { here, there } = acrossAccounts();
    Template.fromStack(here);
    expect([...here.dependencies, ...there.dependencies].map((stack) => stack.node.path)).toEqual([]);
    expect(warningsOf(here)).toEqual([]);
    expect(statementsOf(here)[0].Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': PARTNER } });
  });

  test('that is imported is warned about, with what is to be added to its policy', () => {
    const stack = newStack(ENV);
    const bucket = Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'their-results', account: PARTNER });
    const key = Key.fromKeyArn(stack, 'TheirKey', `arn:aws:kms:${REGION}:${PARTNER}:key/1`);
    writer(stack, { bucket, encryptionKey: key, keyPrefix: 'overlap' });
    const [first, second, third, ...others] = warningsOf(stack);
    expect(others).toEqual([]);
    const said = (what: string) => `the ${what} belongs to account ${PARTNER} and is not owned by this app: add to its policy there {`;
    expect(first.startsWith(said('bucket'))).toBe(true);
    expect(first).toContain('"Action":["s3:GetBucketLocation","s3:ListBucket"]');
    expect(second.startsWith(said('bucket'))).toBe(true);
    expect(second).toContain('"Action":"s3:PutObject"');
    expect(third.startsWith(said('key'))).toBe(true);
    expect(third).toContain('"Action":["kms:Decrypt","kms:DescribeKey","kms:GenerateDataKey"]');
    for (const warning of [first, second, third]) {
      expect(warning).toMatch(/ \[ack: cdk-cleanrooms:resultWriterRole\.resourcePolicy\]$/);
      expect(warning).toContain('"aws:PrincipalArn"');
    }
  });

  test('that is imported is warned about in words that can be pasted', () => {
    const stack = newStack(ENV);
    writer(stack, { bucket: Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'their-results', account: PARTNER }) });
    for (const warning of warningsOf(stack)) expect(warning).not.toContain('Fn::');
  });

  test('and no account known for the stack: nobody can tell whether it is another one, and that is said', () => {
    const stack = newStack();
    const key = Key.fromKeyArn(stack, 'TheirKey', `arn:aws:kms:${REGION}:${PARTNER}:key/1`);
    writer(stack, { bucket: Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'their-results', account: PARTNER }), encryptionKey: key });
    expect(warningsOf(stack)).toEqual(['bucket', 'key'].map((what) =>
      `the ${what} belongs to account ${PARTNER}, and this stack does not say its own: give the stack an \`env\`, `
      + `so that the statement which the ${what}'s policy needs, if the accounts differ, is added or shown [ack: cdk-cleanrooms:resultWriterRole.resourcePolicy.unknownAccount]`));
    expect(statementsOf(stack)[0].Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': PARTNER } });
  });
});

describe('name', () => {
  test('is one that AWS\'s managed policies let people pass', () => {
    const stack = newStack(ENV);
    writer(stack);
    const { Path, RoleName } = resourceOf(stack, 'AWS::IAM::Role').Properties;
    expect(`role${String(Path)}${String(RoleName)}`).toMatch(new RegExp(`^role/service-role/cleanrooms-Stack-[0-9a-f]{8}-${REGION}$`));
  });

  test('has the region as it is known when deployed', () => {
    const stack = newStack();
    writer(stack);
    expect(resourceOf(stack, 'AWS::IAM::Role').Properties.RoleName)
      .toEqual({ 'Fn::Join': ['', [expect.stringMatching(/^cleanrooms-Stack-[0-9a-f]{8}-$/), { Ref: 'AWS::Region' }]] });
  });

  test.each(['ap-southeast-1', 'ap-northeast-3', 'eu-central-1'])('fits into 64 characters in %s, however long the ids are', (region) => {
    const stack = new Stack(new App(), `Stack${'x'.repeat(100)}`, { env: { account: ACCOUNT, region } });
    const name = roleNameOf(stack, writer(stack, { queryRunner: QueryRunner.account(PARTNER) }, 'R'.repeat(200)));
    expect(name.length).toBeLessThanOrEqual(64);
    expect(name).toMatch(/^[\w+=,.@-]+$/);
  });

  test('differs between two roles, stacks, stages and nested stacks of the same shape', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod');
    const outer = new Stack(app, 'A');
    const stacks = [outer, new Stack(app, 'B'), new Stack(stage, 'A'), new NestedStack(outer, 'Nested'), new Stack(app, 'C', { stackName: 'Prod' })];
    const names = stacks.flatMap((stack) => ['Role', 'Role2'].map((id) => JSON.stringify(roleNameOf(stack, writer(stack, {}, id)))));
    expect(new Set(names).size).toBe(names.length);
  });

  test('follows the stack\'s name, so that a second deployment of the same app gets a role of its own', () => {
    const named = (stackName: string) => {
      const stack = new Stack(new App(), 'Stack', { stackName });
      return JSON.stringify(roleNameOf(stack, writer(stack)));
    };
    expect(named('one')).not.toBe(named('two'));
    expect(named('one')).toBe(named('one'));
  });

  test('is the one that the right to pass it names', () => {
    const stack = newStack(ENV);
    const role = writer(stack);
    expect(stack.resolve(role._arn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ACCOUNT}:role/service-role/${roleNameOf(stack, role)}`]],
    });
  });
});

test('serves a membership of the app from another stack', () => {
  const app = new App();
  const runnerStack = new Stack(app, 'Runner', { env: ENV });
  const stack = new Stack(app, 'Receiver', { env: ENV });
  writer(stack, { queryRunner: QueryRunner.membership(newMembership(runnerStack)) });
  expect(JSON.stringify(resourceOf(stack, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument)).toContain('Fn::ImportValue');
  Template.fromStack(runnerStack).hasOutput('*', {});
});
