import { LocalAccount, type LocalStack, type Template } from '../account';
import { cleanRoomsTypes } from './clean-rooms';
import { CleanRoomsEndpoint } from '../clean-rooms/endpoint';

/** Two accounts at one endpoint, each with a CloudFormation that reads the other's outputs. */

const PUBLISHER = '111122223333';
const SHOP = '444455556666';

let endpoint: CleanRoomsEndpoint;
let publisher: LocalAccount;
let shop: LocalAccount;
let stacks = 0;

beforeAll(async () => {
  endpoint = await CleanRoomsEndpoint.start({ accountId: PUBLISHER });
  const nativeTypes = cleanRoomsTypes(endpoint);
  const neighbours = () => [publisher, shop];
  const start = (accountId: string) => LocalAccount.start({ accountId, region: endpoint.region, nativeTypes, neighbours });
  [publisher, shop] = await Promise.all([start(PUBLISHER), start(SHOP)]);
});
beforeEach(() => endpoint.reset());
afterAll(async () => {
  await Promise.all([publisher.stop(), shop.stop()]);
  await endpoint.stop();
});

type Resources = NonNullable<Template['Resources']>;

const collaboration = (more: object = {}) => ({
  Type: 'AWS::CleanRooms::Collaboration',
  Properties: {
    Name: 'Overlap',
    Description: 'Buyers',
    CreatorDisplayName: 'Publisher',
    QueryLogStatus: 'ENABLED',
    CreatorMemberAbilities: [],
    Members: [{ AccountId: SHOP, DisplayName: 'Shop', MemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] }],
    Tags: [{ Key: 'team', Value: 'data' }],
    ...more,
  },
});

const membership = (CollaborationIdentifier: unknown) =>
  ({ Type: 'AWS::CleanRooms::Membership', Properties: { CollaborationIdentifier, QueryLogStatus: 'ENABLED' } }) as Resources[string];

const table = (columns: string[], rule: object | undefined = { AllowedAnalyses: ['ANY_QUERY'], AllowedAnalysisProviders: [SHOP] }) => ({
  Type: 'AWS::CleanRooms::ConfiguredTable',
  Properties: {
    Name: 'Views',
    AllowedColumns: columns,
    AnalysisMethod: 'DIRECT_QUERY',
    TableReference: { Glue: { DatabaseName: 'media', TableName: 'views' } },
    ...rule !== undefined && { AnalysisRules: [{ Type: 'CUSTOM', Policy: { V1: { Custom: rule } } }] },
  },
}) as unknown as Resources[string];

const association = (Name: string) => ({
  Type: 'AWS::CleanRooms::ConfiguredTableAssociation',
  Properties: {
    MembershipIdentifier: { 'Fn::GetAtt': ['Membership', 'MembershipIdentifier'] },
    ConfiguredTableIdentifier: { 'Fn::GetAtt': ['Table', 'ConfiguredTableIdentifier'] },
    Name,
    RoleArn: `arn:aws:iam::${PUBLISHER}:role/service-role/cleanrooms-views`,
  },
}) as Resources[string];

const budget = (perDay: number, more: object = {}) => ({
  Type: 'AWS::CleanRooms::PrivacyBudgetTemplate',
  Properties: {
    MembershipIdentifier: { 'Fn::GetAtt': ['Membership', 'MembershipIdentifier'] },
    PrivacyBudgetType: 'ACCESS_BUDGET',
    AutoRefresh: 'NONE',
    Parameters: { ResourceArn: { 'Fn::GetAtt': ['Views', 'Arn'] }, BudgetParameters: [{ Type: 'CALENDAR_DAY', Budget: perDay }] },
    ...more,
  },
}) as Resources[string];

const analysisTemplate = (Text: string) => ({
  Type: 'AWS::CleanRooms::AnalysisTemplate',
  Properties: {
    MembershipIdentifier: { 'Fn::GetAtt': ['Membership', 'MembershipIdentifier'] }, Name: 'Reach', Format: 'SQL', Source: { Text }, AnalysisParameters: [],
  },
}) as Resources[string];

const broken = (dependsOn: string[]) => ({ Type: 'AWS::SSM::Parameter', Properties: { Value: 'x' }, DependsOn: dependsOn }) as Resources[string];

const base = (): Resources => ({ Collaboration: collaboration() as Resources[string], Membership: membership({ Ref: 'Collaboration' }) });

async function deployed(resources: Resources): Promise<LocalStack> {
  const stack = publisher.stack(`Tables${++stacks}`);
  const { status, reason } = await stack.deploy({ Resources: resources });
  expect([status, reason]).toEqual(['CREATE_COMPLETE', undefined]);
  return stack;
}

const names = (collaborationIdentifier: unknown, asked: string[]) => endpoint.execute('BatchGetSchema', { collaborationIdentifier, names: asked }) as
  Promise<{ schemas: { name: string }[]; errors: { name: string }[] }>;

test('one account\'s stack reads another\'s collaboration, through the role that its stack has for that', async () => {
  const stackName = `Collaboration${++stacks}`;
  const reference = {
    'Fn::GetStackOutput': { StackName: stackName, Region: endpoint.region, RoleArn: `arn:aws:iam::${PUBLISHER}:role/Reader`, OutputName: 'Id' },
  };
  const consumer = shop.stack('Consumer');
  const early = await consumer.deploy({ Resources: { Membership: membership(reference) } });
  expect([early.status, early.reason]).toEqual(['ROLLBACK_COMPLETE', `Stack ${stackName} of account ${PUBLISHER} in ${endpoint.region} has no output Id`]);
  await consumer.delete();

  const role = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'Reader', AssumeRolePolicyDocument: {} } };
  await publisher.stack(stackName).deploy({
    Resources: { Collaboration: collaboration() as Resources[string], Role: role },
    Outputs: { Id: { Value: { 'Fn::GetAtt': ['Collaboration', 'CollaborationIdentifier'] } } },
  });
  expect((await consumer.deploy({ Resources: { Membership: membership(reference) } })).status).toBe('CREATE_COMPLETE');
  expect(endpoint.memberships()).toMatchObject([{ accountId: SHOP, collaborationName: 'Overlap' }]);
});

