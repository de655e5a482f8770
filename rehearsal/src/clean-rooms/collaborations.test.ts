import {
  CreateCollaborationCommand, type CreateCollaborationCommandInput, CreateMembershipCommand, DeleteCollaborationCommand, GetMembershipCommand,
  ListCollaborationsCommand, UpdateCollaborationCommand,
} from '@aws-sdk/client-cleanrooms';
import { errorOf, Parties, PARTNER, US } from './fixtures/parties';

let parties: Parties;
beforeAll(async () => {
  parties = await Parties.start();
});
afterEach(() => parties.endpoint.reset());
afterAll(() => parties.stop());

const member = (accountId: string, memberAbilities: ('CAN_QUERY' | 'CAN_RECEIVE_RESULTS' | 'CAN_RUN_JOB')[], more: object = {}) =>
  ({ accountId, displayName: accountId, memberAbilities, ...more });

function create(more: Partial<CreateCollaborationCommandInput> = {}) {
  return parties.partner.send(new CreateCollaborationCommand({
    name: 'Overlap',
    description: 'Buyers who saw a campaign',
    creatorDisplayName: 'Publisher',
    creatorMemberAbilities: [],
    queryLogStatus: 'ENABLED',
    members: [member(US, ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'])],
    ...more,
  }));
}

test('a collaboration is seen by those whom it names, who can then join', async () => {
  const { collaboration } = await create();
  const { collaborationList } = await parties.us.send(new ListCollaborationsCommand({ memberStatus: 'INVITED' }));
  expect(collaborationList).toMatchObject([{ id: collaboration?.id, name: 'Overlap', creatorAccountId: PARTNER, memberStatus: 'INVITED' }]);
  expect((await parties.stranger.send(new ListCollaborationsCommand({}))).collaborationList).toEqual([]);
  const { membership } = await parties.us.send(new CreateMembershipCommand({ collaborationIdentifier: collaboration?.id, queryLogStatus: 'ENABLED' }));
  expect(membership).toMatchObject({ memberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], collaborationName: 'Overlap' });
  const joined = await parties.us.send(new ListCollaborationsCommand({ memberStatus: 'ACTIVE' }));
  expect(joined.collaborationList).toMatchObject([{ membershipId: membership?.id }]);
});

test('only its creator changes and deletes it, and the memberships end with it', async () => {
  const { collaboration } = await create();
  const collaborationIdentifier = collaboration?.id;
  const { membership } = await parties.us.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED' }));
  expect(await errorOf(parties.us.send(new UpdateCollaborationCommand({ collaborationIdentifier, name: 'Ours' })))).toMatchObject({ name: 'AccessDeniedException' });
  const updated = await parties.partner.send(new UpdateCollaborationCommand({ collaborationIdentifier, name: 'Theirs' }));
  expect(updated.collaboration).toMatchObject({ name: 'Theirs', description: 'Buyers who saw a campaign' });
  await parties.partner.send(new DeleteCollaborationCommand({ collaborationIdentifier }));
  const read = await parties.us.send(new GetMembershipCommand({ membershipIdentifier: membership?.id }));
  expect(read.membership?.status).toBe('COLLABORATION_DELETED');
});

test.each<[string, Partial<CreateCollaborationCommandInput>, string]>([
  ['two runners', { creatorMemberAbilities: ['CAN_QUERY'] }, 'exactly one member can have CAN_QUERY, got 2'],
  ['no runner', { members: [member(US, ['CAN_RECEIVE_RESULTS'])] }, 'exactly one member can have CAN_QUERY, got 0'],
  ['no receiver', { members: [member(US, ['CAN_QUERY'])] }, 'at least one member needs CAN_RECEIVE_RESULTS'],
  ['jobs of another', { members: [member(US, ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'])], creatorMemberAbilities: ['CAN_RUN_JOB'] }, 'CAN_RUN_JOB goes to'],
  ['the creator invited', { members: [member(PARTNER, ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'])] }, `account ${PARTNER} is a member twice`],
  ['nobody pays for jobs', {
    members: [member(US, ['CAN_QUERY', 'CAN_RUN_JOB', 'CAN_RECEIVE_RESULTS'], {
      paymentConfiguration: { queryCompute: { isResponsible: true }, jobCompute: { isResponsible: false } },
    })],
  }, 'nobody pays for jobs'],
  ['the retired engine', { analyticsEngine: 'CLEAN_ROOMS_SQL' }, 'SPARK'],
])('refuses %s', async (_, more, message) => {
  expect(await errorOf(create(more))).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
});
