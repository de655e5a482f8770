import {
  CreateAnalysisTemplateCommand, type CreateAnalysisTemplateCommandInput, CreateMembershipCommand, DeleteAnalysisTemplateCommand,
  DeleteMembershipCommand, GetAnalysisTemplateCommand, GetCollaborationAnalysisTemplateCommand,
} from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsEndpoint } from './endpoint';
import { errorOf, Parties, PARTNER, US } from './fixtures/parties';

let parties: Parties;
let endpoint: CleanRoomsEndpoint;
let collaborationIdentifier: string;
let membershipIdentifier: string;

beforeAll(async () => {
  parties = await Parties.start();
  ({ endpoint } = parties);
});

beforeEach(async () => {
  endpoint.reset();
  collaborationIdentifier = parties.collaborate();
  membershipIdentifier = await join(parties.us);
});

afterAll(() => parties.stop());

async function join(client: Parties['us']): Promise<string> {
  const { membership } = await client.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED' }));
  return membership?.id ?? '';
}

async function create(more: Partial<CreateAnalysisTemplateCommandInput> = {}, client = parties.us) {
  const { analysisTemplate } = await client.send(new CreateAnalysisTemplateCommand({
    membershipIdentifier,
    name: 'overlap',
    format: 'SQL',
    source: { text: 'SELECT :day' },
    analysisParameters: [{ name: 'day', type: 'DATE' }],
    ...more,
  }));
  return analysisTemplate as { id: string; arn: string } & NonNullable<typeof analysisTemplate>;
}

const get = (analysisTemplateIdentifier: string, client = parties.us) =>
  client.send(new GetAnalysisTemplateCommand({ membershipIdentifier, analysisTemplateIdentifier }));
const remove = (analysisTemplateIdentifier: string, client = parties.us) =>
  client.send(new DeleteAnalysisTemplateCommand({ membershipIdentifier, analysisTemplateIdentifier }));
const share = (analysisTemplateArn: string, client = parties.partner) =>
  client.send(new GetCollaborationAnalysisTemplateCommand({ collaborationIdentifier, analysisTemplateArn }));

test('a template is created, read and deleted', async () => {
  const template = await create({ description: 'Nightly' });
  expect(template).toMatchObject({
    arn: `arn:aws:cleanrooms:eu-central-1:${US}:membership/${membershipIdentifier}/analysistemplate/${template.id}`,
    membershipId: membershipIdentifier,
    collaborationId: collaborationIdentifier,
    name: 'overlap',
    description: 'Nightly',
    source: { text: 'SELECT :day' },
    analysisParameters: [{ name: 'day', type: 'DATE' }],
  });
  expect((await get(template.id)).analysisTemplate).toEqual(template);
  await remove(template.id);
  for (const promise of [get(template.id), remove(template.id), share(template.arn, parties.us)]) {
    expect(await errorOf(promise)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  }
});

test('a template is seen by the members of its collaboration, and is changed by its owner', async () => {
  const template = await create();
  expect(await errorOf(share(template.arn))).toMatchObject({ name: 'AccessDeniedException' });
  await join(parties.partner);
  const { collaborationAnalysisTemplate: shared } = await share(template.arn);
  expect(shared).toMatchObject({ arn: template.arn, creatorAccountId: US, source: template.source, analysisParameters: template.analysisParameters });
  collaborationIdentifier = parties.collaborate();
  await join(parties.partner);
  expect(await errorOf(share(template.arn))).toMatchObject({ name: 'ResourceNotFoundException', resourceId: template.arn });
  for (const promise of [get(template.id, parties.partner), remove(template.id, parties.partner), create({ name: 'other' }, parties.partner)]) {
    expect(await errorOf(promise)).toMatchObject({ name: 'AccessDeniedException' });
  }
});

test('a template keeps its membership from being deleted', async () => {
  const { id } = await create();
  const leave = () => parties.us.send(new DeleteMembershipCommand({ membershipIdentifier }));
  expect(await errorOf(leave())).toMatchObject({ reason: 'SUBRESOURCES_EXIST', message: expect.stringContaining(id) });
  await remove(id);
  await leave();
  expect(endpoint.memberships()).toEqual([]);
});

test.each([
  ['a placeholder that is not declared', { source: { text: 'SELECT :day, :month' } }, 'INVALID_QUERY', 'The query uses :month without a declaration.'],
  ['a parameter declared twice', { analysisParameters: [{ name: 'day', type: 'DATE' }, { name: 'day', type: 'INT' }] }, 'INVALID_QUERY', 'Parameter day is declared twice.'],
  ['a type of no model', { analysisParameters: [{ name: 'day', type: 'DAY' }] }, 'FIELD_VALIDATION_FAILED', 'enum'],
])('%s is refused', async (_, more, reason, message) => {
  expect(await errorOf(create(more as Partial<CreateAnalysisTemplateCommandInput>))).toMatchObject({
    name: 'ValidationException', status: 400, reason, message: expect.stringContaining(message),
  });
});

test('names are unique in a membership, which has 100 templates at most', async () => {
  const { id } = await create();
  expect(await errorOf(create())).toMatchObject({ name: 'ConflictException', reason: 'ALREADY_EXISTS', resourceId: id, message: `Membership ${membershipIdentifier} already has an analysis template named overlap.` });
  for (let count = 1; count < 100; count++) await create({ name: `overlap ${count}` });
  expect(await errorOf(create({ name: 'one more' }))).toMatchObject({ name: 'ServiceQuotaExceededException', status: 402, quotaValue: 100 });
});

test('a driver adds templates directly, under the same rules', async () => {
  const seed = { membershipId: membershipIdentifier, name: 'overlap', sql: 'SELECT :day', parameters: [{ name: 'day', type: 'DATE' as const }] };
  const { id, arn } = endpoint.addAnalysisTemplate(seed);
  expect((await get(id)).analysisTemplate).toMatchObject({ arn, source: { text: 'SELECT :day' } });
  expect(endpoint.calls.map(({ operation }) => operation)).not.toContain('CreateAnalysisTemplate');
  expect(() => endpoint.addAnalysisTemplate({ ...seed, name: 'bare', parameters: [] })).toThrow(':day');
  expect(() => endpoint.addAnalysisTemplate({ ...seed, name: '?' })).toThrow('pattern');
  expect(() => endpoint.addAnalysisTemplate({ ...seed, membershipId: PARTNER })).toThrow(`there is no membership ${PARTNER}`);
});

test('PySpark is known, not simulated', async () => {
  expect(await errorOf(create({ format: 'PYSPARK_1_0' as 'SQL' }))).toMatchObject({ name: 'NotSimulated', status: 501 });
});
