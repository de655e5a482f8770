import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { DefaultJobResultConfiguration, DefaultResultConfiguration, JobLogStatus, MembershipProps, QueryLogStatus, QueryRunner, ResultFormat } from '../../src';
import { DeployedStack, STACK_ID } from '../support/deployed-stack';
import { isAllowed, judge, mayCall, Request, Statement } from '../support/iam';
import {
  ACCOUNT, COLLABORATION, ENV, MEMBERSHIP, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, PARTNER_ARN, PARTNER_MEMBERSHIP, REGION,
  resourcesOf, warningsOf,
} from '../support/membership-app';

/** Policies judged as IAM would judge them: who may do what, and what nobody may. */

const STRANGER = '999999999999';
const STRANGER_MEMBERSHIP = 'd1b2c3d4-5678-90ab-cdef-111122223333';
const membershipArn = (account: string, identifier: string, region = REGION) => `arn:aws:cleanrooms:${region}:${account}:membership/${identifier}`;

function deployed(props: Partial<MembershipProps> = {}, keyPrefix: string | undefined = 'overlap/'): DeployedStack {
  const stack = newStack(ENV);
  const bucket = new Bucket(stack, 'Results', { bucketName: 'results', encryption: BucketEncryption.KMS });
  new Bucket(stack, 'Other', { bucketName: 'others' });
  const defaultResultConfiguration = DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV, keyPrefix });
  newMembership(stack, { defaultResultConfiguration, ...props });
  return new DeployedStack(stack);
}

const WRITER = 'MembershipResultWriterRole';
const FUNCTION = 'CleanRoomsMembershipProviderRole';

describe('the evaluation itself', () => {
  const allow: Statement = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/${*}/*' };

  test('refuses what it does not know', () => {
    expect(() => isAllowed([{ ...allow, Condition: { NumericLessThan: { x: '1' } } }], { action: 's3:PutObject', resource: 'arn:aws:s3:::b/*/x' }))
      .toThrow('not evaluated: NumericLessThan');
    expect(() => isAllowed([{ ...allow, NotAction: 'x' } as Statement], { action: 'x' })).toThrow('not evaluated: NotAction');
  });

  test('knows wildcards, the star itself, and that a Deny wins', () => {
    judge([allow, { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }], [
      ['star', { action: 's3:PutObject', resource: 'arn:aws:s3:::b/*/x' }, true],
      ['not anything', { action: 's3:PutObject', resource: 'arn:aws:s3:::b/a/x' }, false],
      ['denied', { action: 's3:DeleteObject', resource: 'arn:aws:s3:::b/*/x' }, false],
    ]);
  });

  test('keeps a wildcard of an ARN within its part', () => {
    const statement = (pattern: string): Statement[] => [{ Effect: 'Allow', Action: 'x', Condition: { ArnLike: { a: pattern } } }];
    expect(isAllowed(statement('arn:aws:s:*:1:r'), { action: 'x', context: { a: 'arn:aws:s:eu:1:r' } })).toBe(true);
    expect(isAllowed(statement('arn:aws:s:*:r'), { action: 'x', context: { a: 'arn:aws:s:eu:1:r' } })).toBe(false);
  });
});

