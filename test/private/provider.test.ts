import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefaultResultConfiguration, JobLogStatus, MembershipProps, QueryLogStatus, QueryRunner, ResultFormat } from '../../src';
import { ENV, newMembership, newStack, PARTNER_ARN, REGION, resourceOf, resourcesOf } from '../support/membership-app';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const CSV = { resultFormat: ResultFormat.CSV };

function statementsOf(stack: Stack): Statement[] {
  return resourcesOf(stack, 'AWS::IAM::Policy').flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

/** The statements that allow an action. */
const allowing = (stack: Stack, action: string) => statementsOf(stack).filter(({ Action }) => [Action].flat().includes(action));

let stack: Stack;
beforeEach(() => { stack = newStack(ENV); });

describe('options of the function', () => {
  const conflict = (prop: string) => new Error(
    `Stack/Second: \`${prop}\` belongs to the one function that all memberships of a stack share, and another membership of this stack ` +
    'set it otherwise: set it on the first membership only');

  test.each<[string, Partial<MembershipProps>, Partial<MembershipProps>]>([
    ['two retentions', { functionLogRetention: RetentionDays.ONE_DAY }, { functionLogRetention: RetentionDays.ONE_WEEK }],
    ['a retention on the second membership only', {}, { functionLogRetention: RetentionDays.ONE_WEEK }],
  ])('%s are refused', (_what, first, second) => {
    newMembership(stack, first, 'First');
    expect(() => newMembership(stack, second, 'Second')).toThrow(conflict('functionLogRetention'));
  });

  test('two keys are refused', () => {
    newMembership(stack, { functionLogEncryptionKey: new Key(stack, 'A') }, 'First');
    const functionLogEncryptionKey = new Key(stack, 'B');
    expect(() => newMembership(stack, { functionLogEncryptionKey }, 'Second')).toThrow(conflict('functionLogEncryptionKey'));
  });

  test('the same on both, or none on the second, are fine', () => {
    const options = { functionLogRetention: RetentionDays.ONE_DAY, functionLogEncryptionKey: new Key(stack, 'Key') };
    newMembership(stack, options, 'First');
    newMembership(stack, options, 'Second');
    newMembership(stack, {}, 'Third');
    expect(resourceOf(stack, 'AWS::Logs::LogGroup').Properties)
      .toEqual({ RetentionInDays: 1, KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } });
  });

  test('said twice as the default are fine', () => {
    newMembership(stack, {}, 'First');
    newMembership(stack, { functionLogRetention: RetentionDays.ONE_YEAR }, 'Second');
    expect(resourceOf(stack, 'AWS::Logs::LogGroup').Properties.RetentionInDays).toBe(365);
  });
});

describe('the function', () => {
  test('is one a stack, with its role and its log group', () => {
    newMembership(stack, {}, 'First');
    newMembership(stack, {}, 'Second');
    for (const type of ['AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::IAM::Role', 'AWS::IAM::Policy']) {
      expect(resourcesOf(stack, type)).toHaveLength(1);
    }
  });

  test('is another in another stack, and in a nested one', () => {
    const app = new App();
    const outer = new Stack(app, 'Outer');
    const stacks = [outer, new Stack(app, 'Other'), new NestedStack(outer, 'Nested')];
    stacks.forEach((each, index) => newMembership(each, {}, `Membership${index}`));
    for (const each of stacks) expect(resourcesOf(each, 'AWS::Lambda::Function')).toHaveLength(1);
  });

  test('runs on a current Node, logs as JSON to its log group, and is not tried again, nor when nobody waits for it any more', () => {
    newMembership(stack);
    expect(resourceOf(stack, 'AWS::Lambda::Function').Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/^CleanRoomsMembershipProviderLogGroup/) } },
    });
    expect(resourceOf(stack, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 630 });
    expect(resourceOf(stack, 'AWS::Logs::LogGroup')).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 365 } });
  });

  test('is invoked so from the first request to the last', () => {
    newMembership(stack);
    expect(resourceOf(stack, 'Custom::CleanRoomsMembership').DependsOn)
      .toContainEqual(expect.stringMatching(/^CleanRoomsMembershipProviderEventInvokeConfig/));
  });

  test('has less time than CloudFormation waits for it', () => {
    newMembership(stack);
    const { Timeout } = resourceOf(stack, 'AWS::Lambda::Function').Properties;
    const { ServiceTimeout } = resourceOf(stack, 'Custom::CleanRoomsMembership').Properties;
    expect(Number(ServiceTimeout)).toBeGreaterThan(Number(Timeout));
    expect(Number(ServiceTimeout)).toBeLessThanOrEqual(Number(Timeout) + 60);
  });

  test('is there, with its rights, before a membership asks for it', () => {
    newMembership(stack);
    expect(resourceOf(stack, 'AWS::Lambda::Function').DependsOn).toContainEqual(expect.stringMatching(/^CleanRoomsMembershipProviderRoleDefaultPolicy/));
  });
});

