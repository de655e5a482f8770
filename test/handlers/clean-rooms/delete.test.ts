import { ACCOUNT, broken, conflict, cut, denied, MEMBERSHIP, notFound, throttled } from './fake-clean-rooms';
import { OWNER_TAGS, properties, reasonOf, ROOT_ID, Scenario, STACK_ID } from './scenario';

const MINUTE = 60_000;
const destroy = properties({ RemovalPolicy: 'DESTROY' });
const succeeded = { Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP };

let scenario: Scenario;
beforeEach(() => {
  scenario = new Scenario();
  scenario.stack = { status: 'DELETE_IN_PROGRESS' };
});

test.each([
  'not-created/Membership', 'Analytics-Membership-1ABCDEF', `${MEMBERSHIP}/result-configuration`, MEMBERSHIP.toUpperCase(), `${MEMBERSHIP}\n`,
])('an id that is no UUID, %j, deletes nothing, even with malformed properties', async (id) => {
  scenario.api.add({}, OWNER_TAGS);
  for (const desired of [destroy, { RemovalPolicy: 'DESTROY', CollaborationIdentifier: '?' }, {}]) {
    expect(await scenario.delete(desired, id)).toEqual({ Status: 'SUCCESS', PhysicalResourceId: id, Data: {} });
  }
  expect(scenario.api.calls).toEqual([]);
});

test.each([
  ['RETAIN', properties()], ['absent', properties({ RemovalPolicy: undefined })], ['of another case', properties({ RemovalPolicy: 'destroy' })], ['no properties', {}],
])('a removal policy %s retains without a call', async (_policy, desired) => {
  scenario.api.add({}, OWNER_TAGS);
  expect(await scenario.delete(desired)).toMatchObject(succeeded);
  expect(scenario.api.calls).toEqual([]);
  expect(scenario.decisions()).toEqual(['retained by the removal policy', 'succeeded']);
});

test('DESTROY leaves the collaboration and waits until it is gone', async () => {
  scenario.api.add({}, OWNER_TAGS);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.operations).toEqual(['getMembership', 'listTags', 'deleteMembership', 'getMembership']);
});

test('delivered twice succeeds twice and deletes once', async () => {
  scenario.api.add({}, OWNER_TAGS);
  await scenario.delete();
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.writes).toEqual(['deleteMembership']);
});

test('a membership that stays visible after its deletion succeeds after the window', async () => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.deleteMembership = async () => {};
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.elapsed).toBe(MINUTE);
});

test.each([['not found', notFound], ['denied, and not listed', denied]])('gone already (%s) succeeds', async (_name, error) => {
  scenario.api.fail('getMembership', error, Infinity);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.writes).toEqual([]);
});

test('gone between two looks, as a second delivery can do, succeeds', async () => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('listTags', notFound);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.writes).toEqual([]);
});

test('one that is removed but still listed is not taken for gone', async () => {
  scenario.api.add({ status: 'REMOVED' }, OWNER_TAGS);
  scenario.api.fail('getMembership', denied, Infinity);
  expect(reasonOf(await scenario.delete())).toContain('AWS denied access');
  expect(scenario.api.writes).toEqual([]);
});

test('the creator\'s own membership is left to its collaboration', async () => {
  scenario.api.add({ collaborationCreatorAccountId: ACCOUNT }, OWNER_TAGS);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.operations).toEqual(['getMembership']);
});

test('the creator\'s membership of a deleted collaboration is deleted', async () => {
  scenario.api.add({ collaborationCreatorAccountId: ACCOUNT, status: 'COLLABORATION_DELETED' }, OWNER_TAGS);
  await scenario.delete();
  expect(scenario.api.writes).toEqual(['deleteMembership']);
});

test.each([
  ['ROLLBACK_IN_PROGRESS', { status: 'ROLLBACK_IN_PROGRESS' }, { status: 'ROLLBACK_IN_PROGRESS' }],
  ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', { status: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' }, { status: '-' }],
  ['the root\'s ROLLBACK_IN_PROGRESS', { status: 'DELETE_IN_PROGRESS', rootId: ROOT_ID }, { status: 'ROLLBACK_IN_PROGRESS' }],
])('a rollback (%s) never leaves the collaboration', async (_status, stack, root) => {
  Object.assign(scenario, { stack, root });
  scenario.api.add({}, OWNER_TAGS);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.writes).toEqual([]);
  expect(scenario.decisions()).toContain('retained, a rollback never leaves a collaboration');
});

test.each([
  ['the stack', denied(), { status: 'DELETE_IN_PROGRESS' }],
  ['its root', { status: 'DELETE_IN_PROGRESS', rootId: ROOT_ID }, denied()],
])('a status of %s that cannot be read fails and loses nothing', async (_who, stack, root) => {
  Object.assign(scenario, { stack, root });
  scenario.api.add({}, OWNER_TAGS);
  expect(reasonOf(await scenario.delete())).toMatch(new RegExp(`${STACK_ID} is rolling back cannot be read.*AWS denied access`));
  expect(scenario.stackReads).toBeGreaterThan(2);
  expect(scenario.api.writes).toEqual([]);
});

