import { App, Aws, CfnOutput, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAnalysisTemplate, CfnCollaboration, CfnConfiguredTableAssociation, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Collaboration, DefaultResultConfiguration, JobLogStatus, Membership, QueryLogStatus, QueryRunner, ResultFormat } from '../../src';
import {
  ACCOUNT, COLLABORATION, ENV, logicalIdOf, MEMBERSHIP, MEMBERSHIP_ARN, membershipOf, newMembership, newStack, PARTNER, PARTNER_ARN,
  REGION, resourceOf, resourcesOf, resultConfigurationOf,
} from '../support/membership-app';

const results = (scope: Construct, id = 'Results') =>
  DefaultResultConfiguration.s3(new Bucket(scope, id), { resultFormat: ResultFormat.CSV, keyPrefix: 'overlap/' });

describe('what it refuses', () => {
  test('a collaboration that is no UUID', () => {
    const stack = newStack(ENV);
    const collaboration: ICollaborationRef = Object.create(stack, {
      collaborationRef: { value: { collaborationIdentifier: 'mine', collaborationArn: Aws.STACK_ID } },
    });
    expect(() => newMembership(stack, { collaboration })).toThrow(new Error(
      'Stack/Membership: `collaboration` must be a lower-case UUID such as a1b2c3d4-5678-90ab-cdef-111122223333, got \'mine\': ' +
      'copy it from the console or from the ARN'));
  });

  test('a collaboration of another region', () => {
    const stack = newStack(ENV);
    const collaboration = Collaboration.fromCollaborationAttributes(stack, 'C', { collaborationIdentifier: COLLABORATION, region: 'us-east-1' });
    expect(() => newMembership(stack, { collaboration })).toThrow(new Error(
      'Stack/Membership: `collaboration` must be in the stack\'s region, eu-central-1, got \'us-east-1\': deploy the stack to the collaboration\'s region'));
  });

  test.each([['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov']])('the partition of %s', (region, partition) => {
    expect(() => newMembership(newStack({ account: ACCOUNT, region }))).toThrow(new Error(
      'Stack/Membership: `env.region` must be in the partition aws, the only one that has AWS Clean Rooms, ' +
      `got '${region} (${partition})': deploy the stack to another region`));
  });
});

test('it may be in any commercial region, and in one that is known when deployed', () => {
  for (const env of [undefined, { region: 'us-east-1' }, { region: 'ap-southeast-1' }]) {
    expect(membershipOf(stackWith(env))).toBeDefined();
  }
  function stackWith(env?: { region: string }): Stack {
    const stack = newStack(env);
    newMembership(stack);
    return stack;
  }
});

describe('what it asks for', () => {
  test('is as little as was said', () => {
    const stack = newStack(ENV);
    newMembership(stack);
    const { IsMetricsEnabled = false, AdoptExisting = false, ...properties } = membershipOf(stack);
    expect([IsMetricsEnabled, AdoptExisting]).toEqual([false, false]);
    expect(properties).toEqual({
      ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^CleanRoomsMembershipProviderFunction/), 'Arn'] },
      ServiceTimeout: 630,
      CollaborationIdentifier: COLLABORATION,
      QueryLogStatus: 'DISABLED',
      Owner: { Stack: { Ref: 'AWS::StackName' }, Path: 'Membership' },
      RemovalPolicy: 'RETAIN',
    });
  });

  test('and everything that was said', () => {
    const stack = newStack(ENV);
    newMembership(stack, {
      queryLogStatus: QueryLogStatus.ENABLED, jobLogStatus: JobLogStatus.DISABLED, isMetricsEnabled: false, adoptExisting: true,
    });
    expect(membershipOf(stack)).toMatchObject({ QueryLogStatus: 'ENABLED', JobLogStatus: 'DISABLED', IsMetricsEnabled: false, AdoptExisting: true });
  });

  test('is the collaboration of the same app', () => {
    const stack = newStack(ENV);
    const collaboration = new CfnCollaboration(stack, 'C', {
      name: 'overlap', description: 'x', creatorDisplayName: 'me', creatorMemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], queryLogStatus: 'DISABLED',
    });
    newMembership(stack, { collaboration });
    expect(membershipOf(stack).CollaborationIdentifier).toEqual({ Ref: 'C' });
  });

  test('does not depend on the order of the tags, or on anything but the app', () => {
    const synthesized = () => {
      const stack = newStack(ENV);
      newMembership(stack, { defaultResultConfiguration: results(stack), tags: { b: '2', a: '1' } });
      return JSON.stringify(Template.fromStack(stack).toJSON());
    };
    expect(synthesized()).toBe(synthesized());
  });
});

