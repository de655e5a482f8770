import { App, Environment, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnCollaboration } from 'aws-cdk-lib/aws-cleanrooms';
import { Collaboration, Membership, QueryLogStatus } from '../../src';
import { newCollaboration } from '../support/collaboration-app';
import { ACCOUNT, COLLABORATION, ENV, PARTNER, REGION } from '../support/membership-app';

const THEIRS: Environment = { account: PARTNER, region: REGION };

function join(stack: Stack, collaboration: Collaboration) {
  return new Membership(stack, 'Membership', { collaboration, queryLogStatus: QueryLogStatus.DISABLED });
}

const names = (stacks: Stack[]) => stacks.map(({ node }) => node.path);
const identifierIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('Custom::CleanRoomsMembership'))
  .map(({ Properties }) => Properties.CollaborationIdentifier);

describe('a stack of another account', () => {
  test('reads the collaboration from its creator\'s stack, and waits for it', () => {
    const app = new App();
    const [creator, partner] = [new Stack(app, 'Creator', { env: ENV }), new Stack(app, 'Partner', { env: THEIRS })];
    join(partner, newCollaboration(creator));
    expect(names(partner.dependencies)).toEqual(['Creator']);
    expect(identifierIn(partner)).toEqual([{ 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'Creator', Region: REGION }) }]);
  });

  test('reads a CfnCollaboration likewise, and asks for environments where they are missing', () => {
    const of = (env?: Environment) => {
      const app = new App();
      const [creator, partner] = [new Stack(app, 'Creator', { env }), new Stack(app, 'Partner', { env: THEIRS })];
      const collaboration = new CfnCollaboration(creator, 'C', {
        name: 'reach',
        description: 'reach',
        creatorDisplayName: 'Publisher',
        creatorMemberAbilities: [],
        queryLogStatus: 'DISABLED',
        members: [{ accountId: PARTNER, displayName: 'Shop', memberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] }],
      });
      new Membership(partner, 'Membership', { collaboration, queryLogStatus: QueryLogStatus.DISABLED });
      return partner;
    };
    expect(names(of(ENV).dependencies)).toEqual(['Creator']);
    expect(() => of()).toThrow('got \'Creator without\': give both stacks an `env` with account and region');
  });

  test('waits for nothing where the collaboration is imported', () => {
    const app = new App();
    const [creator, partner] = [new Stack(app, 'Creator', { env: ENV }), new Stack(app, 'Partner', { env: THEIRS })];
    const collaboration = Collaboration.fromCollaborationIdentifier(creator, 'C', COLLABORATION);
    new Membership(partner, 'Membership', { collaboration, queryLogStatus: QueryLogStatus.DISABLED });
    expect(names(partner.dependencies)).toEqual([]);
  });

  test('of another stage leaves the order to the pipeline', () => {
    const app = new App();
    const creator = new Stack(new Stage(app, 'One', { env: ENV }), 'Creator');
    const partner = new Stack(new Stage(app, 'Two', { env: THEIRS }), 'Partner');
    join(partner, newCollaboration(creator));
    expect(names(partner.dependencies)).toEqual([]);
    expect(identifierIn(partner)).toEqual([{ 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'One-Creator' }) }]);
  });

  test.each<[string, Environment | undefined, Environment | undefined, string]>([
    ['no environment at all', undefined, THEIRS, 'Creator'],
    ['no region', { account: ACCOUNT }, THEIRS, 'Creator'],
    ['no account', { region: REGION }, THEIRS, 'Creator'],
    ['a known one, but the other has none', ENV, undefined, 'Partner'],
  ])('is refused where the creator\'s has %s', (_what, ours, theirs, culprit) => {
    const app = new App();
    const [creator, partner] = [new Stack(app, 'Creator', { env: ours }), new Stack(app, 'Partner', { env: theirs })];
    const collaboration = newCollaboration(creator);
    expect(() => join(partner, collaboration)).toThrow(new Error(
      'Partner/Membership: `collaboration` must be of a stack with an explicit account and region where another account or region refers to it, ' +
      `and that stack likewise, got '${culprit} without': give both stacks an \`env\` with account and region`));
  });
});

describe('a stack of the same environment', () => {
  test.each([[ENV], [undefined]])('%j refers to the collaboration as the CDK does', (env) => {
    const app = new App();
    const [creator, member] = [new Stack(app, 'Creator', { env }), new Stack(app, 'Member', { env })];
    join(member, newCollaboration(creator));
    expect(identifierIn(member)).toEqual([{ 'Fn::ImportValue': expect.stringMatching(/^Creator:/) }]);
    expect(names(member.dependencies)).toEqual(['Creator']);
  });

  test('needs nothing in the very stack', () => {
    const stack = new Stack(new App(), 'Stack');
    join(stack, newCollaboration(stack));
    expect(stack.dependencies).toEqual([]);
  });
});
