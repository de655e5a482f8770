import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Outcome } from 'cdk-cleanrooms-rehearsal/account';
import { Organization } from 'cdk-cleanrooms-rehearsal/organization';
import { PublisherStack } from '../../examples/two-repositories/publisher-stack';
import { RetailerStack } from '../../examples/two-repositories/retailer-stack';
import { AnalysisTemplateSql } from '../../src';

/** Two apps that know of each other only the accounts, the collaboration's name and the SQL that was reviewed. */

const PUBLISHER = '111122223333';
const RETAILER = '444455556666';

let folder: string;
let organization: Organization;
let apps = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'two-repositories-'));
});
beforeEach(async () => {
  organization = await Organization.start({ accounts: [PUBLISHER, RETAILER], assembly: folder, timeScale: 20_000 });
});
afterEach(() => organization.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function deploy(name: string, define: (app: App) => void): Promise<Outcome> {
  const app = new App({ outdir: join(folder, `${++apps}`), analyticsReporting: false });
  define(app);
  return (await organization.deploy(app.synth()))[name];
}

const env = (account: string) => ({ env: { account, region: 'eu-central-1' } });

const publish = (reviewed?: string) =>
  deploy('Publisher', (app) => new PublisherStack(app, 'Publisher', { ...env(PUBLISHER), retailer: RETAILER, reviewed }));

/** @param sql instead of the example's */
function retail(sql?: string): Promise<Outcome> {
  const fromFile = jest.spyOn(AnalysisTemplateSql, 'fromFile');
  if (sql !== undefined) fromFile.mockReturnValueOnce(AnalysisTemplateSql.fromInline(sql));
  return deploy('Retailer', (app) => new RetailerStack(app, 'Retailer', { ...env(RETAILER), publisher: PUBLISHER })).finally(() => fromFile.mockRestore());
}

const allowed = () => {
  const [table] = organization.account(PUBLISHER).resources('AWS::CleanRooms::ConfiguredTable');
  const [rule] = table.properties.AnalysisRules as unknown as { Policy: { V1: { Custom: { AllowedAnalyses: string[] } } } }[];
  return rule.Policy.V1.Custom.AllowedAnalyses;
};

const templates = () => organization.account(RETAILER).resources('AWS::CleanRooms::AnalysisTemplate').map(({ attributes }) => attributes.Arn);

test('each finds the other\'s: the invitation, the membership and the template that was reviewed', async () => {
  expect((await publish()).status).toBe('CREATE_COMPLETE');
  expect((await retail()).status).toBe('CREATE_COMPLETE');
  expect((await publish('2026-11-25')).status).toBe('UPDATE_COMPLETE');
  expect(allowed()).toEqual(templates());
  const runner = organization.endpoint.memberships().find(({ accountId }) => accountId === RETAILER);
  const [{ properties: { RoleArn } }] = organization.account(PUBLISHER).resources('AWS::CleanRooms::ConfiguredTableAssociation');
  const trust = JSON.stringify(organization.account(PUBLISHER).role(String(RoleArn))?.properties.AssumeRolePolicyDocument);
  expect(trust).toContain(`dbuser:*/${runner?.id}*`);
}, 120_000);

test('nobody is invited before the publisher has deployed, and nothing is reviewed before the retailer has', async () => {
  const early = await retail();
  expect([early.status, early.reason]).toEqual(['ROLLBACK_COMPLETE', expect.stringContaining(`account ${PUBLISHER} has no collaboration named reach that invites this account`)]);
  await publish();
  const { status, reason } = await publish('2026-11-25');
  expect([status, reason]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringMatching(/has no (analysis template|active membership) in collaboration/)]);
}, 120_000);

test('a text that was not reviewed fails the deployment, with the place where it differs', async () => {
  await publish();
  await retail('SELECT views.user_id FROM views WHERE views.day = :day');
  const { status, reason } = await publish('2026-11-25');
  expect([status, reason]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringContaining('differs from the reviewed text from line 1, column 1 on')]);
  expect(organization.account(PUBLISHER).resources('AWS::CleanRooms::ConfiguredTable')).toEqual([]);
}, 120_000);

test('a partner who changes the text afterwards is shut out until it is reviewed: the table keeps to the old template', async () => {
  await publish();
  await retail();
  await publish('2026-11-25');
  const before = allowed();
  await retail('SELECT views.user_id FROM views WHERE views.day = :day');
  expect(templates()).not.toEqual(before);
  const { status, reason } = await publish('2026-11-26');
  // The rollback's text is what the id says, so the stack gets back, to a template that is gone and lets nobody in.
  expect([status, reason]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringContaining('is the one that was reviewed')]);
  expect(allowed()).toEqual(before);
}, 120_000);

test('an equal template that was made again is followed with the next date', async () => {
  await publish();
  await retail();
  await publish('2026-11-25');
  const before = allowed();
  await retail('SELECT views.day FROM views WHERE views.day = :day');
  await retail();
  expect(templates()).not.toEqual(before);
  expect((await publish('2026-11-26')).status).toBe('UPDATE_COMPLETE');
  expect(allowed()).toEqual(templates());
}, 120_000);
