import type { DeployOptions } from 'cdk-cleanrooms-rehearsal/account';
import { AppProps, MARKER, MEMBERSHIP, RESULT_CONFIGURATION } from './app';
import { Deployment, Laboratory } from './laboratory';
import { US } from '../../rehearsal/src/clean-rooms/fixtures/parties';

// Template, packaged function and service together: the rows of Update in the table at the head of the handler.

const RESULTS = { keyPrefix: 'out/', resultFormat: 'CSV' } as const;

let lab: Laboratory;
let app: AppProps & { readonly collaboration: string };
let id: string;

beforeAll(async () => { lab = await Laboratory.start(); });
afterAll(async () => lab.stop());

/** A deployed app, of whose making nothing is said. */
async function deployed(props: AppProps = {}): Promise<void> {
  lab.renew();
  app = { collaboration: lab.parties.collaborate(), ...props };
  expect(await lab.deploy(app)).toMatchObject({ status: 'CREATE_COMPLETE' });
  [{ id }] = lab.memberships();
}

/** Deploys, and tells how it ended and what the function asked of the service. */
async function update(props: Deployment, options?: DeployOptions) {
  const from = lab.endpoint.calls.length;
  const { status, reason } = await lab.deploy({ ...app, ...props }, options);
  return { status, reason, operations: lab.endpoint.calls.slice(from).map(({ operation }) => operation) };
}

const only = () => {
  const [membership, ...others] = lab.memberships();
  expect(others).toEqual([]);
  return membership;
};

test('a change that does not concern the membership asks the service nothing', async () => {
  await deployed({ results: RESULTS });
  expect(await update({ mark: 'two' })).toMatchObject({ status: 'UPDATE_COMPLETE', operations: [] });
});

test.each([MEMBERSHIP, RESULT_CONFIGURATION])('an Update of %s in which nothing that matters differs: one call, a read', async (resource) => {
  await deployed({ results: RESULTS });
  const template = lab.template(app);
  template.Resources![resource].Properties!.ServiceTimeout = 700;
  expect((await lab.callsDuring(async () => lab.stack.deploy(template))).map(({ operation }) => operation)).toEqual(['GetMembership']);
  expect(lab.account.requests.at(-1)?.event).toMatchObject({ RequestType: 'Update', LogicalResourceId: resource });
  expect(only().id).toBe(id);
});

test.each<[string, AppProps, AppProps, object]>([
  ['the prefix', { results: RESULTS }, { results: { ...RESULTS, keyPrefix: 'new/' } },
    { defaultResultConfiguration: { outputConfiguration: { s3: { keyPrefix: 'new/' } } } }],
  ['the format, in one step', { results: RESULTS, receiveOnly: true }, { results: { ...RESULTS, resultFormat: 'PARQUET' } },
    { defaultResultConfiguration: { outputConfiguration: { s3: { resultFormat: 'PARQUET' } } } }],
  ['the query log status', {}, { logged: true }, { queryLogStatus: 'ENABLED' }],
])('%s changes: one UpdateMembership', async (_what, before, after, state) => {
  await deployed(before);
  const { status, operations } = await update(after);
  expect(status).toBe('UPDATE_COMPLETE');
  expect(operations.filter((operation) => operation !== 'GetMembership')).toEqual(['UpdateMembership']);
  expect(only()).toMatchObject({ id, ...state });
});

test('tags of the app follow: set, changed, removed, and nobody else\'s touched', async () => {
  await deployed({ tags: { kept: '1', changed: 'old', dropped: 'x' } });
  await lab.tagByHand(only().arn, { foreign: 'stays' });
  expect(await update({ tags: { kept: '1', changed: 'new', added: '2' } })).toMatchObject({
    status: 'UPDATE_COMPLETE', operations: ['GetMembership', 'ListTagsForResource', 'TagResource', 'UntagResource'],
  });
  const { dropped, ...tags } = only().tags;
  expect(dropped).toBeUndefined();
  expect(tags).toMatchObject({ kept: '1', changed: 'new', added: '2', foreign: 'stays' });
});

