import {
  type CleanRoomsClient, CreateMembershipCommand, type CreateMembershipCommandInput, DeleteMembershipCommand, GetMembershipCommand,
  ListMembersCommand, ListMembershipsCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import type { MemberSeed } from './collaborations';
import type { CleanRoomsEndpoint } from './endpoint';
import { errorOf, PARTNER, Parties, US } from './fixtures/parties';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const ROLE = 'arn:aws:iam::111122223333:role/service-role/cleanrooms-results';

let parties: Parties;
let endpoint: CleanRoomsEndpoint;
let us: CleanRoomsClient;
let partner: CleanRoomsClient;

beforeAll(async () => {
  parties = await Parties.start();
  ({ endpoint, us, partner } = parties);
});

beforeEach(() => endpoint.reset());

afterAll(() => parties.stop());

async function join(collaborationIdentifier: string, more: Partial<CreateMembershipCommandInput> = {}, client = us) {
  const { membership } = await client.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED', ...more }));
  return membership as { id: string; arn: string } & NonNullable<typeof membership>;
}

const s3 = (keyPrefix?: string, roleArn?: string) => ({
  outputConfiguration: { s3: { bucket: 'results', resultFormat: 'CSV' as const, keyPrefix } },
  roleArn,
});

describe('CreateMembership', () => {
  test('joins, and answers what Get, List and ListMembers then show', async () => {
    const collaborationId = parties.collaborate();
    const membership = await join(collaborationId, { defaultResultConfiguration: s3('overlap/', ROLE) });

    expect(membership).toMatchObject({
      arn: `arn:aws:cleanrooms:eu-central-1:${US}:membership/${membership.id}`,
      collaborationId,
      collaborationName: 'Overlap',
      collaborationCreatorAccountId: PARTNER,
      status: 'ACTIVE',
      memberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
      queryLogStatus: 'ENABLED',
      jobLogStatus: 'DISABLED',
      isMetricsEnabled: false,
      paymentConfiguration: { queryCompute: { isResponsible: true } },
      defaultResultConfiguration: s3('overlap/', ROLE),
    });
    expect(Math.abs(Date.now() - membership.createTime!.getTime())).toBeLessThan(60_000);
    expect((await us.send(new GetMembershipCommand({ membershipIdentifier: membership.id }))).membership).toEqual(membership);
    expect((await us.send(new ListMembershipsCommand({}))).membershipSummaries).toMatchObject([{ id: membership.id, collaborationId }]);
    expect((await partner.send(new ListMembersCommand({ collaborationIdentifier: collaborationId }))).memberSummaries).toMatchObject([
      { accountId: PARTNER, status: 'ACTIVE' },
      { accountId: US, status: 'ACTIVE', membershipId: membership.id, membershipArn: membership.arn },
    ]);
  });

  test('gives the same identifiers in every run', async () => {
    const first = await join(parties.collaborate());
    endpoint.reset();
    expect((await join(parties.collaborate())).id).toBe(first.id);
  });

  test('does not know a collaboration that is not there, or no longer', async () => {
    const deleted = parties.collaborate();
    endpoint.deleteCollaboration(deleted);
    for (const id of [UNKNOWN_ID, deleted]) {
      expect(await errorOf(join(id))).toMatchObject({
        name: 'ResourceNotFoundException', status: 404, resourceType: 'COLLABORATION', resourceId: id,
      });
    }
  });

  test('denies an account that was not invited', async () => {
    expect(await errorOf(join(parties.collaborate(), {}, parties.stranger))).toMatchObject({
      name: 'AccessDeniedException', status: 403, message: expect.stringMatching(/^Account 777788889999 is not invited to collaboration [0-9a-f-]{36}\.$/) as string,
    });
  });

  test('conflicts with the membership that exists', async () => {
    const collaborationId = parties.collaborate();
    const { id } = await join(collaborationId);
    expect(await errorOf(join(collaborationId))).toMatchObject({
      name: 'ConflictException', status: 409, reason: 'ALREADY_EXISTS', resourceType: 'MEMBERSHIP', resourceId: id,
    });
    expect(endpoint.memberships()).toHaveLength(1);
  });

  test.each([
    ['a receive-only member without a default result configuration', { abilities: ['CAN_RECEIVE_RESULTS'] }, {},
      'A member who only receives results must specify a default result configuration.'],
    ['a payer who cannot query without a payment configuration', { abilities: [], payer: true }, {},
      'A payer who cannot query must specify a payment configuration.'],
    ['a payer who does not accept to pay', {}, { paymentConfiguration: { queryCompute: { isResponsible: false } } },
      'The member is responsible for query compute costs and must accept to pay for them.'],
    ['a payment by somebody who was not asked to pay', { abilities: [] }, { paymentConfiguration: { queryCompute: { isResponsible: true } } },
      'The member is not responsible for query compute costs.'],
    ['metrics where the collaboration has none', {}, { isMetricsEnabled: true }, 'Metrics cannot be enabled for a membership whose collaboration has none.'],
  ] as [string, Partial<MemberSeed>, Partial<CreateMembershipCommandInput>, string][])('refuses %s', async (_, member, input, message) => {
    expect(await errorOf(join(parties.collaborate(member), input))).toMatchObject({
      name: 'ValidationException', status: 400, reason: 'INVALID_CONFIGURATION', message,
    });
    expect(endpoint.memberships()).toEqual([]);
  });

  test('refuses metrics to a member who neither runs nor pays', async () => {
    const input = { isMetricsEnabled: true, defaultResultConfiguration: s3() };
    const receiver = parties.collaborate({ abilities: ['CAN_RECEIVE_RESULTS'] }, { isMetricsEnabled: true });
    expect(await errorOf(join(receiver, input))).toMatchObject({
      reason: 'INVALID_CONFIGURATION', message: 'Metrics can only be enabled by a member who runs queries or pays for them.',
    });
    expect((await join(parties.collaborate({}, { isMetricsEnabled: true }), input)).isMetricsEnabled).toBe(true);
  });

  test('lets receivers and payers in who bring their configuration', async () => {
    const collaborationId = parties.collaborate({ abilities: ['CAN_RECEIVE_RESULTS'], payer: true });
    const paymentConfiguration = { queryCompute: { isResponsible: true } };
    expect(await join(collaborationId, { defaultResultConfiguration: s3(), paymentConfiguration })).toMatchObject({ paymentConfiguration });
  });

  test('waits for roles to be visible and refuses those it may not assume', async () => {
    const collaborationId = parties.collaborate();
    const input = { defaultResultConfiguration: s3('', ROLE) };
    const asked: string[] = [];
    endpoint.settings.roles = (roleArn) => asked.push(roleArn) === 1 ? 'not-yet' : 'refused';
    expect(await errorOf(join(collaborationId, input))).toMatchObject({ status: 400, reason: 'IAM_SYNCHRONIZATION_DELAY', message: `Role ${ROLE} cannot be assumed yet, IAM changes take time to propagate.` });
    expect(await errorOf(join(collaborationId, input))).toMatchObject({ status: 400, reason: 'INVALID_CONFIGURATION' });
    expect(asked).toEqual([ROLE, ROLE]);
    endpoint.settings.roles = () => 'ok';
    expect((await join(collaborationId, input)).defaultResultConfiguration?.roleArn).toBe(ROLE);
  });
});

describe('UpdateMembership', () => {
  test('changes what is given and leaves the rest', async () => {
    const { id } = await join(parties.collaborate(), { defaultResultConfiguration: s3('a/', ROLE) });
    const update = async (changes: object) =>
      (await us.send(new UpdateMembershipCommand({ membershipIdentifier: id, ...changes }))).membership;

    expect(await update({ queryLogStatus: 'DISABLED' })).toMatchObject({ queryLogStatus: 'DISABLED', defaultResultConfiguration: s3('a/', ROLE) });
    expect(await update({ defaultResultConfiguration: undefined })).toMatchObject({ defaultResultConfiguration: s3('a/', ROLE) });
    const replaced = await update({ defaultResultConfiguration: s3('b/') });
    expect(replaced?.queryLogStatus).toBe('DISABLED');
    expect(replaced?.defaultResultConfiguration).toEqual(s3('b/'));
    expect(replaced?.defaultResultConfiguration).not.toHaveProperty('roleArn');
  });

  test('asks about the role, and refuses memberships that are over or unknown', async () => {
    const collaborationId = parties.collaborate();
    const { id } = await join(collaborationId);
    const update = (membershipIdentifier: string, changes: object = {}) =>
      us.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'DISABLED', ...changes }));
    endpoint.settings.roles = () => 'not-yet';
    expect(await errorOf(update(id, { defaultResultConfiguration: s3('', ROLE) }))).toMatchObject({ reason: 'IAM_SYNCHRONIZATION_DELAY' });
    expect(await errorOf(update(UNKNOWN_ID))).toMatchObject({ name: 'ResourceNotFoundException' });
    endpoint.deleteCollaboration(collaborationId);
    expect(await errorOf(update(id))).toMatchObject({ name: 'ConflictException', reason: 'INVALID_STATE', resourceId: id });
    expect(endpoint.memberships()).toMatchObject([{ queryLogStatus: 'ENABLED' }]);
  });

  test('takes a payment configuration, which the SDK does not send yet, only as the creator has it', async () => {
    const { id } = await join(parties.collaborate());
    const patch = async (isResponsible: boolean) => fetch(`${endpoint.url}/memberships/${id}`, {
      method: 'PATCH', body: JSON.stringify({ membershipPaymentConfiguration: { queryCompute: { isResponsible } } }),
    });
    expect((await patch(true)).status).toBe(200);
    expect(await (await patch(false)).json()).toMatchObject({ reason: 'INVALID_CONFIGURATION' });
  });
});

