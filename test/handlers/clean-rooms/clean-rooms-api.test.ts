import { COLLABORATION, MEMBERSHIP } from './fake-clean-rooms';
import { LocalServices } from './local-services';
import type { Reply } from './local-services';
import { ROOT_ID, STACK_ID } from './scenario';
import { CLEAN_ROOMS_COMMANDS, cleanRooms } from '../../../src/handlers/clean-rooms/membership/clean-rooms-api';
import type { CleanRoomsApi } from '../../../src/handlers/clean-rooms/membership/clean-rooms-api';
import { systemClock } from '../../../src/handlers/clean-rooms/shared/clock';
import { isConflict, isUncertain, sentenceOf } from '../../../src/handlers/clean-rooms/shared/service-error';
import { cloudFormation } from '../../../src/handlers/clean-rooms/shared/stack';

const ARN = `arn:aws:cleanrooms:eu-central-1:111122223333:membership/${MEMBERSHIP}`;
const environment = { ...process.env };
const services = new LocalServices();
let api: CleanRoomsApi;

beforeAll(async () => {
  await services.start();
  Object.assign(process.env, services.environment);
  api = cleanRooms();
});
afterAll(async () => {
  process.env = environment;
  await services.stop();
});
beforeEach(() => { services.exchanges.length = 0; });

const membership = { id: MEMBERSHIP, arn: ARN, status: 'ACTIVE' };
const calls: [keyof typeof CLEAN_ROOMS_COMMANDS, () => Promise<unknown>, string][] = [
  ['CreateMembership', async () => api.createMembership({ collaborationIdentifier: COLLABORATION, queryLogStatus: 'ENABLED' }), 'POST /memberships'],
  ['GetMembership', async () => api.getMembership(MEMBERSHIP), `GET /memberships/${MEMBERSHIP}`],
  ['ListMemberships', async () => api.listMemberships(), 'GET /memberships'],
  ['UpdateMembership', async () => api.updateMembership(MEMBERSHIP, { queryLogStatus: 'DISABLED' }), `PATCH /memberships/${MEMBERSHIP}`],
  ['DeleteMembership', async () => api.deleteMembership(MEMBERSHIP), `DELETE /memberships/${MEMBERSHIP}`],
  ['ListTagsForResource', async () => api.listTags(ARN), `GET /tags/${ARN}`],
  ['TagResource', async () => api.tag(ARN, { team: 'data' }), `POST /tags/${ARN}`],
  ['UntagResource', async () => api.untag(ARN, ['team']), `DELETE /tags/${ARN}`],
];

test('every command is exercised here', () => {
  expect(calls.map(([command]) => command).sort()).toEqual(Object.keys(CLEAN_ROOMS_COMMANDS).sort());
});