test('from two steps to one and back, the configuration stays', async () => {
  await deployed({ results: RESULTS });
  const { defaultResultConfiguration } = only();
  expect(await update({ receiveOnly: true })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(await update({})).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(only()).toMatchObject({ id, defaultResultConfiguration });
  expect(lab.endpoint.callsOf('UpdateMembership')).toHaveLength(1);
});

test('throttling, a lost answer and a fresh role pass', async () => {
  await deployed();
  lab.roleDelay = 3;
  lab.endpoint.faults.loseAnswer('UpdateMembership');
  lab.endpoint.faults.add({ operation: 'GetMembership', error: 'ThrottlingException', times: 4 });
  expect(await update({ results: RESULTS })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(only()).toMatchObject({ id, defaultResultConfiguration: {} });
});

describe('what the API cannot change is refused, and the rollback ends well', () => {
  test.each<[string, AppProps, AppProps, RegExp]>([
    ['the configuration removed, two steps', { results: RESULTS }, { results: undefined }, /has a defaultResultConfiguration .*put it back into the template/],
    ['the configuration removed, one step', { results: RESULTS, receiveOnly: true }, { results: undefined, receiveOnly: undefined }, /put it back into the template/],
    ['metrics', {}, { metrics: true }, /isMetricsEnabled .*set it to false/],
  ])('%s', async (_what, before, after, reason) => {
    await deployed(before);
    const membership = only();
    const refused = await update({ ...after, logged: true, tags: { team: 'data' } });
    expect(refused.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(refused.reason).toMatch(reason);
    const { updateTime, ...unchanged } = membership;
    expect(only()).toMatchObject(unchanged);
    const [, undone] = lab.account.requests.filter(({ event }) => event.LogicalResourceId === MEMBERSHIP && event.RequestType === 'Update');
    expect(undone?.event.ResourceProperties).toMatchObject({ QueryLogStatus: 'DISABLED' });
    expect(await update({ logged: true })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });
});

describe('an update that is rolled back because another resource fails', () => {
  const rolledBack = async (props: AppProps, rollbackOrder: 'reverse' | 'forward' = 'reverse') => {
    const outcome = await update({ ...props, mark: 'two' }, { failAt: MARKER, rollbackOrder });
    expect(outcome.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]);
    expect(lab.stack.resources[MEMBERSHIP]?.physicalId).toBe(id);
  };

  test.each(['reverse', 'forward'] as const)('is undone, tags included, in %s order', async (order) => {
    await deployed({ results: RESULTS, tags: { team: 'data', old: '1' } });
    const { updateTime, ...before } = only();
    await rolledBack({ logged: true, results: { ...RESULTS, keyPrefix: 'new/' }, tags: { team: 'sales' } }, order);
    expect(only()).toMatchObject(before);
    expect(only().tags).toEqual(before.tags);
  });

  test.each<[string, AppProps]>([['two steps', {}], ['one step', { receiveOnly: true }]])(
    'leaves an added configuration, which nothing can clear, in %s', async (_steps, how) => {
      await deployed(how);
      await rolledBack({ results: RESULTS });
      expect(only()).toMatchObject({ id, defaultResultConfiguration: {} });
      expect(await update({ results: { ...RESULTS, keyPrefix: 'again/' } })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    });

  test('also when its own answer is what was lost', async () => {
    await deployed({ results: RESULTS });
    expect(await update({ logged: true }, { dropAnswer: MEMBERSHIP })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(only().queryLogStatus).toBe('DISABLED');
  });

  test('keeps a membership that the update added, whatever the removal policy, for the next one to adopt', async () => {
    lab.renew();
    const collaboration = lab.parties.collaborate();
    await lab.deploy({});
    app = { collaboration, removal: 'DESTROY' };
    expect(await update({ mark: 'two' }, { failAt: MARKER })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    const left = only();
    expect(await update({ mark: 'two', logged: true })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(only()).toMatchObject({ id: left.id, queryLogStatus: 'ENABLED' });
  });
});

describe.each(['RETAIN', 'DESTROY'] as const)('another collaboration, under %s', (removal) => {
  let elsewhere: AppProps;
  beforeEach(async () => {
    await deployed({ removal, results: RESULTS });
    elsewhere = { collaboration: lab.parties.collaborate() };
  });
  afterEach(() => expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]));

  test('makes a new membership with its results, and the old one stays', async () => {
    expect(await update(elsewhere)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(lab.memberships()).toMatchObject([{ id }, { collaborationId: elsewhere.collaboration, defaultResultConfiguration: {} }]);
    expect(lab.stack.resources[MEMBERSHIP].physicalId).toBe(lab.memberships()[1].id);
  });

  test('and back again adopts the old one', async () => {
    await update(elsewhere);
    expect(await update({})).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(lab.stack.resources[MEMBERSHIP].physicalId).toBe(id);
    expect(lab.memberships()).toHaveLength(2);
  });

  test('rolled back goes back to the old one, and keeps both', async () => {
    expect(await update({ ...elsewhere, mark: 'two' }, { failAt: MARKER })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(lab.stack.resources[MEMBERSHIP].physicalId).toBe(id);
    expect(lab.memberships()).toHaveLength(2);
    expect(await update(elsewhere)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(lab.memberships()).toHaveLength(2);
  });

  test('to which we are not invited is refused, and the old one stays in use', async () => {
    lab.endpoint.removeMember(elsewhere.collaboration!, US);
    expect(await update(elsewhere)).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await update({ logged: true })).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(only()).toMatchObject({ id, queryLogStatus: 'ENABLED' });
  });
});

describe.each<[string, () => Promise<void> | void, RegExp]>([
  ['was removed', () => lab.endpoint.removeMember(app.collaboration, US), /this account has been removed from collaboration/],
  ['went with its collaboration', () => lab.endpoint.deleteCollaboration(app.collaboration), /collaboration .* has been deleted/],
  ['was left by hand', async () => lab.leaveByHand(id), /membership .* is gone, and leaving is final/],
])('a membership that %s', (_what, end, reason) => {
  beforeEach(async () => {
    await deployed({ results: RESULTS, removal: 'DESTROY' });
    await end();
  });

  test('is told as such before any write, and the rollback is not stuck', async () => {
    const refused = await update({ logged: true, results: { ...RESULTS, keyPrefix: 'new/' } });
    expect(refused).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: expect.stringMatching(reason) });
    expect(refused.operations.filter((operation) => !/^(Get|List)/.test(operation))).toEqual([]);
  });

  test('so for its result configuration', async () => {
    const outcome = await update({ results: { ...RESULTS, keyPrefix: 'new/' } });
    expect(outcome).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: expect.stringMatching(/is gone|has been/) });
  });

  test('gives way to another collaboration; a rollback of that is not stuck either, and a second try succeeds', async () => {
    const elsewhere = { collaboration: lab.parties.collaborate(), results: { ...RESULTS, keyPrefix: 'new/' } };
    expect(await update({ ...elsewhere, mark: 'two' }, { failAt: MARKER })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await update(elsewhere)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(lab.memberships().filter(({ status }) => status === 'ACTIVE')).toMatchObject([
      { id: lab.stack.resources[MEMBERSHIP].physicalId, collaborationId: elsewhere.collaboration },
    ]);
  });

  test('can be removed from the template', async () => {
    expect(await update({ collaboration: undefined })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });
});

test.each(['at once', 'afterwards', 'late'] as const)('delivered twice, %s: the same outcome', async (again) => {
  await deployed({ results: RESULTS });
  const elsewhere = lab.parties.collaborate();
  const outcome = await update({ collaboration: elsewhere, logged: true, tags: { team: 'data' } }, { deliverTwice: { resource: MEMBERSHIP, again } });
  expect(outcome.status).toBe('UPDATE_COMPLETE');
  expect(lab.memberships()).toMatchObject([{ id }, { id: lab.stack.resources[MEMBERSHIP].physicalId, queryLogStatus: 'ENABLED', tags: { team: 'data' } }]);
});

test('under another logical id, rolled back: the old one has its membership again and leaves with it', async () => {
  await deployed({ removal: 'DESTROY' });
  expect(await update({ logicalId: 'Renamed', mark: 'two' }, { failAt: MARKER })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(only()).toMatchObject({ id, tags: { 'cdk-cleanrooms:logical-id': MEMBERSHIP } });
  expect(Object.keys(only().tags).filter((key) => key.includes('former'))).toEqual([]);
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toEqual([]);
});

test('adopted by another stack whose creation fails, it goes back to the first', async () => {
  await deployed({ removal: 'DESTROY' });
  const first = lab.stack;
  lab.renewStack();
  expect((await lab.deploy({ ...app, adoptExisting: true }, { failAt: MARKER })).status).toBe('ROLLBACK_COMPLETE');
  expect(only()).toMatchObject({ id, tags: { 'cdk-cleanrooms:stack': first.stackName } });
});

test.each([1, 3, 9])('a rollback is not lost to reads that lag %i behind', async (staleReads) => {
  await deployed({ results: RESULTS, tags: { team: 'data' } });
  lab.endpoint.settings.staleReads = staleReads;
  const { updateTime, ...before } = only();
  const after = { logged: true, results: { ...RESULTS, keyPrefix: 'new/' }, tags: { team: 'sales' } };
  expect(await update({ ...after, mark: 'two' }, { failAt: MARKER })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(only()).toMatchObject(before);
});

test.each(['RETAIN', 'DESTROY'] as const)('under another logical id and %s: adopted, and not left with the old one', async (removal) => {
  await deployed({ removal });
  expect(await update({ logicalId: 'Renamed' })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]);
  expect(only()).toMatchObject({ id, tags: { 'cdk-cleanrooms:logical-id': 'Renamed' } });
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toHaveLength(removal === 'RETAIN' ? 1 : 0);
});
