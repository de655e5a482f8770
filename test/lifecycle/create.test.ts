import { AppProps, MARKER, MEMBERSHIP, NEIGHBOUR, RESULT_CONFIGURATION } from './app';
import { Laboratory } from './laboratory';
import { US } from '../../rehearsal/src/clean-rooms/fixtures/parties';

// Template, packaged function and service together: the rows of Create in the table at the head of the handler.

const RESULTS = { keyPrefix: 'out/', resultFormat: 'CSV' } as const;

let lab: Laboratory;
let app: AppProps & { readonly collaboration: string };

beforeAll(async () => { lab = await Laboratory.start(); });
afterAll(async () => lab.stop());
beforeEach(() => {
  lab.renew();
  app = { collaboration: lab.parties.collaborate() };
});

const operations = async (work: () => Promise<unknown>) => (await lab.callsDuring(work)).map(({ operation }) => operation);

test('joins with owner tags and the tags of the app, in two steps when this member runs the queries', async () => {
  lab.endpoint.settings.consistencyDelay = { reads: 2 };
  const calls = await operations(async () => {
    expect((await lab.deploy({ ...app, logged: true, results: RESULTS, tags: { team: 'data' } })).status).toBe('CREATE_COMPLETE');
  });
  expect(calls.filter((operation) => operation !== 'GetMembership')).toEqual(['CreateMembership', 'UpdateMembership']);
  expect(lab.memberships()).toMatchObject([{
    accountId: US,
    status: 'ACTIVE',
    queryLogStatus: 'ENABLED',
    defaultResultConfiguration: {
      outputConfiguration: { s3: { bucket: lab.physicalId('Results'), keyPrefix: 'out/', resultFormat: 'CSV' } },
      roleArn: expect.stringMatching(/:role\/service-role\/cleanrooms-/),
    },
    tags: { 'team': 'data', 'cdk-cleanrooms:stack': lab.stack.stackName, 'cdk-cleanrooms:path': 'Membership' },
  }]);
  expect(lab.stack.resources[MEMBERSHIP].physicalId).toBe(lab.memberships()[0].id);
});

test('in one step when this member only receives results', async () => {
  const collaboration = lab.parties.collaborate({ abilities: ['CAN_RECEIVE_RESULTS'] });
  expect((await lab.deploy({ collaboration, results: RESULTS })).reason)
    .toMatch(/must specify a default result configuration.*set `queryRunner` to the member who runs the queries/);
  await lab.delete();
  expect(lab.memberships()).toEqual([]);
  const calls = await operations(async () => lab.deploy({ collaboration, results: RESULTS, receiveOnly: true }));
  expect(calls).toEqual(['CreateMembership', 'GetMembership']);
  expect(lab.memberships()).toMatchObject([{ collaborationId: collaboration, defaultResultConfiguration: {} }]);
});

test('waits until a fresh role can be seen, in either step', async () => {
  lab.roleDelay = 6;
  const before = lab.account.clock.skipped;
  expect((await lab.deploy({ ...app, results: RESULTS })).status).toBe('CREATE_COMPLETE');
  expect(lab.account.clock.skipped - before).toBeGreaterThan(10_000);
  lab.renew();
  lab.roleDelay = 6;
  const collaboration = lab.parties.collaborate();
  expect((await lab.deploy({ collaboration, results: RESULTS, receiveOnly: true })).status).toBe('CREATE_COMPLETE');
  expect(lab.endpoint.callsOf('CreateMembership')).toHaveLength(7);
  expect(lab.memberships()).toHaveLength(1);
});

test('a role that never shows fails in minutes, and nothing is joined', async () => {
  lab.roleDelay = Infinity;
  const outcome = await lab.deploy({ ...app, results: RESULTS, receiveOnly: true });
  expect(outcome.status).toBe('ROLLBACK_COMPLETE');
  expect(outcome.reason).toContain('IAM_SYNCHRONIZATION_DELAY');
  expect(lab.memberships()).toEqual([]);
});

test('throttling, an outage and a lost request pass', async () => {
  lab.endpoint.faults.add({ operation: 'CreateMembership', error: 'ThrottlingException', times: 5 });
  lab.endpoint.faults.add({ operation: 'CreateMembership', error: 'InternalServerException', times: 2 });
  lab.endpoint.faults.loseRequest('CreateMembership');
  expect((await lab.deploy(app)).status).toBe('CREATE_COMPLETE');
  expect(lab.memberships()).toHaveLength(1);
});