describe('the result-writer role: who makes Clean Rooms assume it', () => {
  const assume = (context: Request['context'], service = 'cleanrooms.amazonaws.com'): Request =>
    ({ action: 'sts:AssumeRole', principal: { type: 'Service', value: service }, context });
  const source = (arn: string) => assume({ 'aws:SourceArn': [arn] });
  const external = (account: string, membership: string, region = REGION) =>
    assume({ 'sts:ExternalId': `arn:aws:redshift:${region}:${account}:dbuser:db/${membership}-0123` });

  test('this membership, and nobody else', () => {
    judge(deployed().trust(WRITER), [
      ['by source', source(MEMBERSHIP_ARN), true],
      ['by external id', external(ACCOUNT, MEMBERSHIP), true],
      ['a partner by source', source(PARTNER_ARN), false],
      ['a partner by external id', external(PARTNER, PARTNER_MEMBERSHIP), false],
      ['the same identifier under another account', source(membershipArn(STRANGER, MEMBERSHIP)), false],
      ['another membership of this account', source(membershipArn(ACCOUNT, STRANGER_MEMBERSHIP)), false],
      ['another region', external(ACCOUNT, MEMBERSHIP, 'us-east-1'), false],
      ['nobody named', assume({}), false],
      ['another service', assume({ 'aws:SourceArn': [MEMBERSHIP_ARN] }, 'lambda.amazonaws.com'), false],
      ['a person', { action: 'sts:AssumeRole', principal: { type: 'AWS', value: `arn:aws:iam::${ACCOUNT}:root` }, context: { 'aws:SourceArn': [MEMBERSHIP_ARN] } }, false],
    ]);
  });

  test('a known membership of a partner, and nobody else', () => {
    judge(deployed({ queryRunner: QueryRunner.membershipArn(PARTNER_ARN) }).trust(WRITER), [
      ['by source', source(PARTNER_ARN), true],
      ['by external id', external(PARTNER, PARTNER_MEMBERSHIP), true],
      ['another membership of the partner', source(membershipArn(PARTNER, STRANGER_MEMBERSHIP)), false],
      ['a stranger', source(membershipArn(STRANGER, STRANGER_MEMBERSHIP)), false],
      ['a stranger by external id', external(STRANGER, STRANGER_MEMBERSHIP), false],
      ['this membership', source(MEMBERSHIP_ARN), false],
    ]);
  });

  test('any membership of a partner\'s account, and nobody else', () => {
    judge(deployed({ queryRunner: QueryRunner.account(PARTNER) }).trust(WRITER), [
      ['one', source(PARTNER_ARN), true],
      ['another', source(membershipArn(PARTNER, STRANGER_MEMBERSHIP)), true],
      ['of another region', source(membershipArn(PARTNER, PARTNER_MEMBERSHIP, 'us-east-1')), false],
      ['a stranger', source(membershipArn(STRANGER, PARTNER_MEMBERSHIP)), false],
      ['a stranger who names a partner\'s membership', external(STRANGER, PARTNER_MEMBERSHIP), false],
      ['a collaboration of the partner', source(PARTNER_ARN.replace('membership/', 'collaboration/')), false],
    ]);
  });
});

describe('the result-writer role: one of its two statements missing', () => {
  const assume = (context: Request['context']): Request =>
    ({ action: 'sts:AssumeRole', principal: { type: 'Service', value: 'cleanrooms.amazonaws.com' }, context });
  const [byExternalId, bySource] = deployed().trust(WRITER);
  const external = `arn:aws:redshift:${REGION}:${ACCOUNT}:dbuser:db/${MEMBERSHIP}-0123`;
  const strangers = `arn:aws:redshift:${REGION}:${STRANGER}:dbuser:db/${STRANGER_MEMBERSHIP}-0123`;

  test.each([
    ['the source', [byExternalId], false, true],
    ['the external id', [bySource], true, false],
  ] as [string, Statement[], boolean, boolean][])('without %s the other one still lets nobody else in', (_what, trust, bySourceAllowed, byExternalIdAllowed) => {
    judge(trust, [
      ['by source', assume({ 'aws:SourceArn': [MEMBERSHIP_ARN] }), bySourceAllowed],
      ['by external id', assume({ 'sts:ExternalId': external }), byExternalIdAllowed],
      ['a stranger, by both', assume({ 'aws:SourceArn': [membershipArn(STRANGER, STRANGER_MEMBERSHIP)], 'sts:ExternalId': strangers }), false],
      ['another membership of this account', assume({ 'aws:SourceArn': [membershipArn(ACCOUNT, STRANGER_MEMBERSHIP)] }), false],
      ['nobody named', assume({}), false],
    ]);
  });

  test('an external id with another number of parts is none', () => {
    judge([byExternalId], [
      ['five parts', assume({ 'sts:ExternalId': `arn:aws:redshift:${REGION}:dbuser:*/${MEMBERSHIP}` }), false],
      ['a region within another part', assume({ 'sts:ExternalId': `arn:aws:redshift:x:${REGION}:${ACCOUNT}:dbuser:db/${MEMBERSHIP}` }), false],
    ]);
  });
});

