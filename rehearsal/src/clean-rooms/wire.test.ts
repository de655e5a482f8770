import { request } from 'node:http';
import {
  BatchGetCollaborationAnalysisTemplateCommand, CleanRoomsClient, CreateMembershipCommand, type CreateMembershipCommandInput,
  GetMembershipCommand, ListMembershipsCommand, ListTagsForResourceCommand, UntagResourceCommand, type ValidationException,
} from '@aws-sdk/client-cleanrooms';
import { answerError, answerOutput, EndpointBug } from './answer';
import { CleanRoomsEndpoint } from './endpoint';
import { membershipConflict, ServiceError } from './service-error';
import { OPERATIONS } from './service-model';
import { problemsOf } from './validate';

const ID = 'a1b2c3d4-5678-4abc-8def-000000000001';
const ARN = `arn:aws:cleanrooms:eu-central-1:111122223333:membership/${ID}`;

let endpoint: CleanRoomsEndpoint;
let client: CleanRoomsClient;

beforeAll(async () => {
  endpoint = await CleanRoomsEndpoint.start();
  client = new CleanRoomsClient({
    endpoint: endpoint.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});

beforeEach(() => endpoint.reset());

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
});

async function problemsWith(promise: Promise<unknown>): Promise<[string, string][]> {
  const error = await promise.then(() => { throw new Error('it did not fail'); }, (reason: ValidationException) => reason);
  expect(error).toMatchObject({ name: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED', $metadata: { httpStatusCode: 400 } });
  return (error.fieldList ?? []).map(({ name, message }) => [name as string, message as string]);
}

describe('requests are checked by the service model', () => {
  const valid = { collaborationIdentifier: ID, queryLogStatus: 'ENABLED' as const };
  const s3 = { bucket: 'results', resultFormat: 'CSV' as const };
  const withS3 = (changes: object) => ({ defaultResultConfiguration: { outputConfiguration: { s3: { ...s3, ...changes } } } });
  const manyTags = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`k${n}`, 'v']));
  const at = (field: string) => `defaultResultConfiguration.outputConfiguration.s3.${field}`;

  test.each([
    ['a required member', { queryLogStatus: undefined }, 'queryLogStatus', 'must not be null'],
    ['an enum', { queryLogStatus: 'ON' }, 'queryLogStatus', 'enum value set: [ENABLED, DISABLED]'],
    ['a nested required member', withS3({ resultFormat: undefined }), at('resultFormat'), 'must not be null'],
    ['a shortest length', withS3({ bucket: 'ab' }), at('bucket'), 'length greater than or equal to 3'],
    ['a longest length', withS3({ keyPrefix: 'a'.repeat(513) }), at('keyPrefix'), 'length less than or equal to 512'],
    ['a pattern as a whole', withS3({ keyPrefix: 'a b' }), at('keyPrefix'), 'regular expression pattern'],
    ['a bucket that looks like an address', withS3({ bucket: '10.0.0.1' }), at('bucket'), 'regular expression pattern'],
    ['a boolean', withS3({ singleFileOutput: 'true' }), at('singleFileOutput'), 'must be a boolean'],
    ['a union without a member', { defaultResultConfiguration: { outputConfiguration: {} } }, 'defaultResultConfiguration.outputConfiguration',
      'exactly one of s3'],
    ['a structure', { paymentConfiguration: { queryCompute: true } }, 'paymentConfiguration.queryCompute', 'must be a structure'],
    ['the size of a map', { tags: manyTags }, 'tags', 'length less than or equal to 200'],
    ['a key of a map', { tags: { ['k'.repeat(129)]: 'v' } }, 'tags.key', 'length less than or equal to 128'],
    ['a value of a map', { tags: { k: 'v'.repeat(257) } }, 'tags.k.value', 'length less than or equal to 256'],
  ])('%s', async (_, changes, name, message) => {
    const input = { ...valid, ...changes } as CreateMembershipCommandInput;
    expect(await problemsWith(client.send(new CreateMembershipCommand(input)))).toEqual([[name, expect.stringContaining(message)]]);
    expect(endpoint.calls).toMatchObject([{ executed: false, outcome: { status: 400, reason: 'FIELD_VALIDATION_FAILED' } }]);
  });

  test('every problem is told at once', async () => {
    const send = client.send(new CreateMembershipCommand({ collaborationIdentifier: 'x' } as CreateMembershipCommandInput));
    expect((await problemsWith(send)).map(([name]) => name)).toEqual(['queryLogStatus', 'collaborationIdentifier', 'collaborationIdentifier']);
  });

  test('labels and query parameters', async () => {
    expect(await problemsWith(client.send(new GetMembershipCommand({ membershipIdentifier: ID.toUpperCase() }))))
      .toEqual([['membershipIdentifier', expect.stringContaining('pattern')]]);
    expect(await problemsWith(client.send(new ListMembershipsCommand({ maxResults: 101 }))))
      .toEqual([['maxResults', expect.stringContaining('value less than or equal to 100')]]);
    expect(await problemsWith(client.send(new ListTagsForResourceCommand({ resourceArn: 'arn:aws:s3:::bucket' }))))
      .toEqual([['resourceArn', expect.stringContaining('pattern')]]);
    expect(await problemsWith(client.send(new UntagResourceCommand({ resourceArn: ARN, tagKeys: ['k'.repeat(129), 'ok'] }))))
      .toEqual([['tagKeys.1.member', expect.stringContaining('length')]]);
  });

  test('members of no model are refused, which the SDK would drop', async () => {
    const response = await fetch(`${endpoint.url}/memberships`, { method: 'POST', body: JSON.stringify({ ...valid, quryLogStatus: 'ENABLED' }) });
    expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
    expect(await response.json()).toMatchObject({ fieldList: [{ name: 'quryLogStatus', message: 'Member is not in the service model' }] });
  });

  test('null is absent, and not an integer is not a number', async () => {
    const body = JSON.stringify({ ...valid, queryLogStatus: null });
    expect(await (await fetch(`${endpoint.url}/memberships`, { method: 'POST', body })).json())
      .toMatchObject({ fieldList: [{ name: 'queryLogStatus', message: 'Member must not be null' }] });
    expect(await (await fetch(`${endpoint.url}/memberships?maxResults=1.5`)).json())
      .toMatchObject({ fieldList: [{ name: 'maxResults', message: 'Member must be an integer' }] });
  });

  test.each(['{', '[]', '"text"'])('the body %s is malformed', async (body) => {
    const response = await fetch(`${endpoint.url}/memberships`, { method: 'POST', body });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
  });
});

