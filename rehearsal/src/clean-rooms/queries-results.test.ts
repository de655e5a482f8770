import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateMembershipCommand, type ProtectedQueryOutputConfiguration } from '@aws-sdk/client-cleanrooms';
import { DuckDBInstance } from '@duckdb/node-api';
import type { CleanRoomsEndpoint } from './endpoint';
import { Overlap, s3Results } from './fixtures/overlap';
import { errorOf, Parties, PARTNER, STRANGER, US } from './fixtures/parties';

const ROLE = 'arn:aws:iam::111122223333:role/service-role/cleanrooms-results';

let parties: Parties;
let endpoint: CleanRoomsEndpoint;
let overlap: Overlap;

beforeAll(async () => {
  parties = await Parties.start();
  ({ endpoint } = parties);
});

beforeEach(async () => {
  endpoint.reset();
  endpoint.settings.queryDurations = { submitted: 0, started: 0, cancelling: 0 };
  overlap = await Overlap.join(parties);
});

afterAll(() => parties.stop());

const to = (outputConfiguration: object) => ({
  resultConfiguration: { outputConfiguration: outputConfiguration as ProtectedQueryOutputConfiguration },
});
const ownBucket = (more: object = {}) => to({ s3: { bucket: 'other-results', resultFormat: 'CSV', singleFileOutput: true, ...more } });
const filesOf = async () => (await endpoint.queries()).flatMap(({ files }) => files);
const contents = async () => (await filesOf()).map(({ path }) => readFileSync(path, 'utf8').trimEnd().split('\n'));

/** What the SQL of a run gives, as lines of CSV without the header. */
async function linesOf(sql: string): Promise<string[]> {
  const query = await overlap.get(await overlap.query(sql));
  expect([query.status, query.error]).toEqual(['SUCCESS', undefined]);
  return (await contents()).at(-1)?.slice(1) ?? [];
}

describe('the SQL is run', () => {
  test('over the tables, with the parameters of the template', async () => {
    await overlap.start({ day: '2026-11-19' });
    await overlap.start({ day: '2026-11-19', minimum: '9' });
    expect(await contents()).toEqual([
      ['campaign,buyers,orders', 'brand,13,16', 'autumn-launch,9,10', 'free-shipping,6,8'],
      ['campaign,buyers,orders', 'brand,13,16', 'autumn-launch,9,10'],
    ]);
  });

  test('as it is: strings, comments, casts, order', async () => {
    expect(await linesOf('SELECT \':day\' AS text, \'5\'::INTEGER + 1 -- :minimum, it\'s no placeholder\nAS six /* :x */;')).toEqual([':day,6']);
    expect(await linesOf('SELECT DISTINCT category FROM purchases ORDER BY category DESC')).toEqual(['shoes', 'jackets', 'hats', 'bags']);
    expect(await linesOf('WITH one AS (SELECT 1 AS x, 2 AS y) SELECT * FROM one')).toEqual(['1,2']);
  });

  test.each([
    ['SELECT nothing FROM purchases', 'MALFORMED_QUERY', 'nothing'],
    ['SELECT * FROM absent', 'RESOURCE_NOT_FOUND', 'absent'],
    ['SELECT CAST(category AS INTEGER) AS number FROM purchases', 'MALFORMED_QUERY', 'CAST_INVALID_INPUT'],
    ['SELECT', 'MALFORMED_QUERY', 'SELECT'],
    ['SELECT 1; SELECT 2', 'MALFORMED_QUERY', 'single SELECT'],
    ['DROP TABLE purchases', 'MALFORMED_QUERY', 'Only a SELECT'],
    [`COPY purchases TO '${tmpdir()}/stolen.csv'`, 'MALFORMED_QUERY', 'Only a SELECT'],
  ])('%s fails', async (sql, code, message) => {
    const query = await overlap.query(sql);
    expect(await overlap.get(query)).toMatchObject({ status: 'FAILED', error: { code, message: expect.stringContaining(message) } });
    expect(await endpoint.queries()).toMatchObject([{ status: 'FAILED', executions: 1, files: [], notPlayable: undefined }]);
  });

  test.each([
    ['SELECT soundex(category) AS sound FROM purchases', 'not played: the function SOUNDEX'],
    [`SELECT * FROM read_csv('${join(__dirname, '../../../examples/overlap/data/purchases.csv')}')`, 'not played: READ_CSV in a FROM clause'],
  ])('%s is not run, for nobody knows what it would give', async (sql, construct) => {
    await overlap.query(sql);
    expect(await endpoint.queries()).toMatchObject([{ status: 'FAILED', files: [], notPlayable: expect.stringContaining(construct) as string }]);
  });

  test('a table is a file that exists, in a collaboration that does', () => {
    expect(() => endpoint.addTable(overlap.collaborationId, 'sales', '/nowhere.csv')).toThrow('table \'sales\' needs a CSV file, there is none at /nowhere.csv');
    expect(() => endpoint.addTable('none', 'sales', __filename)).toThrow('there is no collaboration none');
  });
});