describe('the role for results of jobs', () => {
  const JOB_WRITER = 'MembershipJobResultWriterRole';
  const assume = (context: Request['context']): Request =>
    ({ action: 'sts:AssumeRole', principal: { type: 'Service', value: 'cleanrooms.amazonaws.com' }, context });
  const source = (arn: string) => assume({ 'aws:SourceArn': [arn] });

  function withJobs(queryRunner?: QueryRunner): DeployedStack {
    const stack = newStack(ENV);
    const results = new Bucket(stack, 'Results', { bucketName: 'results' });
    newMembership(stack, { queryRunner, defaultJobResultConfiguration: DefaultJobResultConfiguration.s3(results, { keyPrefix: 'jobs' }) });
    return new DeployedStack(stack);
  }

  test('is assumed for this membership where it runs the jobs itself, and for no other', () => {
    judge(withJobs().trust(JOB_WRITER), [
      ['by source', source(MEMBERSHIP_ARN), true],
      ['by external id alone', assume({ 'sts:ExternalId': `arn:aws:redshift:${REGION}:${ACCOUNT}:dbuser:db/${MEMBERSHIP}-0123` }), false],
      ['another membership of this account', source(membershipArn(ACCOUNT, STRANGER_MEMBERSHIP)), false],
      ['a partner', source(PARTNER_ARN), false],
      ['another account\'s membership of that identifier', source(membershipArn(STRANGER, MEMBERSHIP)), false],
      ['nobody named', assume({}), false],
    ]);
  });

  test.each([
    ['membership is known', QueryRunner.membershipArn(PARTNER_ARN), false],
    ['account is known', QueryRunner.account(PARTNER), true],
  ])('is assumed for runner and receiver where the runner\'s %s, and for no stranger', (_what, runner, anyOfThePartner) => {
    judge(withJobs(runner).trust(JOB_WRITER), [
      ['the runner', source(PARTNER_ARN), true],
      ['the receiver', source(MEMBERSHIP_ARN), true],
      ['another membership of the runner\'s account', source(membershipArn(PARTNER, STRANGER_MEMBERSHIP)), anyOfThePartner],
      ['the receiver in another region', source(membershipArn(ACCOUNT, MEMBERSHIP, 'us-east-1')), false],
      ['a stranger', source(membershipArn(STRANGER, STRANGER_MEMBERSHIP)), false],
      ['a stranger with the runner\'s external id', assume({
        'aws:SourceArn': [membershipArn(STRANGER, STRANGER_MEMBERSHIP)],
        'sts:ExternalId': `arn:aws:redshift:${REGION}:${PARTNER}:dbuser:db/${PARTNER_MEMBERSHIP}-0123`,
      }), false],
      ['nobody named', assume({}), false],
    ]);
  });

  test('writes below the prefix of a bucket of that owner, by S3\'s own key', () => {
    const put = (key: string, owner: string): Request => ({ action: 's3:PutObject', resource: `arn:aws:s3:::results/${key}`, context: { 's3:ResourceAccount': owner } });
    judge(withJobs().rights(JOB_WRITER), [
      ['below the prefix', put('jobs/x', ACCOUNT), true],
      ['beside it', put('x', ACCOUNT), false],
      ['a bucket of that name in another account', put('jobs/x', STRANGER), false],
      ['look at the bucket', { action: 's3:ListBucket', resource: 'arn:aws:s3:::results', context: { 's3:ResourceAccount': ACCOUNT } }, true],
      ['look at it elsewhere', { action: 's3:ListBucket', resource: 'arn:aws:s3:::results', context: { 's3:ResourceAccount': STRANGER } }, false],
    ]);
  });
});

