import { Stack } from 'aws-cdk-lib';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { Grant, IGrantable, Role, ServicePrincipal, User } from 'aws-cdk-lib/aws-iam';
import { Membership, MembershipGrants } from '../../src';
import { ENV, logicalIdOf, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, REGION, resourceOf, resourcesOf } from '../support/membership-app';

const GRANTS: [string, (grants: MembershipGrants, grantee: IGrantable) => Grant, string[], string[], string[]?][] = [
  ['read', (grants, grantee) => grants.read(grantee),
    ['cleanrooms:GetMembership', 'cleanrooms:GetProtectedQuery', 'cleanrooms:ListProtectedQueries'], []],
  ['runQueries', (grants, grantee) => grants.runQueries(grantee),
    ['cleanrooms:GetProtectedQuery', 'cleanrooms:StartProtectedQuery'],
    ['cleanrooms:GetCollaborationAnalysisTemplate', 'cleanrooms:GetSchema'],
    ['analysistemplate', 'configuredtableassociation', 'idmappingtable', 'intermediatetable']],
  ['cancelQueries', (grants, grantee) => grants.cancelQueries(grantee),
    ['cleanrooms:GetProtectedQuery', 'cleanrooms:UpdateProtectedQuery'], []],
];

interface Statement {
  readonly Action: string | string[];
  readonly Effect: string;
  readonly Resource: unknown;
}

/** The statements of the policy that a grant makes for a grantee. */
function statementsFor(grantee: string, stack: Stack): Statement[] {
  const policies = resourcesOf(stack, 'AWS::IAM::Policy').filter(({ Properties }) =>
    JSON.stringify([Properties.Roles, Properties.Users]).includes(grantee));
  return policies.flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

let stack: Stack;
let role: Role;
beforeEach(() => {
  stack = newStack(ENV);
  role = new Role(stack, 'Analyst', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
});

describe.each(GRANTS)('%s', (_name, give, onMembership, onAnything, onWhatQueriesName = []) => {
  const named = (region: string) => onWhatQueriesName.map((resource) => (
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:${region}:*:membership/*/${resource}/*`]] }));
  const expected = (membership: unknown) => [
    { Action: onMembership, Effect: 'Allow', Resource: membership },
    ...(onWhatQueriesName.length === 0 ? [] : [{ Action: 'cleanrooms:StartProtectedQuery', Effect: 'Allow', Resource: named(REGION) }]),
    ...(onAnything.length === 0 ? [] : [{ Action: onAnything, Effect: 'Allow', Resource: '*' }]),
  ];
  const inAnyOrder = (statements: Statement[]) => [...statements].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

  test('on a membership of this library: its ARN, and no other', () => {
    const membership = newMembership(stack);
    give(membership.grants, role).assertSuccess();
    expect(inAnyOrder(statementsFor('Analyst', stack))).toEqual(inAnyOrder(expected({ 'Fn::GetAtt': [logicalIdOf(membership), 'Arn'] })));
  });

  test('on an imported membership', () => {
    const membership = Membership.fromMembershipArn(stack, 'Membership', MEMBERSHIP_ARN);
    give(membership.grants, role).assertSuccess();
    expect(inAnyOrder(statementsFor('Analyst', stack))).toEqual(inAnyOrder(expected(MEMBERSHIP_ARN)));
  });

  test('on a CfnMembership', () => {
    const membership = new CfnMembership(stack, 'Membership', { collaborationIdentifier: 'x', queryLogStatus: 'ENABLED' });
    give(MembershipGrants.fromMembership(membership), role).assertSuccess();
    expect(inAnyOrder(statementsFor('Analyst', stack))).toEqual(inAnyOrder(expected({ 'Fn::GetAtt': ['Membership', 'Arn'] })));
  });

  test('to a user', () => {
    give(Membership.fromMembershipArn(stack, 'Membership', MEMBERSHIP_ARN).grants, new User(stack, 'Person')).assertSuccess();
    expect(inAnyOrder(statementsFor('Person', stack))).toEqual(inAnyOrder(expected(MEMBERSHIP_ARN)));
  });

  test('to an imported role, by a policy of this stack', () => {
    const imported = Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${ENV.account}:role/theirs`);
    give(Membership.fromMembershipArn(stack, 'Membership', MEMBERSHIP_ARN).grants, imported).assertSuccess();
    expect(inAnyOrder(statementsFor('theirs', stack))).toEqual(inAnyOrder(expected(MEMBERSHIP_ARN)));
  });

  test.each<[string, (scope: Stack) => IGrantable]>([
    ['a service principal', () => new ServicePrincipal('states.amazonaws.com')],
    ['an imported role that may not be changed', (scope) =>
      Role.fromRoleArn(scope, 'Imported', `arn:aws:iam::${ENV.account}:role/theirs`, { mutable: false, addGrantsToResources: true })],
  ])('tells that %s gets nothing, as there is no resource policy', (_grantee, grantee) => {
    const grant = give(Membership.fromMembershipArn(stack, 'Membership', MEMBERSHIP_ARN).grants, grantee(stack));
    expect(grant.success).toBe(false);
    expect(() => grant.assertSuccess()).toThrow(/could not be added/);
    expect(resourcesOf(stack, 'AWS::IAM::Policy')).toEqual([]);
  });

  test('gives nothing to an imported role of another account', () => {
    const theirs = Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${PARTNER}:role/theirs`);
    give(Membership.fromMembershipArn(stack, 'Membership', MEMBERSHIP_ARN).grants, theirs);
    expect(resourcesOf(stack, 'AWS::IAM::Policy')).toEqual([]);
  });
});

test('a grant can be waited for', () => {
  const user = new User(stack, 'Person');
  const role2 = new Role(stack, 'Runner', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  const membership = Membership.fromMembershipAttributes(stack, 'Membership', { membershipIdentifier: 'b1b2c3d4-5678-90ab-cdef-111122223333' });
  membership.grants.runQueries(role2).applyBefore(user);
  const { DependsOn } = resourceOf(stack, 'AWS::IAM::User');
  expect(DependsOn).toEqual([expect.stringMatching(/^RunnerDefaultPolicy/)]);
});

test('grants of an imported membership name the account and region that it was imported with', () => {
  const membership = Membership.fromMembershipAttributes(stack, 'Membership', {
    membershipIdentifier: 'b1b2c3d4-5678-90ab-cdef-111122223333', account: PARTNER, region: 'us-east-1',
  });
  membership.grants.read(role);
  expect(statementsFor('Analyst', stack)[0].Resource).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:us-east-1:${PARTNER}:membership/b1b2c3d4-5678-90ab-cdef-111122223333`]],
  });
});
