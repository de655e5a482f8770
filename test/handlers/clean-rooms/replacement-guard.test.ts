import fc from 'fast-check';
import { ROOT_ID, Scenario, stringified } from './scenario';
import { changesBetween, UNORDERED } from '../../../src/handlers/clean-rooms/replacement-guard/changes';

/** The rows of `Custom::CleanRoomsReplacementGuard`. */

const GUARD = { ResourceType: 'Custom::CleanRoomsReplacementGuard', LogicalResourceId: 'Guard' };
const ID = 'replacement-guard/Guard';

const SHOP = { AccountId: '444455556666', DisplayName: 'Shop', MemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] };
const AGENCY = { AccountId: '777788889999', DisplayName: 'Agency', MemberAbilities: [] };
const CREATE_ONLY = {
  CreatorDisplayName: 'Publisher',
  QueryLogStatus: 'DISABLED',
  IsMetricsEnabled: false,
  Members: [SHOP, AGENCY],
  DataEncryptionMetadata: { AllowCleartext: true, PreserveNulls: false },
};

const properties = (createOnly: object = CREATE_ONLY, more: object = {}) => stringified({
  ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:Provider',
  ServiceTimeout: 630,
  Guards: 'collaboration',
  Path: 'Overlap/Collaboration',
  CreateOnly: createOnly,
  AllowReplacement: false,
  ...more,
});

let scenario: Scenario;
beforeEach(() => { scenario = new Scenario(); });
afterEach(() => { expect(scenario.api.calls).toEqual([]); });

const create = (desired: unknown) => scenario.send({ ...GUARD, RequestType: 'Create', ResourceProperties: desired });
const update = (desired: unknown, previous: unknown = properties()) =>
  scenario.send({ ...GUARD, RequestType: 'Update', ResourceProperties: desired, OldResourceProperties: previous, PhysicalResourceId: ID });

const SUCCESS = { Status: 'SUCCESS', PhysicalResourceId: ID, Data: {} };
const refused = (changes: string) => ({
  Status: 'FAILED',
  PhysicalResourceId: ID,
  Reason: `the template changes ${changes}, which is fixed when Overlap/Collaboration is created: a second collaboration would be made, in which `
    + 'nobody has a membership; put the old value back, or set `allowReplacement: true` if that is what you want',
});
const LOGS_ON = { ...CREATE_ONLY, QueryLogStatus: 'ENABLED' };

describe('Create', () => {
  test('takes what it is told', async () => {
    expect(await create(properties())).toEqual(SUCCESS);
  });

  test.each([
    ['an unknown property', properties(CREATE_ONLY, { More: 1 }), /^property `More` is unknown to this function/],
    ['something else to guard', properties(CREATE_ONLY, { Guards: 'table' }), /^property `Guards` must be collaboration or differential privacy budget or access budget, got "table"/],
    ['no properties to compare', properties([] as object), /^property `CreateOnly` must be an object, got \[\]/],
  ])('refuses %s', async (_what, desired, reason) => {
    expect(await create(desired)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'not-created/Guard', Reason: expect.stringMatching(reason) });
  });
});