describe('the result-writer role: what it may do', () => {
  const owned = { 'aws:ResourceAccount': ACCOUNT };
  const put = (key: string, context: Request['context'] = owned, bucket = 'results'): Request =>
    ({ action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/${key}`, context });

  test('write below the prefix of a bucket of that owner', () => {
    judge(deployed().rights(WRITER), [
      ['below the prefix', put('overlap/2026/part-0.csv'), true],
      ['look at the bucket', { action: 's3:ListBucket', resource: 'arn:aws:s3:::results', context: owned }, true],
      ['beside the prefix', put('overlapping/x'), false],
      ['above the prefix', put('x'), false],
      ['another bucket', put('overlap/x', owned, 'others'), false],
      ['a bucket of that name in another account', put('overlap/x', { 'aws:ResourceAccount': STRANGER }), false],
      ['read', { action: 's3:GetObject', resource: 'arn:aws:s3:::results/overlap/x', context: owned }, false],
      ['delete', { action: 's3:DeleteObject', resource: 'arn:aws:s3:::results/overlap/x', context: owned }, false],
      ['look at another bucket', { action: 's3:ListBucket', resource: 'arn:aws:s3:::others', context: owned }, false],
    ]);
  });

  test.each([
    ['', [['anywhere/x', true]]],
    ['overlap', [['overlap/x', true], ['overlapping', false], ['overlap', false]]],
    ['a*b/', [['a*b/x', true], ['azzb/x', false]]],
  ] as [string, [string, boolean][]][])('write below the prefix %j', (keyPrefix, keys) => {
    judge(deployed({}, keyPrefix).rights(WRITER), keys.map(([key, expected]) => [key, put(key), expected]));
  });

  test('use the bucket\'s key, and no other', () => {
    const stack = deployed();
    judge(stack.rights(WRITER), [
      ['data key', { action: 'kms:GenerateDataKey', resource: stack.arn('ResultsKey', 'AWS::KMS::Key') }, true],
      ['decrypt', { action: 'kms:Decrypt', resource: stack.arn('ResultsKey', 'AWS::KMS::Key') }, true],
      ['another key', { action: 'kms:Decrypt', resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/other` }, false],
      ['delete the key', { action: 'kms:ScheduleKeyDeletion', resource: stack.arn('ResultsKey', 'AWS::KMS::Key') }, false],
    ]);
  });
});

describe('a bucket and a key of another account let the role, and nobody else, write', () => {
  const app = new App();
  const there = new Stack(app, 'There', { env: { account: PARTNER, region: REGION } });
  const here = new Stack(app, 'Stack', { env: ENV });
  const bucket = new Bucket(there, 'Bucket', { bucketName: 'theirs', encryptionKey: new Key(there, 'Key') });
  newMembership(here, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV, keyPrefix: 'overlap' }) });
  const role = new DeployedStack(here).arn(WRITER, 'AWS::IAM::Role');
  const policies = new DeployedStack(there).resourcePolicies();
  const request = (action: string, resource: string, who = role, account = ACCOUNT): Request =>
    ({ action, resource, principal: { type: 'AWS', value: `arn:aws:iam::${account}:root` }, context: { 'aws:PrincipalArn': who } });

  test('by their policies', () => {
    judge(policies, [
      ['the role writes', request('s3:PutObject', 'arn:aws:s3:::theirs/overlap/x'), true],
      ['the role uses the key', request('kms:GenerateDataKey', '*'), true],
      ['beside the prefix', request('s3:PutObject', 'arn:aws:s3:::theirs/x'), false],
      ['reads', request('s3:GetObject', 'arn:aws:s3:::theirs/overlap/x'), false],
      ['another role of the account', request('s3:PutObject', 'arn:aws:s3:::theirs/overlap/x', `arn:aws:iam::${ACCOUNT}:role/other`), false],
      ['a role of that name in another account', request('s3:PutObject', 'arn:aws:s3:::theirs/overlap/x', role.replace(ACCOUNT, STRANGER), STRANGER), false],
      ['another role on the key', request('kms:Decrypt', '*', `arn:aws:iam::${ACCOUNT}:role/other`), false],
    ]);
  });

  test('together with what the roles themselves may do', () => {
    const stack = new DeployedStack(here, [new DeployedStack(there)]);
    const sides = (name: string, owner = PARTNER) => (
      { role: stack.arn(name, 'AWS::IAM::Role'), identity: stack.rights(name), resource: policies, owner });
    const locate: Request = { action: 's3:GetBucketLocation', resource: 'arn:aws:s3:::theirs' };
    const put: Request = { action: 's3:PutObject', resource: 'arn:aws:s3:::theirs/overlap/x' };
    const outcome = {
      'the function locates the bucket, as it names it': mayCall(sides(FUNCTION), locate),
      'the function writes': mayCall(sides(FUNCTION), put),
      'the role writes': mayCall(sides(WRITER), put),
      'the role locates the bucket': mayCall(sides(WRITER), locate),
      'the role writes into a bucket of that name that somebody else owns': mayCall(sides(WRITER, STRANGER), put),
      'a role of that name in another account': mayCall({ ...sides(FUNCTION), role: stack.arn(FUNCTION, 'AWS::IAM::Role').replace(ACCOUNT, STRANGER) }, locate),
      'another role of this account, whatever it may itself': mayCall({
        role: `arn:aws:iam::${ACCOUNT}:role/Admin`, identity: [{ Effect: 'Allow', Action: '*', Resource: '*' }], resource: policies, owner: PARTNER,
      }, locate),
    };
    expect(outcome).toEqual({
      'the function locates the bucket, as it names it': true,
      'the function writes': false,
      'the role writes': true,
      'the role locates the bucket': true,
      'the role writes into a bucket of that name that somebody else owns': false,
      'a role of that name in another account': false,
      'another role of this account, whatever it may itself': false,
    });
  });
});

