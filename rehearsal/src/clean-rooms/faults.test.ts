import {
  CreateMembershipCommand, DeleteMembershipCommand, GetMembershipCommand, ListMembershipsCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsEndpoint } from './endpoint';
import { PARTNER, Parties, US } from './fixtures/parties';

let parties: Parties;
let endpoint: CleanRoomsEndpoint;
let collaborationIdentifier: string;

beforeAll(async () => {
  parties = await Parties.start();
  endpoint = parties.endpoint;
});

beforeEach(() => {
  endpoint.reset();
  collaborationIdentifier = parties.collaborate();
});

afterAll(() => parties.stop());

const create = () => parties.us.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED' }));
const list = (by = parties.us) => by.send(new ListMembershipsCommand({}));

test.each([
  ['ThrottlingException', {}, 429],
  ['InternalServerException', {}, 500],
  ['AccessDeniedException', {}, 403],
  ['ServiceQuotaExceededException', { details: { quotaName: 'Memberships', quotaValue: 100 } }, 402],
  ['ResourceNotFoundException', {}, 404],
  ['ConflictException', { reason: 'INVALID_STATE' }, 409],
  ['ValidationException', { reason: 'IAM_SYNCHRONIZATION_DELAY' }, 400],
] as const)('%s is given once, before anything is executed', async (error, more, status) => {
  endpoint.faults.add({ operation: 'CreateMembership', error, ...more });
  const { details, ...expected } = { details: {}, ...more };
  await expect(create()).rejects.toMatchObject({ name: error, $metadata: { httpStatusCode: status }, ...expected, ...details });
  expect(endpoint.memberships()).toEqual([]);
  await create();
  expect(endpoint.calls).toMatchObject([
    { operation: 'CreateMembership', executed: false, outcome: { status, error } },
    { operation: 'CreateMembership', executed: true, outcome: { status: 200 } },
  ]);
});

test('an error after the execution leaves the caller in the dark', async () => {
  endpoint.faults.add({ operation: 'CreateMembership', error: 'InternalServerException', when: 'after' });
  await expect(create()).rejects.toMatchObject({ name: 'InternalServerException' });
  expect(endpoint.memberships()).toHaveLength(1);
  expect(endpoint.calls).toMatchObject([{ executed: true, outcome: { status: 500, error: 'InternalServerException' } }]);
});

test('a lost answer has been executed, a lost request has not', async () => {
  endpoint.faults.loseRequest('CreateMembership');
  await expect(create()).rejects.toThrow('socket hang up');
  expect(endpoint.memberships()).toEqual([]);

  endpoint.faults.loseAnswer('CreateMembership');
  await expect(create()).rejects.toThrow('socket hang up');
  expect(endpoint.memberships()).toHaveLength(1);
  expect(endpoint.calls).toMatchObject([{ executed: false, outcome: { cut: 'before' } }, { executed: true, outcome: { cut: 'after' } }]);
});

test('an error after an execution that failed has executed nothing', async () => {
  const membershipIdentifier = '00000000-0000-4000-8000-000000000000';
  endpoint.faults.add({ operation: 'DeleteMembership', error: 'InternalServerException', when: 'after' });
  await expect(parties.us.send(new DeleteMembershipCommand({ membershipIdentifier }))).rejects.toMatchObject({ name: 'InternalServerException' });
  expect(endpoint.calls).toMatchObject([{ executed: false }]);
});

test('roles are delayed as often as told', async () => {
  endpoint.faults.delayRoles('CreateMembership', 2);
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(create()).rejects.toMatchObject({ reason: 'IAM_SYNCHRONIZATION_DELAY' });
  }
  await create();
  expect(endpoint.callsOf('CreateMembership')).toHaveLength(3);
});

test('the SDK retries throttling by itself', async () => {
  endpoint.faults.add({ operation: 'ListMemberships', error: 'ThrottlingException', times: 2 });
  const patient = parties.client('AKIAUS', 3);
  expect((await list(patient)).membershipSummaries).toEqual([]);
  expect(endpoint.callsOf('ListMemberships')).toHaveLength(3);
});

test('latency delays an answer, whatever it is', async () => {
  endpoint.faults.add(
    { operation: 'ListMemberships', latencyMilliseconds: 50 },
    { operation: 'ListMemberships', error: 'InternalServerException' },
  );
  const start = performance.now();
  await expect(list()).rejects.toMatchObject({ name: 'InternalServerException' });
  expect(performance.now() - start).toBeGreaterThanOrEqual(45);
  await list();
  expect(endpoint.faults.pending()).toEqual([]);
});

