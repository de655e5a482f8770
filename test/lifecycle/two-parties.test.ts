import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Organization } from 'cdk-cleanrooms-rehearsal/organization';
import { PublisherStack } from '../../examples/two-parties/publisher-stack';
import { ReachStack, RetailerStack } from '../../examples/two-parties/retailer-stack';
import { ViewsStack } from '../../examples/two-parties/views-stack';
import { AnalysisTemplateSql } from '../../src';

/** The story of two parties in one app: deployed, changed, rolled back on the consumer's side, destroyed, deployed again. */

const PUBLISHER = '111122223333';
const RETAILER = '444455556666';

let folder: string;
let organization: Organization;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'two-parties-'));
});
beforeEach(async () => {
  organization = await Organization.start({ accounts: [PUBLISHER, RETAILER], assembly: folder, timeScale: 20_000 });
});
afterEach(() => organization.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Story {
  /** The SQL of the template, instead of the example's. */
  readonly sql?: string;
  /** The stack that gets a resource at its end which every update changes, so that it can be made to fail. */
  readonly breakable?: string;
}

const schedule = ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });
let apps = 0;

function synthesize({ sql, breakable }: Story = {}): CloudAssembly {
  const fromFile = jest.spyOn(AnalysisTemplateSql, 'fromFile');
  if (sql !== undefined) fromFile.mockReturnValueOnce(AnalysisTemplateSql.fromInline(sql));
  const app = new App({ outdir: join(folder, `${++apps}`), analyticsReporting: false });
  const [publisher, retailer] = [PUBLISHER, RETAILER].map((account) => ({ account, region: 'eu-central-1' }));
  const { collaboration, membership: owner } = new PublisherStack(app, 'Publisher', { env: publisher, retailer: RETAILER });
  const { membership: runner, purchases, template } = new RetailerStack(app, 'Retailer', { env: retailer, collaboration, publisher: owner });
  const { views } = new ViewsStack(app, 'Views', { env: publisher, membership: owner, runner, template, schedule });
  new ReachStack(app, 'Reach', { env: retailer, membership: runner, template, schedule, tables: [views, purchases] });
  fromFile.mockRestore();
  if (breakable !== undefined) {
    const stack = app.node.findChild(breakable) as Stack;
    const last = new CfnResource(stack, 'Last', { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: `${apps}` } });
    stack.node.children.filter((child) => child !== last && !(child instanceof CfnResource)).forEach((child) => last.node.addDependency(child));
  }
  return app.synth();
}

const statuses = (outcomes: Awaited<ReturnType<Organization['deploy']>>) =>
  Object.fromEntries(Object.entries(outcomes).map(([name, { status, reason }]) => [name, reason ?? status]));

/** What the service says of the tables, as the runner sees them. */
async function readiness(): Promise<Record<string, string>> {
  const runner = organization.endpoint.memberships().find(({ accountId }) => accountId === RETAILER);
  const { schemas } = await organization.endpoint.execute(
    'BatchGetSchema', { collaborationIdentifier: runner?.collaborationId, names: ['views', 'purchases'] }, RETAILER,
  ) as { schemas: { name: string; schemaStatusDetails: { status: string }[] }[] };
  return Object.fromEntries(schemas.map(({ name, schemaStatusDetails: [{ status }] }) => [name, status]));
}

const allowed = () => {
  const table = organization.account(PUBLISHER).resources('AWS::CleanRooms::ConfiguredTable')[0];
  const [rule] = table.properties.AnalysisRules as unknown as { Policy: { V1: { Custom: { AllowedAnalyses: string[] } } } }[];
  return rule.Policy.V1.Custom.AllowedAnalyses;
};

const templateArn = () => organization.account(RETAILER).resources('AWS::CleanRooms::AnalysisTemplate').map(({ attributes }) => attributes.Arn);

test('two empty accounts, one deployment: everything is ready, and each role trusts who it must', async () => {
  expect(statuses(await organization.deploy(synthesize()))).toEqual({
    Publisher: 'CREATE_COMPLETE', Retailer: 'CREATE_COMPLETE', Views: 'CREATE_COMPLETE', Reach: 'CREATE_COMPLETE',
  });
  expect(await readiness()).toEqual({ views: 'READY', purchases: 'READY' });
  expect(allowed()).toEqual(templateArn());
  const memberships = organization.endpoint.memberships();
  expect(memberships.map(({ accountId }) => accountId).sort()).toEqual([PUBLISHER, RETAILER]);
  const reader = organization.account(PUBLISHER).resources('AWS::CleanRooms::ConfiguredTableAssociation')[0].properties.RoleArn;
  const trust = JSON.stringify(organization.account(PUBLISHER).role(String(reader))?.properties.AssumeRolePolicyDocument);
  memberships.forEach(({ arn }) => expect(trust).toContain(`"${arn}"`));
  expect(trust).not.toContain('membership/*');
}, 120_000);

test('another SQL is another template, which the owner\'s table follows', async () => {
  await organization.deploy(synthesize());
  const [before] = templateArn();
  expect(statuses(await organization.deploy(synthesize({ sql: 'SELECT views.campaign FROM views WHERE views.day = :day' })))).toMatchObject({
    Retailer: 'UPDATE_COMPLETE', Views: 'UPDATE_COMPLETE', Reach: 'UPDATE_COMPLETE',
  });
  expect(templateArn()).not.toContain(before);
  expect(allowed()).toEqual(templateArn());
}, 120_000);

test('a consumer whose update fails is back where it was, and so is what it allows', async () => {
  await organization.deploy(synthesize({ breakable: 'Views' }));
  const before = { allowed: allowed(), ready: await readiness() };
  const outcomes = await organization.deploy(
    synthesize({ breakable: 'Views', sql: 'SELECT views.campaign FROM views WHERE views.day = :day' }), { Views: { failAt: 'Last' } },
  );
  expect(outcomes.Views.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(outcomes.Reach).toBeUndefined();
  expect({ allowed: allowed(), ready: await readiness() }).toEqual(before);
}, 120_000);

test('destroyed, the collaboration and both memberships stay; deployed again, the memberships are adopted', async () => {
  const assembly = synthesize();
  await organization.deploy(assembly);
  const before = organization.endpoint.memberships().map(({ id }) => id).sort();
  expect(Object.values(statuses(await organization.destroy(assembly)))).toEqual(Array(4).fill('DELETE_COMPLETE'));
  expect(organization.endpoint.memberships().map(({ id, status }) => [id, status]).sort()).toEqual(before.map((id) => [id, 'ACTIVE']));
}, 120_000);
