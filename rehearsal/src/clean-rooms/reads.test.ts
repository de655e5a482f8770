import {
  type CleanRoomsClient, CreateMembershipCommand, type CreateMembershipCommandInput, DeleteMembershipCommand, GetCollaborationCommand,
  GetMembershipCommand, ListMembersCommand, ListMembershipsCommand, ListTagsForResourceCommand, paginateListMembers,
  paginateListMemberships, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsEndpoint } from './endpoint';
import { errorOf, PARTNER, Parties, STRANGER, US } from './fixtures/parties';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

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

describe('GetMembership and ListMemberships', () => {
  const get = (membershipIdentifier: string, client = us) => client.send(new GetMembershipCommand({ membershipIdentifier }));
  const list = async (client = us) => (await client.send(new ListMembershipsCommand({}))).membershipSummaries?.map(({ id }) => id);

  test('show memberships that others have ended, by status', async () => {
    const [removed, deleted, active] = [parties.collaborate(), parties.collaborate(), parties.collaborate()];
    const [first, second, third] = [await join(removed), await join(deleted), await join(active)];
    endpoint.removeMember(removed, US);
    endpoint.deleteCollaboration(deleted);
    const listed = async (status: 'ACTIVE' | 'REMOVED' | 'COLLABORATION_DELETED') =>
      (await us.send(new ListMembershipsCommand({ status }))).membershipSummaries?.map(({ id }) => id);
    expect(await listed('REMOVED')).toEqual([first.id]);
    expect(await listed('COLLABORATION_DELETED')).toEqual([second.id]);
    expect(await listed('ACTIVE')).toEqual([third.id]);
    expect((await get(first.id)).membership?.status).toBe('REMOVED');
    expect(await errorOf(join(removed))).toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('removed') });
  });

  test('answer an unknown membership as the setting says', async () => {
    expect(await errorOf(get(UNKNOWN_ID))).toMatchObject({ name: 'ResourceNotFoundException', resourceType: 'MEMBERSHIP', resourceId: UNKNOWN_ID });
    endpoint.settings.unknownMembership = 'AccessDeniedException';
    expect(await errorOf(get(UNKNOWN_ID))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  });

  test('show each account its own', async () => {
    const collaborationId = parties.collaborate();
    const [ours, theirs] = [await join(collaborationId), await join(collaborationId, {}, partner)];
    expect([await list(), await list(partner)]).toEqual([[ours.id], [theirs.id]]);
    expect(await errorOf(get(theirs.id))).toMatchObject({ name: 'AccessDeniedException' });
  });

  test('see a creation and a deletion only after a number of reads', async () => {
    endpoint.settings.consistencyDelay = { reads: 2 };
    const { id } = await join(parties.collaborate());
    expect(endpoint.memberships()).toHaveLength(1);
    expect(await errorOf(get(id))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await list()).toEqual([]);
    expect((await get(id)).membership?.id).toBe(id);

    await us.send(new DeleteMembershipCommand({ membershipIdentifier: id }));
    expect(endpoint.memberships()).toEqual([]);
    expect((await get(id)).membership?.status).toBe('ACTIVE');
    expect(await list()).toEqual([id]);
    expect(await list()).toEqual([]);
  });

  test('see them only after a time', async () => {
    let time = 0;
    endpoint.settings.now = () => new Date(time);
    endpoint.settings.consistencyDelay = { milliseconds: 60_000 };
    const collaborationId = parties.collaborate();
    const { id } = await join(collaborationId);
    time = 59_999;
    expect(await list()).toEqual([]);
    expect(await errorOf(join(collaborationId))).toMatchObject({ reason: 'ALREADY_EXISTS', resourceId: id });
    time = 60_000;
    expect(await list()).toEqual([id]);
  });

  test('page through lists', async () => {
    const ids = [];
    for (let count = 0; count < 5; count++) {
      ids.push((await join(parties.collaborate())).id);
    }
    const first = await us.send(new ListMembershipsCommand({ maxResults: 2 }));
    expect(first.membershipSummaries?.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.nextToken).toBeDefined();

    endpoint.settings.pageSize = 1;
    const pages = [];
    for await (const page of paginateListMemberships({ client: us }, {})) {
      pages.push(page.membershipSummaries?.map(({ id }) => id));
    }
    expect(pages).toEqual(ids.map((id) => [id]));
    expect(await errorOf(us.send(new ListMembershipsCommand({ nextToken: 'bogus' })))).toMatchObject({
      name: 'ValidationException', fieldList: [{ name: 'nextToken' }],
    });
  });
});

