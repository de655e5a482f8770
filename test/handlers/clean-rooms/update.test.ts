import { broken, COLLABORATION, cut, denied, invalid, MEMBERSHIP, NEXT_MEMBERSHIP, notFound, OTHER_COLLABORATION, throttled } from './fake-clean-rooms';
import { actualQueryResults, dataOf, OWNER, OWNER_TAGS, properties, queryResults, reasonOf, ROLE, ROOT_ID, Scenario, STACK_ID, stringified } from './scenario';

const MINUTE = 60_000;
const jobResults = { OutputConfiguration: { S3: { Bucket: 'jobs' } }, RoleArn: ROLE };
const actualJobResults = { outputConfiguration: { s3: { bucket: 'jobs' } }, roleArn: ROLE };
let scenario: Scenario;
beforeEach(() => { scenario = new Scenario(); });

describe('nothing to do: one read, no write', () => {
  test.each([
    ['the same properties', properties(), {}],
    ['another ServiceTimeout', properties({ ServiceTimeout: 60 }), {}],
    ['an empty prefix where the service shows none', properties({ DefaultResultConfiguration: queryResults('') }), { defaultResultConfiguration: actualQueryResults() }],
    ['metrics given as false where the service shows none', properties({ IsMetricsEnabled: false }), {}],
    ['no job log status where the service shows one', properties(), { jobLogStatus: 'ENABLED' as const }],
    ['a result configuration that another resource looks after', properties({ ResultConfigurationIsSeparate: true }),
      { defaultResultConfiguration: actualQueryResults(), defaultJobResultConfiguration: actualJobResults }],
    ['no payment configuration where the service shows one', properties(), { paymentConfiguration: { queryCompute: { isResponsible: false } } }],
    ['payment parts that the service filled in', properties({ PaymentConfiguration: { QueryCompute: { IsResponsible: true } } }),
      { paymentConfiguration: { queryCompute: { isResponsible: true }, jobCompute: { isResponsible: true } } }],
  ])('%s', async (_what, desired, actual) => {
    scenario.api.add(actual, OWNER_TAGS);
    const outcome = await scenario.update(desired, { ...desired, ServiceTimeout: '30' });
    expect(outcome.PhysicalResourceId).toBe(MEMBERSHIP);
    expect(dataOf(outcome).CollaborationIdentifier).toBe(COLLABORATION);
    expect(scenario.api.operations).toEqual(['getMembership']);
  });
});