test.each([
  ['cut off', () => lab.endpoint.faults.loseAnswer('CreateMembership')],
  ['an InternalServerException', () => lab.endpoint.faults.add({ operation: 'CreateMembership', error: 'InternalServerException', when: 'after' })],
])('an answer that is %s although the service acted: looked for, not asked for again', async (_how, strike) => {
  lab.endpoint.settings.consistencyDelay = { reads: 3 };
  strike();
  expect((await lab.deploy({ ...app, tags: { team: 'data' } })).status).toBe('CREATE_COMPLETE');
  expect(lab.endpoint.callsOf('CreateMembership')).toHaveLength(1);
  expect(lab.memberships()).toMatchObject([{ id: lab.stack.resources[MEMBERSHIP].physicalId, tags: { team: 'data' } }]);
});

test.each([
  ['CreateMembership hangs, although it acted', () => lab.endpoint.faults.add({ operation: 'CreateMembership', hang: 'after' })],
  ['CreateMembership hangs', () => lab.endpoint.faults.add({ operation: 'CreateMembership', hang: 'before' })],
  ['CreateMembership answers nothing', () => lab.endpoint.faults.add({ operation: 'CreateMembership', empty: '' })],
  ['CreateMembership answers {}', () => lab.endpoint.faults.add({ operation: 'CreateMembership', empty: '{}' })],
  ['reads hang', () => lab.endpoint.faults.add({ operation: 'GetMembership', hang: 'before', times: 2 })],
  ['UpdateMembership answers {}', () => lab.endpoint.faults.add({ operation: 'UpdateMembership', empty: '{}' })],
])('%s: one membership, as the template says', async (_what, strike) => {
  strike();
  expect((await lab.deploy({ ...app, results: RESULTS })).status).toBe('CREATE_COMPLETE');
  expect(lab.memberships()).toMatchObject([{ id: lab.stack.resources[MEMBERSHIP].physicalId, defaultResultConfiguration: {} }]);
});

test('an answer that CloudFormation never takes is given again', async () => {
  expect((await lab.deploy(app, { hangAnswer: MEMBERSHIP })).status).toBe('CREATE_COMPLETE');
});

test('a role that is refused without a reason while it is new is waited for', async () => {
  lab.roleDelay = 3;
  lab.tellsUnseenRoles = false;
  expect((await lab.deploy({ ...app, results: RESULTS })).status).toBe('CREATE_COMPLETE');
});

test('a conflict without a reason is an adoption all the same', async () => {
  lab.endpoint.settings.tellsConflictReason = false;
  await lab.deploy(app, { failAt: MARKER });
  await lab.delete();
  expect((await lab.deploy(app)).status).toBe('CREATE_COMPLETE');
  expect(lab.memberships()).toHaveLength(1);
});

describe('what a failed deployment leaves behind', () => {
  const retried = async (first: () => Promise<{ readonly status: string }>, removal: AppProps['removal']) => {
    expect((await first()).status).toBe('ROLLBACK_COMPLETE');
    const [left, ...others] = lab.memberships();
    expect(others).toEqual([]);
    await lab.delete();
    expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]);
    expect((await lab.deploy({ ...app, logged: true, results: RESULTS, removal, tags: { team: 'data' } })).status).toBe('CREATE_COMPLETE');
    expect(lab.stack.resources[MEMBERSHIP].physicalId).toBe(left.id);
    expect(lab.memberships()).toMatchObject([{ id: left.id, queryLogStatus: 'ENABLED', tags: { team: 'data' } }]);
  };

  test.each(['RETAIN', 'DESTROY'] as const)('under %s, when another resource fails: the next deployment adopts it', async (removal) => {
    await retried(async () => lab.deploy({ ...app, removal }, { failAt: MARKER }), removal);
  });

  test('when the second step fails', async () => {
    lab.endpoint.faults.add({ operation: 'UpdateMembership', error: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED' });
    await retried(async () => lab.deploy({ ...app, results: RESULTS, removal: 'DESTROY' }), 'DESTROY');
  });

  test('when the answer never reaches CloudFormation, which invents an id', async () => {
    await retried(async () => lab.deploy({ ...app, removal: 'DESTROY' }, { dropAnswer: MEMBERSHIP }), 'DESTROY');
    const [, undo] = lab.account.requests;
    expect(undo.event).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: expect.stringMatching(`^${lab.stack.stackName}-${MEMBERSHIP}-`) });
  });

  test.each(['running', 'done'] as const)('when another failure overtakes the Create that is %s', async (progress) => {
    const overtake = { resource: MEMBERSHIP, by: NEIGHBOUR, function: progress };
    await retried(async () => lab.deploy({ ...app, results: RESULTS, removal: 'DESTROY' }, { overtake }), 'DESTROY');
  });

  test('when the event is delivered after CloudFormation has given up', async () => {
    await retried(async () => lab.deploy({ ...app, removal: 'DESTROY' }, { deliverLate: MEMBERSHIP }), 'DESTROY');
  });

  test('when the service answers nothing any more: CloudFormation is answered all the same', async () => {
    lab.endpoint.faults.add({ operation: 'UpdateMembership', hang: 'before', times: Infinity });
    await retried(async () => lab.deploy({ ...app, results: RESULTS, removal: 'DESTROY' }).finally(() => { lab.endpoint.faults.clear(); }), 'DESTROY');
    expect(lab.account.logs.map(({ message }) => message).join('\n')).not.toContain('Task timed out');
  });

  test.each(['RETAIN', 'DESTROY'] as const)('under %s, when the failed stack is to be deleted: it is kept, and the next deployment adopts it', async (removal) => {
    expect((await lab.deploy({ ...app, removal }, { failAt: MARKER, onStackFailure: 'DELETE' })).status).toBe('DELETE_COMPLETE');
    expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]);
    const [left] = lab.memberships();
    expect((await lab.deploy({ ...app, removal })).status).toBe('CREATE_COMPLETE');
    expect(lab.stack.resources[MEMBERSHIP].physicalId).toBe(left.id);
    await lab.delete();
    expect(lab.endpoint.callsOf('DeleteMembership')).toHaveLength(removal === 'DESTROY' ? 1 : 0);
  });
});

