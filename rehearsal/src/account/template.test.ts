import { LocalAccount, ResourceChange, Template } from '.';
import { accountWithFunction, custom, native, received, template } from './fixtures/harness';
import type { Json } from './template';

let account: LocalAccount;
let serviceToken: string;
let stacks = 0;
const changes: ResourceChange[] = [];

beforeAll(async () => {
  ({ account, serviceToken } = await accountWithFunction({ onResource: (change) => changes.push(change) }));
});
afterAll(async () => account.stop());
beforeEach(() => {
  account.logs.length = 0;
  changes.length = 0;
});

const newStack = () => account.stack(`Template${++stacks}`);

/** What a value of a template becomes in a stack named Template<n>. */
async function resolved(value: Json, more: Partial<Template> = {}, parameters: Record<string, string> = {}): Promise<Json> {
  const stack = newStack();
  const outcome = await stack.deploy(template({
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'results' } },
    Thing: custom(serviceToken, { Name: 'thing', Attributes: { 'Arn': 'arn:thing', 'Nested.Part': 'part', 'List': ['x', 'y'] } }),
  }, { ...more, Outputs: { Value: { Value: value } } }), { parameters });
  expect(outcome.reason).toBeUndefined();
  return stack.outputs.Value;
}

describe('intrinsic functions', () => {
  const conditions = {
    Yes: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  };
  const declared: Partial<Template> = {
    Parameters: { Stage: { Type: 'String', Default: 'prod' }, Names: { Type: 'CommaDelimitedList', Default: 'a, b,c' }, Count: { Type: 'Number', Default: 3 } },
    Mappings: { Sizes: { 'eu-central-1': { small: 4 } } },
    Conditions: conditions,
  };
  const cases: [string, Json, Json][] = [
    ['Ref of a native resource', { Ref: 'Bucket' }, 'results'],
    ['Ref of a custom resource', { Ref: 'Thing' }, 'item-thing'],
    ['Ref of a parameter', { Ref: 'Count' }, '3'],
    ['Ref of a list parameter', { Ref: 'Names' }, ['a', 'b', 'c']],
    ['Ref of pseudo parameters', [{ Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, { Ref: 'AWS::Partition' }, { Ref: 'AWS::URLSuffix' }],
      ['eu-central-1', '111122223333', 'aws', 'amazonaws.com']],
    ['Ref of AWS::NoValue', { kept: 1, dropped: { Ref: 'AWS::NoValue' }, list: [1, { Ref: 'AWS::NoValue' }, 2] }, { kept: 1, list: [1, 2] }],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::results'],
    ['Fn::GetAtt, dotted', { 'Fn::GetAtt': 'Thing.Nested.Part' }, 'part'],
    ['Fn::GetAtt of a custom resource', { 'Fn::GetAtt': ['Thing', 'Arn'] }, 'arn:thing'],
    ['Fn::GetAtt of a list', { 'Fn::Select': [1, { 'Fn::GetAtt': ['Thing', 'List'] }] }, 'y'],
    ['Fn::Sub', { 'Fn::Sub': '${Bucket}/${Thing.Arn}/${AWS::Region}/${!Literal}/${Stage}' }, 'results/arn:thing/eu-central-1/${Literal}/prod'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${A}-${Bucket}', { A: { 'Fn::Join': ['', ['x', 1]] } }] }, 'x1-results'],
    ['Fn::Join', { 'Fn::Join': ['/', ['a', { Ref: 'Bucket' }, { 'Fn::Join': ['', ['b', 'c']] }]] }, 'a/results/bc'],
    ['Fn::Join of a list', { 'Fn::Join': ['+', { Ref: 'Names' }] }, 'a+b+c'],
    ['Fn::Split and Fn::Select', { 'Fn::Select': ['5', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Bucket', 'Arn'] }] }] }, 'results'],
    ['Fn::If', [{ 'Fn::If': ['Yes', 'yes', 'no'] }, { 'Fn::If': ['No', 'yes', 'no'] }], ['yes', 'no']],
    ['Fn::If with Fn::And, Fn::Or', [{ 'Fn::If': ['Both', 1, 2] }, { 'Fn::If': ['Either', 1, 2] }], [2, 1]],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 4],
    ['Fn::Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
  ];
  test.each(cases)('%s', async (_name, value, expected) => {
    expect(await resolved(value, declared)).toEqual(expected);
  });

  test('parameters: given ones win, and are kept by the next deployment', async () => {
    const stack = newStack();
    const withParameter = (value: Json): Template => ({
      Parameters: { Stage: { Type: 'String' } }, Resources: { Thing: custom(serviceToken, { Value: value }) }, Outputs: { Stage: { Value: { Ref: 'Stage' } } },
    });
    await expect(stack.deploy(withParameter(1))).rejects.toThrow('parameters: [Stage] must have values');
    await expect(stack.deploy(withParameter(1), { parameters: { Stage: 'a', Stag: 'b' } })).rejects.toThrow('parameters: [Stag] do not exist in the template');
    await stack.deploy(withParameter(1), { parameters: { Stage: 'test' } });
    await stack.deploy(withParameter(2));
    expect(stack.outputs).toEqual({ Stage: 'test' });
    expect((await stack.deploy(withParameter(2), { parameters: { Stage: 'prod' } })).status).toBe('UPDATE_COMPLETE');
    expect(stack.outputs).toEqual({ Stage: 'prod' });
  });

  test('the bootstrap version, read from SSM, is needed by nobody', async () => {
    const BootstrapVersion = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' };
    expect(await resolved('x', { Parameters: { BootstrapVersion } })).toBe('x');
    const stack = newStack();
    const reads = template({ Reader: native([], { Value: { Ref: 'BootstrapVersion' } }) }, { Parameters: { BootstrapVersion } });
    expect((await stack.deploy(reads)).reason).toContain('BootstrapVersion is read from SSM, which is not here');
  });

  test('exports cross stacks; an unknown one fails what imports it', async () => {
    const producer = newStack();
    const exporting = (value: string) => template({ Some: native() }, { Outputs: { Out: { Value: value, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Out' } } } } });
    await producer.deploy(exporting('shared'));
    const importing = (name: string) => template({ Reader: custom(serviceToken, { Value: { 'Fn::ImportValue': name } }) });
    expect((await newStack().deploy(importing(`${producer.stackName}:Out`))).status).toBe('CREATE_COMPLETE');
    expect(received(account)[0].ResourceProperties.Value).toBe('shared');
    await producer.delete();
    expect((await newStack().deploy(importing(`${producer.stackName}:Out`))).reason).toBe(`No export named ${producer.stackName}:Out found.`);
  });

  test('a function that nobody knows, and a selection out of range', async () => {
    await expect(newStack().deploy(template({ A: native([], { Value: { 'Fn::Transform': {} } }) }))).rejects.toThrow('Fn::Transform is not an intrinsic function');
    const outcome = await newStack().deploy(template({ A: native([], { Value: { 'Fn::Select': [2, ['a']] } }) }));
    expect(outcome).toMatchObject({ status: 'ROLLBACK_COMPLETE', reason: 'template error: Fn::Select cannot select 2 of 1 values' });
  });
});

describe('dependencies', () => {
  const orderOf = async (resources: Template['Resources'], options = {}) => {
    const outcome = await newStack().deploy({ Resources: resources }, options);
    return outcome.events.filter(({ status, type }) => status === 'CREATE_COMPLETE' && type !== 'AWS::CloudFormation::Stack').map(({ logicalId }) => logicalId);
  };

  test('explicit and implied ones order the resources; the template orders the rest', async () => {
    expect(await orderOf({
      Last: native(['Joined'], {}),
      Joined: native([], { Value: { 'Fn::Join': ['', [{ Ref: 'Target' }]] } }),
      Free: native(),
      Subbed: native([], { Value: { 'Fn::Sub': ['${Other.Id} ${own}', { own: { Ref: 'Free' } }] } }),
      Other: native(['Target']),
      Target: native(),
    })).toEqual(['Target', 'Joined', 'Last', 'Free', 'Other', 'Subbed']);
  });

  test('only the branch taken counts, and a resource under a false condition does not exist', async () => {
    const order = await newStack().deploy({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        A: native(['Absent'], { Value: { 'Fn::If': ['Never', { Ref: 'Absent' }, { Ref: 'B' }] } }),
        B: native(),
        Absent: { ...native(), Condition: 'Never' },
      },
      Outputs: { Gone: { Value: { Ref: 'Absent' }, Condition: 'Never' } },
    });
    expect(order.status).toBe('CREATE_COMPLETE');
  });

  test('a cycle is named, and nothing is done', async () => {
    const stack = newStack();
    await expect(stack.deploy(template({
      Start: native(['A']), A: native([], { Value: { Ref: 'B' } }), B: native(['C']), C: native([], { Value: { 'Fn::GetAtt': 'A.Id' } }),
    }))).rejects.toThrow('circular dependency between resources: A -> B -> C -> A');
    expect(stack.status).toBeUndefined();
  });

  test('a reference to nothing is named, and nothing is done', async () => {
    await expect(newStack().deploy(template({ A: native([], { Value: { Ref: 'Nobody' } }) })))
      .rejects.toThrow('unresolved resource dependencies: A refers to Nobody, which the template does not define');
    await expect(newStack().deploy(template({ A: native(['Nobody']) }))).rejects.toThrow('A depends on Nobody');
  });

  test('a failure can be put after and before others', async () => {
    const three = { A: native(), B: native(), C: native() };
    expect(await orderOf(three, { failAt: { resource: 'A', after: ['B'] } })).toEqual(['B']);
    expect(await orderOf(three, { failAt: { resource: 'C', before: ['A', 'B'] } })).toEqual([]);
  });
});

describe('native resources', () => {
  test('have the identifiers that AWS would give them', async () => {
    const stack = newStack();
    await stack.deploy(template({
      Role: { Type: 'AWS::IAM::Role', Properties: { Path: '/service-role/' } },
      Named: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'mine' } },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Key: { Type: 'AWS::KMS::Key' },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/x' } },
      Schedules: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'nights' } },
      Policy: { Type: 'AWS::IAM::Policy' },
      Collaboration: { Type: 'AWS::CleanRooms::Collaboration' },
      Template: { Type: 'AWS::CleanRooms::AnalysisTemplate', Properties: { MembershipIdentifier: 'm-1' } },
    }));
    const { Role, Named, Bucket, Key, Group, Schedules, Policy, Collaboration, Template: analysis } = stack.resources;
    expect(Role.physicalId).toMatch(/^Template\d+-Role-[0-9A-Z]{12}$/);
    expect(Role.attributes.Arn).toBe(`arn:aws:iam::111122223333:role/service-role/${Role.physicalId}`);
    expect(Named.attributes.Arn).toBe('arn:aws:iam::111122223333:role/mine');
    expect(Bucket.physicalId).toMatch(/^template\d+-bucket-[0-9a-z]{12}$/);
    expect(Bucket.attributes.Arn).toBe(`arn:aws:s3:::${Bucket.physicalId}`);
    expect(Key.attributes.Arn).toBe(`arn:aws:kms:eu-central-1:111122223333:key/${Key.physicalId}`);
    expect(Group).toMatchObject({ physicalId: '/aws/lambda/x', attributes: { Arn: 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/x:*' } });
    expect(Schedules.attributes.Arn).toBe('arn:aws:scheduler:eu-central-1:111122223333:schedule-group/nights');
    expect(Policy.physicalId).toMatch(/^Template\d+-Policy-/);
    expect(Collaboration.attributes).toMatchObject({ CollaborationIdentifier: Collaboration.physicalId });
    expect(analysis.attributes.Arn).toMatch(/membership\/m-1\/analysistemplate\/[0-9a-f-]{36}$/);
    expect(account.role(String(Role.attributes.Arn))).toBe(Role);
    await stack.delete();
    expect(account.role(String(Role.attributes.Arn))).toBeUndefined();
  });

  test('are told to whoever watches, and replaced when their name changes', async () => {
    const stack = newStack();
    const role = (name: string) => template({ Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: name, Description: name } } });
    await stack.deploy(role('one'));
    await stack.deploy(role('two'));
    await stack.delete();
    expect(changes.map(({ action, resource }) => `${action} ${resource.physicalId}`)).toEqual(['created one', 'created two', 'deleted one', 'deleted two']);
  });

  test('an attribute that the type does not have fails what reads it', async () => {
    const outcome = await newStack().deploy(template({ Role: { Type: 'AWS::IAM::Role' }, Reader: native([], { Value: { 'Fn::GetAtt': ['Role', 'Colour'] } }) }));
    expect(outcome.reason).toBe('Requested attribute Colour does not exist in schema for AWS::IAM::Role');
  });
});
