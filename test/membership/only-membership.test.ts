import { App, Environment, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { CfnCollaboration, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { Collaboration, Membership, QueryLogStatus } from '../../src';
import { COLLABORATION, ENV, PARTNER, REGION } from '../support/membership-app';

/** An account joins a collaboration once: two constructs for one membership would overwrite each other. */

let app: App;
beforeEach(() => { app = new App(); });

function join(scope: Construct, id = 'Membership', collaboration?: ICollaborationRef): Membership {
  return new Membership(scope, id, {
    collaboration: collaboration ?? Collaboration.fromCollaborationIdentifier(scope, `${id}Collaboration`, COLLABORATION),
    queryLogStatus: QueryLogStatus.DISABLED,
  });
}

const stackOf = (env: Environment | undefined, id: string) => new Stack(app, id, { env });

test('two of one collaboration in one stack are refused', () => {
  const stack = stackOf(undefined, 'Stack');
  join(stack, 'One');
  expect(() => join(stack, 'Two')).toThrow(new Error('Stack/Two: `collaboration` must be joined by one membership of an account and region, '
    + 'got \'that of Stack/One, too\': use that membership in both places'));
});

test('so they are of a collaboration of the app, whose identifier is known when deployed', () => {
  const stack = stackOf(undefined, 'Stack');
  const collaboration = new CfnCollaboration(stack, 'Collaboration', { name: 'x', description: 'x', creatorDisplayName: 'x', queryLogStatus: 'DISABLED' });
  join(stack, 'One', collaboration);
  expect(() => join(stack, 'Two', collaboration)).toThrow('got \'that of Stack/One, too\'');
});

test('so they are in a stack and in one that is nested in it', () => {
  const stack = stackOf(undefined, 'Stack');
  join(stack);
  expect(() => join(new NestedStack(stack, 'Nested'))).toThrow('got \'that of Stack/Membership, too\'');
});

test('so they are in two stacks of one account and region', () => {
  join(stackOf(ENV, 'One'));
  expect(() => join(stackOf(ENV, 'Two'))).toThrow('got \'that of One/Membership, too\'');
});

test('so they are in two stages of one account and region', () => {
  join(new Stack(new Stage(app, 'One', { env: ENV }), 'Stack'));
  expect(() => join(new Stack(new Stage(app, 'Two', { env: ENV }), 'Stack'))).toThrow('got \'that of One/Stack/Membership, too\'');
});

test.each<[string, Environment | undefined, Environment | undefined]>([
  ['two accounts', ENV, { account: PARTNER, region: REGION }],
  ['two regions', ENV, { ...ENV, region: 'us-east-1' }],
  ['places that nobody knows yet', undefined, undefined],
  ['an account that nobody knows yet', { region: REGION }, { region: REGION }],
  ['places of which one is known', ENV, undefined],
])('stages of dev and prod for %s may both join', (_what, dev, prod) => {
  join(new Stack(new Stage(app, 'Dev', { env: dev }), 'Stack'));
  expect(() => join(new Stack(new Stage(app, 'Prod', { env: prod }), 'Stack'))).not.toThrow();
});

test('two collaborations may be joined side by side', () => {
  const stack = stackOf(ENV, 'Stack');
  join(stack, 'One');
  expect(() => join(stack, 'Two', Collaboration.fromCollaborationIdentifier(stack, 'Other', COLLABORATION.replace('a1', 'b1')))).not.toThrow();
});

test('a membership that is referred to joins nothing', () => {
  const stack = stackOf(ENV, 'Stack');
  const { membershipArn } = join(stack);
  expect(() => Membership.fromMembershipArn(stack, 'Imported', membershipArn)).not.toThrow();
});
