import { MissingRemovalPolicies, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefaultResultConfiguration, ResultFormat } from '../../src';
import { ENV, newMembership, newStack, resourceOf, resourcesOf } from '../support/membership-app';

const outcome = (stack: Stack) => {
  const { DeletionPolicy, UpdateReplacePolicy, Properties } = resourceOf(stack, 'Custom::CleanRoomsMembership');
  const mayLeave = JSON.stringify(resourcesOf(stack, 'AWS::IAM::Policy')).includes('"cleanrooms:DeleteMembership"');
  return { DeletionPolicy, UpdateReplacePolicy, told: Properties.RemovalPolicy, mayLeave };
};

const STAYS = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', told: 'RETAIN', mayLeave: false };
const LEAVES = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain', told: 'DESTROY', mayLeave: true };

let stack: Stack;
beforeEach(() => { stack = newStack(ENV); });

describe.each([RemovalPolicy.SNAPSHOT, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('%s', (removalPolicy) => {
  const message = `Stack/Membership: \`removalPolicy\` must be RETAIN or DESTROY, as under any other a rollback could leave the collaboration for good, got '${removalPolicy}': ` +
    'use RemovalPolicy.RETAIN, unless the account is to leave when the membership is removed';

  test('is refused as a prop', () => {
    expect(() => newMembership(stack, { removalPolicy })).toThrow(new Error(message));
  });

  test('is refused later on', () => {
    const membership = newMembership(stack);
    expect(() => membership.applyRemovalPolicy(removalPolicy)).toThrow(new Error(message));
  });
});

test('it stays, unless said otherwise, and the function may not leave', () => {
  newMembership(stack);
  expect(outcome(stack)).toEqual(STAYS);
});

test('it stays when it is said', () => {
  newMembership(stack, { removalPolicy: RemovalPolicy.RETAIN });
  expect(outcome(stack)).toEqual(STAYS);
});

test('it leaves when it is said, though never by a replacement', () => {
  newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY });
  expect(outcome(stack)).toEqual(LEAVES);
});

test('it leaves when it is said later on', () => {
  newMembership(stack).applyRemovalPolicy(RemovalPolicy.DESTROY);
  expect(outcome(stack)).toEqual(LEAVES);
});

test('it stays when it is taken back, and the function may not leave', () => {
  newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  expect(outcome(stack)).toEqual(STAYS);
});

describe('policies for everything in an app', () => {
  test('do not give the right to leave', () => {
    newMembership(stack);
    RemovalPolicies.of(stack.node.root).destroy();
    expect(outcome(stack)).toMatchObject({ told: 'RETAIN', mayLeave: false });
  });

  test('do not take it from one that says it itself', () => {
    newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY });
    MissingRemovalPolicies.of(stack.node.root).retain();
    expect(outcome(stack)).toEqual(LEAVES);
  });

  test('never let a replacement leave', () => {
    newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY });
    RemovalPolicies.of(stack.node.root).destroy();
    expect(outcome(stack)).toEqual(LEAVES);
  });
});

test('one that stays and one that leaves share the function', () => {
  newMembership(stack, {}, 'Stays');
  newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY }, 'Leaves');
  expect(resourcesOf(stack, 'Custom::CleanRoomsMembership').map(({ DeletionPolicy, Properties }) => [DeletionPolicy, Properties.RemovalPolicy]))
    .toEqual([['Retain', 'RETAIN'], ['Delete', 'DESTROY']]);
});

test('the result configuration, which cannot be cleared, and the role go with the stack', () => {
  newMembership(stack, { defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), { resultFormat: ResultFormat.CSV }) });
  expect(resourceOf(stack, 'Custom::CleanRoomsResultConfiguration').DeletionPolicy).toBeUndefined();
  for (const role of resourcesOf(stack, 'AWS::IAM::Role')) expect(role.DeletionPolicy).toBeUndefined();
});

describe('the right to leave', () => {
  const leavePolicies = (each: Stack) => Object.entries(Template.fromStack(each).findResources('AWS::IAM::Policy'))
    .filter(([, policy]) => JSON.stringify(policy).includes('cleanrooms:DeleteMembership')).map(([id]) => id);

  test('is a policy of each membership that asks for it, which goes after that membership', () => {
    newMembership(stack, {}, 'Stays');
    newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY }, 'One');
    newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY }, 'Two');
    const policies = leavePolicies(stack);
    expect(policies).toHaveLength(2);
    const leaving = resourcesOf(stack, 'Custom::CleanRoomsMembership').filter(({ Properties }) => Properties.RemovalPolicy === 'DESTROY');
    leaving.forEach(({ DependsOn }, index) => expect(DependsOn).toContain(policies[index]));
  });

  test('is given once, however often it is said and taken back', () => {
    const membership = newMembership(stack, { removalPolicy: RemovalPolicy.DESTROY });
    for (const policy of [RemovalPolicy.RETAIN, RemovalPolicy.DESTROY, RemovalPolicy.DESTROY]) membership.applyRemovalPolicy(policy);
    expect(leavePolicies(stack)).toHaveLength(1);
    expect(outcome(stack)).toEqual(LEAVES);
  });
});