test('the service refuses what the schema admits, and the stack rolls back', async () => {
  const stack = publisher.stack(`Refused${++stacks}`);
  const { status, reason } = await stack.deploy({ Resources: { Collaboration: collaboration({ CreatorMemberAbilities: ['CAN_QUERY'] }) as Resources[string] } });
  expect([status, reason]).toEqual(['ROLLBACK_COMPLETE', expect.stringContaining('exactly one member can have CAN_QUERY, got 2')]);
});

test('a table with its rule changes in place, in the order that its rule allows', async () => {
  const stack = await deployed({ ...base(), Table: table(['user_id', 'day'], { AllowedAnalyses: [], DisallowedOutputColumns: ['user_id'] }), Views: association('views') });
  const { physicalId } = stack.resources.Table;
  const wider = table(['user_id', 'day', 'campaign'], { AllowedAnalyses: [], DisallowedOutputColumns: ['campaign'] });
  expect((await stack.deploy({ Resources: { ...base(), Table: wider, Views: association('views') } })).status).toBe('UPDATE_COMPLETE');
  const narrower = table(['day'], { AllowedAnalyses: [] });
  expect((await stack.deploy({ Resources: { ...base(), Table: narrower, Views: association('views') } })).status).toBe('UPDATE_COMPLETE');
  expect(stack.resources.Table.physicalId).toBe(physicalId);
  expect(await endpoint.execute('GetConfiguredTable', { configuredTableIdentifier: physicalId })).toMatchObject({ configuredTable: { allowedColumns: ['day'] } });
});

test('a template is deleted before its successor is made: a failed update leaves another ARN behind', async () => {
  const stack = await deployed({ ...base(), Template: analysisTemplate('SELECT 1') });
  const { Arn: before } = stack.resources.Template.attributes;
  const { status } = await stack.deploy({ Resources: { ...base(), Template: analysisTemplate('SELECT 2'), Last: broken(['Template']) } }, { failAt: 'Last' });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const { Arn: after } = stack.resources.Template.attributes;
  expect(after).not.toBe(before);
  const { membershipIdentifier } = { membershipIdentifier: stack.resources.Membership.physicalId };
  const analysisTemplateIdentifier = String(after).split('/').at(-1);
  expect(await endpoint.execute('GetAnalysisTemplate', { membershipIdentifier, analysisTemplateIdentifier }))
    .toMatchObject({ analysisTemplate: { source: { text: 'SELECT 1' } } });
});

test('a template under another logical id keeps the old one through a rollback', async () => {
  const stack = await deployed({ ...base(), TemplateA: analysisTemplate('SELECT 1') });
  const { Arn: before } = stack.resources.TemplateA.attributes;
  const next = analysisTemplate('SELECT 2');
  (next.Properties as Record<string, unknown>).Name = 'Reach2';
  await stack.deploy({ Resources: { ...base(), TemplateB: next, Last: broken(['TemplateB']) } }, { failAt: 'Last' });
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.resources.TemplateA.attributes.Arn).toBe(before);
});

test('renaming a table that has a budget deadlocks: the budget keeps it from being deleted', async () => {
  const resources = { ...base(), Table: table(['day']), Views: association('views'), Budget: budget(3) };
  const stack = await deployed(resources);
  const { status, reason } = await stack.deploy({ Resources: { ...resources, Views: association('impressions') } });
  expect([status, reason]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringContaining('still has access budget')]);
  expect((await names(stack.resources.Collaboration.physicalId, ['views'])).schemas).toMatchObject([{ name: 'views' }]);
});

test('a budget changes in place, and a rollback puts it back', async () => {
  const resources = { ...base(), Table: table(['day']), Views: association('views'), Budget: budget(3) };
  const stack = await deployed(resources);
  const [privacyBudgetTemplateIdentifier, membershipIdentifier] = stack.resources.Budget.physicalId.split('|');
  await stack.deploy({ Resources: { ...resources, Budget: budget(9), Last: broken(['Budget']) } }, { failAt: 'Last' });
  expect(await endpoint.execute('GetPrivacyBudgetTemplate', { membershipIdentifier, privacyBudgetTemplateIdentifier }))
    .toMatchObject({ privacyBudgetTemplate: { parameters: { accessBudget: { budgetParameters: [{ type: 'CALENDAR_DAY', budget: 3 }] } } } });
});

test('everything goes with its stack, the last first', async () => {
  const stack = await deployed({ ...base(), Table: table(['day']), Views: association('views'), Budget: budget(3), Template: analysisTemplate('SELECT 1') });
  const { physicalId: collaborationIdentifier } = stack.resources.Collaboration;
  const { status } = await stack.delete();
  // The creator's own membership cannot be deleted while it is active: it goes with the collaboration.
  expect([status, Object.keys(stack.resources)]).toEqual(['DELETE_FAILED', ['Collaboration', 'Membership']]);
  await endpoint.execute('DeleteCollaboration', { collaborationIdentifier });
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
});