test.each([
  ['another construct', { 'cdk-cleanrooms:path': 'Analytics/Moved' }],
  ['another stack', { 'cdk-cleanrooms:stack': 'Other' }],
  ['the same construct under another logical id', { 'cdk-cleanrooms:logical-id': 'Renamed' }],
])('a membership that %s has adopted since is retained', async (_who, tags) => {
  scenario.api.add({}, { ...OWNER_TAGS, ...tags });
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.writes).toEqual([]);
});

test('a membership whose owner tags somebody removed is still this stack\'s', async () => {
  scenario.api.add({}, {});
  await scenario.delete();
  expect(scenario.api.writes).toEqual(['deleteMembership']);
});

test('SUBRESOURCES_EXIST that passes is waited for', async () => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('deleteMembership', () => conflict('SUBRESOURCES_EXIST'), 5);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.memberships.size).toBe(0);
});

test('SUBRESOURCES_EXIST that lasts fails after three minutes and names what to remove', async () => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('deleteMembership', () => conflict('SUBRESOURCES_EXIST'), Infinity);
  const outcome = await scenario.delete();
  expect(reasonOf(outcome)).toMatch(/is not empty.*analysis templates, configured table associations, privacy budget templates/);
  expect(outcome.PhysicalResourceId).toBe(MEMBERSHIP);
  expect(scenario.elapsed).toBeGreaterThan(2 * MINUTE);
  expect(scenario.elapsed).toBeLessThanOrEqual(3 * MINUTE);
});

test('another conflict fails at once with the service\'s sentence', async () => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('deleteMembership', () => conflict('INVALID_STATE'), Infinity);
  expect(reasonOf(await scenario.delete())).toBe('Conflict, says the service (ConflictException/INVALID_STATE)');
  expect(scenario.elapsed).toBe(0);
});

test.each([['throttling', throttled], ['InternalServer', broken], ['a cut socket', cut]])('DeleteMembership survives %s', async (_name, error) => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('deleteMembership', error, 2);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.memberships.size).toBe(0);
});

test.each([['not found', notFound], ['denied', denied]])('a lost answer to DeleteMembership, then %s, succeeds', async (_name, error) => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.loseAnswer('deleteMembership', cut);
  scenario.api.fail('deleteMembership', error, Infinity);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.inputsOf('deleteMembership')).toHaveLength(2);
});

describe('an Owner that cannot be read', () => {
  test.each([['missing', undefined], ['of another form', 'Analytics/Membership'], ['a part of it', { Stack: 'Analytics' }]])(
    '(%s) leaves no membership that carries owner tags', async (_what, Owner) => {
      for (const tags of [{ ...OWNER_TAGS, 'cdk-cleanrooms:stack': 'Other' }, OWNER_TAGS, { 'cdk-cleanrooms:path': 'x' }]) {
        scenario.api.add({}, tags);
        expect(await scenario.delete({ ...destroy, Owner })).toMatchObject(succeeded);
        expect(scenario.api.writes).toEqual([]);
      }
    });

  test('leaves one whose owner tags somebody removed, as the removal policy asks for', async () => {
    scenario.api.add({}, { team: 'data' });
    await scenario.delete({ ...destroy, Owner: undefined });
    expect(scenario.api.writes).toEqual(['deleteMembership']);
  });
});

test.each([undefined, 'SUBRESOURCES_EXIST'] as const)('a conflict for %s that passes is waited for', async (reason) => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('deleteMembership', () => conflict(reason), 5);
  expect(await scenario.delete()).toMatchObject(succeeded);
  expect(scenario.api.memberships.size).toBe(0);
});

