import {
  badField, broken, COLLABORATION, conflict, CREATOR, cut, denied, invalid, MEMBERSHIP, NEXT_MEMBERSHIP, notFound, OTHER_COLLABORATION,
  overQuota, throttled, unresolved,
} from './fake-clean-rooms';
import { actualQueryResults, dataOf, OWNER_TAGS, properties, queryResults, reasonOf, REQUEST_ID, resultConfigurationProperties, Scenario } from './scenario';

const MINUTE = 60_000;
const withRole = () => properties({ DefaultResultConfiguration: queryResults() });

let scenario: Scenario;
beforeEach(() => { scenario = new Scenario(); });

test('creates the membership with the user\'s and the owner\'s tags, waits until it is seen, and answers every attribute', async () => {
  scenario.api.fail('getMembership', notFound);
  scenario.api.fail('getMembership', denied);
  const outcome = await scenario.create(properties({
    JobLogStatus: 'DISABLED',
    IsMetricsEnabled: true,
    DefaultResultConfiguration: queryResults('out/'),
    PaymentConfiguration: { QueryCompute: { IsResponsible: true } },
    Tags: [{ Key: 'team', Value: 'data' }, { Key: 'aws:reserved', Value: 'x' }],
  }));
  expect(outcome).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: MEMBERSHIP,
    Data: {
      Arn: `arn:aws:cleanrooms:eu-central-1:111122223333:membership/${MEMBERSHIP}`,
      CollaborationArn: `arn:aws:cleanrooms:eu-central-1:${CREATOR}:collaboration/${COLLABORATION}`,
      CollaborationIdentifier: COLLABORATION,
      CollaborationName: 'Overlap',
      CollaborationCreatorAccountId: CREATOR,
      CollaborationCreatorDisplayName: 'Publisher',
      MemberAbilities: 'CAN_QUERY,CAN_RECEIVE_RESULTS',
      Status: 'ACTIVE',
    },
  });
  expect(scenario.api.inputsOf('createMembership')).toEqual([{
    collaborationIdentifier: COLLABORATION,
    queryLogStatus: 'ENABLED',
    jobLogStatus: 'DISABLED',
    isMetricsEnabled: true,
    defaultResultConfiguration: actualQueryResults('out/'),
    paymentConfiguration: { queryCompute: { isResponsible: true } },
    tags: { team: 'data', ...OWNER_TAGS },
  }]);
  expect(scenario.api.operations).toEqual(['createMembership', 'getMembership', 'getMembership', 'getMembership']);
});

test('answers with what CreateMembership told when Get does not show it within the window', async () => {
  scenario.api.fail('getMembership', notFound, Infinity);
  const outcome = await scenario.create();
  expect(outcome.PhysicalResourceId).toBe(MEMBERSHIP);
  expect(dataOf(outcome).Status).toBe('ACTIVE');
  expect(scenario.elapsed).toBe(MINUTE);
});

test('answers what Get shows, which may be more than CreateMembership told', async () => {
  const create = scenario.api.createMembership;
  scenario.api.createMembership = async (input) => ({ ...await create(input), memberAbilities: [] });
  expect(dataOf(await scenario.create()).MemberAbilities).toBe('CAN_QUERY,CAN_RECEIVE_RESULTS');
});

test('a refused configuration without a result configuration of its own is told about `queryRunner`', async () => {
  scenario.api.fail('createMembership', () => invalid('INVALID_CONFIGURATION'), Infinity);
  expect(reasonOf(await scenario.create(properties({ ResultConfigurationIsSeparate: true })))).toContain('set `queryRunner` to the member who runs the queries');
});

test('does not send result configurations that another resource looks after', async () => {
  await scenario.create(properties({ ResultConfigurationIsSeparate: true, DefaultResultConfiguration: queryResults() }));
  expect(scenario.api.inputsOf('createMembership')[0]).not.toHaveProperty('defaultResultConfiguration');
});

