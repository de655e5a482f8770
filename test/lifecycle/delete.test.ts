import { AppProps, MARKER, MEMBERSHIP } from './app';
import { Laboratory } from './laboratory';
import { PARTNER, US } from '../../rehearsal/src/clean-rooms/fixtures/parties';

// Template, packaged function and service together: the rows of Delete in the table at the head of the handler.

const RESULTS = { keyPrefix: 'out/', resultFormat: 'CSV' } as const;

let lab: Laboratory;
let app: AppProps & { readonly collaboration: string };
let id: string;

beforeAll(async () => { lab = await Laboratory.start(); });
afterAll(async () => lab.stop());

async function deployed(props: AppProps = {}): Promise<void> {
  lab.renew();
  app = { collaboration: lab.parties.collaborate(), removal: 'DESTROY', ...props };
  expect(await lab.deploy(app)).toMatchObject({ status: 'CREATE_COMPLETE' });
  [{ id }] = lab.memberships();
}

/** The ways in which a user asks for it. */
const removals: [string, () => Promise<{ readonly status: string }>][] = [
  ['with its stack', async () => lab.delete()],
  ['from the template', async () => lab.deploy({ mark: 'two' })],
];

describe.each(removals)('removed %s', (_how, remove) => {
  test('under RETAIN, the default, stays', async () => {
    await deployed({ removal: undefined, results: RESULTS });
    expect((await remove()).status).toMatch(/^(DELETE|UPDATE)_COMPLETE$/);
    expect(lab.memberships()).toMatchObject([{ id, status: 'ACTIVE' }]);
    expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]);
  });

  test('under DESTROY leaves the collaboration', async () => {
    await deployed({ results: RESULTS });
    lab.endpoint.settings.consistencyDelay = { reads: 2 };
    expect((await remove()).status).toMatch(/^(DELETE|UPDATE)_COMPLETE$/);
    expect(lab.memberships()).toEqual([]);
  });

  test.each([
    ['ResourceNotFoundException' as const], ['AccessDeniedException' as const],
  ])('gone already, which the service tells as %s, is a success', async (unknownMembership) => {
    await deployed();
    await lab.leaveByHand(id);
    lab.endpoint.settings.unknownMembership = unknownMembership;
    expect((await remove()).status).toMatch(/^(DELETE|UPDATE)_COMPLETE$/);
    expect(lab.account.retained.filter(({ because }) => because === 'DELETE_FAILED')).toEqual([]);
  });
});

test.each(['the first', 'the last to leave'])('%s of two memberships leaves, and the function may do so when its turn comes', async (which) => {
  await deployed();
  const second = which === 'the first' ? lab.parties.collaborate() : undefined;
  if (second !== undefined) expect((await lab.deploy({ ...app, second })).status).toBe('UPDATE_COMPLETE');
  expect((await lab.deploy({ second, mark: 'two' })).status).toBe('UPDATE_COMPLETE');
  expect(lab.account.retained.filter(({ because }) => because === 'DELETE_FAILED')).toEqual([]);
  expect(lab.memberships().map(({ collaborationId }) => collaborationId)).toEqual(second === undefined ? [] : [second]);
});

test('a membership that says it is another stack\'s is not left, whatever reaches the function', async () => {
  await deployed();
  await lab.tagByHand(lab.memberships()[0].arn, { 'cdk-cleanrooms:stack': 'Other' });
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toHaveLength(1);
});

test('one whose tags somebody removed is left, as the template asks for', async () => {
  await deployed();
  await lab.untagByHand(lab.memberships()[0].arn, Object.keys(lab.memberships()[0].tags));
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toEqual([]);
});

test('events that have aged out are those of a stack that lived', async () => {
  await deployed();
  lab.account.clock.skip(91 * 24 * 3_600_000);
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toEqual([]);
});

test('CloudFormation that never answers the function is answered all the same, and nothing is left', async () => {
  await deployed();
  lab.account.hangDescribeStacks(Infinity);
  expect((await lab.delete()).status).toBe('DELETE_FAILED');
  expect(lab.memberships()).toMatchObject([{ id }]);
  lab.account.hangDescribeStacks(0);
  await lab.delete();
  expect(lab.memberships()).toEqual([]);
});

