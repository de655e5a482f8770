import { invalid, MEMBERSHIP, NEXT_MEMBERSHIP, notFound } from './fake-clean-rooms';
import { actualQueryResults, OWNER_TAGS, queryResults, reasonOf, resultConfigurationProperties, ROLE, ROOT_ID, Scenario } from './scenario';

const TYPE = 'Custom::CleanRoomsResultConfiguration';
const ID = `${MEMBERSHIP}/result-configuration`;
const jobResults = { OutputConfiguration: { S3: { Bucket: 'jobs' } }, RoleArn: ROLE };
const actualJobResults = { outputConfiguration: { s3: { bucket: 'jobs' } }, roleArn: ROLE };
const both = resultConfigurationProperties({ DefaultResultConfiguration: queryResults(), DefaultJobResultConfiguration: jobResults });
const queryOnly = resultConfigurationProperties({ DefaultResultConfiguration: queryResults() });
const succeeded = { Status: 'SUCCESS', PhysicalResourceId: ID, Data: { MembershipIdentifier: MEMBERSHIP } };

let scenario: Scenario;
const create = async (desired = queryOnly) => scenario.create(desired, TYPE);
const update = async (desired: Record<string, unknown>, previous = both, id = ID) =>
  scenario.send({ RequestType: 'Update', ResourceType: TYPE, ResourceProperties: desired, OldResourceProperties: previous, PhysicalResourceId: id });

beforeEach(() => { scenario = new Scenario(); });

test('Create sets both configurations with one call, and nothing else', async () => {
  scenario.api.add({ queryLogStatus: 'DISABLED' }, OWNER_TAGS);
  expect(await create(both)).toEqual(succeeded);
  expect(scenario.api.inputsOf('updateMembership')).toEqual([{ defaultResultConfiguration: actualQueryResults(), defaultJobResultConfiguration: actualJobResults }]);
  expect(scenario.api.operations).toEqual(['getMembership', 'updateMembership']);
});

test('Create writes nothing where everything is as desired, and delivered twice writes once', async () => {
  scenario.api.add({}, OWNER_TAGS);
  await create();
  expect(await create()).toEqual(succeeded);
  expect(scenario.api.writes).toEqual(['updateMembership']);
});

test('Create leaves a configuration alone that it does not desire', async () => {
  scenario.api.add({ defaultJobResultConfiguration: actualJobResults }, OWNER_TAGS);
  expect(await create()).toEqual(succeeded);
  expect(scenario.api.inputsOf('updateMembership')).toEqual([{ defaultResultConfiguration: actualQueryResults() }]);
  expect(scenario.stackReads).toBe(0);
});

test('Create waits for a membership that is not visible yet, and for a role that is not either', async () => {
  scenario.api.add({}, OWNER_TAGS);
  scenario.api.fail('getMembership', notFound, 4);
  scenario.api.fail('updateMembership', () => invalid('IAM_SYNCHRONIZATION_DELAY'), 30);
  expect(await create()).toEqual(succeeded);
});

test('Create for a membership that never shows fails after the window, without a UUID', async () => {
  const outcome = await create();
  expect(reasonOf(outcome)).toContain(`membership ${MEMBERSHIP} is gone or may not be read`);
  expect(outcome.PhysicalResourceId).toBe('not-created/Membership');
  expect(scenario.elapsed).toBe(60_000);
});

test.each(['REMOVED', 'COLLABORATION_DELETED'] as const)('a membership that is %s fails before any write', async (status) => {
  scenario.api.add({ status }, OWNER_TAGS);
  expect((await create()).Status).toBe('FAILED');
  expect((await update(queryOnly)).Status).toBe('FAILED');
  expect(scenario.api.writes).toEqual([]);
});

test.each(['REMOVED', 'COLLABORATION_DELETED', undefined] as const)('a membership that is %s lets a rollback through, without a write', async (status) => {
  if (status !== undefined) scenario.api.add({ status }, OWNER_TAGS);
  scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
  expect(await update(queryOnly)).toEqual(succeeded);
  expect(scenario.api.writes).toEqual([]);
});

test('Update sends only the configuration that differs', async () => {
  scenario.api.add({ defaultResultConfiguration: actualQueryResults('old/'), defaultJobResultConfiguration: actualJobResults }, OWNER_TAGS);
  expect(await update(both)).toEqual(succeeded);
  expect(scenario.api.inputsOf('updateMembership')).toEqual([{ defaultResultConfiguration: actualQueryResults() }]);
});

test('Update without a difference is one read', async () => {
  scenario.api.add({ defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
  expect(await update(queryOnly)).toEqual(succeeded);
  expect(scenario.api.operations).toEqual(['getMembership']);
});

test('Update that removes one of two fails with the remedy before any write', async () => {
  scenario.api.add({ defaultResultConfiguration: actualQueryResults('old/'), defaultJobResultConfiguration: actualJobResults }, OWNER_TAGS);
  const outcome = await update(queryOnly);
  expect(reasonOf(outcome)).toMatch(/defaultJobResultConfiguration \(bucket jobs\).*put it back/);
  expect(outcome.PhysicalResourceId).toBe(ID);
  expect(scenario.api.writes).toEqual([]);
});

test.each([
  ['the stack', { status: 'UPDATE_ROLLBACK_IN_PROGRESS' }],
  ['its root', { status: 'UPDATE_IN_PROGRESS', rootId: ROOT_ID }],
])('Update that removes one of two leaves it while %s rolls back, and applies the rest', async (_who, stack) => {
  Object.assign(scenario, { stack, root: { status: 'UPDATE_ROLLBACK_IN_PROGRESS' } });
  scenario.api.add({ defaultResultConfiguration: actualQueryResults('new/'), defaultJobResultConfiguration: actualJobResults }, OWNER_TAGS);
  expect(await update(queryOnly)).toEqual(succeeded);
  expect(scenario.api.inputsOf('updateMembership')).toEqual([{ defaultResultConfiguration: actualQueryResults() }]);
});

test('Update for another membership is a creation there: new id, the old membership is not touched', async () => {
  const old = scenario.api.add({ defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
  scenario.api.add({ id: NEXT_MEMBERSHIP, defaultJobResultConfiguration: actualJobResults }, OWNER_TAGS);
  const outcome = await update({ ...queryOnly, MembershipIdentifier: NEXT_MEMBERSHIP });
  expect(outcome).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `${NEXT_MEMBERSHIP}/result-configuration` });
  expect(scenario.api.memberships.get(MEMBERSHIP)).toEqual(old);
  expect(scenario.api.memberships.get(NEXT_MEMBERSHIP)).toMatchObject({ defaultResultConfiguration: actualQueryResults() });
});

test.each([ID, MEMBERSHIP, 'not-created/ResultConfiguration'])('Delete of %s calls nothing, whatever the properties are', async (id) => {
  scenario.api.add({ defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
  const outcome = await scenario.send({ RequestType: 'Delete', ResourceType: TYPE, ResourceProperties: { RemovalPolicy: 'DESTROY' }, PhysicalResourceId: id });
  expect(outcome).toEqual({ Status: 'SUCCESS', PhysicalResourceId: id, Data: {} });
  expect(scenario.api.calls).toEqual([]);
});

test.each([
  [{ MembershipIdentifier: '' }, /`MembershipIdentifier` must be a lower-case UUID, got ""/],
  [{ Tags: [] }, /`Tags` is unknown to this function/],
])('malformed properties %j fail before any call', async (overrides, reason) => {
  expect(reasonOf(await create({ ...queryOnly, ...overrides }))).toMatch(reason);
  expect(scenario.api.calls).toEqual([]);
});