test('a request that a reset overtakes is no call of what comes after', async () => {
  endpoint.faults.add({ operation: 'ListMemberships', latencyMilliseconds: 50 });
  const overtaken = list();
  while (endpoint.faults.pending().length > 0) await new Promise(setImmediate);
  endpoint.reset();
  await expect(overtaken).rejects.toThrow('socket hang up');
  expect(endpoint.calls).toEqual([]);
});

test('faults are met in order, by their operation and account, after those that they skip', async () => {
  endpoint.faults.add(
    { operation: 'ListMemberships', error: 'InternalServerException', skip: 1 },
    { operation: 'ListMemberships', error: 'ThrottlingException', account: PARTNER },
  );
  await list();
  await expect(list()).rejects.toMatchObject({ name: 'InternalServerException' });
  await list();
  await expect(list(parties.partner)).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(endpoint.calls.map(({ account }) => account)).toEqual([US, US, US, PARTNER]);
});

test('what is pending can be seen and cleared', async () => {
  endpoint.faults.add({ operation: 'ListMemberships', error: 'ThrottlingException', times: Infinity });
  await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(endpoint.faults.pending()).toHaveLength(1);
  endpoint.faults.clear();
  await list();
});

test('an error that the model does not allow is not invented', () => {
  expect(() => endpoint.faults.add({ operation: 'GetMembership', error: 'ConflictException', reason: 'INVALID_STATE' }))
    .toThrow('GetMembership cannot give ConflictException');
  expect(() => endpoint.faults.add({ operation: 'TagResource', error: 'ThrottlingException' })).toThrow('TagResource cannot give');
  expect(() => endpoint.faults.add({ operation: 'CreateMembership', error: 'ConflictException', reason: 'BUSY' })).toThrow("'reason'");
  expect(() => endpoint.faults.delayRoles('NoSuchOperation' as 'CreateMembership')).toThrow("the service model has no operation 'NoSuchOperation'");
  expect(endpoint.faults.pending()).toEqual([]);
});

test('calls are recorded with their input, writes apart from reads', async () => {
  const { membership } = await create();
  const membershipIdentifier = membership?.id ?? '';
  await parties.us.send(new GetMembershipCommand({ membershipIdentifier }));
  await parties.us.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'DISABLED' }));
  expect(endpoint.callsOf('UpdateMembership')).toMatchObject([
    { account: US, input: { membershipIdentifier, queryLogStatus: 'DISABLED' }, outcome: { status: 200 } },
  ]);
  expect(endpoint.writes().map(({ operation }) => operation)).toEqual(['CreateMembership', 'UpdateMembership']);
  expect(endpoint.calls).toHaveLength(3);
});

test('a reset forgets everything, settings too', async () => {
  await create();
  endpoint.settings.pageSize = 1;
  endpoint.settings.consistencyDelay = { reads: 5 };
  endpoint.faults.loseAnswer('ListMemberships');
  endpoint.reset();
  expect([endpoint.calls, endpoint.memberships(), endpoint.faults.pending()]).toEqual([[], [], []]);
  expect(endpoint.settings).toMatchObject({ pageSize: 100 });
  expect(endpoint.settings.consistencyDelay).toBeUndefined();
});

describe('rates', () => {
  let now: number;

  beforeEach(() => {
    now = Date.parse('2026-11-22T03:00:00Z');
    Object.assign(endpoint.settings, { now: () => new Date(now), rates: { perOperation: 2, operations: { ListMemberships: 3 } } });
  });

  /** How many of so many requests are admitted, one after the other. */
  async function admitted(count: number, request: () => Promise<unknown>): Promise<number> {
    let passed = 0;
    for (let number = 0; number < count; number += 1) {
      passed += await request().then(() => 1, (error: Error) => {
        expect(error).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
        return 0;
      });
    }
    return passed;
  }

  test('what exceeds the rate of an operation is throttled and does nothing; time refills it up to a second\'s worth', async () => {
    const { membership } = await create();
    const get = () => parties.us.send(new GetMembershipCommand({ membershipIdentifier: membership?.id }));
    expect([await admitted(5, get), await admitted(5, list)]).toEqual([2, 3]);
    now += 500;
    expect(await admitted(5, get)).toBe(1);
    now += 60_000;
    expect(await admitted(5, get)).toBe(2);
    expect(endpoint.callsOf('GetMembership').filter(({ executed }) => executed)).toHaveLength(5);
  });

  test('are each account\'s own, and come before the faults that wait', async () => {
    endpoint.faults.add({ operation: 'ListMemberships', error: 'InternalServerException', skip: 3 });
    expect(await admitted(4, list)).toBe(3);
    await expect(list(parties.partner)).rejects.toMatchObject({ name: 'InternalServerException' });
  });

  test('are without limit after a reset', async () => {
    endpoint.reset();
    expect(await admitted(30, list)).toBe(30);
  });
});