describe('what the API can change is changed by one call with just that', () => {
  test.each([
    ['query log status', { QueryLogStatus: 'DISABLED' }, {}, { queryLogStatus: 'DISABLED' }],
    ['job log status', { JobLogStatus: 'ENABLED' }, {}, { jobLogStatus: 'ENABLED' }],
    ['a result configuration added', { DefaultResultConfiguration: queryResults('out/') }, {}, { defaultResultConfiguration: actualQueryResults('out/') }],
    ['its prefix', { DefaultResultConfiguration: queryResults('new/') }, { defaultResultConfiguration: actualQueryResults('old/') },
      { defaultResultConfiguration: actualQueryResults('new/') }],
    ['its bucket', { DefaultResultConfiguration: queryResults() },
      { defaultResultConfiguration: { ...actualQueryResults(), outputConfiguration: { s3: { bucket: 'former', keyPrefix: undefined, resultFormat: 'CSV' as const } } } },
      { defaultResultConfiguration: actualQueryResults() }],
    ['its role removed', { DefaultResultConfiguration: { ...queryResults(), RoleArn: undefined } }, { defaultResultConfiguration: actualQueryResults() },
      { defaultResultConfiguration: { ...actualQueryResults(), roleArn: undefined } }],
    ['a job result configuration added', { DefaultJobResultConfiguration: jobResults }, {}, { defaultJobResultConfiguration: actualJobResults }],
  ])('%s', async (_what, desired, actual, changes) => {
    scenario.api.add(actual, OWNER_TAGS);
    expect(await scenario.update(properties(desired))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.inputsOf('updateMembership')).toEqual([changes]);
    expect(scenario.api.operations).toEqual(['getMembership', 'updateMembership']);
  });

  test('another role, and nothing else', async () => {
    const [before, after] = ['', '-new'].map((suffix) => properties({ DefaultResultConfiguration: { ...queryResults(), RoleArn: `${ROLE}${suffix}` } }));
    scenario.api.add({ defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
    await scenario.update(after, before);
    expect(scenario.api.inputsOf('updateMembership')).toMatchObject([{ defaultResultConfiguration: { roleArn: `${ROLE}-new` } }]);
  });

  test('a single file instead of several', async () => {
    scenario.api.add({ defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
    const { OutputConfiguration: { S3 } } = queryResults();
    const single = { OutputConfiguration: { S3: { ...S3, SingleFileOutput: true } }, RoleArn: ROLE };
    await scenario.update(properties({ DefaultResultConfiguration: single }));
    expect(scenario.api.inputsOf('updateMembership')).toMatchObject([{ defaultResultConfiguration: { outputConfiguration: { s3: { singleFileOutput: true } } } }]);
  });
});

describe('a read that is older than the last write', () => {
  const changes: [string, Record<string, unknown>, object][] = [
    ['the query log', { QueryLogStatus: 'DISABLED' }, { queryLogStatus: 'DISABLED' }],
    ['the job log', { JobLogStatus: 'ENABLED' }, { jobLogStatus: 'ENABLED' }],
    ['the results', { DefaultResultConfiguration: queryResults('new/') }, { defaultResultConfiguration: actualQueryResults('new/') }],
    ['the job results', { DefaultJobResultConfiguration: { ...jobResults, OutputConfiguration: { S3: { Bucket: 'others' } } } },
      { defaultJobResultConfiguration: { outputConfiguration: { s3: { bucket: 'others' } } } }],
  ];
  const before = properties({ JobLogStatus: 'DISABLED', DefaultResultConfiguration: queryResults('old/'), DefaultJobResultConfiguration: jobResults });
  const actual = { jobLogStatus: 'DISABLED' as const, defaultResultConfiguration: actualQueryResults('old/'), defaultJobResultConfiguration: actualJobResults };

  test.each(changes)('does not lose the rollback of %s', async (_what, change, changed) => {
    const after = { ...before, ...stringified(change) as object };
    const membership = scenario.api.add(actual, OWNER_TAGS);
    scenario.api.lag(MEMBERSHIP, 9);
    await scenario.update(after, before);
    expect(scenario.api.memberships.get(MEMBERSHIP)).toMatchObject(changed);
    await scenario.update(before, after);
    expect(scenario.api.memberships.get(MEMBERSHIP)).toMatchObject(membership);
  });
});

describe('the job log', () => {
  test('is turned off where the template no longer names it after ENABLED', async () => {
    scenario.api.add({ jobLogStatus: 'ENABLED' }, OWNER_TAGS);
    await scenario.update(properties(), properties({ JobLogStatus: 'ENABLED' }));
    expect(scenario.api.inputsOf('updateMembership')).toEqual([{ jobLogStatus: 'DISABLED' }]);
  });

  test('is left to the service where no template named it', async () => {
    scenario.api.add({ jobLogStatus: 'ENABLED' }, OWNER_TAGS);
    await scenario.update(properties({ QueryLogStatus: 'DISABLED' }));
    expect(scenario.api.inputsOf('updateMembership')).toEqual([{ queryLogStatus: 'DISABLED' }]);
  });
});

describe('metrics that the service does not show', () => {
  test('are taken to be as they were asked for', async () => {
    scenario.api.add({ isMetricsEnabled: undefined }, OWNER_TAGS);
    const desired = properties({ IsMetricsEnabled: true, QueryLogStatus: 'DISABLED' });
    expect(await scenario.update(desired, properties({ IsMetricsEnabled: true }))).toMatchObject({ Status: 'SUCCESS' });
  });

  test('cannot be turned on all the same', async () => {
    scenario.api.add({ isMetricsEnabled: undefined }, OWNER_TAGS);
    expect(reasonOf(await scenario.update(properties({ IsMetricsEnabled: true })))).toContain('it is fixed when the membership is created');
  });
});

describe('tags', () => {
  const tagged = (tags: Record<string, string>, owner = OWNER) =>
    properties({ Owner: owner, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });

  test('are set where they differ, and only those that an earlier template set are removed', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, 'kept': '1', 'changed': 'old', 'dropped': 'x', 'foreign': 'stays', 'aws:cloudformation:stack-name': 'stays' });
    await scenario.update(tagged({ kept: '1', changed: 'new', added: '2' }), tagged({ 'kept': '1', 'changed': 'old', 'dropped': 'x', 'never-there': 'x', 'aws:x': 'y' }));
    expect(scenario.api.inputsOf('tag')).toEqual([{ changed: 'new', added: '2' }]);
    expect(scenario.api.inputsOf('untag')).toEqual([['dropped', 'never-there']]);
    expect(scenario.api.writes).toEqual(['tag', 'untag']);
  });

  test('that changed in the template are written whatever a read says, which may be older', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, team: 'data' });
    await scenario.update(tagged({ team: 'data' }));
    expect(scenario.api.inputsOf('tag')).toEqual([{ team: 'data' }]);
  });

  test('of another construct, which has adopted the membership meanwhile, stay', async () => {
    const theirs = { 'cdk-cleanrooms:stack': 'Other', 'cdk-cleanrooms:path': 'Other/Membership', 'cdk-cleanrooms:logical-id': 'Theirs' };
    scenario.api.add({}, theirs);
    await scenario.update(tagged({ team: 'data' }));
    expect([...scenario.api.tags.values()]).toEqual([{ ...theirs, team: 'data' }]);
  });

  test('name the logical id again when the membership may leave from now on: no event told of an adoption that was rolled back', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, 'cdk-cleanrooms:logical-id': 'Renamed' });
    await scenario.update(properties({ RemovalPolicy: 'DESTROY' }));
    expect(scenario.api.operations).toEqual(['getMembership', 'listTags', 'tag']);
    expect([...scenario.api.tags.values()]).toEqual([OWNER_TAGS]);
  });

  test('of the owner follow the construct', async () => {
    scenario.api.add({}, OWNER_TAGS);
    await scenario.update(tagged({}, { ...OWNER, Path: 'Analytics/Moved' }));
    expect(scenario.api.inputsOf('tag')).toEqual([{ 'cdk-cleanrooms:path': 'Analytics/Moved' }]);
    expect(scenario.api.inputsOf('untag')).toEqual([]);
  });

  test('of an older form, a map, are understood before and after', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, old: '1' });
    await scenario.update(properties({ Tags: { new: '2' } }), properties({ Tags: { old: '1' } }));
    expect(scenario.api.inputsOf('tag')).toEqual([{ new: '2' }]);
    expect(scenario.api.inputsOf('untag')).toEqual([['old']]);
  });

  test('are removed on rollback although the failed version knew properties that this one does not', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, added: '1' });
    const newer = { ...tagged({ added: '1' }), FromTheFuture: 'true', Owner: 'of another form' };
    expect(await scenario.update(properties(), newer)).toMatchObject({ Status: 'SUCCESS' });
    expect(scenario.api.inputsOf('untag')).toEqual([['added']]);
  });
});

