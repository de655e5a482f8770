import type { CollaborationAnalysisTemplate, CollaborationSummary } from '@aws-sdk/client-cleanrooms';
import { COLLABORATION, CREATOR, denied, throttled } from './fake-clean-rooms';
import { dataOf, reasonOf, Scenario } from './scenario';

const OTHER = 'c0000000-0000-4000-8000-000000000002';
const ARN = `arn:aws:cleanrooms:eu-central-1:${CREATOR}:collaboration/${COLLABORATION}`;
const PARTNER_MEMBERSHIP = `arn:aws:cleanrooms:eu-central-1:${CREATOR}:membership/a0000000-0000-4000-8000-000000000009`;

let scenario: Scenario;
beforeEach(() => {
  scenario = new Scenario();
});

function send(resource: string, requestType: 'Create' | 'Update' | 'Delete', properties: object, more: object = {}) {
  return scenario.send({ RequestType: requestType, ResourceType: `Custom::CleanRooms${resource}`, ResourceProperties: { ServiceToken: 'x', ...properties }, ...more });
}

describe('an invitation', () => {
  const wanted = { CreatorAccountId: CREATOR, CollaborationName: 'overlap', AsOf: '2026-11-25' };
  const invite = (more: Partial<CollaborationSummary> = {}) => scenario.collaborations.all.push({
    id: COLLABORATION, arn: ARN, name: 'overlap', creatorAccountId: CREATOR, memberStatus: 'INVITED', ...more,
  } as CollaborationSummary);

  test.each(['INVITED', 'ACTIVE'] as const)('is found while this account is %s', async (memberStatus) => {
    invite({ memberStatus });
    invite({ id: OTHER, name: 'other' });
    invite({ id: OTHER, creatorAccountId: '999999999999' });
    expect(dataOf(await send('Invitation', 'Create', wanted))).toEqual({ CollaborationIdentifier: COLLABORATION, CollaborationArn: ARN });
  });

  test.each(['LEFT', 'REMOVED'] as const)('is none once this account has %s', async (memberStatus) => {
    invite({ memberStatus });
    expect(reasonOf(await send('Invitation', 'Create', wanted))).toContain(`account ${CREATOR} has no collaboration named overlap that invites this account`);
  });

  test('is never guessed among several', async () => {
    invite();
    invite({ id: OTHER });
    expect(reasonOf(await send('Invitation', 'Create', wanted))).toContain(`say which by fromCollaborationIdentifier, ${COLLABORATION} or ${OTHER}`);
  });

  test('is looked for again while permissions propagate and the service throttles', async () => {
    invite();
    scenario.collaborations.failures.push(denied(), throttled());
    expect((await send('Invitation', 'Create', wanted)).Status).toBe('SUCCESS');
    expect(scenario.collaborations.reads).toBe(3);
  });

  test('that is gone does not hold up a rollback to it, and to no other', async () => {
    const id = `${COLLABORATION}/${CREATOR}/overlap`;
    const update = (name = 'overlap') => send('Invitation', 'Update', { ...wanted, CollaborationName: name }, { PhysicalResourceId: id, OldResourceProperties: {} });
    expect((await update()).Status).toBe('FAILED');
    scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    expect(dataOf(await update())).toEqual({ CollaborationIdentifier: COLLABORATION, CollaborationArn: ARN });
    expect((await update('another')).Status).toBe('FAILED');
  });

  test('has nothing to delete, whatever it looks like', async () => {
    expect((await send('Invitation', 'Delete', { nonsense: 1 }, { PhysicalResourceId: 'whatever' })).Status).toBe('SUCCESS');
    expect(scenario.collaborations.reads).toBe(0);
  });
});

describe('memberships', () => {
  const wanted = { CollaborationIdentifier: COLLABORATION, AccountIds: [CREATOR] };

  test('are told by account', async () => {
    scenario.collaborations.memberList.push({ accountId: CREATOR, status: 'ACTIVE', membershipArn: PARTNER_MEMBERSHIP } as never);
    expect(dataOf(await send('Memberships', 'Create', wanted))).toEqual({ [`Arn${CREATOR}`]: PARTNER_MEMBERSHIP });
  });

  test('of an account that has not joined yet are waited for by the deployer', async () => {
    scenario.collaborations.memberList.push({ accountId: CREATOR, status: 'INVITED' } as never);
    expect(reasonOf(await send('Memberships', 'Create', wanted))).toContain(`${CREATOR} has no active membership in collaboration ${COLLABORATION}`);
  });

  test.each(['LEFT', 'REMOVED'] as const)('of an account that has %s are none, although they are still shown', async (status) => {
    scenario.collaborations.memberList.push({ accountId: CREATOR, status, membershipArn: PARTNER_MEMBERSHIP } as never);
    expect(reasonOf(await send('Memberships', 'Create', wanted))).toContain(`${CREATOR} has no active membership in collaboration ${COLLABORATION}`);
  });

  test('of a stranger are none', async () => {
    expect(reasonOf(await send('Memberships', 'Create', { ...wanted, AccountIds: [CREATOR, '999999999999'] })))
      .toContain(`${CREATOR} and 999999999999 have no seat in collaboration`);
  });

  test('that are gone fail even a rollback: a role must not come to trust others than the stack says', async () => {
    scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    expect((await send('Memberships', 'Update', wanted, { PhysicalResourceId: COLLABORATION, OldResourceProperties: {} })).Status).toBe('FAILED');
  });
});