describe('an existing membership', () => {
  test('with our owner tags is adopted and brought to the desired state, and no foreign tag is removed', async () => {
    scenario.api.add({ queryLogStatus: 'DISABLED' }, { ...OWNER_TAGS, foreign: 'stays' });
    const outcome = await scenario.create(properties({ Tags: [{ Key: 'team', Value: 'data' }] }));
    expect(outcome).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.inputsOf('updateMembership')).toEqual([{ queryLogStatus: 'ENABLED' }]);
    expect(scenario.api.inputsOf('tag')).toEqual([{ team: 'data' }]);
    expect(scenario.api.inputsOf('untag')).toEqual([]);
  });

  test('with our owner tags that is as desired is adopted without a write', async () => {
    scenario.api.add({}, OWNER_TAGS);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test.each([
    ['no owner', {}, {}],
    ['another construct', { ...OWNER_TAGS, 'cdk-cleanrooms:path': 'Analytics/Other' },
      { 'cdk-cleanrooms:former-stack': 'Analytics', 'cdk-cleanrooms:former-path': 'Analytics/Other', 'cdk-cleanrooms:former-logical-id': 'Membership' }],
    ['another stack, of which only a part is known', { 'cdk-cleanrooms:stack': 'Other' }, { 'cdk-cleanrooms:former-stack': 'Other' }],
  ])('of %s is adopted, updated and then tagged as ours, with whose it was, with AdoptExisting', async (_owner, tags, former) => {
    scenario.api.add({ queryLogStatus: 'DISABLED' }, tags);
    expect(await scenario.create(properties({ AdoptExisting: true }))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.writes).toEqual(['createMembership', 'updateMembership', 'tag']);
    expect([...scenario.api.tags.values()]).toEqual([{ ...OWNER_TAGS, ...former }]);
  });

  test('with our owner tags ends the record of whose it was before the last deployment', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, 'cdk-cleanrooms:former-stack': 'Other', 'cdk-cleanrooms:former-path': 'Other/Path' });
    await scenario.create();
    expect(scenario.api.inputsOf('untag')).toEqual([['cdk-cleanrooms:former-stack', 'cdk-cleanrooms:former-path']]);
  });

  test('in another collaboration is none of this one', async () => {
    scenario.api.add({ id: NEXT_MEMBERSHIP, collaborationId: OTHER_COLLABORATION }, OWNER_TAGS);
    scenario.api.add({}, OWNER_TAGS);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
  });

  test('of the same construct under another logical id is adopted and tagged with the new one', async () => {
    scenario.api.add({}, { ...OWNER_TAGS, 'cdk-cleanrooms:logical-id': 'Former' });
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect([...scenario.api.tags.values()]).toMatchObject([{ 'cdk-cleanrooms:logical-id': 'Membership', 'cdk-cleanrooms:former-logical-id': 'Former' }]);
  });

  test('that is not ours fails, names it and both remedies, and is not touched', async () => {
    scenario.api.add({ queryLogStatus: 'DISABLED' }, { ...OWNER_TAGS, 'cdk-cleanrooms:path': 'Analytics/Other' });
    const outcome = await scenario.create(properties({ AdoptExisting: false }));
    expect(outcome.PhysicalResourceId).toBe('not-created/Membership');
    expect(reasonOf(outcome)).toContain(MEMBERSHIP);
    expect(reasonOf(outcome)).toContain('`adoptExisting: true`');
    expect(reasonOf(outcome)).toContain('`Membership.fromMembershipArn`');
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test('that shows late in the list is waited for', async () => {
    scenario.api.add({ status: 'REMOVED' }, OWNER_TAGS);
    setTimeoutInScenario(30_000, () => scenario.api.add({}, OWNER_TAGS));
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.elapsed).toBeGreaterThanOrEqual(30_000);
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test('that never shows as active fails after the consistency window', async () => {
    scenario.api.add({ status: 'REMOVED' }, OWNER_TAGS);
    expect(reasonOf(await scenario.create())).toContain('lists none that is active');
    expect(scenario.elapsed).toBe(MINUTE);
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test('that cannot be brought to the desired state fails before any write', async () => {
    scenario.api.add({ queryLogStatus: 'DISABLED', defaultResultConfiguration: actualQueryResults() }, OWNER_TAGS);
    const outcome = await scenario.create();
    expect(reasonOf(outcome)).toContain('put it back into the template');
    expect(outcome.PhysicalResourceId).toBe('not-created/Membership');
    expect(scenario.api.writes).toEqual(['createMembership']);
  });
});

describe.each([undefined, 'SUBRESOURCES_EXIST', 'INVALID_STATE'] as const)('a conflict for the reason %s', (reason) => {
  test('fails as the service tells it, if there is no membership', async () => {
    scenario.api.fail('createMembership', () => conflict(reason));
    expect(reasonOf(await scenario.create())).toMatch(/^Conflict, says the service \(ConflictException/);
    expect(scenario.api.writes).toEqual(['createMembership']);
  });

  test('is decided by what is there: what an earlier deployment left is adopted', async () => {
    scenario.api.add({}, OWNER_TAGS);
    scenario.api.fail('createMembership', () => conflict(reason));
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
  });
});

describe('an answer that is lost', () => {
  test.each([['InternalServerException', broken], ['a cut socket', cut]])('by %s after the call took effect: the membership is found, not made twice', async (_name, error) => {
    scenario.api.loseAnswer('createMembership', error);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.writes).toEqual(['createMembership']);
    expect(scenario.api.memberships.size).toBe(1);
  });

  test('and nothing to be found for the whole window: only then is it created again', async () => {
    scenario.api.fail('createMembership', cut);
    expect(await scenario.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
    expect(scenario.api.inputsOf('createMembership')).toHaveLength(2);
    expect(scenario.elapsed).toBeGreaterThanOrEqual(MINUTE);
  });

  test('and somebody else\'s membership: that is not ours', async () => {
    scenario.api.add({}, { 'cdk-cleanrooms:stack': 'Other' });
    scenario.api.fail('createMembership', broken);
    expect(reasonOf(await scenario.create())).toContain('this construct did not make it');
  });

  test('for ever: fails with time left for the answer', async () => {
    scenario.api.fail('createMembership', broken, Infinity);
    expect(reasonOf(await scenario.create())).toContain('AWS did not answer as it should');
    expect(scenario.functionTimeout - scenario.elapsed).toBeGreaterThanOrEqual(20_000);
    expect(scenario.functionTimeout - scenario.elapsed).toBeLessThan(2 * MINUTE);
  });
});

interface Row {
  readonly when: string;
  readonly error: () => Error;
  readonly desired?: () => Record<string, unknown>;
  /** Of the failure's first appearance to the end, in milliseconds. */
  readonly atLeast: number;
  readonly atMost: number;
  readonly reason: RegExp;
}

const FUNCTION = 10 * MINUTE;
const lasting: Row[] = [
  { when: 'throttling', error: throttled, atLeast: FUNCTION - 45_000, atMost: FUNCTION - 30_000, reason: /Rate exceeded \(ThrottlingException\)/ },
  {
    when: 'IAM_SYNCHRONIZATION_DELAY',
    error: () => invalid('IAM_SYNCHRONIZATION_DELAY'),
    desired: withRole,
    atLeast: FUNCTION - 45_000,
    atMost: FUNCTION - 30_000,
    reason: /cannot assume the role/,
  },
  {
    when: 'INVALID_CONFIGURATION with a role',
    error: () => invalid('INVALID_CONFIGURATION'),
    desired: withRole,
    atLeast: 100_000,
    atMost: 2 * MINUTE,
    reason: /The service cannot assume the role \(ValidationException\/INVALID_CONFIGURATION\)/,
  },
  {
    when: 'a ValidationException without a reason, with a role',
    error: () => invalid(),
    desired: withRole,
    atLeast: 100_000,
    atMost: 2 * MINUTE,
    reason: /The service cannot assume the role \(ValidationException\)/,
  },
  { when: 'a ValidationException without a reason and without a role', error: () => invalid(), atLeast: 0, atMost: 0, reason: /ValidationException/ },
  { when: 'a field error without a reason', error: badField, desired: withRole, atLeast: 0, atMost: 0, reason: /; keyPrefix: too long \(ValidationException\)/ },
  { when: 'INVALID_CONFIGURATION without a role', error: () => invalid('INVALID_CONFIGURATION'), atLeast: 0, atMost: 0, reason: /INVALID_CONFIGURATION/ },
  { when: 'FIELD_VALIDATION_FAILED', error: () => invalid('FIELD_VALIDATION_FAILED'), desired: withRole, atLeast: 0, atMost: 0, reason: /FIELD_VALIDATION/ },
  { when: 'AccessDenied', error: denied, atLeast: 40_000, atMost: MINUTE, reason: /was denied; either this account was not invited/ },
  { when: 'no such host, as in a region without the service', error: unresolved, atLeast: 40_000, atMost: MINUTE, reason: /getaddrinfo ENOTFOUND/ },
  { when: 'a quota', error: overQuota, atLeast: 0, atMost: 0, reason: /quota Memberships of 10 is used up.*Service Quotas/ },
  { when: 'no such collaboration', error: notFound, atLeast: 0, atMost: 0, reason: new RegExp(`${COLLABORATION} does not exist.*not invited`) },
];

describe.each(lasting)('$when that lasts', ({ error, desired = properties, atLeast, atMost, reason }) => {
  test('is retried for its time, then fails without a UUID', async () => {
    scenario.api.fail('createMembership', error, Infinity);
    const outcome = await scenario.create(desired());
    expect(reasonOf(outcome)).toMatch(reason);
    expect(reasonOf(outcome)).not.toMatch(/\n|\bat .*\.ts/);
    expect(outcome.PhysicalResourceId).toBe('not-created/Membership');
    expect(scenario.elapsed).toBeGreaterThanOrEqual(atLeast);
    expect(scenario.elapsed).toBeLessThanOrEqual(atMost);
    expect(scenario.api.memberships.size).toBe(0);
    if (atMost === 0) expect(scenario.api.operations).toEqual(['createMembership']);
  });
});

test.each(lasting.filter(({ atMost }) => atMost > 0))('$when that passes ends in success', async ({ error, desired = properties }) => {
  scenario.api.fail('createMembership', error, 3);
  expect(await scenario.create(desired())).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
});

test('one failure\'s patience does not use up another\'s', async () => {
  scenario.api.fail('createMembership', () => invalid('IAM_SYNCHRONIZATION_DELAY'), 20);
  scenario.api.fail('createMembership', denied, 3);
  expect(await scenario.create(withRole())).toMatchObject({ Status: 'SUCCESS' });
  expect(scenario.elapsed).toBeGreaterThan(2 * MINUTE);
});

test('delivered twice makes one membership and gives one answer', async () => {
  const first = await scenario.create();
  expect(await scenario.create()).toEqual(first);
  expect(scenario.api.memberships.size).toBe(1);
});

test.each([
  ['an unknown resource type', { ResourceType: 'Custom::Other' }, /must be Custom::CleanRoomsMembership or/],
  ['a malformed identifier', { ResourceProperties: properties({ CollaborationIdentifier: 'MINE' }) }, /`CollaborationIdentifier` must be a lower-case UUID, got "MINE"/],
  ['no properties', { ResourceProperties: undefined }, /properties must be an object, got nothing/],
  ['a property whose name has lines', { ResourceProperties: properties({ 'a\nb': 'x' }) }, /^property `a b` is unknown/],
  ['a property with an endless name', { ResourceProperties: properties({ ['x'.repeat(5_000)]: 'x' }) }, /^property `x{80}` is unknown/],
])('%s fails in one sentence before any call, without a UUID', async (_what, event, reason) => {
  const outcome = await scenario.send({ RequestType: 'Create', ResourceProperties: properties(), ...event });
  expect(reasonOf(outcome)).toMatch(reason);
  expect(outcome.PhysicalResourceId).toBe('not-created/Membership');
  expect(outcome.PhysicalResourceId).not.toContain(REQUEST_ID);
  expect(scenario.api.calls).toEqual([]);
});

test.each(['Replace', '__proto__', undefined])('a request of the type %s is no Update', async (RequestType) => {
  for (const ResourceType of ['Custom::CleanRoomsMembership', 'Custom::CleanRoomsResultConfiguration']) {
    const ResourceProperties = resultConfigurationProperties({ DefaultResultConfiguration: queryResults() });
    const outcome = await scenario.send({ RequestType, ResourceType, PhysicalResourceId: MEMBERSHIP, ResourceProperties });
    expect(reasonOf(outcome)).toMatch(/^the request type must be Create, Update, Delete, got /);
  }
  expect(scenario.api.calls).toEqual([]);
});

test.each([['StackId', {}], ['LogicalResourceId', undefined], ['PhysicalResourceId', null], ['PhysicalResourceId', ['id']]])(
  'an event whose %s is %j is refused', async (name, value) => {
    const outcome = await scenario.send({ RequestType: 'Update', PhysicalResourceId: MEMBERSHIP, ResourceProperties: properties(), [name]: value });
    expect(reasonOf(outcome)).toMatch(`the event's ${name} must be a string, got `);
    expect(scenario.api.calls).toEqual([]);
  });

test.each([undefined, null, 7, '', 'signature=secret', 'ftp://host/?signature=secret', 'https://host:99999/?signature=secret'])(
  'nothing is done where %j is all there is to answer to', async (ResponseURL) => {
    const failure = await scenario.send({ RequestType: 'Create', ResourceProperties: properties(), ResponseURL }).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: 'the event has no ResponseURL to answer to, as those of CloudFormation have: nothing was done' });
    expect(Object.keys(failure)).toEqual([]);
    expect([scenario.api.calls, scenario.lines]).toEqual([[], []]);
  });

test('every decision is one line of JSON, without the URL and without properties', async () => {
  scenario.api.fail('createMembership', throttled);
  await scenario.create(properties({ DefaultResultConfiguration: queryResults('private-prefix/') }));
  expect(scenario.decisions()).toEqual(['try again', 'created', 'succeeded']);
  for (const line of scenario.lines) expect(JSON.parse(line)).toMatchObject({ requestId: REQUEST_ID, request: 'Create', logicalId: 'Membership', level: 'INFO' });
  expect(scenario.lines.join('')).not.toMatch(/\n|Signature|ResponseURL|private-prefix/);
});

/** Runs once that much of the scenario's time has passed, at the next look into the list. */
function setTimeoutInScenario(milliseconds: number, happen: () => void): void {
  const list = scenario.api.listMemberships;
  scenario.api.listMemberships = async (status) => {
    if (scenario.elapsed >= milliseconds) happen();
    return list(status);
  };
}
