import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CannotBePlayed, Rehearsal, type RehearsalOptions, Run } from '..';
import { nothingDue } from './nothing-due';
import { OverlapStack } from '../../../examples/overlap/overlap-stack';

const DATA = join(__dirname, '../../../examples/overlap/data');
const COLLABORATION = 'a1b2c3d4-5678-90ab-cdef-111122223333';
const NIGHT = '2026-11-20T02:00:00Z';

const app = new App();
const { nightly } = new OverlapStack(app, 'Overlap', { collaborationIdentifier: COLLABORATION });

async function rehearse(): Promise<Rehearsal> {
  return Rehearsal.of(app, { tables: { purchases: join(DATA, 'purchases.csv'), impressions: join(DATA, 'impressions.csv') } });
}

describe('a night', () => {
  let rehearsal: Rehearsal;
  beforeEach(async () => { rehearsal = await rehearse(); });
  afterEach(async () => rehearsal.close());

  test('gives the rows that the template counts, once each', async () => {
    const run = await rehearsal.run(nightly, { scheduledTime: NIGHT });
    expect(run).toMatchObject({ query: 'Overlap/NightlyOverlap', status: 'SUCCEEDED', error: undefined });
    expect(run.rows()).toEqual([
      { campaign: 'brand', buyers: expect.any(Number) as number, orders: expect.any(Number) as number },
      expect.objectContaining({ campaign: expect.any(String) as string }),
      expect.objectContaining({ campaign: expect.any(String) as string }),
    ]);
    expect(run.results).toEqual([{ receiver: '111122223333', queryId: run.queryId, files: [expect.stringMatching(/part-00000\.csv$/)], rows: 3 }]);
    expect(run.transitions).toBeGreaterThan(3);
  });

  test('is played once, however often it is delivered', async () => {
    const run = await rehearsal.run(nightly, { scheduledTime: NIGHT, deliveries: 2 });
    expect(run.queryIds).toHaveLength(1);
  });

  test('fails as its query does', async () => {
    rehearsal.failQuery({ code: 'INSUFFICIENT_COMPUTE' });
    expect(await rehearsal.run(nightly, { scheduledTime: NIGHT })).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.Failed.INSUFFICIENT_COMPUTE', results: [] });
  });

  test('times out if its query takes too long', async () => {
    rehearsal.slowQuery(5 * 60);
    expect(await rehearsal.run(nightly, { scheduledTime: NIGHT })).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.TimedOut' });
  });

  test('finds its query again if the answer to the start is lost', async () => {
    rehearsal.loseAnswer('startProtectedQuery');
    const run = await rehearsal.run(nightly, { scheduledTime: NIGHT });
    expect(run.queryIds).toHaveLength(1);
    expect(run.status).toBe('SUCCEEDED');
  });

  test('waits while the service throttles', async () => {
    rehearsal.fail('startProtectedQuery', { error: 'ThrottlingException', times: 2 });
    expect(await rehearsal.run(nightly, { scheduledTime: NIGHT })).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('is skipped while the one before is under way', async () => {
    rehearsal.slowQuery(100);
    const [first, second] = await Promise.all([
      rehearsal.run(nightly, { scheduledTime: NIGHT }), rehearsal.run(nightly, { scheduledTime: '2026-11-20T02:30:00Z' }),
    ]);
    expect([first.status, second.status]).toEqual(['SUCCEEDED', 'SKIPPED']);
  });
});

test('what the app does not say is told', async () => {
  await using rehearsal = await rehearse();
  expect(rehearsal.scheduled).toEqual(['Overlap/NightlyOverlap']);
  expect(rehearsal.assumed).toEqual([
    expect.stringContaining(`collaboration ${COLLABORATION} is not in the app`),
    expect.stringContaining('table purchases is not in the app'),
    expect.stringContaining('table impressions is not in the app'),
    expect.stringMatching(/^played without .*AWS::CloudWatch::Alarm \(1\)/),
  ]);
});

test('every night between two times is played, in order', async () => {
  const rehearsal = await rehearse();
  const told: string[] = [];
  const { runs, refused } = await rehearsal.play({
    from: new Date('2026-11-19T00:00:00Z'), until: new Date('2026-11-22T00:00:00Z'), onRun: (run) => told.push(run.scheduledTime.toISOString()),
  });
  expect(runs.map(({ scheduledTime, status }) => `${scheduledTime.toISOString()} ${status}`)).toEqual([
    '2026-11-19T02:00:00.000Z SUCCEEDED', '2026-11-20T02:00:00.000Z SUCCEEDED', '2026-11-21T02:00:00.000Z SUCCEEDED',
  ]);
  expect(told).toHaveLength(3);
  expect(refused).toEqual([]);
  const [file] = runs[0].results[0].files;
  expect(existsSync(file)).toBe(true);
  await rehearsal.close();
  expect(existsSync(file)).toBe(false);
});

describe('is refused', () => {
  test.each([
    ['a time at which nothing is due', { from: new Date('2026-11-20T00:00:00Z') }, 'no query is due at 2026-11-20T00:00:00Z; name a time at which one is, the next are: Overlap/NightlyOverlap at 2026-11-20T02:00:00Z'],
    ['a construct that there is not', { from: new Date(NIGHT), query: 'Overlap/Daily' }, 'Overlap/Daily has no schedule that starts a query; the scheduled queries are Overlap/NightlyOverlap'],
  ])('%s', async (_what, options, message) => {
    await using rehearsal = await rehearse();
    await expect(rehearsal.play(options)).rejects.toThrow(message);
  });

  test('a time after which nothing is due any more', () => {
    const once = [{ name: 'Reach/Once', next: () => undefined }] as unknown as Parameters<typeof nothingDue>[0];
    const day = (text: string) => new Date(`2026-11-${text}T00:00:00Z`);
    expect(nothingDue(once, day('20'), day('21')).message).toBe('no query is due between 2026-11-20T00:00:00Z and 2026-11-21T00:00:00Z '
      + 'or in the five years after it: name an earlier time, or correct the schedule of Reach/Once');
    expect(nothingDue([], day('20'), day('20')).message).toBe('the app has no schedule that starts a query of Clean Rooms: add a ScheduledProtectedQuery, '
      + 'or play a state machine in a test, with Rehearsal.run');
  });

  test('a folder without an assembly', async () => {
    await expect(Rehearsal.of(DATA, { tables: DATA })).rejects
      .toThrow(`there is no cloud assembly in ${DATA}: run \`cdk synth\` first, or name the folder that it wrote, cdk.out by default`);
  });

  test.each([
    ['of a newer CDK', { version: '9999.0.0', artifacts: {} }, /Maximum schema version supported is \d+\.x\.x, but found 9999\.0\.0/],
    ['that is cut off', undefined, /JSON/],
  ])('an assembly %s', async (_what, manifest, reason) => {
    const folder = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-assembly-'));
    writeFileSync(join(folder, 'manifest.json'), manifest === undefined ? '{ "version": ' : JSON.stringify(manifest));
    const refusal: unknown = await Rehearsal.of(folder, { tables: DATA }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CannotBePlayed);
    const { message } = refusal as CannotBePlayed;
    expect(message).toMatch(reason);
    expect(message.startsWith(`the cloud assembly in ${folder} cannot be read: `)).toBe(true);
    expect(message.endsWith('; run `cdk synth` again, with the aws-cdk-lib that is installed here')).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['no scheduled time', 'Overlap/NightlyOverlap', {}, 'Overlap/NightlyOverlap needs a `scheduledTime`: pass one, such as 2026-11-20T02:00:00Z'],
    ['a time that is none', 'Overlap/NightlyOverlap', { scheduledTime: 'tonight' }, '`scheduledTime` must be a point in time such as 2026-11-20T02:00:00Z, got tonight'],
    ['a construct without a query', 'Overlap/Results', { scheduledTime: NIGHT },
      'Overlap/Results has neither a schedule that starts a query nor a state machine; the scheduled queries are Overlap/NightlyOverlap'],
  ])('a run with %s', async (_what, target, options, message) => {
    await using rehearsal = await rehearse();
    await expect(rehearsal.run(target, options)).rejects.toThrow(new CannotBePlayed(message));
  });

  test('a resource that is not deployed', async () => {
    await using rehearsal = await Rehearsal.start(app, { tables: DATA });
    expect(() => rehearsal.resource('Overlap/Membership')).toThrow(new CannotBePlayed('Overlap/Membership is not deployed: call `deploy`, and look at its outcome'));
  });

  test('an app that uses Clean Rooms in two regions', async () => {
    const two = new App();
    for (const region of ['eu-central-1', 'us-east-1']) {
      new CfnResource(new Stack(two, region, { env: { account: '111122223333', region } }), 'Membership', { type: 'AWS::CleanRooms::Membership' });
    }
    await expect(Rehearsal.of(two, { tables: DATA })).rejects
      .toThrow(new CannotBePlayed('the app uses Clean Rooms in eu-central-1 and us-east-1: play one region at a time, each from an assembly of its own'));
  });

  test('more rows than are read at once', () => {
    const facts = { query: 'Reach', scheduledTime: new Date(NIGHT), outcome: { status: 'SUCCEEDED' as const }, queryIds: [], results: [], suppressed: [], budgets: [], transitions: 1 };
    expect(() => new Run(facts).rows()).toThrow(new CannotBePlayed('the result has more than 100000 rows: read the files that `results` names'));
  });

  describe('a sample', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-samples-'));
      writeFileSync(join(folder, 'views.csv'), 'user_id\n1\n');
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    test.each<[string, (folder: string) => RehearsalOptions, (folder: string) => string]>([
      ['that is not there', () => ({ tables: { purchases: 'nowhere.csv' } }), () => 'there is no sample file nowhere.csv: correct the path, or write the file'],
      ['of another format', (at) => {
        writeFileSync(join(at, 'views.json'), '[]');
        return { tables: { views: join(at, 'views.json') } };
      }, (at) => `a sample is a .csv file, a .parquet file or a folder of them, got ${join(at, 'views.json')}`],
      ['in a folder that is not there', (at) => ({ tables: join(at, 'none') }),
        (at) => `there is no folder ${join(at, 'none')}: make it, with a <table>.csv for each table, or name another one`],
      ['that is there twice', (at) => {
        mkdirSync(join(at, 'views'));
        return { tables: at };
      }, (at) => `table views has two samples, ${join(at, 'views')} and ${join(at, 'views.csv')}: remove one of them`],
      ['of a table that only a rule names', (at) => ({ tables: { views: join(at, 'views.csv') }, rules: { clicks: 'clicks.rule.json' } }),
        () => '`rules` name clicks, of which there are no rows in `tables`: add their files there, or remove the rules'],
    ])('%s', async (_what, options, message) => {
      await expect(Rehearsal.of(app, options(folder))).rejects.toThrow(new CannotBePlayed(message(folder)));
    });
  });
});
