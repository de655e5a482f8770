import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { LocalAccount, LocalStack, Template } from 'cdk-cleanrooms-rehearsal/account';
import { BudgetRefresh, CollaborationMember, CollaborationProps, DifferentialPrivacyBudget, DifferentialPrivacyBudgetProps, QueryLogStatus } from '../../src';
import { newCollaboration, SHOP } from '../support/collaboration-app';
import { ACCOUNT, COLLABORATION, ENV, PARTNER, REGION } from '../support/membership-app';

// Template and packaged function together: the rows of the guard in the table at the head of the handler.

interface AppProps {
  readonly collaboration?: Partial<CollaborationProps>;
  readonly budget?: Partial<DifferentialPrivacyBudgetProps>;
  /** Of a resource that comes after all others. */
  readonly mark?: string;
}

const MARKER = 'Marker';
const RENAMED: AppProps = { collaboration: { members: [CollaborationMember.account(PARTNER, { ...SHOP, displayName: 'Store' })] } };
const RENEWED: AppProps = { budget: { autoRefresh: BudgetRefresh.CALENDAR_MONTH } };

const assembly = mkdtempSync(join(tmpdir(), 'guard-'));
let account: LocalAccount;
let stack: LocalStack;
let count = 0;

beforeAll(async () => { account = await LocalAccount.start({ assembly, accountId: ACCOUNT, region: REGION, environment: {}, timeScale: 20_000 }); });
afterAll(async () => {
  await account.stop();
  rmSync(assembly, { recursive: true, force: true });
});
beforeEach(() => {
  count += 1;
  stack = account.stack(`Guarded${count}`);
});

function template({ collaboration, budget, mark = 'one' }: AppProps): Template {
  const app = new App({ outdir: assembly, analyticsReporting: false, treeMetadata: false });
  const defined = new Stack(app, 'App', { env: ENV });
  const membership = new CfnMembership(defined, 'Membership', { collaborationIdentifier: COLLABORATION, queryLogStatus: QueryLogStatus.DISABLED });
  const guarded = [
    newCollaboration(defined, collaboration),
    new DifferentialPrivacyBudget(defined, 'Budget', { membership, epsilon: 3, usersNoisePerQuery: 30, ...budget }),
  ];
  const marker = new CfnResource(defined, MARKER, { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: mark } });
  guarded.forEach((each) => marker.node.addDependency(each));
  return app.synth().getStackByName('App').template as Template;
}

const deploy = async (props: AppProps = {}, options = {}) => stack.deploy(template(props), options);
const idsOf = () => Object.values(stack.resources)
  .filter(({ type }) => /^AWS::CleanRooms::(Collaboration|PrivacyBudgetTemplate)$/.test(type)).map(({ physicalId }) => physicalId).sort();

test('what is not fixed changes in place', async () => {
  expect((await deploy()).status).toBe('CREATE_COMPLETE');
  const before = idsOf();
  expect((await deploy({ collaboration: { collaborationName: 'other', description: 'other' }, budget: { epsilon: 4 } })).status).toBe('UPDATE_COMPLETE');
  expect(before).toHaveLength(2);
  expect(idsOf()).toEqual(before);
});

test.each<[string, AppProps, RegExp]>([
  ['a collaboration', RENAMED, /changes Members from .*"Shop".* to .*"Store".*fixed when App\/Collaboration is created: a second collaboration would be made/],
  ['a budget', RENEWED, /changes AutoRefresh from "NONE" to "CALENDAR_MONTH".*fixed when App\/Budget is created: the budget would be deleted and made anew/],
])('a replacement of %s is refused before it is touched, and rolled back', async (_what, change, reason) => {
  await deploy();
  const before = idsOf();
  const outcome = await deploy(change);
  expect(outcome.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(outcome.events.find(({ status }) => status === 'UPDATE_FAILED')?.reason).toMatch(reason);
  expect(idsOf()).toEqual(before);
  expect((await deploy({ mark: 'two' })).status).toBe('UPDATE_COMPLETE');
  expect(idsOf()).toEqual(before);
});

test.each<[string, AppProps]>([
  ['a collaboration', { collaboration: { ...RENAMED.collaboration, allowReplacement: true } }],
  ['a budget', { budget: { ...RENEWED.budget, allowReplacement: true } }],
])('a replacement of %s that is allowed goes through', async (_what, change) => {
  await deploy();
  const before = idsOf();
  expect((await deploy(change)).status).toBe('UPDATE_COMPLETE');
  expect(idsOf().filter((id) => before.includes(id))).toHaveLength(1);
});

test('one that is allowed and then fails elsewhere is rolled back without being held up', async () => {
  await deploy();
  const outcome = await deploy({ collaboration: { ...RENAMED.collaboration, allowReplacement: true }, mark: 'two' }, { failAt: MARKER });
  expect(outcome.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await deploy({ mark: 'three' })).status).toBe('UPDATE_COMPLETE');
});

test('a first deployment that fails leaves no collaboration behind, a deletion leaves it', async () => {
  expect((await deploy({}, { failAt: MARKER })).status).toBe('ROLLBACK_COMPLETE');
  expect(idsOf()).toEqual([]);
  await stack.delete();
  stack = account.stack(`Guarded${count}again`);
  await deploy();
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(account.retained.map(({ type }) => type)).toContain('AWS::CleanRooms::Collaboration');
});