interface Impossible {
  readonly what: string;
  readonly desired: Record<string, unknown>;
  readonly actual: Record<string, unknown>;
  readonly reason: RegExp;
}

const impossible: Impossible[] = [
  { what: 'a result configuration removed', desired: {}, actual: { defaultResultConfiguration: actualQueryResults() }, reason: /defaultResultConfiguration \(bucket results\).*put it back/ },
  { what: 'a job result configuration removed', desired: {}, actual: { defaultJobResultConfiguration: actualJobResults }, reason: /defaultJobResultConfiguration \(bucket jobs\).*put it back/ },
  { what: 'metrics turned on', desired: { IsMetricsEnabled: true }, actual: {}, reason: /isMetricsEnabled .* is false .* set it to false/ },
  { what: 'metrics turned off', desired: {}, actual: { isMetricsEnabled: true }, reason: /isMetricsEnabled .* is true .* set it to true/ },
  { what: 'another payer', desired: { PaymentConfiguration: { QueryCompute: { IsResponsible: false } } }, actual: {}, reason: /queryCompute.isResponsible .* is true .* false.*console.*deploy again/ },
  {
    what: 'a payer for training',
    desired: { PaymentConfiguration: { QueryCompute: { IsResponsible: true }, MachineLearning: { ModelTraining: { IsResponsible: true } } } },
    actual: {},
    reason: /modelTraining.isResponsible/,
  },
];