describe('collaborations', () => {
  test('are read by their members only', async () => {
    const collaborationIdentifier = parties.collaborate({ payer: false }, { isMetricsEnabled: true });
    expect((await us.send(new GetCollaborationCommand({ collaborationIdentifier }))).collaboration)
      .toMatchObject({ id: collaborationIdentifier, memberStatus: 'INVITED', isMetricsEnabled: true });
    const { id } = await join(collaborationIdentifier);
    expect((await us.send(new GetCollaborationCommand({ collaborationIdentifier }))).collaboration)
      .toMatchObject({ memberStatus: 'ACTIVE', membershipId: id });
    for (const command of [new GetCollaborationCommand({ collaborationIdentifier }), new ListMembersCommand({ collaborationIdentifier })]) {
      expect(await errorOf(parties.stranger.send(command as ListMembersCommand))).toMatchObject({ name: 'AccessDeniedException' });
    }
    expect(await errorOf(us.send(new ListMembersCommand({ collaborationIdentifier: UNKNOWN_ID })))).toMatchObject({ resourceType: 'COLLABORATION' });
    // The model has no ResourceNotFoundException here.
    expect(await errorOf(us.send(new GetCollaborationCommand({ collaborationIdentifier: UNKNOWN_ID })))).toMatchObject({ status: 403 });
  });

  test('list their members in pages, with who pays', async () => {
    endpoint.settings.pageSize = 1;
    const members = [];
    for await (const page of paginateListMembers({ client: us }, { collaborationIdentifier: parties.collaborate() })) {
      members.push(...page.memberSummaries ?? []);
    }
    expect(members.map(({ accountId, paymentConfiguration }) => [accountId, paymentConfiguration?.queryCompute?.isResponsible]))
      .toEqual([[PARTNER, false], [US, true]]);
  });

  test('must not have an account twice', () => {
    const twice = { accountId: US, displayName: 'Us', abilities: [] };
    expect(() => parties.collaborate({}, { members: [twice, twice] }))
      .toThrow("`members` of collaboration 'Overlap' must be different accounts, got 111122223333 twice");
  });

  test('that are not there cannot be deleted, nor their members removed', () => {
    expect(() => endpoint.deleteCollaboration(UNKNOWN_ID)).toThrow(`there is no collaboration ${UNKNOWN_ID}`);
    expect(() => endpoint.removeMember(parties.collaborate(), STRANGER)).toThrow(`has no member ${STRANGER}`);
    expect(() => endpoint.addSubresource(UNKNOWN_ID, 'x')).toThrow(`there is no membership ${UNKNOWN_ID}`);
  });
});

describe('tags', () => {
  const tagsOf = async (resourceArn: string) => (await us.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

  test('are created with a membership, set, and removed', async () => {
    const { arn } = await join(parties.collaborate(), { tags: { stack: 'a', path: 'b/c' } });
    expect(await tagsOf(arn)).toEqual({ stack: 'a', path: 'b/c' });
    await us.send(new TagResourceCommand({ resourceArn: arn, tags: { 'stack': 'z', 'cost center': '1' } }));
    await us.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['path', 'absent'] }));
    expect(await tagsOf(arn)).toEqual({ 'stack': 'z', 'cost center': '1' });
    expect(endpoint.memberships()[0].tags).toEqual({ 'stack': 'z', 'cost center': '1' });
  });

  test('belong to resources that exist and are the caller\'s', async () => {
    const { id, arn } = await join(parties.collaborate());
    expect(await errorOf(partner.send(new ListTagsForResourceCommand({ resourceArn: arn })))).toMatchObject({ name: 'ResourceNotFoundException' });
    await us.send(new DeleteMembershipCommand({ membershipIdentifier: id }));
    expect(await errorOf(tagsOf(arn))).toMatchObject({ name: 'ResourceNotFoundException', resourceId: arn });
  });
});