describe('Update', () => {
  test('without a change passes, and asks nobody', async () => {
    expect(await update(stringified({ ...properties() as object, ServiceTimeout: 700, Path: 'Elsewhere' }))).toEqual(SUCCESS);
    expect(scenario.stackReads).toBe(0);
  });

  test('in another order passes', async () => {
    const reordered = { ...CREATE_ONLY, Members: [AGENCY, { ...SHOP, MemberAbilities: [...SHOP.MemberAbilities].reverse() }] };
    expect(await update(properties(reordered))).toEqual(SUCCESS);
  });

  test.each<[string, object, string]>([
    ['a property', LOGS_ON, 'QueryLogStatus from "DISABLED" to "ENABLED"'],
    ['two', { ...LOGS_ON, IsMetricsEnabled: true }, 'IsMetricsEnabled from "false" to "true", QueryLogStatus from "DISABLED" to "ENABLED"'],
    ['one within another', { ...CREATE_ONLY, DataEncryptionMetadata: { AllowCleartext: false, PreserveNulls: false } },
      'DataEncryptionMetadata.AllowCleartext from "true" to "false"'],
    ['one that is gone', { ...CREATE_ONLY, QueryLogStatus: undefined }, 'QueryLogStatus from "DISABLED" to nothing'],
    ['one that is new', { ...CREATE_ONLY, JobLogStatus: 'ENABLED' }, 'JobLogStatus from nothing to "ENABLED"'],
    ['a member', { ...CREATE_ONLY, Members: [SHOP, { ...AGENCY, DisplayName: 'Agent' }] },
      `Members from ${JSON.stringify([AGENCY]).slice(0, 80)} to ${JSON.stringify([{ ...AGENCY, DisplayName: 'Agent' }]).slice(0, 80)}`],
    ['a member that is gone', { ...CREATE_ONLY, Members: [SHOP] },
      `Members from ${JSON.stringify([AGENCY]).slice(0, 80)} to ${JSON.stringify([SHOP]).slice(0, 80)}`],
  ])('of %s is refused, and says so', async (_what, createOnly, changes) => {
    expect(await update(properties(createOnly))).toEqual(refused(changes));
  });

  test.each(['differential privacy budget', 'access budget'])('of a %s says what of it would be lost', async (Guards) => {
    expect(await update(properties(LOGS_ON, { Guards }))).toMatchObject({
      Status: 'FAILED', Reason: expect.stringContaining('the budget would be deleted and made anew, as if nothing of it had been used'),
    });
  });

  test('is let through where it is allowed', async () => {
    expect(await update(properties(LOGS_ON, { AllowReplacement: true }))).toEqual(SUCCESS);
    expect(scenario.stackReads).toBe(0);
  });

  test('that takes the permission away passes, for nothing else changes', async () => {
    expect(await update(properties(LOGS_ON), properties(LOGS_ON, { AllowReplacement: true }))).toEqual(SUCCESS);
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'])('passes in a rollback (%s)', async (status) => {
    scenario.stack = { status };
    expect(await update(properties(), properties(LOGS_ON))).toEqual(SUCCESS);
  });

  test('passes where the stack around it rolls back', async () => {
    scenario.stack = { status: 'UPDATE_IN_PROGRESS', rootId: ROOT_ID };
    scenario.root = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    expect(await update(properties(), properties(LOGS_ON))).toEqual(SUCCESS);
  });

  test('is refused where nobody can tell whether it is a rollback', async () => {
    scenario.stack = new Error('no such stack');
    expect(await update(properties(LOGS_ON))).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^whether stack .* is rolling back cannot be read/) });
  });

  test.each([null, 'text', { CreateOnly: ['of another version'] }])('passes after properties that it cannot read: %j', async (previous) => {
    expect(await update(properties(LOGS_ON), previous)).toEqual(SUCCESS);
  });
});

describe('Delete', () => {
  test.each([properties(), undefined, { CreateOnly: 1 }])('passes, whatever it was told: %j', async (told) => {
    expect(await scenario.send({ ...GUARD, RequestType: 'Delete', ResourceProperties: told, PhysicalResourceId: ID })).toEqual(SUCCESS);
  });
});

describe('what differs', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, fc.string(), fc.boolean(), fc.integer(), fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...UNORDERED, '__proto__', 'constructor'), fc.string()), tie('any'), { maxKeys: 4 })),
  })).any;
  const record = fc.dictionary(fc.constantFrom(...UNORDERED, 'QueryLogStatus', 'Other'), value);

  test('is nothing between a value and what CloudFormation makes of it', () => {
    fc.assert(fc.property(record, (one) => {
      expect(changesBetween(one, stringified(one) as Record<string, unknown>)).toEqual([]);
    }));
  });

  test('is nothing between two orders of a list without one', () => {
    fc.assert(fc.property(fc.constantFrom(...UNORDERED), fc.array(value, { maxLength: 6 }), (name, list) => {
      expect(changesBetween({ [name]: list }, { [name]: [...list].reverse() })).toEqual([]);
    }));
  });

  test('is the order of any other list', () => {
    expect(changesBetween({ Steps: ['a', 'b'] }, { Steps: ['b', 'a'] })).toEqual([{ property: 'Steps', from: ['a', 'b'], to: ['b', 'a'] }]);
  });

  test('is the number of equal elements', () => {
    expect(changesBetween({ Members: [AGENCY, AGENCY] }, { Members: [AGENCY] })).toHaveLength(1);
  });

  test('is found either way round', () => {
    fc.assert(fc.property(record, record, (one, other) => {
      expect(changesBetween(one, other).map(({ property }) => property)).toEqual(changesBetween(other, one).map(({ property }) => property));
    }));
  });
});