describe('DeleteMembership', () => {
  const leave = (membershipIdentifier: string, client = us) => client.send(new DeleteMembershipCommand({ membershipIdentifier }));

  test('leaves for good', async () => {
    const collaborationId = parties.collaborate();
    const { id } = await join(collaborationId);
    expect((await leave(id)).$metadata.httpStatusCode).toBe(204);
    expect(endpoint.memberships()).toEqual([]);
    expect(await errorOf(us.send(new GetMembershipCommand({ membershipIdentifier: id })))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await errorOf(leave(id))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await errorOf(join(collaborationId))).toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('left') });
    expect((await partner.send(new ListMembersCommand({ collaborationIdentifier: collaborationId }))).memberSummaries)
      .toMatchObject([{}, { accountId: US, status: 'LEFT' }]);
  });

  test('keeps a creator in its collaboration until that is gone', async () => {
    const collaborationId = parties.collaborate({}, { creatorAccountId: US, creatorDisplayName: 'Us' });
    const { id } = await join(collaborationId);
    expect(await errorOf(leave(id))).toMatchObject({ name: 'ConflictException', status: 409, reason: 'INVALID_STATE', resourceId: id });
    endpoint.deleteCollaboration(collaborationId);
    await leave(id);
    expect(endpoint.memberships()).toEqual([]);
  });

  test('keeps a membership that has subresources', async () => {
    const { id } = await join(parties.collaborate());
    endpoint.addSubresource(id, 'analysis template overlap');
    expect(await errorOf(leave(id))).toMatchObject({
      name: 'ConflictException', reason: 'SUBRESOURCES_EXIST', message: expect.stringContaining('analysis template overlap'),
    });
    endpoint.removeSubresource(id, 'analysis template overlap');
    await leave(id);
    expect(endpoint.memberships()).toEqual([]);
  });

  test('is denied to another account', async () => {
    const { id } = await join(parties.collaborate());
    expect(await errorOf(leave(id, partner))).toMatchObject({ name: 'AccessDeniedException' });
    expect(endpoint.memberships()).toMatchObject([{ id, accountId: US }]);
  });
});