describe('a reviewed template', () => {
  const SQL = 'SELECT campaign,\n  count(*)\nFROM views\nWHERE day = :day GROUP BY campaign';
  const wanted = { CollaborationIdentifier: COLLABORATION, AuthorAccountId: CREATOR, Text: SQL, Parameters: [{ Name: 'day', Type: 'DATE' }], Reviewed: '2026-11-25' };
  const templateArn = (n: number) => `${PARTNER_MEMBERSHIP}/analysistemplate/e0000000-0000-4000-8000-00000000000${n}`;
  const author = (n: number, more: Partial<CollaborationAnalysisTemplate> = {}) => scenario.collaborations.templateList.push({
    arn: templateArn(n),
    name: `reach-${n}`,
    creatorAccountId: CREATOR,
    format: 'SQL',
    source: { text: SQL },
    analysisParameters: [{ name: 'day', type: 'DATE' }],
    createTime: new Date(n),
    ...more,
  } as CollaborationAnalysisTemplate);

  test('is matched by what it says, not by its name', async () => {
    author(1, { source: { text: `${SQL} -- and more` } });
    author(2, { name: 'anything' });
    expect(dataOf(await send('ReviewedTemplate', 'Create', wanted))).toEqual({ Arn: templateArn(2), Name: 'anything' });
  });

  test('is the newest of several equal ones, so that an equal re-creation is followed', async () => {
    author(1);
    author(3);
    author(2);
    expect(dataOf(await send('ReviewedTemplate', 'Create', wanted)).Arn).toBe(templateArn(3));
  });

  test('is no other account\'s', async () => {
    author(1, { creatorAccountId: '999999999999' });
    expect(reasonOf(await send('ReviewedTemplate', 'Create', wanted))).toContain(`account ${CREATOR} has no analysis template in collaboration`);
  });

  test.each<[string, Partial<CollaborationAnalysisTemplate>, string]>([
    ['text', { source: { text: SQL.replace('count(*)', 'user_id') } }, 'differs from the reviewed text from line 2, column 3 on'],
    ['text that goes on', { source: { text: `${SQL}, day` } }, 'differs from the reviewed text from line 4, column 35 on'],
    ['white space', { source: { text: SQL.replace('\n', '\r\n') } }, 'differs from the reviewed text from line 1, column 17 on'],
    ['lost parameter', { analysisParameters: [] }, 'has no parameter day'],
    ['new parameter', { analysisParameters: [{ name: 'day', type: 'DATE' }, { name: 'x', type: 'DATE' }] }, 'has a parameter x that was not reviewed'],
    ['type', { analysisParameters: [{ name: 'day', type: 'VARCHAR' }] }, 'has VARCHAR for the type of parameter day, reviewed was DATE'],
    ['default', { analysisParameters: [{ name: 'day', type: 'DATE', defaultValue: '2020-01-01' }] }, 'has another default for parameter day'],
    ['format', { format: 'PYSPARK_1_0' }, 'holds no SQL'],
  ])('with another %s is refused, and nothing of it is told or logged', async (_, more, difference) => {
    author(1, more);
    const reason = reasonOf(await send('ReviewedTemplate', 'Create', wanted));
    expect(reason).toContain(`the closest of 1, reach-1, ${difference}`);
    expect([reason, ...scenario.lines].join()).not.toMatch(/user_id|count\(|FROM views|2020-01-01/);
  });

  test('that is gone does not hold up a rollback to the same text, and holds up one to another', async () => {
    author(1);
    const { PhysicalResourceId } = await send('ReviewedTemplate', 'Create', wanted);
    scenario.collaborations.templateList.length = 0;
    scenario.stack = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    const back = (Text: string) => send('ReviewedTemplate', 'Update', { ...wanted, Text }, { PhysicalResourceId, OldResourceProperties: {} });
    expect(dataOf(await back(SQL)).Arn).toBe(templateArn(1));
    expect((await back('SELECT 1')).Status).toBe('FAILED');
  });
});
