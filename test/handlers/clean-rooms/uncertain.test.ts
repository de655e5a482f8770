import { badField, broken, COLLABORATION, denied, empty, MEMBERSHIP, throttled } from './fake-clean-rooms';
import { actualQueryResults, OWNER_TAGS, properties, queryResults, reasonOf, resultConfigurationProperties, Scenario } from './scenario';

// Answers that never come, that tell nothing, or that come too early: what CloudFormation is told is true, and told in time.

const MINUTE = 60_000;
/** What the answer needs at the worst (`respond.ts`). */
const FOR_THE_ANSWER = 27_000;
const destroy = properties({ RemovalPolicy: 'DESTROY' });

let scenario: Scenario;
beforeEach(() => {
  scenario = new Scenario();
  scenario.stack = { status: 'DELETE_IN_PROGRESS' };
});

const tagged = properties({ Tags: [{ Key: 'team', Value: 'data' }], QueryLogStatus: 'DISABLED' });
const requests = {
  create: async () => scenario.create(),
  update: async () => scenario.update(tagged),
  delete: async () => scenario.delete(destroy),
  results: async () => scenario.send({
    RequestType: 'Create', ResourceType: 'Custom::CleanRoomsResultConfiguration', ResourceProperties: resultConfigurationProperties({ DefaultResultConfiguration: queryResults() }),
  }),
};

describe('a service that never answers', () => {
  test.each([
    ['create', 'createMembership'], ['create', 'listMemberships'], ['create', 'listTags'], ['create', 'getMembership'],
    ['update', 'getMembership'], ['update', 'updateMembership'], ['update', 'listTags'], ['update', 'tag'],
    ['delete', 'getMembership'], ['delete', 'listTags'], ['delete', 'deleteMembership'], ['results', 'getMembership'], ['results', 'updateMembership'],
  ] as const)('%s, %s: CloudFormation is answered in time', async (request, operation) => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.hang(operation, Infinity);
    const { Status } = await requests[request]();
    expect(['SUCCESS', 'FAILED']).toContain(Status);
    expect(scenario.functionTimeout - scenario.elapsed).toBeGreaterThanOrEqual(FOR_THE_ANSWER);
  });

  test.each([
    ['create', 'createMembership'], ['update', 'getMembership'], ['update', 'updateMembership'], ['update', 'tag'], ['delete', 'deleteMembership'],
  ] as const)('%s, %s, for once: it goes on', async (request, operation) => {
    if (request !== 'create') scenario.api.add({}, OWNER_TAGS);
    scenario.api.hang(operation);
    expect(await requests[request]()).toMatchObject({ Status: 'SUCCESS' });
    expect(scenario.elapsed).toBeLessThan(2 * MINUTE);
  });

  test('but has joined: the membership is found, not made twice', async () => {
    scenario.api.hang('createMembership', 1, true);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test('of which CloudFormation is one: the Delete fails in time and loses nothing', async () => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.stack = 'hangs';
    expect(reasonOf(await scenario.delete())).toMatch(/is rolling back cannot be read.*no answer within 30 seconds/);
    expect(scenario.functionTimeout - scenario.elapsed).toBeGreaterThanOrEqual(FOR_THE_ANSWER);
    expect(scenario.api.writes).toEqual([]);
  });

  test('and after it one that throttles: what used the time up is told', async () => {
    scenario.api.fail('createMembership', throttled, Infinity);
    expect(reasonOf(await scenario.create())).toContain('Rate exceeded');
  });
});

describe('an answer that tells nothing', () => {
  test('of CreateMembership, after the effect: the membership is found', async () => {
    scenario.api.loseAnswer('createMembership', empty);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test('of UpdateMembership, after the effect: the membership is looked at, and nothing is written twice', async () => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.loseAnswer('updateMembership', empty);
    expect(await scenario.update(properties({ QueryLogStatus: 'DISABLED' }))).toMatchObject({ Status: 'SUCCESS' });
    expect(scenario.api.writes).toEqual(['updateMembership']);
  });

  test('of UpdateMembership, without effect: it is made again', async () => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail('updateMembership', empty);
    await scenario.update(properties({ DefaultResultConfiguration: queryResults('out/') }));
    expect(scenario.api.memberships.get(MEMBERSHIP)).toMatchObject({ defaultResultConfiguration: actualQueryResults('out/') });
    expect(scenario.api.writes).toEqual(['updateMembership', 'updateMembership']);
  });

  test.each(['getMembership', 'listTags', 'listMemberships'] as const)('of %s is asked for again', async (operation) => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail(operation, empty, 2);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
  });
});

describe('once the membership is created', () => {
  test.each([['denied', denied], ['throttled', throttled], ['broken', broken]])('reads that are %s for ever make no failure of it', async (_what, error) => {
    scenario.api.fail('getMembership', error, Infinity);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
  });
});

test.each([['denied', denied], ['broken', broken]])('once it is deleted, reads that are %s for ever make no failure of it', async (_what, error) => {
  scenario.api.add({}, OWNER_TAGS);
  const { deleteMembership } = scenario.api;
  scenario.api.deleteMembership = async (id) => {
    await deleteMembership(id);
    scenario.api.fail('getMembership', error, Infinity);
    scenario.api.fail('listMemberships', broken, Infinity);
  };
  expect(await scenario.delete()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
});

test.each([['update', 'getMembership'], ['update', 'listTags'], ['delete', 'getMembership'], ['delete', 'listTags']] as const)(
  '%s: %s that is denied at first, as to a role that is new, passes', async (request, operation) => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail(operation, denied, 4);
    expect(await requests[request]()).toMatchObject({ Status: 'SUCCESS' });
  });

test.each(['listMemberships', 'listTags'] as const)('%s denied after a CreateMembership without an answer is told as that', async (operation) => {
  scenario.api.loseAnswer('createMembership', broken);
  scenario.api.fail(operation, denied, Infinity);
  const reason = reasonOf(await scenario.create());
  expect(reason).toContain(`whether this account has joined collaboration ${COLLABORATION} is not known: CreateMembership ended in InternalServerException`);
  expect(reason).toContain('AWS denied access');
  expect(reason).not.toContain('joining');
});

test('the reason is one line whatever the service sends', async () => {
  scenario.api.fail('createMembership', badField);
  expect(reasonOf(await scenario.create())).toBe('Bad input; keyPrefix: too long (ValidationException)');
});