describe('parameters', () => {
  const valueOf = async (type: string, value: string, sql = 'SELECT :value AS value') => {
    const { arn } = endpoint.addAnalysisTemplate({
      membershipId: overlap.membershipId, name: 'echo', sql, parameters: [{ name: 'value', type: type as 'VARCHAR' }],
    });
    const query = await overlap.send({ analysisTemplateArn: arn, parameters: { value } });
    const { status, error } = await overlap.get(query);
    return status === 'SUCCESS' ? (await contents())[0][1] : error?.message;
  };

  test.each(['x\' OR 1=1 --', '\'; DROP TABLE purchases; --', ':value', '$1', '\\\' OR \'\'=\''])('the value %s stays a value', async (value) => {
    expect(await valueOf('VARCHAR', value, 'SELECT count(*) AS n, :value = concat(\'\', :value) AS same, length(:value) AS characters FROM purchases WHERE category = :value'))
      .toBe(`0,true,${value.length}`);
  });

  test.each([
    ['DATE', '2026-02-28', '2026-02-28'],
    ['INTEGER', '-7', '-7'],
    ['LONG', '9223372036854775807', '9223372036854775807'],
    ['DECIMAL', '10.5', '10.5'],
    ['DOUBLE_PRECISION', '1e3', '1000.0'],
    ['BOOLEAN', 'TRUE', 'true'],
    ['STRING', 'a,b', '"a,b"'],
    ['TIMESTAMP_NTZ', '2026-11-22 03:00:00', '2026-11-22 03:00:00'],
    ['TIMESTAMP', '2026-11-22 03:00:00', '2026-11-22 03:00:00'],
  ])('a %s is one to the query', async (type, value, line) => {
    expect(await valueOf(type, value)).toBe(line);
  });

  test('what only the engine can tell fails the query', async () => {
    expect(await valueOf('DATE', '2026-02-30')).toContain('out of range');
  });

  test.each([
    ['missing', {}, 'Parameter day has no default and no value was given.'],
    ['unknown', { day: '2026-11-20', month: '11' }, 'The analysis template has no parameter month.'],
    ['no date', { day: '20.11.2026' }, 'The value of parameter day is not a valid DATE.'],
    ['no whole number', { day: '2026-11-20', minimum: '1.5' }, 'The value of parameter minimum is not a valid INTEGER.'],
    ['too large', { day: '2026-11-20', minimum: '2147483648' }, 'The value of parameter minimum is not a valid INTEGER.'],
    ['inherited', { day: '2026-11-20', constructor: 'x' }, 'The analysis template has no parameter constructor.'],
  ])('a parameter that is %s is refused', async (_, parameters, message) => {
    expect(await errorOf(overlap.start(parameters))).toMatchObject({ name: 'ValidationException', status: 400, reason: 'INVALID_QUERY', message });
    expect(await endpoint.queries()).toEqual([]);
  });

  test.each([
    ['neither text nor template', {}, 'Exactly one of queryString and analysisTemplateArn must be specified.'],
    ['both', { queryString: 'SELECT 1', analysisTemplateArn: '' }, 'Exactly one of queryString and analysisTemplateArn must be specified.'],
    ['an empty text', { queryString: ' ' }, 'The query is empty.'],
    ['a placeholder in a text', { queryString: 'SELECT :day' }, 'Parameters need an analysis template that declares them.'],
    ['parameters of a text', { queryString: 'SELECT 1', parameters: { day: 'x' } }, 'Parameters need an analysis template that declares them.'],
  ])('%s is refused', async (_, sqlParameters, message) => {
    const given = 'analysisTemplateArn' in sqlParameters ? { ...sqlParameters, analysisTemplateArn: overlap.templateArn } : sqlParameters;
    expect(await errorOf(overlap.send(given))).toMatchObject({ name: 'ValidationException', reason: 'INVALID_QUERY', message });
  });

  test('a template of nowhere, or of another collaboration, is not found', async () => {
    const elsewhere = await Overlap.join(parties);
    for (const analysisTemplateArn of [elsewhere.templateArn, `${overlap.templateArn}0`]) {
      expect(await errorOf(overlap.send({ analysisTemplateArn }))).toMatchObject({ name: 'ResourceNotFoundException', resourceId: analysisTemplateArn });
    }
  });
});