describe('a stack that is being deleted', () => {
  const before = (...pages: string[][]) => { scenario.eventPages = pages; };

  test.each([
    [['DELETE_IN_PROGRESS', 'CREATE_IN_PROGRESS']],
    [['DELETE_IN_PROGRESS', 'CREATE_FAILED', 'CREATE_IN_PROGRESS']],
    [['DELETE_IN_PROGRESS', 'DELETE_FAILED', 'DELETE_IN_PROGRESS', 'CREATE_FAILED']],
    [['DELETE_IN_PROGRESS', 'ROLLBACK_FAILED', 'ROLLBACK_IN_PROGRESS', 'CREATE_IN_PROGRESS']],
    [['DELETE_IN_PROGRESS', 'ROLLBACK_COMPLETE']],
    [['DELETE_IN_PROGRESS', 'REVIEW_IN_PROGRESS']],
  ])('because its creation failed, as OnStackFailure DELETE does (%j), keeps the membership', async (statuses) => {
    before(statuses);
    scenario.api.add({}, OWNER_TAGS);
    expect(await scenario.delete()).toMatchObject(succeeded);
    expect(scenario.api.writes).toEqual([]);
    expect(scenario.decisions()).toContain('retained, the stack goes because its creation never completed');
  });

  test.each([
    [['DELETE_IN_PROGRESS', 'CREATE_COMPLETE', 'CREATE_IN_PROGRESS']],
    [['DELETE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_COMPLETE']],
    [['DELETE_IN_PROGRESS', 'UPDATE_FAILED']],
    [['DELETE_IN_PROGRESS', 'IMPORT_COMPLETE', 'REVIEW_IN_PROGRESS']],
    [['DELETE_IN_PROGRESS']],
    [[]],
  ])('after it lived (%j; events age out) leaves the collaboration', async (statuses) => {
    before(statuses);
    scenario.api.add({}, OWNER_TAGS);
    await scenario.delete();
    expect(scenario.api.writes).toEqual(['deleteMembership']);
  });

  test('is read page by page, no further than needed', async () => {
    before(['DELETE_IN_PROGRESS'], [], ['CREATE_IN_PROGRESS'], ['CREATE_COMPLETE']);
    scenario.api.add({}, OWNER_TAGS);
    await scenario.delete();
    expect(scenario.api.writes).toEqual([]);
    expect(scenario.eventsOf).toEqual([STACK_ID, STACK_ID, STACK_ID]);
  });

  test('with its root, is judged by the root', async () => {
    scenario.stack = { status: 'DELETE_IN_PROGRESS', rootId: ROOT_ID };
    scenario.root = { status: 'DELETE_IN_PROGRESS' };
    before(['DELETE_IN_PROGRESS', 'CREATE_IN_PROGRESS']);
    scenario.api.add({}, OWNER_TAGS);
    await scenario.delete();
    expect(scenario.api.writes).toEqual([]);
    expect(scenario.eventsOf).toEqual([ROOT_ID]);
  });

  test('alone, from a root that lives, leaves the collaboration and needs no events', async () => {
    scenario.stack = { status: 'DELETE_IN_PROGRESS', rootId: ROOT_ID };
    scenario.root = { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' };
    scenario.eventPages = denied();
    scenario.api.add({}, OWNER_TAGS);
    await scenario.delete();
    expect(scenario.api.writes).toEqual(['deleteMembership']);
  });

  test.each([['denied', denied()], ['never answered', 'hangs' as const]])('and whose events are %s: fails and loses nothing', async (_what, pages) => {
    scenario.eventPages = pages;
    scenario.api.add({}, OWNER_TAGS);
    expect(reasonOf(await scenario.delete())).toContain(`whether stack ${STACK_ID} is rolling back cannot be read`);
    expect(scenario.api.writes).toEqual([]);
  });
});

describe('the rollback of an adoption', () => {
  const former = { 'cdk-cleanrooms:former-stack': 'Analytics', 'cdk-cleanrooms:former-path': 'Analytics/Membership', 'cdk-cleanrooms:former-logical-id': 'Before' };
  beforeEach(() => { scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' }; });

  test('tells the membership its former owner again', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, ...former, team: 'data' });
    expect(await scenario.delete()).toMatchObject(succeeded);
    expect([...scenario.api.tags.values()]).toEqual([{ ...OWNER_TAGS, 'cdk-cleanrooms:logical-id': 'Before', 'team': 'data' }]);
    expect(scenario.api.writes).toEqual(['tag', 'untag']);
  });

  test('from the adoption on: the later Delete of the old logical id leaves', async () => {
    const membership = scenario.api.add({}, { ...OWNER_TAGS, 'cdk-cleanrooms:logical-id': 'Before' });
    await scenario.create(destroy);
    await scenario.delete();
    scenario.stack = { status: 'DELETE_IN_PROGRESS' };
    await scenario.send({ RequestType: 'Delete', ResourceProperties: destroy, PhysicalResourceId: MEMBERSHIP, LogicalResourceId: 'Before' });
    expect(scenario.api.memberships.has(membership.id!)).toBe(false);
  });

  test('and of the creation of the adopting stack, which is deleted for it', async () => {
    scenario.stack = { status: 'DELETE_IN_PROGRESS' };
    scenario.eventPages = [['DELETE_IN_PROGRESS', 'CREATE_IN_PROGRESS']];
    scenario.api.add({}, { ...OWNER_TAGS, 'cdk-cleanrooms:former-stack': 'Other' });
    await scenario.delete();
    expect([...scenario.api.tags.values()]).toEqual([{ ...OWNER_TAGS, 'cdk-cleanrooms:stack': 'Other' }]);
  });

  test.each([
    ['that adopted nothing', OWNER_TAGS],
    ['whose membership has gone on to somebody else', { ...OWNER_TAGS, ...former, 'cdk-cleanrooms:stack': 'Third' }],
  ])('%s writes nothing', async (_what, tags) => {
    scenario.api.add({}, tags);
    expect(await scenario.delete()).toMatchObject(succeeded);
    expect(scenario.api.writes).toEqual([]);
  });
});