describe.each(impossible)('what the API cannot do: $what', ({ desired, actual, reason }) => {
  beforeEach(() => { scenario.api.add({ queryLogStatus: 'DISABLED', ...actual }, OWNER_TAGS); });

  test('fails with the remedy before any write', async () => {
    const outcome = await scenario.update(properties(desired), properties({ Tags: [{ Key: 'dropped', Value: 'x' }] }));
    expect(reasonOf(outcome)).toMatch(reason);
    expect(outcome.PhysicalResourceId).toBe(MEMBERSHIP);
    expect(scenario.api.operations).toEqual(['getMembership']);
  });

  test.each([
    ['the stack', { status: 'UPDATE_ROLLBACK_IN_PROGRESS' }, { status: 'UPDATE_IN_PROGRESS' }],
    ['its root', { status: 'UPDATE_IN_PROGRESS', rootId: ROOT_ID }, { status: 'UPDATE_ROLLBACK_IN_PROGRESS' }],
  ])('is left as it is while %s rolls back, and the possible part is applied', async (_who, stack, root) => {
    Object.assign(scenario, { stack, root });
    expect(await scenario.update(properties(desired))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.inputsOf('updateMembership')).toEqual([{ queryLogStatus: 'ENABLED' }]);
    expect(scenario.decisions()).toContain('left as it is, because the stack is rolling back');
  });

  test('fails before any write when the stack\'s status cannot be read', async () => {
    scenario.stack = denied();
    expect(reasonOf(await scenario.update(properties(desired)))).toContain(STACK_ID);
    expect(scenario.api.writes).toEqual([]);
  });
});

test('several impossible differences are told at once', async () => {
  scenario.api.add({ isMetricsEnabled: true, defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
  expect(reasonOf(await scenario.update(properties()))).toMatch(/defaultResultConfiguration.*; isMetricsEnabled/);
});

test('no stack is asked for its status while everything is possible', async () => {
  scenario.api.add({}, OWNER_TAGS);
  await scenario.update(properties({ QueryLogStatus: 'DISABLED' }));
  expect(scenario.stackReads).toBe(0);
});

describe('collaboration changed', () => {
  const elsewhere = (overrides = {}) => properties({ CollaborationIdentifier: OTHER_COLLABORATION, ...overrides });

  test('makes a new membership and does not touch the old one', async () => {
    const old = scenario.api.add({ queryLogStatus: 'DISABLED' }, OWNER_TAGS);
    const outcome = await scenario.update(elsewhere({ RemovalPolicy: 'DESTROY' }));
    expect(outcome.PhysicalResourceId).toBe(NEXT_MEMBERSHIP);
    expect(dataOf(outcome).CollaborationIdentifier).toBe(OTHER_COLLABORATION);
    expect(scenario.api.writes).toEqual(['createMembership']);
    expect(scenario.api.memberships.get(MEMBERSHIP)).toEqual(old);
  });

  test('delivered twice gives the same answer', async () => {
    scenario.api.add({}, OWNER_TAGS);
    const first = await scenario.update(elsewhere());
    expect(await scenario.update(elsewhere())).toEqual(first);
    expect(scenario.api.memberships.size).toBe(2);
  });

  test('and rolled back finds the old membership again', async () => {
    scenario.api.add({}, OWNER_TAGS);
    await scenario.update(elsewhere());
    scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    const outcome = await scenario.update(properties(), elsewhere(), NEXT_MEMBERSHIP);
    expect(outcome).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.memberships.size).toBe(2);
  });

  describe('and rolled back when the old membership', () => {
    const rollBack = async () => {
      await scenario.update(elsewhere());
      scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
      scenario.api.calls.length = 0;
      return scenario.update(properties(), elsewhere(), NEXT_MEMBERSHIP);
    };

    test.each(['REMOVED', 'COLLABORATION_DELETED'] as const)('is %s, goes back to it as it is', async (status) => {
      scenario.api.add({ status }, OWNER_TAGS);
      const outcome = await rollBack();
      expect(outcome).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
      expect(dataOf(outcome).Status).toBe(status);
      expect(scenario.api.writes).toEqual([]);
    });

    test('has a predecessor that was removed, goes back to the one that is active', async () => {
      scenario.api.add({ id: 'a0000000-0000-4000-8000-000000000003', status: 'REMOVED' }, OWNER_TAGS);
      scenario.api.add({}, OWNER_TAGS);
      expect(await rollBack()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    });

    test('has lost its owner tags, adopts it', async () => {
      scenario.api.add();
      expect(await rollBack()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
      expect(scenario.api.writes).toEqual(['tag']);
    });

    test('is gone, joins nothing and does not get stuck', async () => {
      scenario.api.add({}, OWNER_TAGS);
      await scenario.update(elsewhere());
      scenario.api.memberships.delete(MEMBERSHIP);
      const outcome = await rollBack();
      expect(outcome).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `gone/${COLLABORATION}` });
      expect(dataOf(outcome).CollaborationIdentifier).toBe(COLLABORATION);
      expect(scenario.api.writes).toEqual([]);
    });
  });

  test.each(['REMOVED', 'COLLABORATION_DELETED'] as const)('is the way out of %s', async (status) => {
    scenario.api.add({ status }, OWNER_TAGS);
    expect((await scenario.update(elsewhere())).PhysicalResourceId).toBe(NEXT_MEMBERSHIP);
  });

  test('is the way on from a membership that is gone', async () => {
    expect(await scenario.update(elsewhere())).toMatchObject({ Status: 'SUCCESS' });
  });

  test('and not created keeps the old id', async () => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail('createMembership', notFound);
    expect(await scenario.update(elsewhere())).toMatchObject({ Status: 'FAILED', PhysicalResourceId: MEMBERSHIP });
  });
});