test('the fault of each call strikes what meets no fault of its own', async () => {
  endpoint.faults.ofEachCall = (operation) => operation === 'ListMemberships' ? { operation, cut: 'before' } : undefined;
  endpoint.faults.add({ operation: 'ListMemberships', error: 'InternalServerException' });
  await expect(list()).rejects.toMatchObject({ name: 'InternalServerException' });
  await expect(list()).rejects.toThrow('socket hang up');
  await create();
  endpoint.faults.clear();
  await list();
});

test('a call that hangs is never answered, executed or not', async () => {
  for (const hang of ['before', 'after'] as const) {
    endpoint.faults.add({ operation: 'CreateMembership', hang });
    const controller = new AbortController();
    const call = parties.us.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED' }), { abortSignal: controller.signal });
    while (endpoint.calls.length < (hang === 'before' ? 1 : 2)) await new Promise((resolve) => { setImmediate(resolve); });
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(endpoint.memberships()).toHaveLength(hang === 'before' ? 0 : 1);
  }
  expect(endpoint.calls).toMatchObject([{ executed: false, outcome: { hang: 'before' } }, { executed: true, outcome: { hang: 'after' } }]);
});

test.each(['', '{}'] as const)('an answer of %j tells nothing of what was done', async (empty) => {
  endpoint.faults.add({ operation: 'CreateMembership', empty });
  expect((await create()).membership).toBeUndefined();
  expect(endpoint.memberships()).toHaveLength(1);
});

test('a conflict can come without its reason', async () => {
  await create();
  endpoint.settings.tellsConflictReason = false;
  await expect(create()).rejects.toMatchObject({ name: 'ConflictException', reason: undefined });
});

test('a role that cannot be seen yet can be refused without a reason', async () => {
  endpoint.settings.roles = () => 'not-yet-without-reason';
  const roleArn = `arn:aws:iam::${US}:role/service-role/cleanrooms-results`;
  const { membership } = await create();
  const update = parties.us.send(new UpdateMembershipCommand({
    membershipIdentifier: membership?.id,
    defaultResultConfiguration: { roleArn, outputConfiguration: { s3: { bucket: 'results', resultFormat: 'CSV' } } },
  }));
  await expect(update).rejects.toMatchObject({ name: 'ValidationException', reason: undefined });
});

test('reads can lag behind an update', async () => {
  const { membership } = await create();
  endpoint.settings.staleReads = 2;
  const membershipIdentifier = membership?.id;
  const statusNow = async () => (await parties.us.send(new GetMembershipCommand({ membershipIdentifier }))).membership?.queryLogStatus;
  await parties.us.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'DISABLED' }));
  expect([await statusNow(), await statusNow(), await statusNow()]).toEqual(['ENABLED', 'ENABLED', 'DISABLED']);
  await parties.us.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'ENABLED' }));
  await parties.us.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'DISABLED' }));
  expect([await statusNow(), await statusNow(), await statusNow()]).toEqual(['DISABLED', 'DISABLED', 'DISABLED']);
});

test('reads have caught up once time went by', async () => {
  endpoint.settings.consistencyDelay = { reads: 9 };
  endpoint.settings.staleReads = 9;
  const { membership } = await create();
  const membershipIdentifier = membership?.id;
  await parties.us.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'DISABLED' }));
  const look = parties.us.send(new GetMembershipCommand({ membershipIdentifier }));
  await expect(look).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  endpoint.settle();
  expect((await parties.us.send(new GetMembershipCommand({ membershipIdentifier }))).membership).toMatchObject({ queryLogStatus: 'DISABLED' });
});

test('what IAM does not allow is denied', async () => {
  await create();
  endpoint.settings.isAllowed = (operation, _input, account) => operation !== 'ListMemberships' || account === PARTNER;
  await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect((await list(parties.partner)).membershipSummaries).toEqual([]);
});
