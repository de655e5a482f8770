import { App, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnCollaboration } from 'aws-cdk-lib/aws-cleanrooms';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { collaborationOf, newCollaboration } from '../support/collaboration-app';
import { DeployedStack } from '../support/deployed-stack';
import { ENV, newMembership, newStack, resourceOf, resourcesOf } from '../support/membership-app';

let stack: Stack;
beforeEach(() => { stack = newStack(ENV); });

const guardOf = (scope: Stack = stack) => resourceOf(scope, 'Custom::CleanRoomsReplacementGuard').Properties;
const createOnly = (scope?: Stack) => guardOf(scope).CreateOnly as Record<string, unknown>;

describe('the guard of a collaboration', () => {
  test('carries what is fixed, as the collaboration has it', () => {
    newCollaboration(stack, { isMetricsEnabled: true });
    const { Name, Description, ...fixed } = collaborationOf(stack);
    expect(guardOf()).toEqual({
      ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^CleanRoomsMembershipProviderFunction/), 'Arn'] },
      ServiceTimeout: 630,
      Guards: 'collaboration',
      Path: 'Stack/Collaboration',
      CreateOnly: fixed,
      AllowReplacement: false,
    });
  });

  /** The schema of AWS::CleanRooms::Collaboration of 2026-10-20, and metrics, of which UpdateCollaboration knows nothing. */
  test('knows all that the schema calls create-only', () => {
    newCollaboration(stack);
    const resource = stack.node.findChild('Collaboration').node.defaultChild as CfnCollaboration;
    const names = [
      'CreatorDisplayName', 'CreatorMemberAbilities', 'CreatorMLMemberAbilities', 'DataEncryptionMetadata', 'JobLogStatus', 'QueryLogStatus', 'Members',
      'CreatorPaymentConfiguration', 'AutoApprovedChangeTypes', 'AllowedResultRegions', 'IsMetricsEnabled',
    ];
    names.forEach((name) => resource.addPropertyOverride(name, 'overridden'));
    resource.addPropertyOverride('Name', 'overridden');
    expect(createOnly()).toEqual(Object.fromEntries(names.map((name) => [name, 'overridden'])));
  });

  test('is there before the collaboration, and there too where a replacement is allowed', () => {
    newCollaboration(stack, { allowReplacement: true });
    expect(resourceOf(stack, 'AWS::CleanRooms::Collaboration').DependsOn).toEqual([expect.stringMatching(/^CollaborationReplacementGuard/)]);
    expect(guardOf().AllowReplacement).toBe(true);
  });

  test('carries what is known when deployed', () => {
    const name = new CfnParameter(stack, 'Publisher').valueAsString;
    newCollaboration(stack, { creator: { displayName: name } });
    expect(createOnly().CreatorDisplayName).toEqual({ Ref: 'Publisher' });
  });

  test('carries what another stack defines', () => {
    const app = new App();
    const [one, other] = [new Stack(app, 'One', { env: ENV }), new Stack(app, 'Other', { env: ENV })];
    newCollaboration(other, { creator: { displayName: new Key(one, 'Key').keyId } });
    expect(createOnly(other).CreatorDisplayName).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^One:/) });
  });
});

describe('a stack with nothing but guards', () => {
  test('gives the function no permission but to log and to see whether the stack rolls back', () => {
    newCollaboration(stack);
    const actions = new DeployedStack(stack).rights('CleanRoomsMembershipProviderRole').flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual(['cloudformation:DescribeStacks', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('may see its root', () => {
    const nested = new NestedStack(stack, 'Nested');
    newCollaboration(nested);
    const policies = JSON.stringify(resourceOf(nested, 'AWS::IAM::Policy').Properties);
    expect(policies).toContain(':stack/Stack/*');
  });
});

describe('the function of a stack with a guard and a membership', () => {
  test('may join that very collaboration, by a policy that the membership waits for', () => {
    const collaboration = newCollaboration(stack);
    newMembership(stack, { collaboration });
    const policies = resourcesOf(stack, 'AWS::IAM::Policy').map(({ Properties }) => Properties.PolicyDocument);
    expect(policies).toContainEqual(expect.objectContaining({
      Statement: [{ Action: 'cleanrooms:CreateMembership', Effect: 'Allow', Resource: stack.resolve(collaboration.collaborationArn) }],
    }));
    expect(resourceOf(stack, 'Custom::CleanRoomsMembership').DependsOn).toContainEqual(expect.stringMatching(/^MembershipJoinCollaboration/));
  });

  test('is one, and keeps its logs as the membership says', () => {
    const collaboration = newCollaboration(stack);
    const functionLogEncryptionKey = new Key(stack, 'Key');
    newMembership(stack, { collaboration, functionLogRetention: RetentionDays.ONE_WEEK, functionLogEncryptionKey });
    expect(resourceOf(stack, 'AWS::Lambda::Function').Properties.Runtime).toBe('nodejs24.x');
    expect(resourceOf(stack, 'AWS::Logs::LogGroup').Properties)
      .toEqual({ RetentionInDays: 7, KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } });
  });

  test('keeps them for a year, unless somebody says otherwise', () => {
    newCollaboration(stack);
    expect(resourceOf(stack, 'AWS::Logs::LogGroup').Properties).toEqual({ RetentionInDays: 365 });
  });

  test('keeps them for ever where the membership asks for it', () => {
    newMembership(stack, { collaboration: newCollaboration(stack), functionLogRetention: RetentionDays.INFINITE });
    expect(resourceOf(stack, 'AWS::Logs::LogGroup').Properties).toBeUndefined();
  });
});