describe('results', () => {
  test('of queries that it runs itself are configured in a second step, once the role names the membership', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack, { defaultResultConfiguration: results(stack) });
    expect(membershipOf(stack)).toMatchObject({ ResultConfigurationIsSeparate: true });
    expect(membershipOf(stack)).not.toHaveProperty('DefaultResultConfiguration');
    expect(resultConfigurationOf(stack).MembershipIdentifier).toEqual({ Ref: logicalIdOf(membership) });
    expect(trustOf(stack)).toEqual([
      {
        ArnLike: {
          'sts:ExternalId': {
            'Fn::Join': ['', [
              `arn:aws:*:${REGION}:*:dbuser:*/`,
              { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': [logicalIdOf(membership), 'Arn'] }] }] },
              '*',
            ]],
          },
        },
      },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [{ 'Fn::GetAtt': [logicalIdOf(membership), 'Arn'] }] } },
    ]);
  });

  test.each([
    ['a membership', QueryRunner.membershipArn(PARTNER_ARN), [
      { ArnLike: { 'sts:ExternalId': `arn:aws:*:${REGION}:*:dbuser:*/${PARTNER_ARN.split('/')[1]}*` } },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [PARTNER_ARN] } },
    ]],
    ['an account', QueryRunner.account(PARTNER), [{
      'ForAnyValue:ArnLike': { 'aws:SourceArn': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:${REGION}:${PARTNER}:membership/*`]] }] },
    }]],
  ])('of queries that %s runs come along when it joins', (_what, queryRunner, trust) => {
    const stack = newStack(ENV);
    newMembership(stack, { queryRunner, defaultResultConfiguration: results(stack) });
    expect(resourcesOf(stack, 'Custom::CleanRoomsResultConfiguration')).toEqual([]);
    expect(membershipOf(stack)).toHaveProperty('DefaultResultConfiguration');
    expect(trustOf(stack)).toEqual(trust);
  });

  test.each([undefined, QueryRunner.account(PARTNER)])('are nothing to a member that has none', (queryRunner) => {
    const stack = newStack(ENV);
    newMembership(stack, { queryRunner });
    expect(resourcesOf(stack, 'Custom::CleanRoomsResultConfiguration')).toEqual([]);
    expect(resourcesOf(stack, 'AWS::IAM::Role')).toHaveLength(1);
  });

  function trustOf(stack: Stack): unknown[] {
    const [role] = resourcesOf(stack, 'AWS::IAM::Role').filter(({ Properties }) => Properties.Path === '/service-role/');
    return (role.Properties.AssumeRolePolicyDocument as { Statement: { Condition: unknown }[] }).Statement.map(({ Condition }) => Condition);
  }
});

describe('in an app', () => {
  test('whatever waits for the membership waits for both steps', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack, { defaultResultConfiguration: results(stack) });
    const consumer = new Bucket(stack, 'Consumer');
    consumer.node.addDependency(membership);
    const { DependsOn } = Template.fromStack(stack).toJSON().Resources[logicalIdOf(consumer)];
    expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^MembershipResultConfiguration/), logicalIdOf(membership)]));
  });

  test('two memberships share a function, and one may wait for the other', () => {
    const stack = newStack(ENV);
    const first = newMembership(stack, { defaultResultConfiguration: results(stack, 'A') }, 'First');
    const second = newMembership(stack, { defaultResultConfiguration: results(stack, 'B') }, 'Second');
    second.node.addDependency(first);
    expect(resourcesOf(stack, 'AWS::Lambda::Function')).toHaveLength(1);
    expect(resourcesOf(stack, 'Custom::CleanRoomsMembership').map(({ Properties }) => Properties.Owner)).toEqual([
      { Stack: { Ref: 'AWS::StackName' }, Path: 'First' }, { Stack: { Ref: 'AWS::StackName' }, Path: 'Second' },
    ]);
  });

  test('a membership of a nested stack is owned by the stack that is deployed', () => {
    const nested = new NestedStack(newStack(ENV), 'Nested');
    newMembership(nested, { defaultResultConfiguration: results(nested) });
    expect(membershipOf(nested).Owner).toEqual({ Stack: 'Stack', Path: 'Nested/Membership' });
    expect(resourcesOf(nested, 'AWS::Lambda::Function')).toHaveLength(1);
  });

  test('a membership of a stage is owned by the stack of the stage', () => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Prod', { env: ENV }), 'Stack');
    newMembership(stack, { defaultResultConfiguration: results(stack) });
    expect(membershipOf(stack).Owner).toEqual({ Stack: { Ref: 'AWS::StackName' }, Path: 'Membership' });
    expect(() => app.synth()).not.toThrow();
  });

  test.each([['too long', 'x'.repeat(300)], ['odd', 'a#b']])('a path that is %s for a tag ends in a hash', (_what, id) => {
    const owners = [id, `${id}2`].map((each) => {
      const stack = newStack(ENV);
      newMembership(stack, {}, each);
      return (membershipOf(stack).Owner as { Path: string }).Path;
    });
    expect(owners[0]).toMatch(/^[\w +=.:/@-]{1,239}-[0-9a-f]{16}$/);
    expect(owners[0]).not.toBe(owners[1]);
  });

  test('its attributes serve in another stack', () => {
    const app = new App();
    const producer = new Stack(app, 'Producer', { env: ENV });
    const consumer = new Stack(app, 'Consumer', { env: ENV });
    const membership = newMembership(producer);
    const taken = [
      membership.membershipIdentifier, membership.membershipArn, membership.collaborationIdentifier, membership.collaborationArn,
      membership.collaborationName, membership.collaborationCreatorAccountId, membership.collaborationCreatorDisplayName,
      membership.membershipStatus, Fn.join('+', membership.membershipAbilities),
    ];
    taken.forEach((value, index) => new CfnOutput(consumer, `Taken${index}`, { value }));
    const outputs: { Value: unknown }[] = Object.values(Template.fromStack(consumer).toJSON().Outputs);
    expect(outputs).toHaveLength(taken.length);
    for (const { Value } of outputs) expect(JSON.stringify(Value)).toContain('{"Fn::ImportValue":"Producer:ExportsOutput');
  });

  test('constructs of the CDK take its identifier', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack);
    const ref = { Ref: logicalIdOf(membership) };
    new CfnConfiguredTableAssociation(stack, 'Association', {
      membershipIdentifier: membership.membershipIdentifier, configuredTableIdentifier: 'table', name: 'association', roleArn: 'arn:aws:iam::111122223333:role/x',
    });
    new CfnAnalysisTemplate(stack, 'Template', {
      membershipIdentifier: membership.membershipIdentifier, name: 'template', format: 'SQL', source: { text: 'SELECT 1' },
    });
    expect(resourceOf(stack, 'AWS::CleanRooms::ConfiguredTableAssociation').Properties.MembershipIdentifier).toEqual(ref);
    expect(resourceOf(stack, 'AWS::CleanRooms::AnalysisTemplate').Properties.MembershipIdentifier).toEqual(ref);
  });

  test('results may be encrypted', () => {
    const stack = newStack(ENV);
    const bucket = new Bucket(stack, 'Results', { encryption: BucketEncryption.KMS });
    newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV }) });
    expect(JSON.stringify(resourcesOf(stack, 'AWS::IAM::Role'))).toContain('"kms:GenerateDataKey"');
  });
});

test('its children and ids are as documented', () => {
  const stack = newStack(ENV);
  const membership = newMembership(stack, { defaultResultConfiguration: results(stack) });
  expect(membership.node.children.map(({ node }) => node.id)).toEqual(['Resource', 'ResultWriterRole', 'ResultConfiguration']);
  expect(stack.node.tryFindChild('CleanRoomsMembershipProvider')?.node.children.map(({ node }) => node.id)).toEqual(['Role', 'LogGroup', 'Code', 'Function', 'EventInvokeConfig']);
});

describe('imported', () => {
  test.each(['', 'mine', MEMBERSHIP.toUpperCase()])('with the identifier %j is refused', (membershipIdentifier) => {
    expect(() => Membership.fromMembershipAttributes(newStack(ENV), 'M', { membershipIdentifier })).toThrow(new Error(
      'Stack/M: `membershipIdentifier` must be a lower-case UUID such as a1b2c3d4-5678-90ab-cdef-111122223333, ' +
      `got '${membershipIdentifier}': copy it from the console or from the ARN`));
  });

  test('with its ARN in place of the identifier is refused, and the method that takes it is named', () => {
    expect(() => Membership.fromMembershipAttributes(newStack(ENV), 'M', { membershipIdentifier: MEMBERSHIP_ARN })).toThrow(
      `got '${MEMBERSHIP_ARN}': pass the ARN to Membership.fromMembershipArn, or only the identifier at its end`);
  });

  test('with another account\'s number of 11 digits is refused', () => {
    expect(() => Membership.fromMembershipAttributes(newStack(ENV), 'M', { membershipIdentifier: MEMBERSHIP, account: '11112222333' }))
      .toThrow(new Error('Stack: `account` must be an AWS account id of 12 digits, got \'11112222333\': write it as a string, with its leading zeros'));
  });

  test('by the ARN of a collaboration is refused', () => {
    const membershipArn = MEMBERSHIP_ARN.replace('membership/', 'collaboration/');
    expect(() => Membership.fromMembershipArn(newStack(ENV), 'M', membershipArn)).toThrow(new Error(
      'Stack: `membershipArn` must be the ARN of a membership, arn:aws:cleanrooms:<region>:<account>:membership/<identifier>, ' +
      `got '${membershipArn}': copy it from the console`));
  });

  test('by ARN', () => {
    const membership = Membership.fromMembershipArn(newStack(ENV), 'M', PARTNER_ARN);
    expect(membership.membershipRef).toEqual({ membershipArn: PARTNER_ARN, membershipIdentifier: PARTNER_ARN.split('/')[1] });
    expect(membership.env).toEqual({ account: PARTNER, region: REGION });
  });

  test('by attributes is in the stack\'s account and region, unless said otherwise', () => {
    const stack = newStack(ENV);
    const own = Membership.fromMembershipAttributes(stack, 'Own', { membershipIdentifier: MEMBERSHIP });
    const theirs = Membership.fromMembershipAttributes(stack, 'Theirs', { membershipIdentifier: MEMBERSHIP, account: PARTNER, region: 'us-east-1' });
    const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:${rest}:membership/${MEMBERSHIP}`]] });
    expect(stack.resolve(own.membershipArn)).toEqual(arn(`${REGION}:${ACCOUNT}`));
    expect(stack.resolve(theirs.membershipArn)).toEqual(arn(`us-east-1:${PARTNER}`));
    expect([own.env, theirs.env]).toEqual([ENV, { account: PARTNER, region: 'us-east-1' }]);
  });

  test('by what is known when deployed', () => {
    const stack = newStack(ENV);
    const membership = Membership.fromMembershipAttributes(stack, 'M', { membershipIdentifier: Aws.STACK_NAME });
    expect(stack.resolve(membership.membershipIdentifier)).toEqual({ Ref: 'AWS::StackName' });
  });

  test('defines nothing in the account', () => {
    const stack = newStack(ENV);
    Membership.fromMembershipArn(stack, 'M', MEMBERSHIP_ARN);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });
});