test('a bucket of another account that the app does not own is warned about, with what its owner adds for the function', () => {
  const stack = newStack(ENV);
  const bucket = Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'theirs', account: PARTNER });
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV }) });
  const app = new DeployedStack(stack);
  const warnings = warningsOf(stack).filter((warning) => warning.endsWith('[ack: cdk-cleanrooms:membership.resourcePolicy]'));
  expect(warnings).toEqual([expect.stringMatching(/^the bucket belongs to account 444455556666 and is not owned by this app: add to its policy there \{.*\} \[ack/)]);
  const statement = JSON.parse(/\{.*\}/.exec(warnings[0])?.[0] ?? '') as Statement;
  const sides = { role: app.arn(FUNCTION, 'AWS::IAM::Role'), identity: app.rights(FUNCTION), resource: [statement], owner: PARTNER };
  expect(mayCall(sides, { action: 's3:GetBucketLocation', resource: 'arn:aws:s3:::theirs' })).toBe(true);
  expect(mayCall({ ...sides, resource: [] }, { action: 's3:GetBucketLocation', resource: 'arn:aws:s3:::theirs' })).toBe(false);
});

test('a bucket of another account and a region that is not known are refused, as the name of a role ends in it', () => {
  const stack = newStack({ account: ACCOUNT });
  const bucket = Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'theirs', account: PARTNER });
  const defaultResultConfiguration = DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV });
  expect(() => newMembership(stack, { defaultResultConfiguration })).toThrow(
    '`env.region` must be known where a bucket or key of another account must allow a role, got \'a token\': give the stack an `env` with its region');
});

test('the function\'s role has no name where no other account must know it', () => {
  const { RoleName } = resourcesOf(newStackWithResults(), 'AWS::IAM::Role').find(({ Properties }) => JSON.stringify(Properties).includes('lambda.amazonaws.com'))!.Properties;
  expect(RoleName).toBeUndefined();
});

function newStackWithResults(): Stack {
  const stack = newStack(ENV);
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), { resultFormat: ResultFormat.CSV }) });
  return stack;
}