describe.each(calls)('%s', (_command, call, route) => {
  test('is one request to its route', async () => {
    services.reply = () => ({ status: 200, body: { membership, membershipSummaries: [], tags: {} } });
    await call();
    expect(services.exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual([route]);
  });

  test.each<[string, Reply]>([
    ['throttling', { status: 429, error: 'ThrottlingException' }], ['a server error', { status: 500, error: 'InternalServerException' }],
    ['an error of the way', { status: 503, body: '<html>' }], ['a cut socket', 'cut'],
  ])('is not repeated by the SDK after %s', async (_what, reply) => {
    services.reply = () => reply;
    await expect(call()).rejects.toThrow();
    expect(services.exchanges).toHaveLength(1);
  });
});

test.each<[string, Reply, boolean]>([
  ['InternalServerException', { status: 500, error: 'InternalServerException', body: { message: 'x' } }, true],
  ['an unmodelled 503', { status: 503, error: 'ServiceUnavailable' }, true],
  ['a page of a proxy', { status: 502, body: '<html>bad gateway</html>' }, true],
  ['a cut socket', 'cut', true],
  ['an answer that cannot be read', { status: 200, body: '{"membership": {"id": ' }, true],
  ['an empty answer', { status: 200, body: '' }, true],
  ['an answer without a membership', { status: 200, body: {} }, true],
  ['an answer without its identifier', { status: 200, body: { membership: {} } }, true],
  ['ThrottlingException', { status: 429, error: 'ThrottlingException', body: { message: 'x' } }, false],
  ['ValidationException', { status: 400, error: 'ValidationException', body: { message: 'x' } }, false],
  ['AccessDeniedException', { status: 403, error: 'AccessDeniedException', body: { message: 'x' } }, false],
])('after %s it is known whether the service may have acted', async (_what, reply, uncertain) => {
  services.reply = () => reply;
  const error: unknown = await api.createMembership({ collaborationIdentifier: COLLABORATION, queryLogStatus: 'ENABLED' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(isUncertain(error)).toBe(uncertain);
});

test('a connection that is refused is uncertain, a host that does not exist is not', () => {
  expect(isUncertain(Object.assign(new Error(), { code: 'ECONNREFUSED' }))).toBe(true);
  expect(isUncertain(Object.assign(new Error(), { code: 'ENOTFOUND' }))).toBe(false);
  expect(isUncertain(new TypeError('a bug'))).toBe(false);
});

test('reasons and fields of errors are decoded', async () => {
  services.reply = () => ({ status: 409, error: 'ConflictException', body: { message: 'There is one.', reason: 'ALREADY_EXISTS' } });
  await expect(api.getMembership(MEMBERSHIP)).rejects.toMatchObject({ name: 'ConflictException', reason: 'ALREADY_EXISTS' });
  expect(isConflict(await api.getMembership(MEMBERSHIP).catch((error: unknown) => error), 'ALREADY_EXISTS')).toBe(true);

  const fieldList = [{ name: 'keyPrefix', message: 'too long' }];
  services.reply = () => ({ status: 400, error: 'ValidationException', body: { message: 'Bad input.', reason: 'FIELD_VALIDATION_FAILED', fieldList } });
  expect(sentenceOf(await api.getMembership(MEMBERSHIP).catch((error: unknown) => error)))
    .toBe('Bad input; keyPrefix: too long (ValidationException/FIELD_VALIDATION_FAILED)');

  services.reply = () => ({ status: 402, error: 'ServiceQuotaExceededException', body: { message: 'x', quotaName: 'Memberships', quotaValue: 100 } });
  expect(sentenceOf(await api.getMembership(MEMBERSHIP).catch((error: unknown) => error))).toContain('quota Memberships of 100 is used up');
});

test('every page of memberships is read, of the status asked for', async () => {
  services.reply = ({ query }) => {
    const page = Number(query.get('nextToken') ?? 0);
    return { status: 200, body: { membershipSummaries: [{ id: `m${page}` }], ...page < 2 && { nextToken: String(page + 1) } } };
  };
  expect((await api.listMemberships('ACTIVE')).map(({ id }) => id)).toEqual(['m0', 'm1', 'm2']);
  expect(services.exchanges.map(({ query }) => query.get('status'))).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
});

test.each(['', 'me', MEMBERSHIP.toUpperCase(), `${MEMBERSHIP}/protectedQueries`, `${MEMBERSHIP}\n`])('identifier %j is refused before any request', async (id) => {
  services.reply = () => ({ status: 200, body: {} });
  for (const call of [api.getMembership(id), api.updateMembership(id, {}), api.deleteMembership(id),
    api.createMembership({ collaborationIdentifier: id, queryLogStatus: 'ENABLED' })]) {
    await expect(call).rejects.toThrow('must be a lower-case UUID');
  }
  for (const call of [api.listTags(id), api.tag(id, {}), api.untag(id, []), api.tag(ARN.replace(MEMBERSHIP, id), {})]) {
    await expect(call).rejects.toThrow('the ARN of a membership was expected');
  }
  expect(services.exchanges).toEqual([]);
});

test.each<[string, () => Promise<unknown>]>([
  ['ListMemberships', async () => api.listMemberships()], ['ListTagsForResource', async () => api.listTags(ARN)], ['GetMembership', async () => api.getMembership(MEMBERSHIP)],
])('%s without what was asked for is no absence', async (_command, call) => {
  services.reply = () => ({ status: 200, body: {} });
  expect(isUncertain(await call().catch((error: unknown) => error))).toBe(true);
});

test('a call ends with its signal', async () => {
  services.reply = () => 'hang';
  const controller = new AbortController();
  const call = api.getMembership(MEMBERSHIP, controller.signal);
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('a call that never ends is given up, whether or not it listens', async () => {
  await expect(systemClock.limit(20, async () => new Promise(() => {}))).rejects.toThrow('no answer within 1 seconds');
});

test('the events of a stack are those of its own, page by page', async () => {
  const event = (id: string, status: string) => `<member><StackId>${STACK_ID}</StackId><EventId>1</EventId><StackName>A</StackName><PhysicalResourceId>${id}</PhysicalResourceId>`
    + `<Timestamp>2026-01-01T00:00:00Z</Timestamp><ResourceStatus>${status}</ResourceStatus></member>`;
  services.reply = () => ({
    status: 200,
    body: '<DescribeStackEventsResponse><DescribeStackEventsResult><NextToken>next</NextToken><StackEvents>'
      + `${event(STACK_ID, 'DELETE_IN_PROGRESS')}${event(MEMBERSHIP, 'CREATE_FAILED')}${event(STACK_ID, 'CREATE_COMPLETE')}`
      + '</StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>',
  });
  expect(await cloudFormation().events(STACK_ID, 'before')).toEqual({ statuses: ['DELETE_IN_PROGRESS', 'CREATE_COMPLETE'], nextToken: 'next' });
  expect(Object.fromEntries(new URLSearchParams(services.exchanges[0].body))).toMatchObject({ Action: 'DescribeStackEvents', StackName: STACK_ID, NextToken: 'before' });
});

describe('the status of a stack', () => {
  const describeStacks = (stack: string) => `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;

  test('is read with its root', async () => {
    services.reply = () => ({
      status: 200,
      body: describeStacks(
        `<member><StackName>A</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>ROLLBACK_IN_PROGRESS</StackStatus><RootId>${ROOT_ID}</RootId></member>`),
    });
    expect(await cloudFormation().describe(STACK_ID)).toEqual({ status: 'ROLLBACK_IN_PROGRESS', rootId: ROOT_ID });
    expect(new URLSearchParams(services.exchanges[0].body).get('StackName')).toBe(STACK_ID);
  });

  test('that nobody knows is an error', async () => {
    services.reply = () => ({ status: 200, body: describeStacks('') });
    await expect(cloudFormation().describe(STACK_ID)).rejects.toThrow(`shows no stack ${STACK_ID}`);
  });
});