describe('shapes', () => {
  const query = { type: 'SQL', membershipIdentifier: ID, sqlParameters: { queryString: 'SELECT 1' } };
  const problemsOfQuery = (changes: object) => problemsOf('StartProtectedQueryInput', { ...query, ...changes }, '').map(({ name }) => name);

  test('a union has exactly one member', () => {
    const member = { member: { accountId: '111122223333' } };
    const s3 = { s3: { bucket: 'results', resultFormat: 'CSV' } };
    const output = (outputConfiguration: object) => problemsOfQuery({ resultConfiguration: { outputConfiguration } });
    expect(output(member)).toEqual([]);
    expect(output({ ...member, ...s3 })).toEqual(['resultConfiguration.outputConfiguration']);
    expect(output({})).toEqual(['resultConfiguration.outputConfiguration']);
    expect(output({ distribute: { locations: [member, s3, {}] } })).toEqual(['resultConfiguration.outputConfiguration.distribute.locations.3.member']);
    expect(output({ distribute: { locations: [] } })).toEqual(['resultConfiguration.outputConfiguration.distribute.locations']);
    expect(output({ distribute: { locations: 'all' } })).toEqual(['resultConfiguration.outputConfiguration.distribute.locations']);
  });

  test('a number has its range, and is a number', () => {
    const worker = (number: unknown) => problemsOfQuery({ computeConfiguration: { worker: { type: 'CR.1X', number } } });
    expect([worker(2), worker(1), worker(2.5), worker('4')].map((problems) => problems.length)).toEqual([0, 1, 1, 1]);
  });

  test('a length counts characters, not halves of them', () => {
    const name = (value: string) => problemsOf('TagKey', value, 'key');
    expect(name('\u{1F600}'.repeat(128))).toEqual([]);
    expect(name('\u{1F600}'.repeat(129))).toHaveLength(1);
  });

  test('a map is a map, and inherited names are no members', () => {
    expect(problemsOf('TagMap', ['a'], 'tags')).toEqual([{ name: 'tags', message: 'Member must be a map' }]);
    expect(problemsOfQuery({ constructor: 'x' })).toEqual(['constructor']);
  });

  test('every pattern of the model compiles, and every shape can be asked', () => {
    for (const { input, output, errors } of OPERATIONS.values()) {
      for (const { shape } of [...Object.values(input.members), ...Object.values(output.members)]) {
        expect(() => problemsOf(shape, 'text', '')).not.toThrow();
      }
      errors.forEach((error) => expect(() => problemsOf(error, {}, '')).not.toThrow());
    }
  });
});

