import { App, Aws, Stack, Tags } from 'aws-cdk-lib';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { ENV, membershipOf, newMembership, newStack, resourceOf } from '../support/membership-app';

const tagsOf = (stack: Stack) => membershipOf(stack).Tags;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']));

const INSTEAD = 'pass what they may read, and what is no secret as a CfnParameter';

const RULES: [string, { [key: string]: string }, string][] = [
  ['an empty key', { '': 'x' }, 'must have keys of 1 to 128 characters, got \'\': shorten the key'],
  ['a key of 129 characters', { ['k'.repeat(129)]: 'x' }, `must have keys of 1 to 128 characters, got '${'k'.repeat(129)}': shorten the key`],
  ['a key of AWS', { 'aws:x': 'x' }, 'must not have keys that begin with aws:, got \'aws:x\': choose another key'],
  ['a key of AWS in capitals', { 'AWS:x': 'x' }, 'must not have keys that begin with aws:, got \'AWS:x\': choose another key'],
  ['a key of this library', { 'cdk-cleanrooms:stack': 'x' },
    'must not have keys that begin with cdk-cleanrooms:, by which a membership knows its owner, got \'cdk-cleanrooms:stack\': choose another key'],
  ['an empty value', { team: '' }, 'must have values of 1 to 256 characters, got \'team=\': give the tag a value that fits, or remove it'],
  ['a value of 257 characters', { team: 'v'.repeat(257) },
    `must have values of 1 to 256 characters, got 'team=${'v'.repeat(257)}': give the tag a value that fits, or remove it`],
  ['the key __proto__', JSON.parse('{"__proto__":"x"}') as { [key: string]: string },
    'must not have the key __proto__, which gets lost on its way through JavaScript, got \'__proto__\': choose another key'],
  ['a secret of CloudFormation', { team: '{{resolve:secretsmanager:team}}' },
    `must not hold a dynamic reference, which CloudFormation replaces by the secret for others to read, got '{{resolve:secretsmanager:team}}': ${INSTEAD}`],
  ['a key with one', { '{{resolve:ssm:team}}': 'x' },
    `must not hold a dynamic reference, which CloudFormation replaces by the secret for others to read, got '{{resolve:ssm:team}}': ${INSTEAD}`],
  ['195 of them', many(195), 'must be 194 at most, as the service takes 200 and the library needs 6 of them, got \'195 tags\': remove some'],
];

describe.each(RULES)('%s', (_what, tags, message) => {
  test('in the props is refused at once', () => {
    expect(() => newMembership(newStack(ENV), { tags })).toThrow(new Error(`Stack/Membership: \`tags\` ${message}`));
  });

  test('of the app is refused when the app is synthesized', () => {
    const stack = newStack(ENV);
    newMembership(stack);
    Object.entries(tags).forEach(([key, value]) => Tags.of(stack.node.root).add(key, value));
    let said = '';
    try {
      (stack.node.root as App).synth();
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(`Stack/Membership: \`tags\` ${message}`);
  });
});

test('fit at their limits', () => {
  const tags = { ...many(193), ['k'.repeat(128)]: 'v'.repeat(256) };
  const stack = newStack(ENV);
  newMembership(stack, { tags });
  expect(tagsOf(stack)).toHaveLength(194);
});

test('of the props and of the scopes around reach the membership, sorted by key, capitals first in every locale', () => {
  const stack = newStack(ENV);
  newMembership(stack, { tags: { zone: 'b' } });
  Tags.of(stack.node.root).add('team', 'analytics');
  Tags.of(stack).add('Area', 'x');
  Tags.of(stack).add('area', 'y');
  expect(tagsOf(stack)).toEqual([
    { Key: 'Area', Value: 'x' }, { Key: 'area', Value: 'y' }, { Key: 'team', Value: 'analytics' }, { Key: 'zone', Value: 'b' },
  ]);
});

test('win and lose as those of the native type do', () => {
  const stack = newStack(ENV);
  newMembership(stack, { tags: { stage: 'prop', kept: 'prop' } });
  new CfnMembership(stack, 'Native', {
    collaborationIdentifier: 'x', queryLogStatus: 'DISABLED', tags: [{ key: 'stage', value: 'prop' }, { key: 'kept', value: 'prop' }],
  });
  Tags.of(stack.node.root).add('stage', 'app');
  Tags.of(stack).remove('kept', { priority: 300 });
  expect(tagsOf(stack)).toEqual(resourceOf(stack, 'AWS::CleanRooms::Membership').Properties.Tags);
});

test('may be meant for memberships only', () => {
  const stack = newStack(ENV);
  newMembership(stack);
  Tags.of(stack).add('data', 'shared', { includeResourceTypes: ['Custom::CleanRoomsMembership'] });
  expect(tagsOf(stack)).toEqual([{ Key: 'data', Value: 'shared' }]);
  expect(resourceOf(stack, 'AWS::Lambda::Function').Properties).not.toHaveProperty('Tags');
});

test('may have values that are known when deployed', () => {
  const stack = newStack(ENV);
  newMembership(stack, { tags: { stack: Aws.STACK_NAME } });
  expect(tagsOf(stack)).toEqual([{ Key: 'stack', Value: { Ref: 'AWS::StackName' } }]);
});

test('are absent where there are none', () => {
  const stack = newStack(ENV);
  newMembership(stack, { tags: {} });
  expect(membershipOf(stack)).not.toHaveProperty('Tags');
});