describe('results', () => {
  const COUNT = 'SELECT count(*) AS rows FROM purchases';
  const ALL = 'SELECT purchase_id, amount FROM purchases ORDER BY purchase_id';

  test('go under the prefix and the query\'s identifier', async () => {
    for (const [keyPrefix, folder] of [['a/b/', 'a/b/'], ['a/b', 'a/b/'], ['', ''], [undefined, '']] as const) {
      const query = await overlap.get(await overlap.query(COUNT, ownBucket({ keyPrefix })));
      expect(query.result?.output?.s3?.location).toBe(`s3://other-results/${folder}${query.id}/`);
      const [file] = (await filesOf()).slice(-1);
      expect(file).toMatchObject({ bucket: 'other-results', key: `${folder}${query.id}/part-00000.csv`, accountId: US, rows: 1 });
      expect(file.path.endsWith(`/other-results/${file.key}`)).toBe(true);
      expect(readFileSync(file.path, 'utf8')).toBe('rows\n200\n');
    }
  });

  test('are several files unless one is asked for', async () => {
    await overlap.query(ALL, ownBucket({ singleFileOutput: false }));
    await overlap.query(ALL, ownBucket({ singleFileOutput: true }));
    const [first, second, single] = await contents();
    expect([first.length, second.length, single.length]).toEqual([101, 101, 201]);
    expect(second[0]).toBe('purchase_id,amount');
    expect([...first, ...second.slice(1)]).toEqual(single);
  });

  test('can be empty', async () => {
    await overlap.query('SELECT * FROM purchases WHERE amount < 0', ownBucket({ singleFileOutput: false }));
    expect(await contents()).toEqual([['purchase_id,hashed_email,purchase_date,category,amount']]);
  });

  test('are Parquet, with types', async () => {
    await overlap.query('SELECT purchase_date, count(*) AS orders FROM purchases GROUP BY purchase_date ORDER BY purchase_date', ownBucket({ resultFormat: 'PARQUET' }));
    const [{ key, path }] = await filesOf();
    expect(key).toMatch(/\/part-00000\.parquet$/);
    const connection = await (await DuckDBInstance.create()).connect();
    const reader = await connection.runAndReadAll(`FROM read_parquet('${path}')`);
    expect([reader.columnNames(), reader.columnTypes().map(String)]).toEqual([['purchase_date', 'orders'], ['DATE', 'BIGINT']]);
    expect(reader.getRowsJson()[0]).toEqual(['2026-11-15', expect.any(String)]);
    connection.closeSync();
  });

  test('go to a member as that member has configured', async () => {
    const query = await overlap.get(await overlap.query(COUNT, to({ member: { accountId: PARTNER } })));
    expect(query.result?.output).toEqual({ memberList: [{ accountId: PARTNER }] });
    expect(await filesOf()).toMatchObject([{ accountId: PARTNER, bucket: 'publisher-results', key: `from-retailer/${query.id}/part-00000.csv` }]);
  });

  test('are distributed', async () => {
    const locations = [{ member: { accountId: PARTNER } }, { s3: { bucket: 'other-results', resultFormat: 'CSV' } }, { member: { accountId: US } }];
    const query = await overlap.get(await overlap.query(COUNT, to({ distribute: { locations } })));
    expect(query.result?.output).toEqual({
      distribute: { s3: { location: `s3://other-results/${query.id}/` }, memberList: [{ accountId: PARTNER }, { accountId: US }] },
    });
    expect((await filesOf()).map(({ bucket }) => bucket)).toEqual(['publisher-results', 'other-results', 'retailer-results']);
  });

  test.each([
    ['a stranger', { member: { accountId: STRANGER } }, `Account ${STRANGER} is not an active member who can receive results.`],
    ['two buckets', { distribute: { locations: ['one', 'two'].map((name) => ({ s3: { bucket: `${name}-bucket`, resultFormat: 'CSV' } })) } },
      'Results can be distributed to one S3 location at most.'],
    ['a member twice', { distribute: { locations: [{ member: { accountId: PARTNER } }, { member: { accountId: PARTNER } }] } },
      'Results cannot be distributed to the same member twice.'],
  ])('cannot go to %s', async (_, output, message) => {
    expect(await errorOf(overlap.query(COUNT, to(output)))).toMatchObject({ name: 'ValidationException', reason: 'INVALID_CONFIGURATION', message });
    expect(await endpoint.queries()).toEqual([]);
  });

  test('need a default, unless the run says where they go', async () => {
    overlap = await Overlap.join(parties, null);
    for (const output of [{}, to({ member: { accountId: US } })]) {
      expect(await errorOf(overlap.query(COUNT, output))).toMatchObject({
        name: 'ValidationException', status: 400, reason: 'INVALID_CONFIGURATION', message: `Account ${US} has no default result configuration: give it one, or the query an output.`,
      });
    }
    expect((await overlap.query(COUNT, ownBucket())).status).toBe('SUBMITTED');
  });

  test('are not for a runner who cannot receive, nor for a member who cannot or has not joined', async () => {
    const abilities = { abilities: ['CAN_QUERY'] as const };
    const collaborationIdentifier = parties.collaborate(abilities, {
      members: [
        { accountId: US, displayName: 'Us', ...abilities },
        { accountId: STRANGER, displayName: 'Not yet', abilities: ['CAN_RECEIVE_RESULTS'] },
      ],
    });
    const { membership } = await parties.us.send(new CreateMembershipCommand({
      collaborationIdentifier, queryLogStatus: 'ENABLED', defaultResultConfiguration: s3Results('own-results'),
    }));
    for (const output of [{}, ownBucket(), to({ member: { accountId: PARTNER } }), to({ member: { accountId: STRANGER } })]) {
      expect(await errorOf(overlap.query(COUNT, { membershipIdentifier: membership?.id, ...output }))).toMatchObject({
        reason: 'INVALID_CONFIGURATION', message: expect.stringContaining('not an active member who can receive results'),
      });
    }
  });

  test('are written with the role of the configuration, or with the rights of the caller', async () => {
    overlap = await Overlap.join(parties, { ...s3Results('retailer-results'), roleArn: ROLE });
    const asked: unknown[] = [];
    endpoint.settings.canWrite = (roleArn, bucket, key) => asked.push([roleArn, bucket, key]) < 2;
    const allowed = await overlap.get(await overlap.query(COUNT));
    const denied = await overlap.get(await overlap.query(COUNT, ownBucket()));
    expect(asked).toEqual([
      [ROLE, 'retailer-results', `overlap/${allowed.id}/part-00000.csv`],
      [undefined, 'other-results', `${denied.id}/part-00000.csv`],
    ]);
    expect([allowed.status, denied.status, denied.error?.code, denied.result]).toEqual(['SUCCESS', 'FAILED', 'RESOURCE_ACCESS_DENIED', undefined]);
    expect(await filesOf()).toHaveLength(1);
  });

  test('of more than 12 hours need a role', async () => {
    let time = Date.now();
    endpoint.settings.now = () => new Date(time);
    endpoint.settings.queryDurations = { submitted: 0, started: 13 * 3_600_000, cancelling: 0 };
    const withoutRole = await overlap.query(COUNT);
    overlap = await Overlap.join(parties, { ...s3Results('retailer-results'), roleArn: ROLE });
    await overlap.query(COUNT);
    time += 13 * 3_600_000;
    expect(await endpoint.queries()).toMatchObject([
      {
        id: withoutRole.id,
        status: 'FAILED',
        error: {
          code: 'RESOURCE_ACCESS_DENIED', message: 'Results of more than 12 hours are delivered through a role only: give the result configuration a role, or shorten the timeout.',
        },
      }, { status: 'SUCCESS' },
    ]);
  });

  test('stay within the folder that was given, and stay there', async () => {
    const root = mkdtempSync(join(tmpdir(), 'results-test-'));
    endpoint.settings.resultsRoot = root;
    await overlap.query(COUNT, ownBucket({ keyPrefix: '../../../escape//' }));
    const [{ path }] = await filesOf();
    expect(readdirSync(root)).toEqual(['other-results']);
    expect(path.startsWith(join(root, 'other-results/'))).toBe(true);
    endpoint.reset();
    expect(readFileSync(path, 'utf8')).toBe('rows\n200\n');
    rmSync(root, { recursive: true });
  });

  test('in a folder of the endpoint\'s own go with a reset', async () => {
    await overlap.query(COUNT);
    const [{ path }] = await filesOf();
    expect(readdirSync(dirname(path))).toEqual(['part-00000.csv']);
    endpoint.reset();
    expect(() => readdirSync(dirname(path))).toThrow('ENOENT');
  });
});
