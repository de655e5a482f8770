import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command } from './command';
import { NIGHT, plainApp, PUBLISHER, RETAILER, writeSamples } from '../rehearsal/fixtures/plain-app';

const FOREIGN = `arn:aws:cleanrooms:eu-central-1:${RETAILER}:membership/b1b2c3d4-5678-90ab-cdef-111122223333/analysistemplate/c1b2c3d4-5678-90ab-cdef-111122223333`;

let work: string;
let app: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-command-'));
  app = plainApp({ outdir: join(work, 'cdk.out') }).synth().directory;
  const written = new Date('2026-11-19T07:10:00Z');
  utimesSync(join(app, 'manifest.json'), written, written);
});
afterAll(() => rmSync(work, { recursive: true }));

/** Files of both tables, with what is given of the partner's. */
function samples(rule?: unknown): string {
  const folder = mkdtempSync(join(work, 'samples-'));
  writeSamples(folder);
  if (rule !== undefined) writeFileSync(join(folder, 'views.rule.json'), typeof rule === 'string' ? rule : JSON.stringify(rule));
  return folder;
}

const ruleOf = (custom: object) => ({ type: 'CUSTOM', policy: { v1: { custom: { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [RETAILER], ...custom } } } });
const THRESHOLD = { aggregationThresholds: [{ identityColumns: ['user_id'], minimumIdentityCount: 3, type: 'COUNT_DISTINCT', allowedAggregateExpressionType: 'COLUMNS_ONLY' }] };

interface Report {
  readonly runs: readonly { readonly status: string; readonly results: readonly { readonly files: readonly string[] }[] }[];
  readonly assumed: readonly string[];
  readonly refused: readonly { readonly reason: string }[];
}

