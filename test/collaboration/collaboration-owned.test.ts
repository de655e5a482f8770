import { App, Aws, Lazy, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import {
  AutoApprovedChangeType, CollaborationMember, CollaborationMemberOptions, CollaborationProps, Cost, JobLogStatus, MemberAbility, MlMemberAbility,
  QueryLogStatus,
} from '../../src';
import { AGENCY, collaborationOf, newCollaboration, RUNS_AND_RECEIVES, SHOP } from '../support/collaboration-app';
import { ACCOUNT, ENV, logicalIdOf, newMembership, newStack, PARTNER, resourceOf, warningsOf } from '../support/membership-app';

const { CAN_QUERY, CAN_RUN_JOB, CAN_RECEIVE_RESULTS } = MemberAbility;
const AGENT: CollaborationMemberOptions = { displayName: 'Agency' };

let stack: Stack;
beforeEach(() => { stack = newStack(ENV); });

const refusal = (props: Partial<CollaborationProps>, env = ENV) => {
  try {
    newCollaboration(newStack(env), props);
  } catch (error) {
    return (error as Error).message.replace(/^Stack\/Collaboration: /, '');
  }
  return 'accepted';
};

/** Roles of the creator, of the shop and of an agency. */
const abilities = (creator: MemberAbility[], shop: MemberAbility[], agency?: MemberAbility[]): Partial<CollaborationProps> => ({
  creator: { displayName: 'Publisher', abilities: creator },
  members: [
    CollaborationMember.account(PARTNER, { ...SHOP, abilities: shop }),
    ...agency === undefined ? [] : [CollaborationMember.account(AGENCY, { ...AGENT, abilities: agency })],
  ],
});

describe('what it refuses', () => {
  test.each(['', ' ', 'x'.repeat(101), 'a\nb', '\u0007'])('the name %j', (collaborationName) => {
    expect(refusal({ collaborationName })).toBe(
      `\`collaborationName\` must be 1 to 100 characters without line breaks, and not blank, got '${collaborationName}': choose another name`);
  });

  test('a display name of nobody', () => {
    expect(refusal({ creator: { displayName: '' } })).toMatch(/^`creator.displayName` must be 1 to 100 characters/);
    expect(refusal({ members: [CollaborationMember.account(PARTNER, { ...SHOP, displayName: '\t' })] })).toMatch(/^`members\[0\].displayName` must be 1 to 100/);
  });

  test.each(['', '\n', 'x'.repeat(256)])('the description %j', (description) => {
    expect(refusal({ description })).toBe(
      `\`description\` must be 1 to 255 characters, and not blank, got '${description.length} characters': say in short what the members work on together`);
  });

  test('an account that is none', () => {
    expect(refusal({ members: [CollaborationMember.account('4444', SHOP)] })).toBe(
      '`members[0]` must be an AWS account id of 12 digits, got \'4444\': write it as a string, with its leading zeros');
  });

  test('the creator among the members', () => {
    expect(refusal({ members: [CollaborationMember.account(PARTNER, SHOP), CollaborationMember.account(ACCOUNT, AGENT)] })).toBe(
      `\`members[1]\` must be another account than the creator's, got '${ACCOUNT}': say under \`creator\` what the account of the stack may do`);
  });

  test('an account twice', () => {
    expect(refusal({ members: [CollaborationMember.account(PARTNER, SHOP), CollaborationMember.account(PARTNER, AGENT)] })).toBe(
      `\`members[1]\` must name each account once, got '${PARTNER}': remove one of the two`);
  });

  test('more than ten members', () => {
    const more = Array.from({ length: 9 }, (_, index) => CollaborationMember.account(`10000000000${index}`, AGENT));
    expect(refusal({ members: [CollaborationMember.account(PARTNER, SHOP), ...more] })).toBe(
      '`members` must be 9 at most besides the creator, got \'10 members\': remove some, or make a second collaboration');
  });

  test.each([
    ['nobody', abilities([], [CAN_RECEIVE_RESULTS]), 'none'],
    ['two', abilities([CAN_QUERY], RUNS_AND_RECEIVES), 'creator, members[0]'],
    ['two members', abilities([], RUNS_AND_RECEIVES, [CAN_QUERY]), 'members[0], members[1]'],
  ])('%s to run the queries', (_who, props, got) => {
    expect(refusal(props)).toBe(
      `\`members\` must have one member that runs the queries, the creator included, got '${got}': give MemberAbility.CAN_QUERY to one of them`);
  });

  test('nobody to receive results', () => {
    expect(refusal(abilities([], [CAN_QUERY]))).toBe(
      '`members` must have a member that receives results, the creator included, got \'none\': ' +
      'give MemberAbility.CAN_RECEIVE_RESULTS to at least one of them');
  });

  test('a runner of jobs that does not run the queries', () => {
    expect(refusal(abilities([CAN_RUN_JOB, CAN_RECEIVE_RESULTS], RUNS_AND_RECEIVES))).toBe(
      '`creator.abilities` must give CAN_RUN_JOB only to the member who also runs the queries, got \'CAN_RECEIVE_RESULTS, CAN_RUN_JOB\': ' +
      'add MemberAbility.CAN_QUERY, or leave CAN_RUN_JOB to the one who has it');
  });

  test('an ability twice', () => {
    expect(refusal(abilities([], [...RUNS_AND_RECEIVES, MemberAbility.of('CAN_QUERY')]))).toBe(
      '`members[0].abilities` must name each ability once, got \'CAN_QUERY\': remove one of the two');
    const ml = MlMemberAbility.CAN_RECEIVE_MODEL_OUTPUT;
    expect(refusal({ creator: { displayName: 'Publisher', mlAbilities: [ml, ml] } })).toMatch(/^`creator.mlAbilities` must name each ability once/);
  });

  test('a payer of jobs beside a runner that pays for none', () => {
    expect(refusal({ creator: { displayName: 'Publisher', pays: [Cost.JOB_COMPUTE] } })).toBe(
      '`members[0].pays` must name JOB_COMPUTE too where another member pays for jobs, as the service requires it of the member who runs them, got \'creator\': ' +
      'add Cost.JOB_COMPUTE; each job then says who of them pays');
  });

  test.each([
    [[], 'must name one region at least, got \'none\': leave it out to keep results in the region of the collaboration'],
    [['Frankfurt'], 'must be regions such as eu-central-1, got \'Frankfurt\': correct the region'],
    [['eu-west-1', 'eu-west-1'], 'must name each region once, got \'eu-west-1\': remove one of the two'],
  ])('the result regions %j', (allowedResultRegions, message) => {
    expect(refusal({ allowedResultRegions })).toBe(`\`allowedResultRegions\` ${message}`);
  });

  test('tags that AWS keeps to itself', () => {
    expect(refusal({ tags: { 'aws:team': 'x' } })).toMatch(/^`tags` must not have keys that begin with aws:/);
  });

  test('a partition without the service', () => {
    expect(refusal({}, { account: ACCOUNT, region: 'cn-north-1' })).toMatch(/^`env.region` must be in the partition aws/);
  });
});

test('what is known when deployed passes', () => {
  newCollaboration(stack, {
    collaborationName: Aws.STACK_NAME,
    description: Aws.STACK_NAME,
    creator: { displayName: Aws.STACK_NAME },
    members: [
      CollaborationMember.account(Lazy.string({ produce: () => PARTNER }), { displayName: 'x', abilities: [MemberAbility.of(Aws.STACK_NAME)] }),
      CollaborationMember.account(Lazy.string({ produce: () => AGENCY }), AGENT),
    ],
    allowedResultRegions: [Aws.REGION],
  });
  expect(collaborationOf(stack).Name).toEqual({ Ref: 'AWS::StackName' });
});

test('more members than the quota is a warning', () => {
  const more = Array.from({ length: 5 }, (_, index) => CollaborationMember.account(`10000000000${index}`, AGENT));
  newCollaboration(stack, { members: [CollaborationMember.account(PARTNER, SHOP), ...more] });
  expect(warningsOf(stack)).toEqual([
    'a collaboration invites 5 members unless the account\'s quota is higher, and this one invites 6: ask for more in the Service Quotas console ' +
    '[ack: cdk-cleanrooms:collaboration.members]',
  ]);
});

describe('what it asks for', () => {
  test('says who pays in so many words', () => {
    newCollaboration(stack);
    expect(collaborationOf(stack)).toEqual({
      Name: 'overlap',
      Description: 'Buyers who saw a campaign',
      CreatorDisplayName: 'Publisher',
      CreatorMemberAbilities: [],
      CreatorPaymentConfiguration: { QueryCompute: { IsResponsible: false } },
      Members: [{
        AccountId: PARTNER,
        DisplayName: 'Shop',
        MemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
        PaymentConfiguration: { QueryCompute: { IsResponsible: true } },
      }],
      QueryLogStatus: 'DISABLED',
      JobLogStatus: 'DISABLED',
      IsMetricsEnabled: false,
    });
  });

  test('and everything that was said', () => {
    newCollaboration(stack, {
      creator: {
        displayName: 'Publisher', pays: [Cost.QUERY_COMPUTE, Cost.MODEL_TRAINING], mlAbilities: [MlMemberAbility.CAN_RECEIVE_MODEL_OUTPUT],
      },
      members: [CollaborationMember.account(PARTNER, { ...SHOP, abilities: [...RUNS_AND_RECEIVES, CAN_RUN_JOB] })],
      queryLogStatus: QueryLogStatus.ENABLED,
      jobLogStatus: JobLogStatus.ENABLED,
      isMetricsEnabled: true,
      dataEncryptionMetadata: { allowCleartext: true, allowDuplicates: false, allowJoinsOnColumnsWithDifferentNames: true, preserveNulls: false },
      allowedResultRegions: ['eu-west-1', 'eu-central-1'],
      autoApprovedChangeTypes: [AutoApprovedChangeType.GRANT_RECEIVE_RESULTS_ABILITY, AutoApprovedChangeType.ADD_MEMBER],
      tags: { team: 'analytics', cost: '1' },
    });
    expect(collaborationOf(stack)).toMatchObject({
      CreatorMLMemberAbilities: { CustomMLMemberAbilities: ['CAN_RECEIVE_MODEL_OUTPUT'] },
      CreatorPaymentConfiguration: {
        QueryCompute: { IsResponsible: true },
        JobCompute: { IsResponsible: false },
        MachineLearning: { ModelTraining: { IsResponsible: true }, ModelInference: { IsResponsible: false } },
      },
      Members: [{
        MemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS', 'CAN_RUN_JOB'],
        PaymentConfiguration: {
          QueryCompute: { IsResponsible: false },
          JobCompute: { IsResponsible: true },
          MachineLearning: { ModelTraining: { IsResponsible: false }, ModelInference: { IsResponsible: true } },
        },
      }],
      QueryLogStatus: 'ENABLED',
      JobLogStatus: 'ENABLED',
      IsMetricsEnabled: true,
      DataEncryptionMetadata: { AllowCleartext: true, AllowDuplicates: false, AllowJoinsOnColumnsWithDifferentNames: true, PreserveNulls: false },
      AllowedResultRegions: ['eu-central-1', 'eu-west-1'],
      AutoApprovedChangeTypes: ['ADD_MEMBER', 'GRANT_RECEIVE_RESULTS_ABILITY'],
      Tags: [{ Key: 'cost', Value: '1' }, { Key: 'team', Value: 'analytics' }],
    });
  });

  test('names each candidate for a cost, and the one of synthetic data', () => {
    newCollaboration(stack, {
      creator: { displayName: 'Publisher', pays: [Cost.JOB_COMPUTE] },
      members: [CollaborationMember.account(PARTNER, { ...SHOP, pays: [Cost.JOB_COMPUTE, Cost.SYNTHETIC_DATA_GENERATION] })],
    });
    expect(collaborationOf(stack)).toMatchObject({
      CreatorPaymentConfiguration: {
        JobCompute: { IsResponsible: true }, MachineLearning: { SyntheticDataGeneration: { IsResponsible: false } },
      },
      Members: [{
        PaymentConfiguration: { JobCompute: { IsResponsible: true }, MachineLearning: { SyntheticDataGeneration: { IsResponsible: true } } },
      }],
    });
  });

  test('does not depend on the order of members and abilities', () => {
    const members = [CollaborationMember.account(PARTNER, SHOP), CollaborationMember.account(AGENCY, AGENT)];
    const reversed = [members[1], CollaborationMember.account(PARTNER, { ...SHOP, abilities: [...RUNS_AND_RECEIVES].reverse() })];
    newCollaboration(stack, { members });
    const other = newStack(ENV);
    newCollaboration(other, { members: reversed });
    expect(collaborationOf(other)).toEqual(collaborationOf(stack));
  });

  test('has the tags of the scopes around it', () => {
    Tags.of(stack).add('team', 'analytics');
    newCollaboration(stack);
    expect(collaborationOf(stack).Tags).toEqual([{ Key: 'team', Value: 'analytics' }]);
  });
});

describe('what becomes of it', () => {
  test.each([
    [undefined, 'RetainExceptOnCreate', 'Retain'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
  ])('under the removal policy %j', (removalPolicy, deletion, replacement) => {
    newCollaboration(stack, { removalPolicy });
    expect(resourceOf(stack, 'AWS::CleanRooms::Collaboration')).toMatchObject({ DeletionPolicy: deletion, UpdateReplacePolicy: replacement });
  });
});

describe('who refers to it', () => {
  test('gets its identifier and its ARN', () => {
    const collaboration = newCollaboration(stack);
    const id = logicalIdOf(collaboration);
    expect(stack.resolve(collaboration.collaborationRef)).toEqual({
      collaborationIdentifier: { 'Fn::GetAtt': [id, 'CollaborationIdentifier'] }, collaborationArn: { 'Fn::GetAtt': [id, 'Arn'] },
    });
  });

  test('is held to what it says', () => {
    const collaboration = newCollaboration(stack);
    expect(() => newMembership(stack, { collaboration, queryLogStatus: QueryLogStatus.ENABLED })).toThrow('must not be ENABLED in a collaboration that has no such logs');
    expect(() => newMembership(stack, { collaboration, isMetricsEnabled: true }, 'Second')).toThrow('must not be true in a collaboration that has no metrics');
    const payer = newCollaboration(stack, { creator: { displayName: 'Publisher', pays: [Cost.QUERY_COMPUTE] } }, 'Payer');
    expect(() => newMembership(stack, { collaboration: payer }, 'Third')).toThrow('must be given by a member that pays for queries and does not run them');
    const theirs = new Stack(App.of(stack) as App, 'Theirs', { env: { ...ENV, account: PARTNER } });
    newMembership(theirs, { collaboration });
  });
});