describe('a membership that is no more', () => {
  test.each([
    ['REMOVED', /this account has been removed from collaboration/],
    ['COLLABORATION_DELETED', /has been deleted/],
  ] as const)('%s fails before any write, and says what to do', async (status, reason) => {
    scenario.api.add({ status }, OWNER_TAGS);
    const outcome = await scenario.update(properties({ QueryLogStatus: 'DISABLED' }));
    expect(reasonOf(outcome)).toMatch(reason);
    expect(reasonOf(outcome)).toContain('remove the membership from the template');
    expect(scenario.api.operations).toEqual(['getMembership']);
  });

  test.each([['not found', notFound], ['denied, and not listed', denied]])('gone (%s) fails and is not created again', async (_name, error) => {
    scenario.api.fail('getMembership', error);
    expect(reasonOf(await scenario.update(properties()))).toContain(`membership ${MEMBERSHIP} in collaboration ${COLLABORATION} is gone`);
    expect(scenario.api.writes).toEqual([]);
  });

  test.each(['REMOVED', 'COLLABORATION_DELETED', undefined] as const)('%s lets a rollback through, without a write', async (status) => {
    if (status !== undefined) scenario.api.add({ status }, OWNER_TAGS);
    scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    const outcome = await scenario.update(properties({ QueryLogStatus: 'DISABLED' }));
    expect(outcome.PhysicalResourceId).toBe(MEMBERSHIP);
    expect(dataOf(outcome).Arn).toBe(`arn:aws:cleanrooms:eu-central-1:111122223333:membership/${MEMBERSHIP}`);
    expect(scenario.api.writes).toEqual([]);
  });

  test('denied but listed is told as a matter of permissions', async () => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail('getMembership', denied, Infinity);
    expect(reasonOf(await scenario.update(properties()))).toContain('AWS denied access');
    expect(scenario.api.writes).toEqual([]);
  });
});

describe('UpdateMembership', () => {
  const changed = properties({ DefaultResultConfiguration: queryResults() });

  test.each([
    ['throttling', throttled], ['InternalServer', broken], ['a cut socket', cut], ['AccessDenied', denied],
    ['IAM_SYNCHRONIZATION_DELAY', () => invalid('IAM_SYNCHRONIZATION_DELAY')], ['INVALID_CONFIGURATION', () => invalid('INVALID_CONFIGURATION')],
  ])('survives %s that passes', async (_name, error) => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail('updateMembership', error, 3);
    expect(await scenario.update(changed)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.inputsOf('updateMembership')).toHaveLength(4);
  });

  test.each([
    ['AccessDenied', denied, MINUTE],
    ['INVALID_CONFIGURATION', () => invalid('INVALID_CONFIGURATION'), 2 * MINUTE],
  ])('fails when %s lasts, keeps the id and leaves the tags alone', async (_name, error, atMost) => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail('updateMembership', error, Infinity);
    const outcome = await scenario.update(changed, properties({ Tags: [{ Key: 'old', Value: '1' }] }));
    expect(outcome).toMatchObject({ Status: 'FAILED', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.elapsed).toBeLessThanOrEqual(atMost);
    expect(scenario.elapsed).toBeGreaterThan(atMost / 2);
    expect(new Set(scenario.api.writes)).toEqual(new Set(['updateMembership']));
  });
});

test.each(['not-created/Membership', 'Analytics-Membership-1ABCDEF', `${MEMBERSHIP}/result-configuration`, `gone/${COLLABORATION}`, ''])(
  'an update of id %j, which is no membership, joins', async (id) => {
    expect(await scenario.update(properties(), properties(), id)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.operations).toEqual(['createMembership', 'getMembership']);
  });