describe('routes', () => {
  test.each([
    ['GET', '/memberships/'],
    ['GET', '/nothing'],
    ['PUT', '/memberships'],
    ['GET', `/memberships/${ID}/protectedQueries/`],
  ])('%s %s is no operation', async (method, path) => {
    const response = await fetch(endpoint.url + path, { method });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
    expect(endpoint.calls).toEqual([]);
  });

  test('the empty identifier that the SDK sends lists nothing', async () => {
    await expect(client.send(new GetMembershipCommand({ membershipIdentifier: '' }))).rejects.toThrow();
    expect(endpoint.calls).toEqual([]);
  });

  test('an operation without behaviour says so, after the request was checked', async () => {
    const get = (collaborationIdentifier: string) => client.send(new BatchGetCollaborationAnalysisTemplateCommand({
      collaborationIdentifier, analysisTemplateArns: [`${ARN}/analysistemplate/${ID}`],
    }));
    await expect(get(ID)).rejects.toMatchObject({
      name: 'NotSimulated', message: expect.stringContaining('BatchGetCollaborationAnalysisTemplate'), $metadata: { httpStatusCode: 501 },
    });
    expect(await problemsWith(get('x'))).not.toEqual([]);
  });
});

describe('answers are checked by the service model', () => {
  test('an output that breaks it is a bug of the endpoint', () => {
    expect(() => answerOutput('GetMembership', { membership: { id: 'x' } })).toThrow(EndpointBug);
    expect(() => answerOutput('GetMembership', {})).toThrow("the output of GetMembership breaks the service model: 'membership' Member must not be null");
  });

  test('an error that the operation cannot give is a bug of the endpoint', () => {
    const conflict = membershipConflict('ALREADY_EXISTS', ID, 'taken');
    expect(answerError('CreateMembership', conflict)).toMatchObject({ status: 409, error: 'ConflictException' });
    expect(() => answerError('GetMembership', conflict)).toThrow('GetMembership cannot give ConflictException, the service model allows');
    expect(() => answerError('StartProtectedQuery', conflict)).toThrow(EndpointBug);
    expect(() => answerError('CreateMembership', new ServiceError('ConflictException', 'x', { reason: 'BECAUSE' }))).toThrow("'reason'");
  });

  test('a bug is answered as such and fails the stop', async () => {
    const faulty = await CleanRoomsEndpoint.start({ now: () => new Date(NaN) });
    const { id } = faulty.addCollaboration({
      name: 'x', creatorAccountId: '111122223333', creatorDisplayName: 'x', members: [],
    });
    const response = await fetch(`${faulty.url}/collaborations/${id}`);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([500, 'EndpointBug']);
    expect(await response.json()).toEqual({ message: expect.stringContaining("'collaboration.createTime' Member must be a timestamp") });
    await expect(faulty.stop()).rejects.toThrow(EndpointBug);
  });
});

describe('HTTP', () => {
  test('timestamps travel as seconds, request ids in a header', async () => {
    endpoint.settings.now = () => new Date('2026-11-22T12:00:00.250Z');
    const { id } = endpoint.addCollaboration({ name: 'x', creatorAccountId: '111122223333', creatorDisplayName: 'x', members: [] });
    const response = await fetch(`${endpoint.url}/collaborations/${id}`);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toMatchObject({ collaboration: { createTime: Date.UTC(2026, 10, 22, 12) / 1000 + 0.25 } });
  });

  test('no connection is closed for being idle, which a slow caller would take for a lost answer', async () => {
    const response = await fetch(`${endpoint.url}/memberships`);
    expect([response.status, response.headers.get('connection'), response.headers.get('keep-alive')]).toEqual([200, 'keep-alive', null]);
  });

  test('a caller who hangs up while sending is no bug', async () => {
    const own = await CleanRoomsEndpoint.start();
    await new Promise<void>((resolve) => {
      const half = request(`${own.url}/memberships`, { method: 'POST', headers: { 'content-length': 1000 } });
      half.on('error', () => resolve());
      half.write('{', () => setTimeout(() => half.destroy(new Error('hung up')), 5));
    });
    expect(own.calls).toEqual([]);
    await expect(own.stop()).resolves.toBeUndefined();
  });

  test('a port that is taken is an error', async () => {
    await expect(CleanRoomsEndpoint.start({ port: Number(new URL(endpoint.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});