interface Played {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function rehearse(tables: string, ...options: string[]): Promise<Played> {
  const [stdout, stderr]: string[][] = [[], []];
  const output = { log: (text: string) => { stdout.push(text); }, error: (text: string) => { stderr.push(text); } };
  const status = await command(['--app', app, '--tables', tables, '--at', NIGHT, '--out', join(tables, 'out'), ...options], output);
  const [progress, ...problems] = stderr;
  expect(progress).toBe(`plays ${app}, written 2026-11-19T07:10:00Z`);
  return { status, stdout: stdout.join('\n'), stderr: problems.join('\n') };
}

const reportOf = ({ stdout }: Played) => JSON.parse(stdout) as Report;

describe('a partner\'s table with its rule', () => {
  test('is held to it, and what the rule leaves out is told', async () => {
    const played = await rehearse(samples(ruleOf(THRESHOLD)), '--json');
    const { runs, assumed, refused } = reportOf(played);
    expect(played.status).toBe(0);
    expect(runs).toMatchObject([{ status: 'SUCCEEDED', results: [{ receiver: RETAILER, rows: 1 }], suppressed: [{ reason: 'aggregation threshold of `views`: fewer than 3 distinct `user_id`', rows: 1 }] }]);
    expect(runs[0].results[0].files.map((file) => existsSync(file))).toEqual([true]);
    expect([assumed.filter((sentence) => sentence.includes('views')), refused]).toEqual([[], []]);
  });

  test('refuses a query that its rule forbids', async () => {
    const { status, stdout } = await rehearse(samples(ruleOf({ disallowedOutputColumns: ['campaign'] })));
    expect(status).toBe(1);
    expect(stdout).toContain('disallowed output columns of `views`: `campaign` of `views` goes into column `campaign` of the result; leave it out there');
  });

  test('may go to those only whom its collaboration policy names', async () => {
    const rule = { ...ruleOf({}), collaborationPolicy: { v1: { custom: { allowedResultReceivers: [PUBLISHER] } } } };
    expect(await rehearse(samples({ analysisRule: { ...rule, name: 'views', createTime: '2026-01-01T00:00:00Z' } }))).toMatchObject({
      status: 1, stdout: expect.stringContaining(`collaboration rule of \`views\`: its results may go to ${PUBLISHER}, got ${RETAILER}`) as string,
    });
  });

  test('allows a template of another deployment, which is taken to be the app\'s', async () => {
    const played = await rehearse(samples(ruleOf({ allowedAnalyses: [FOREIGN], allowedAnalysisProviders: undefined })), '--json');
    expect(played.status).toBe(0);
    expect(reportOf(played).assumed).toContain(`the rule of table views allows ${FOREIGN}: this is assumed to be the template of account ${RETAILER} in the app`);
  });

  test('allows no template of a stranger', async () => {
    const stranger = FOREIGN.replace(RETAILER, PUBLISHER);
    expect(await rehearse(samples(ruleOf({ allowedAnalyses: [stranger], allowedAnalysisProviders: undefined })))).toMatchObject({
      status: 1, stdout: expect.stringContaining(`custom rule of \`views\`: it allows ${stranger}, got template`) as string,
    });
  });
});

test('a partner\'s table without its rule allows the query, and that is told', async () => {
  const sentence = 'table views is not in the app: a partner\'s table is assumed that allows every query; put its rule into views.rule.json';
  const folder = samples();
  const { status, stdout } = await rehearse(folder);
  expect([status, stdout]).toEqual([0, expect.stringContaining('assumed:\n  collaboration') as string]);
  expect(stdout).toContain(`  ${sentence}`);
  expect(stdout).toMatch(new RegExp(`Reach/Nightly +${NIGHT} +SUCCEEDED +${RETAILER}: 2 +- +-`));
  expect(readdirSync(join(folder, 'out'))).toHaveLength(1);
});

test.each([
  ['is no JSON', '{ type: CUSTOM }', /views\.rule\.json cannot be read: .*JSON.*; write the rule as `aws cleanrooms get-schema-analysis-rule` prints it$/],
  ['is nothing', 'null', /views\.rule\.json is not an analysis rule in the service's words, as `aws cleanrooms get-schema-analysis-rule` prints it: `type`: /],
  ['has no type', { policy: ruleOf({}).policy }, /views\.rule\.json is not an analysis rule .*: `type`: Member must not be null$/m],
  ['has no policy', { type: 'CUSTOM' }, /`policy`: Member must not be null$/m],
  ['has a type that there is not', { ...ruleOf({}), type: 'ANYTHING' }, /`type`: Member must satisfy enum value set: \[AGGREGATION, LIST, CUSTOM\]$/m],
  ['has a misspelt field', ruleOf({ hiddenColumns: ['a'] }), /`policy\.v1\.custom\.hiddenColumns`: Member is not in the service model$/m],
  ['has a number as text', ruleOf({ aggregationThresholds: [{ ...THRESHOLD.aggregationThresholds[0], minimumIdentityCount: '3' }] }), /`policy\.v1\.custom\.aggregationThresholds\.1\.member\.minimumIdentityCount`: Member must be an integer$/m],
  ['contradicts its type', { ...ruleOf({}), type: 'LIST' }, /`policy`: a rule of type LIST has a policy of that kind, not of CUSTOM$/m],
  ['contradicts itself', ruleOf({ allowedAnalysisProviders: undefined }), /`policy`: ANY_QUERY needs providers$/m],
])('a rule that %s is refused with its file and field', async (_what, rule, message) => {
  const played = await rehearse(samples(rule), '--json');
  expect(played.status).toBe(2);
  expect(played.stderr).toMatch(message);
  expect(reportOf(played)).toEqual({ runs: [], assumed: [], refused: [{ reason: played.stderr }] });
});

test.each<[string, string, string | Buffer, string]>([
  ['with a quotation mark that stays open', 'views.csv', 'user_id,campaign\nu1,"brand\nu2,sale\n', 'views.csv: line 2 opens a quote that is never closed: write a quote that belongs to a value twice'],
  ['with a line that is too short', 'views.csv', 'user_id,campaign\nu1,brand\nu2\n', 'views.csv: line 3 has 1 value, and the first line names 2 columns: add the values that are missing, nothing between two commas for NULL'],
  ['that a spreadsheet saved in another encoding', 'views.csv', Buffer.from('user_id,campaign\nu1,M\xfcnchen\n', 'latin1'), 'views.csv: line 2 is not UTF-8: save the file in that encoding'],
  ['of a table of the app in another encoding', 'purchases.csv', Buffer.from('user_id,amount\nM\xfcller,1.5\n', 'latin1'), 'purchases.csv: line 2 is not UTF-8: save the file in that encoding'],
  ['of a table of the app with a quotation mark that stays open', 'purchases.csv', 'user_id,amount\n"u1,1.5\n', 'purchases.csv: line 2 opens a quote that is never closed: write a quote that belongs to a value twice'],
  ['that is no Parquet', 'views.parquet', 'user_id,campaign\n', 'views.parquet cannot be read as Parquet (DuckDB: Invalid Input Error: No magic bytes found at end of file): write it again, or give a .csv file'],
  ['that is a folder without files', 'views/notes.txt', '', 'views has no .parquet file: put those of the table there, not into folders of it'],
])('a sample %s is refused in one sentence', async (_what, file, content, message) => {
  const folder = samples();
  rmSync(join(folder, `${file.split(/[./]/)[0]}.csv`));
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
  const played = await rehearse(folder, '--json');
  expect(played.status).toBe(2);
  expect(reportOf(played).refused.map(({ reason }) => reason)).toEqual([join(folder, message)]);
});

test('a rule without rows is refused', async () => {
  const folder = samples(ruleOf({}));
  rmSync(join(folder, 'views.csv'));
  expect(await rehearse(folder)).toMatchObject({ status: 2, stderr: `${join(folder, 'views.rule.json')} is the rule of a table without a sample: add views.csv or views.parquet beside it` });
});

test('a rule of a table that the app defines is not used, and that is told', async () => {
  const folder = samples();
  writeFileSync(join(folder, 'purchases.rule.json'), JSON.stringify(ruleOf({ disallowedOutputColumns: ['user_id'] })));
  const played = await rehearse(folder, '--json');
  expect(reportOf(played).assumed).toContain('the rule that is given for table purchases is not used: the app defines the table with its own rule');
  expect(played.status).toBe(0);
});