describe('a membership that somebody else made', () => {
  beforeEach(async () => {
    await lab.deploy({ ...app, logged: true });
    await lab.delete();
    lab.renewStack();
  });

  test('is not touched: which it is, and both remedies', async () => {
    const before = lab.memberships();
    const writes = lab.endpoint.writes().length;
    const outcome = await lab.deploy({ ...app, removal: 'DESTROY' });
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(outcome.reason).toMatch(new RegExp(`membership ${before[0].id} .*adoptExisting: true.*Membership.fromMembershipArn`));
    expect(lab.endpoint.writes().slice(writes).map(({ operation }) => operation)).toEqual(['CreateMembership']);
    expect(lab.memberships()).toEqual(before);
  });

  test('is adopted when adoptExisting says so, and is in the desired state then', async () => {
    const [{ id }] = lab.memberships();
    expect((await lab.deploy({ ...app, adoptExisting: true, results: RESULTS, tags: { team: 'data' } })).status).toBe('CREATE_COMPLETE');
    expect(lab.memberships()).toMatchObject([{
      id, queryLogStatus: 'DISABLED', defaultResultConfiguration: {}, tags: { 'team': 'data', 'cdk-cleanrooms:stack': lab.stack.stackName },
    }]);
    await lab.deploy({ ...app, adoptExisting: true, results: RESULTS, tags: { team: 'data' }, logged: true });
    expect(lab.memberships()).toMatchObject([{ id, queryLogStatus: 'ENABLED' }]);
  });
});

test('an account that was not invited, a collaboration that is not there, a quota: told, and nothing is left', async () => {
  lab.endpoint.removeMember(app.collaboration, US);
  expect((await lab.deploy(app)).reason).toContain(`joining collaboration ${app.collaboration} was denied; either this account was not invited, has left it before`);
  await lab.delete();
  const nowhere = 'c0000000-0000-4000-8000-00000000000f';
  expect((await lab.deploy({ collaboration: nowhere })).reason).toContain(`collaboration ${nowhere} does not exist in this region`);
  await lab.delete();
  lab.endpoint.faults.add({ operation: 'CreateMembership', error: 'ServiceQuotaExceededException', details: { quotaName: 'Memberships', quotaValue: 10 } });
  expect((await lab.deploy({ collaboration: lab.parties.collaborate() })).reason).toContain('the quota Memberships of 10 is used up');
  expect(lab.memberships()).toEqual([]);
});

test('malformed properties fail in one sentence, before any call, and the Delete that follows succeeds', async () => {
  const template = lab.template({ ...app, removal: 'DESTROY' });
  template.Resources![MEMBERSHIP].Properties!.QueryLogStatus = 'SOMETIMES';
  const calls = await operations(async () => {
    const outcome = await lab.stack.deploy(template);
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(outcome.reason).toContain('property `QueryLogStatus` must be ENABLED or DISABLED, got "SOMETIMES"');
  });
  expect(calls).toEqual([]);
});

test.each(['at once', 'afterwards', 'late'] as const)('delivered twice, %s: one membership, and its result configuration', async (again) => {
  const deliverTwice = [MEMBERSHIP, RESULT_CONFIGURATION].map((resource) => ({ resource, again }));
  const outcome = await lab.deploy({ ...app, results: RESULTS }, { deliverTwice });
  expect(outcome.status).toBe('CREATE_COMPLETE');
  expect(lab.memberships()).toMatchObject([{ id: lab.stack.resources[MEMBERSHIP].physicalId, defaultResultConfiguration: {} }]);
  const bodies = lab.account.requests.flatMap((request) => request.answers.map(({ body }) => body));
  const answers = bodies.map((body) => (JSON.parse(body) as { PhysicalResourceId: string }).PhysicalResourceId);
  expect(new Set(answers).size).toBe(2);
});
