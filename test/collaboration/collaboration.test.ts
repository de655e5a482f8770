import { Aws, Lazy, Stack } from 'aws-cdk-lib';
import { Collaboration } from '../../src';
import { COLLABORATION, ENV, newStack, PARTNER, REGION } from '../support/membership-app';

const ARN = `arn:aws:cleanrooms:${REGION}:${PARTNER}:collaboration/${COLLABORATION}`;
const NOT_A_UUID = 'must be a lower-case UUID such as a1b2c3d4-5678-90ab-cdef-111122223333';
const COPY = 'copy it from the console or from the ARN';

let stack: Stack;
beforeEach(() => { stack = newStack(ENV); });

describe('what it refuses', () => {
  test.each(['', 'collaboration', COLLABORATION.toUpperCase(), `${COLLABORATION}0`, COLLABORATION.slice(1), ` ${COLLABORATION}`, `${COLLABORATION}\n`])(
    'the identifier %j', (identifier) => {
      expect(() => Collaboration.fromCollaborationIdentifier(stack, 'C', identifier))
        .toThrow(new Error(`Stack/C: \`collaborationIdentifier\` ${NOT_A_UUID}, got '${identifier}': ${COPY}`));
    });

  test('an ARN in place of an identifier, and names the method that takes it', () => {
    expect(() => Collaboration.fromCollaborationIdentifier(stack, 'C', ARN)).toThrow(new Error(
      `Stack/C: \`collaborationIdentifier\` ${NOT_A_UUID}, got '${ARN}': pass the ARN to Collaboration.fromCollaborationArn, or only the identifier at its end`));
  });

  test('the ARN of something else in place of an identifier', () => {
    const arn = ARN.replace('collaboration/', 'membership/');
    expect(() => Collaboration.fromCollaborationIdentifier(stack, 'C', arn))
      .toThrow(new Error(`Stack/C: \`collaborationIdentifier\` ${NOT_A_UUID}, got '${arn}': ${COPY}`));
  });

  test.each([
    ['of a membership', ARN.replace('collaboration/', 'membership/')],
    ['without an identifier', `arn:aws:cleanrooms:${REGION}:${PARTNER}:collaboration`],
    ['of another service', ARN.replace('cleanrooms', 'glue')],
  ])('an ARN %s', (_what, arn) => {
    expect(() => Collaboration.fromCollaborationArn(stack, 'C', arn)).toThrow(new Error(
      'Stack: `collaborationArn` must be the ARN of a collaboration, arn:aws:cleanrooms:<region>:<account>:collaboration/<identifier>, ' +
      `got '${arn}': copy it from the console`));
  });

  test('a creator that is no account', () => {
    expect(() => Collaboration.fromCollaborationAttributes(stack, 'C', { collaborationIdentifier: COLLABORATION, creatorAccountId: '4444' }))
      .toThrow(new Error('Stack: `creatorAccountId` must be an AWS account id of 12 digits, got \'4444\': write it as a string, with its leading zeros'));
  });
});

describe('by its identifier', () => {
  test('has the ARN of any creator in the region of the stack', () => {
    const collaboration = Collaboration.fromCollaborationIdentifier(stack, 'C', COLLABORATION);
    expect(stack.resolve(collaboration.collaborationRef)).toEqual({
      collaborationIdentifier: COLLABORATION,
      collaborationArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:${REGION}:*:collaboration/${COLLABORATION}`]] },
    });
  });

  test('may be known when deployed', () => {
    const collaboration = Collaboration.fromCollaborationIdentifier(stack, 'C', Aws.STACK_NAME);
    expect(stack.resolve(collaboration.collaborationIdentifier)).toEqual({ Ref: 'AWS::StackName' });
  });
});

describe('by its ARN', () => {
  test('has the identifier of the ARN, and its environment', () => {
    const collaboration = Collaboration.fromCollaborationArn(stack, 'C', ARN);
    expect(collaboration.collaborationRef).toEqual({ collaborationIdentifier: COLLABORATION, collaborationArn: ARN });
    expect(collaboration.env).toEqual({ account: PARTNER, region: REGION });
  });

  test('may be known when deployed', () => {
    const arn = Lazy.string({ produce: () => ({ Ref: 'CollaborationArn' }) as unknown as string });
    const collaboration = Collaboration.fromCollaborationArn(stack, 'C', arn);
    expect(stack.resolve(collaboration.collaborationIdentifier))
      .toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'CollaborationArn' }] }] }] }] });
  });
});

describe('by its attributes', () => {
  test('has the ARN of its creator and its region', () => {
    const collaboration = Collaboration.fromCollaborationAttributes(stack, 'C', {
      collaborationIdentifier: COLLABORATION, creatorAccountId: PARTNER, region: 'us-east-1',
    });
    expect(stack.resolve(collaboration.collaborationArn))
      .toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cleanrooms:us-east-1:${PARTNER}:collaboration/${COLLABORATION}`]] });
  });
});

test('defines nothing in the account', () => {
  Collaboration.fromCollaborationIdentifier(stack, 'A', COLLABORATION);
  Collaboration.fromCollaborationArn(stack, 'B', ARN);
  expect(stack.node.findAll().map((node) => node.node.path)).toEqual(['Stack', 'Stack/A', 'Stack/B']);
});
