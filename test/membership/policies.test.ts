import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { DefaultResultConfiguration, MembershipProps, QueryLogStatus, QueryRunner, ResultFormat } from '../../src';
import { DeployedStack, STACK_ID } from '../support/deployed-stack';
import { isAllowed, judge, Request, Statement } from '../support/iam';
import {
  ACCOUNT, COLLABORATION, ENV, MEMBERSHIP, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, PARTNER_ARN, PARTNER_MEMBERSHIP, REGION,
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
});

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

  test('leaves where it is told to, in this account only', () => {
    judge(deployed({ removalPolicy: RemovalPolicy.DESTROY }).rights(FUNCTION), [
      ['here', { action: 'cleanrooms:DeleteMembership', resource: MEMBERSHIP_ARN }, true],
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
});