describe('the function', () => {
  const pass = (resource: string, service = 'cleanrooms.amazonaws.com'): Request => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': service } });

  test('manages memberships of this account and region, but leaves none', () => {
    const rights = deployed().rights(FUNCTION);
    for (const action of ['CreateMembership', 'GetMembership', 'UpdateMembership', 'TagResource', 'UntagResource', 'ListTagsForResource']) {
      judge(rights, [
        [`${action} here`, { action: `cleanrooms:${action}`, resource: MEMBERSHIP_ARN }, true],
        [`${action} in another account`, { action: `cleanrooms:${action}`, resource: PARTNER_ARN }, false],
        [`${action} in another region`, { action: `cleanrooms:${action}`, resource: membershipArn(ACCOUNT, MEMBERSHIP, 'us-east-1') }, false],
      ]);
    }
    judge(rights, [
      ['leaves', { action: 'cleanrooms:DeleteMembership', resource: MEMBERSHIP_ARN }, false],
      ['looks for memberships', { action: 'cleanrooms:ListMemberships', resource: '*' }, true],
      ['runs queries', { action: 'cleanrooms:StartProtectedQuery', resource: MEMBERSHIP_ARN }, false],
      ['deletes the collaboration', { action: 'cleanrooms:DeleteCollaboration', resource: `arn:aws:cleanrooms:${REGION}:${ACCOUNT}:collaboration/${COLLABORATION}` }, false],
    ]);
  });

  test('joins the collaboration, whoever created it, and no other', () => {
    const join = (account: string, id: string): Request => ({
      action: 'cleanrooms:CreateMembership', resource: `arn:aws:cleanrooms:${REGION}:${account}:collaboration/${id}`,
    });
    judge(deployed().rights(FUNCTION), [
      ['a partner\'s', join(PARTNER, COLLABORATION), true],
      ['our own', join(ACCOUNT, COLLABORATION), true],
      ['another', join(PARTNER, STRANGER_MEMBERSHIP), false],
    ]);
  });

  test('leaves where it is told to, in this account only, and no membership that says it is another\'s', () => {
    const leave = (tags: Record<string, string>): Request => ({
      action: 'cleanrooms:DeleteMembership',
      resource: MEMBERSHIP_ARN,
      context: Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/cdk-cleanrooms:${key}`, value])),
    });
    judge(deployed({ removalPolicy: RemovalPolicy.DESTROY }).rights(FUNCTION), [
      ['its own', leave({ stack: 'Stack', path: 'Membership' }), true],
      ['one whose tags somebody removed: the function judges', leave({}), true],
      ['another stack\'s', leave({ stack: 'Other', path: 'Membership' }), false],
      ['another construct\'s', leave({ stack: 'Stack', path: 'Other' }), false],
      ['another\'s, half of whose tags are gone', leave({ path: 'Other' }), false],
      ['a partner\'s', { action: 'cleanrooms:DeleteMembership', resource: PARTNER_ARN }, false],
    ]);
  });

  test.each([
    ['of this membership', QueryRunner.thisMembership()], ['of a partner\'s', QueryRunner.membershipArn(PARTNER_ARN)],
  ])('passes the role %s to Clean Rooms, and no other role to no other service', (_whose, queryRunner) => {
    const stack = deployed({ queryRunner });
    const writer = stack.arn(WRITER, 'AWS::IAM::Role');
    judge(stack.rights(FUNCTION), [
      ['the role', pass(writer), true],
      ['to another service', pass(writer, 'lambda.amazonaws.com'), false],
      ['to no service', { action: 'iam:PassRole', resource: writer }, false],
      ['another role', pass(`arn:aws:iam::${ACCOUNT}:role/Admin`), false],
      ['another role of that path', pass(`arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-other`), false],
      ['itself', pass(stack.arn(FUNCTION, 'AWS::IAM::Role')), false],
    ]);
  });

  test('passes the role that was brought, and no other', () => {
    const stack = newStack(ENV);
    const role = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('cleanrooms.amazonaws.com') });
    newMembership(stack, {
      defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), { resultFormat: ResultFormat.CSV, role }),
    });
    const app = new DeployedStack(stack);
    judge(app.rights(FUNCTION), [
      ['the role', pass(app.arn('Writer', 'AWS::IAM::Role')), true],
      ['another', pass(`arn:aws:iam::${ACCOUNT}:role/Admin`), false],
    ]);
  });

  test('sets up query logs through Clean Rooms only', () => {
    const logs = (context?: Request['context']): Request => ({ action: 'logs:CreateLogDelivery', resource: '*', context });
    judge(deployed({ queryLogStatus: QueryLogStatus.ENABLED }).rights(FUNCTION), [
      ['through Clean Rooms', logs({ 'aws:CalledVia': ['cleanrooms.amazonaws.com'] }), true],
      ['through another service', logs({ 'aws:CalledVia': ['athena.amazonaws.com'] }), false],
      ['by itself', logs(), false],
      ['deletes logs', { action: 'logs:DeleteLogGroup', resource: '*', context: { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] } }, false],
    ]);
    expect(isAllowed(deployed().rights(FUNCTION), logs({ 'aws:CalledVia': ['cleanrooms.amazonaws.com'] }))).toBe(false);
  });

  test.each<[string, Partial<MembershipProps>, boolean]>([
    ['of queries are on', { queryLogStatus: QueryLogStatus.ENABLED }, true],
    ['of jobs are on', { jobLogStatus: JobLogStatus.ENABLED }, true],
    ['are turned off', { queryLogStatus: QueryLogStatus.DISABLED }, false],
  ])('takes down and changes the delivery of logs, and sets one up, where they %s', (_what, props, isOn) => {
    const context = { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] };
    const on = (names: string[], expected: boolean) => names.flatMap((name): [string, Request, boolean][] => [
      [name, { action: `logs:${name}`, resource: '*', context }, expected], [`${name} by itself`, { action: `logs:${name}`, resource: '*' }, false],
    ]);
    judge(deployed(props).rights(FUNCTION), [
      ...on(['GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'], true),
      ...on(['CreateLogDelivery', 'CreateLogGroup', 'DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'], isOn),
    ]);
  });

  test('sees its own stack, touches no data, and is assumed by Lambda alone', () => {
    const stack = deployed();
    judge(stack.rights(FUNCTION), [
      ['its stack', { action: 'cloudformation:DescribeStacks', resource: STACK_ID }, true],
      ['another stack', { action: 'cloudformation:DescribeStacks', resource: STACK_ID.replace('/Stack/', '/Other/') }, false],
      ['changes its stack', { action: 'cloudformation:UpdateStack', resource: STACK_ID }, false],
      ['finds the bucket', { action: 's3:GetBucketLocation', resource: 'arn:aws:s3:::results' }, true],
      ['writes results', { action: 's3:PutObject', resource: 'arn:aws:s3:::results/overlap/x', context: { 'aws:ResourceAccount': ACCOUNT } }, false],
      ['reads results', { action: 's3:GetObject', resource: 'arn:aws:s3:::results/overlap/x' }, false],
    ]);
    const assume = (value: string): Request => ({ action: 'sts:AssumeRole', principal: { type: 'Service', value } });
    judge(stack.trust(FUNCTION), [['Lambda', assume('lambda.amazonaws.com'), true], ['Clean Rooms', assume('cleanrooms.amazonaws.com'), false]]);
  });
});

describe('a grantee', () => {
  const stack = newStack(ENV);
  const membership = newMembership(stack);
  const roles = ['Reader', 'Runner', 'Canceller'].map((id) => new Role(stack, id, { assumedBy: new ServicePrincipal('states.amazonaws.com') }));
  membership.grants.read(roles[0]);
  membership.grants.runQueries(roles[1]);
  membership.grants.cancelQueries(roles[2]);
  const app = new DeployedStack(stack);
  const ACTIONS = ['GetMembership', 'ListProtectedQueries', 'GetProtectedQuery', 'StartProtectedQuery', 'UpdateProtectedQuery', 'UpdateMembership', 'DeleteMembership'];

  test.each([
    ['Reader', ['GetMembership', 'ListProtectedQueries', 'GetProtectedQuery']],
    ['Runner', ['GetProtectedQuery', 'StartProtectedQuery']],
    ['Canceller', ['GetProtectedQuery', 'UpdateProtectedQuery']],
  ])('%s: %j on this membership, and on no other', (role, allowed) => {
    const on = (resource: string) => ACTIONS.filter((action) => isAllowed(app.rights(role), { action: `cleanrooms:${action}`, resource }));
    expect(on(MEMBERSHIP_ARN).sort()).toEqual([...allowed].sort());
    expect(on(PARTNER_ARN)).toEqual([]);
    expect(on(membershipArn(ACCOUNT, STRANGER_MEMBERSHIP))).toEqual([]);
  });

  test.each(['analysistemplate', 'configuredtableassociation', 'idmappingtable', 'intermediatetable'])('Runner: starts queries that name any member\'s %s, and does nothing else to it', (resource) => {
    const on = (arn: string) => ACTIONS.filter((action) => isAllowed(app.rights('Runner'), { action: `cleanrooms:${action}`, resource: arn }));
    expect(on(`${PARTNER_ARN}/${resource}/${MEMBERSHIP}`)).toEqual(['StartProtectedQuery']);
    expect(on(`${MEMBERSHIP_ARN}/${resource}/${MEMBERSHIP}`)).toEqual(['StartProtectedQuery']);
    expect(on(`${membershipArn(PARTNER, MEMBERSHIP, 'us-east-1')}/${resource}/${MEMBERSHIP}`)).toEqual([]);
    expect(on(`${PARTNER_ARN}/privacybudgettemplate/${MEMBERSHIP}`)).toEqual([]);
  });
});