test('the policy of the last successful deployment counts', async () => {
  await deployed({ removal: 'RETAIN' });
  await lab.deploy({ ...app, removal: 'DESTROY', mark: 'two' }, { failAt: MARKER });
  await lab.delete();
  expect(lab.memberships()).toMatchObject([{ id }]);
});

test('the account that created the collaboration keeps its membership, which goes with the collaboration', async () => {
  lab.renew();
  const collaboration = lab.parties.collaborate({}, {
    creatorAccountId: US, creatorDisplayName: 'Us', members: [{ accountId: US, displayName: 'Us', abilities: ['CAN_QUERY'] }, { accountId: PARTNER, displayName: 'Partner', abilities: [] }],
  });
  await lab.deploy({ collaboration, removal: 'DESTROY' });
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toHaveLength(1);
  expect(lab.endpoint.callsOf('DeleteMembership')).toEqual([]);
});

describe('what the membership still has in it', () => {
  beforeEach(async () => deployed());

  test('fails the deletion in minutes with what to remove; without it the next one leaves', async () => {
    lab.endpoint.addSubresource(id, 'analysis template overlap');
    const before = lab.account.clock.skipped;
    expect((await lab.delete()).status).toBe('DELETE_FAILED');
    expect(lab.account.clock.skipped - before).toBeLessThan(5 * 60_000);
    expect(lab.stack.events.map(({ reason }) => reason)).toContainEqual(expect.stringMatching(new RegExp(`membership ${id} is not empty .*: remove its analysis templates`)));
    lab.endpoint.removeSubresource(id, 'analysis template overlap');
    expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
    expect(lab.memberships()).toEqual([]);
  });

  test('may be on its way out, and is waited for', async () => {
    lab.endpoint.faults.add({ operation: 'DeleteMembership', error: 'ConflictException', reason: 'SUBRESOURCES_EXIST', times: 5 });
    expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
    expect(lab.memberships()).toEqual([]);
  });
});

test('a lost answer, throttling and an outage pass', async () => {
  await deployed();
  lab.endpoint.faults.add({ operation: 'DeleteMembership', error: 'ThrottlingException', times: 3 }, { operation: 'DeleteMembership', error: 'InternalServerException' });
  lab.endpoint.faults.loseAnswer('DeleteMembership');
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toEqual([]);
});

test('without knowing whether the stack is rolling back nothing is left', async () => {
  await deployed();
  lab.account.throttleDescribeStacks(Infinity);
  expect((await lab.delete()).status).toBe('DELETE_FAILED');
  expect(lab.memberships()).toMatchObject([{ id }]);
  lab.account.throttleDescribeStacks(2);
  expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toEqual([]);
});

test('a membership that another stack has adopted is not left', async () => {
  await deployed();
  const first = lab.stack;
  lab.renewStack();
  await lab.deploy({ ...app, adoptExisting: true });
  expect((await first.delete()).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toMatchObject([{ id, tags: { 'cdk-cleanrooms:stack': lab.stack.stackName } }]);
  await lab.delete();
  expect(lab.memberships()).toEqual([]);
});

test.each(['at once', 'afterwards', 'late'] as const)('delivered twice, %s: the same outcome', async (again) => {
  await deployed();
  expect((await lab.delete({ deliverTwice: { resource: MEMBERSHIP, again } })).status).toBe('DELETE_COMPLETE');
  expect(lab.memberships()).toEqual([]);
});

test('delivered late or answered in vain, the next deletion finds it gone', async () => {
  for (const fault of ['deliverLate', 'dropAnswer'] as const) {
    await deployed();
    expect((await lab.delete({ [fault]: MEMBERSHIP })).status).toBe('DELETE_FAILED');
    expect((await lab.delete()).status).toBe('DELETE_COMPLETE');
    expect(lab.memberships()).toEqual([]);
  }
});

test('leaving is final: the next deployment is told so', async () => {
  await deployed();
  await lab.delete();
  expect((await lab.deploy(app)).reason).toContain('has left it before');
  expect(lab.memberships()).toEqual([]);
});
