import { Aws, Lazy, Stack } from 'aws-cdk-lib';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Membership, QueryRunner, ResultWriterRole } from '../../src';
import { ENV, MEMBERSHIP, newStack, PARTNER, PARTNER_ARN, PARTNER_MEMBERSHIP, REGION, resourceOf, warningsOf } from '../support/membership-app';

interface TrustStatement {
  readonly Effect: string;
  readonly Action: string;
  readonly Principal: object;
  readonly Condition: object;
}

/** The trust that a query runner gives a role. */
function trustOf(stack: Stack, queryRunner: QueryRunner): TrustStatement[] {
  new ResultWriterRole(stack, 'Role', { bucket: Bucket.fromBucketName(stack, 'Bucket', 'results'), queryRunner });
  const document = resourceOf(stack, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument as { Statement: TrustStatement[] };
  return document.Statement;
}

const conditionsOf = (stack: Stack, queryRunner: QueryRunner) => trustOf(stack, queryRunner).map((statement) => statement.Condition);

describe('what it refuses', () => {
  const nothingElse = 'must be the ARN of a membership, arn:aws:cleanrooms:<region>:<account>:membership/<identifier>';
  const copy = 'copy it from the output of aws cleanrooms list-members';

  test.each<[string, () => QueryRunner, string]>([
    ['this membership, where there is none', () => QueryRunner.thisMembership(),
      'Stack: `queryRunner` must name a membership or an account, got \'thisMembership()\': pass QueryRunner.membership(…), membershipArn(…) or account(…)'],
    ['an account of 11 digits', () => QueryRunner.account('12345678901'),
      'Stack: `queryRunner` must be an AWS account id of 12 digits, got \'12345678901\': write it as a string, with its leading zeros'],
    ['no account', () => QueryRunner.account(''),
      'Stack: `queryRunner` must be an AWS account id of 12 digits, got \'\': write it as a string, with its leading zeros'],
    ['every account', () => QueryRunner.account('*'),
      'Stack: `queryRunner` must be an AWS account id of 12 digits, got \'*\': write it as a string, with its leading zeros'],
    ['something that is no ARN', () => QueryRunner.membershipArn('membership'), `Stack: \`queryRunner\` ${nothingElse}, got 'membership': ${copy}`],
    ['nothing', () => QueryRunner.membershipArn(''), `Stack: \`queryRunner\` ${nothingElse}, got '': ${copy}`],
    ['a collaboration', () => QueryRunner.membershipArn(PARTNER_ARN.replace('membership/', 'collaboration/')),
      `Stack: \`queryRunner\` ${nothingElse}, got '${PARTNER_ARN.replace('membership/', 'collaboration/')}': ${copy}`],
    ['an ARN with something after it', () => QueryRunner.membershipArn(`${PARTNER_ARN}/configuredtableassociation/x`),
      `Stack: \`queryRunner\` ${nothingElse}, got '${PARTNER_ARN}/configuredtableassociation/x': ${copy}`],
    ['every membership', () => QueryRunner.membershipArn(`arn:aws:cleanrooms:${REGION}:${PARTNER}:membership/*`),
      'Stack: `queryRunner` must be a lower-case UUID such as a1b2c3d4-5678-90ab-cdef-111122223333, got \'*\': copy it from the console or from the ARN'],
    ['a membership of any account', () => QueryRunner.membershipArn(`arn:aws:cleanrooms:${REGION}:*:membership/${PARTNER_MEMBERSHIP}`),
      'Stack: `queryRunner` must be an AWS account id of 12 digits, got \'*\': write it as a string, with its leading zeros'],
    ['a membership of another region', () => QueryRunner.membershipArn(PARTNER_ARN.replace(REGION, 'us-east-1')),
      'Stack: `queryRunner` must be in the stack\'s region, eu-central-1, got \'us-east-1\': deploy the stack to the collaboration\'s region'],
  ])('%s', (_what, queryRunner, message) => {
    const stack = newStack(ENV);
    expect(() => trustOf(stack, queryRunner())).toThrow(new Error(message));
  });
});

describe('the trust', () => {
  test('is in Clean Rooms only, to assume the role and nothing else', () => {
    for (const statement of trustOf(newStack(ENV), QueryRunner.membershipArn(PARTNER_ARN))) {
      expect(statement).toMatchObject({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'cleanrooms.amazonaws.com' } });
    }
  });

  test('names a known membership in two statements, each of which bounds it', () => {
    expect(conditionsOf(newStack(ENV), QueryRunner.membershipArn(PARTNER_ARN))).toEqual([
      { ArnLike: { 'sts:ExternalId': `arn:aws:*:${REGION}:*:dbuser:*/${PARTNER_MEMBERSHIP}*` } },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [PARTNER_ARN] } },
    ]);
  });

  test('names a membership of the app by reference', () => {
    const stack = newStack(ENV);
    const runner = new CfnMembership(stack, 'Runner', { collaborationIdentifier: 'x', queryLogStatus: 'ENABLED' });
    const id = stack.resolve(runner.logicalId);
    expect(conditionsOf(stack, QueryRunner.membership(runner))).toEqual([
      {
        ArnLike: {
          'sts:ExternalId': {
            'Fn::Join': ['', [`arn:aws:*:${REGION}:*:dbuser:*/`, { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': [id, 'Arn'] }] }] }, '*']],
          },
        },
      },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [{ 'Fn::GetAtt': [id, 'Arn'] }] } },
    ]);
  });

  test('goes by the ARN alone, so that a reference made by hand cannot widen it', () => {
    const stack = newStack(ENV);
    const runner = Object.assign(new Construct(stack, 'Runner'), {
      env: { account: PARTNER, region: REGION }, membershipRef: { membershipArn: PARTNER_ARN, membershipIdentifier: '*' },
    });
    expect(conditionsOf(stack, QueryRunner.membership(runner))).toEqual(conditionsOf(newStack(ENV), QueryRunner.membershipArn(PARTNER_ARN)));
  });

  test('names an imported membership', () => {
    const stack = newStack(ENV);
    const runner = Membership.fromMembershipArn(stack, 'Runner', PARTNER_ARN);
    expect(conditionsOf(stack, QueryRunner.membership(runner))).toEqual([
      { ArnLike: { 'sts:ExternalId': `arn:aws:*:${REGION}:*:dbuser:*/${PARTNER_MEMBERSHIP}*` } },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [PARTNER_ARN] } },
    ]);
  });

  test('takes the identifier out of an ARN that is known when deployed', () => {
    const arn = Lazy.string({ produce: () => ({ 'Fn::ImportValue': 'partner' }) as unknown as string });
    expect(conditionsOf(newStack(ENV), QueryRunner.membershipArn(arn))).toEqual([
      {
        ArnLike: {
          'sts:ExternalId': {
            'Fn::Join': ['', [
              `arn:aws:*:${REGION}:*:dbuser:*/`,
              { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::ImportValue': 'partner' }] }] },
              '*',
            ]],
          },
        },
      },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [{ 'Fn::ImportValue': 'partner' }] } },
    ]);
  });

  test('is bounded to the account in one statement where nothing else is known', () => {
    expect(conditionsOf(newStack(ENV), QueryRunner.account(PARTNER))).toEqual([{
      'ForAnyValue:ArnLike': {
        'aws:SourceArn': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:${REGION}:${PARTNER}:membership/*`]] }],
      },
    }]);
  });

  test('takes an account and a region that are known when deployed', () => {
    expect(conditionsOf(newStack(), QueryRunner.account(Aws.ACCOUNT_ID))).toEqual([{
      'ForAnyValue:ArnLike': {
        'aws:SourceArn': [{
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cleanrooms:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':membership/*']],
        }],
      },
    }]);
  });

  test('of a literal membership does not mind a region that is known when deployed', () => {
    expect(trustOf(newStack(), QueryRunner.membershipArn(PARTNER_ARN))).toHaveLength(2);
  });
});

describe('the warning', () => {
  test('says how to tighten the trust in an account', () => {
    const stack = newStack(ENV);
    trustOf(stack, QueryRunner.account(PARTNER));
    expect(warningsOf(stack)).toEqual([
      'the role trusts every membership of the query runner\'s account: once that account has joined, find its membership with ' +
      '`aws cleanrooms list-members` and pass QueryRunner.membershipArn(…) [ack: cdk-cleanrooms:resultWriterRole.accountTrust]',
    ]);
  });

  test('is not given for a membership', () => {
    const stack = newStack(ENV);
    trustOf(stack, QueryRunner.membershipArn(PARTNER_ARN));
    expect(warningsOf(stack)).toEqual([]);
  });
});

test('says whether it is the membership that is being configured', () => {
  const stack = newStack(ENV);
  const imported = Membership.fromMembershipAttributes(stack, 'Imported', { membershipIdentifier: MEMBERSHIP });
  expect(QueryRunner.thisMembership().isThisMembership).toBe(true);
  expect(QueryRunner.membership(imported).isThisMembership).toBe(false);
  expect(QueryRunner.membershipArn(PARTNER_ARN).isThisMembership).toBe(false);
  expect(QueryRunner.account(PARTNER).isThisMembership).toBe(false);
});