describe('its rights', () => {
  test('to join are those on the collaborations of the stack', () => {
    newMembership(stack);
    expect(allowing(stack, 'cleanrooms:CreateMembership').map(({ Resource }) => JSON.stringify(Resource))).toEqual([
      expect.stringContaining(`:cleanrooms:${REGION}:${ENV.account}:membership/*`),
      expect.stringContaining(`:cleanrooms:${REGION}:*:collaboration/a1b2c3d4-5678-90ab-cdef-111122223333`),
    ]);
  });

  test.each<[string, Partial<MembershipProps>, boolean]>([
    ['of queries', { queryLogStatus: QueryLogStatus.ENABLED }, true],
    ['of jobs', { jobLogStatus: JobLogStatus.ENABLED }, true],
    ['of neither', { queryLogStatus: QueryLogStatus.DISABLED, jobLogStatus: JobLogStatus.DISABLED }, false],
  ])('to set up the logs %s are given where it is needed, through Clean Rooms only', (_what, props, given) => {
    newMembership(stack, props);
    expect(allowing(stack, 'logs:CreateLogDelivery')).toEqual(given ? [expect.objectContaining({
      Resource: '*', Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] } },
    })] : []);
  });

  const passing = () => allowing(stack, 'iam:PassRole');
  const toCleanRooms = { StringEquals: { 'iam:PassedToService': 'cleanrooms.amazonaws.com' } };

  test('to pass a role are not given without one', () => {
    newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3WithoutRole(new Bucket(stack, 'Results'), CSV) });
    expect(passing()).toEqual([]);
    expect(allowing(stack, 's3:GetBucketLocation')).toHaveLength(1);
  });

  test('to pass the role of this library stand before the role', () => {
    newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), CSV) });
    const [{ Resource, Condition }, ...others] = passing();
    expect(others).toEqual([]);
    expect(Condition).toEqual(toCleanRooms);
    expect(JSON.stringify(Resource)).toMatch(/role\/service-role\/cleanrooms-Membership-[0-9a-f]{8}-eu-central-1"/);
    expect(JSON.stringify(Resource)).not.toContain('GetAtt');
  });

  test.each([QueryRunner.thisMembership(), QueryRunner.membershipArn(PARTNER_ARN)])('to pass a brought role are a policy that the configuration waits for', (queryRunner) => {
    const role = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('cleanrooms.amazonaws.com') });
    newMembership(stack, { queryRunner, defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), { ...CSV, role }) });
    expect(passing()).toEqual([expect.objectContaining({ Condition: toCleanRooms, Resource: stack.resolve(role.roleArn) })]);
    const configured = queryRunner.isThisMembership ? 'Custom::CleanRoomsResultConfiguration' : 'Custom::CleanRoomsMembership';
    expect(resourceOf(stack, configured).DependsOn).toContainEqual(expect.stringMatching(/^MembershipPassRole/));
  });

  test('to see whether the stack rolls back are those on the stack', () => {
    newMembership(stack);
    expect(allowing(stack, 'cloudformation:DescribeStacks')).toEqual([expect.objectContaining({ Resource: { Ref: 'AWS::StackId' } })]);
  });

  test('and, in a nested stack, on the stack that is deployed', () => {
    const nested = new NestedStack(stack, 'Nested');
    newMembership(nested);
    const resources = allowing(nested, 'cloudformation:DescribeStacks').flatMap(({ Resource }) => Resource);
    expect(resources).toHaveLength(2);
    expect(JSON.stringify(resources)).toContain(`:cloudformation:${REGION}:${ENV.account}:stack/Stack/*`);
  });
});
