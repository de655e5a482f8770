import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CfnPrivacyBudgetTemplate } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CannotBePlayed, Rehearsal } from '..';
import { PublisherStack } from '../../../examples/two-parties/publisher-stack';
import { ReachStack, RetailerStack } from '../../../examples/two-parties/retailer-stack';
import { ViewsStack } from '../../../examples/two-parties/views-stack';

const DATA = join(__dirname, '../../../examples/two-parties/data');
const [publisher, retailer] = ['111122223333', '444455556666'].map((account) => ({ account, region: 'eu-central-1' }));
const schedule = ScheduleExpression.cron({ hour: '3', minute: '0' });

const app = new App();
const { collaboration, membership: owner } = new PublisherStack(app, 'Publisher', { env: publisher, retailer: retailer.account });
const { membership: runner, purchases, template } = new RetailerStack(app, 'Retailer', { env: retailer, collaboration, publisher: owner });
const shared = new ViewsStack(app, 'Views', { env: publisher, membership: owner, runner, template, schedule });
new ReachStack(app, 'Reach', { env: retailer, membership: runner, template, schedule, tables: [shared.views, purchases] });
// Less than the example gives: it is used up sooner.
(shared.node.findChild('Budget').node.defaultChild as CfnPrivacyBudgetTemplate).addPropertyOverride('Parameters.BudgetParameters.0.Budget', 4);

describe('two parties in one app', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => { rehearsal = await Rehearsal.of(app, { tables: DATA }); });
  afterAll(async () => rehearsal.close());

  test('need nothing to be assumed but what is played without', () => {
    expect(rehearsal.assumed).toEqual([expect.stringMatching(/^played without /)]);
  });

  test('see who bought, without the groups that the publisher\'s rule leaves out', async () => {
    const run = await rehearsal.run('Reach/Nightly', { scheduledTime: '2026-10-20T03:00:00Z' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', suppressed: [] });
    const night = await rehearsal.run('Reach/Nightly', { scheduledTime: '2026-11-20T02:00:00Z' });
    expect(night.rows()).toEqual(expect.arrayContaining([{ campaign: 'autumn-launch', buyers: 20 }, { campaign: 'free-shipping', buyers: 19 }]));
    expect(night.rows()).toHaveLength(2);
    expect(night.suppressed).toEqual([{ reason: expect.stringContaining('fewer than 10 distinct `user_id`') as string, rows: 1 }]);
  });

  test('use up the budget of the views, a query a night', async () => {
    const { runs } = await rehearsal.play({ from: new Date('2026-11-21T00:00:00Z'), until: new Date('2026-11-23T00:00:00Z') });
    expect(runs.map(({ status, budgets }) => [status, budgets])).toEqual([
      ['SUCCEEDED', [{ table: 'views', period: 'CALENDAR_MONTH', left: 2 }]],
      ['SUCCEEDED', [{ table: 'views', period: 'CALENDAR_MONTH', left: 1 }]],
    ]);
  });

  test('have a new budget in a new month, and none when it is used up', async () => {
    for (let run = 0; run < 4; run++) {
      expect(await rehearsal.run('Reach/Nightly', { scheduledTime: new Date(Date.parse('2026-12-01T03:00:00Z') + run * 3_600_000) }))
        .toMatchObject({ status: 'SUCCEEDED', budgets: [{ left: 3 - run }] });
    }
    expect(await rehearsal.run('Reach/Nightly', { scheduledTime: '2026-12-03T03:00:00Z' })).toMatchObject({
      status: 'FAILED', error: 'ProtectedQuery.Failed.RESOURCE_ACCESS_DENIED', cause: expect.stringContaining('The access budget of views is used up (CALENDAR_MONTH); raise it, or wait for the next period') as string,
    });
  });
});

test('a query whose table has no sample is refused with the file to add', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'));
  cpSync(join(DATA, 'purchases.csv'), join(folder, 'purchases.csv'));
  await using rehearsal = await Rehearsal.of(app, { tables: folder });
  const { runs, refused } = await rehearsal.play({ from: new Date('2026-11-20T03:00:00Z') });
  expect([runs, refused]).toEqual([[], [{
    query: 'Reach/Nightly',
    scheduledTime: '2026-11-20T03:00:00.000Z',
    reason: 'there is no sample of the table `views`: add views.csv or views.parquet to the tables',
  }]]);
  await expect(rehearsal.run('Reach/Nightly', { scheduledTime: '2026-11-20T04:00:00Z' })).rejects.toThrow(CannotBePlayed);
  rmSync(folder, { recursive: true });
});

test('a sample that is not as the table is refused with what to mend', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'));
  cpSync(join(DATA, 'purchases.csv'), join(folder, 'purchases.csv'));
  const file = join(folder, 'Views.csv');
  const rows = (text: string) => writeFileSync(file, text);
  rows('user_id,campaign,day\n');
  await using rehearsal = await Rehearsal.of(app, { tables: folder });
  expect(rehearsal.assumed).toEqual([expect.stringMatching(/^played without /)]);
  const refusals: string[] = [];
  for (const text of ['user_id,day\nu1,2026-11-19\n', 'user_id;campaign;day\nu1;spring;2026-11-19\n', '', 'user_id,campaign,day\nu1,spring,19.11.2026\n']) {
    rows(text);
    const { refused: [{ reason }] } = await rehearsal.play({ from: new Date(Date.parse('2026-11-20T03:00:00Z') + refusals.length * 86_400_000) });
    refusals.push(reason);
  }
  const add = `add what is missing to ${file} (the first line names the columns, with commas between them)`;
  expect(refusals).toEqual([
    `the sample of the table \`views\` lacks \`campaign\`, which the query names; it has user_id, day: ${add}`,
    `${file}: its columns are separated by ';': separate them by commas`,
    `${file}: its first line is empty: name the columns there`,
    `${file}, line 2: '19.11.2026' in column day is no DATE: write 2026-11-19`,
  ]);
  rmSync(folder, { recursive: true });
});
