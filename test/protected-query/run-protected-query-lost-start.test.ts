import { Bucket } from 'aws-cdk-lib/aws-s3';
import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import { ProtectedQuery, ProtectedQueryOutput, QueryParameter, ResultFormat } from '../../src';
import { FakeProtectedQueries, FakeProtectedQueriesOptions, Fault } from '../support/fake-protected-queries';
import { ENV, newStack, PARTNER } from '../support/membership-app';
import { DAY, machineFor, MINIMUM, partnerTemplate, run, secondsOf, started, TEMPLATE_ARN } from '../support/query-app';

const stack = newStack(ENV);
const template = partnerTemplate(stack, [DAY, MINIMUM]);
const query = ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.literal('2026-01-01') } });
const machine = machineFor({ query }, stack);

const START = Date.parse('2026-01-01T00:00:00Z');
const OURS: JsonObject = { SqlParameters: { AnalysisTemplateArn: TEMPLATE_ARN, Parameters: { day: '2026-01-01' } } };

/** Ways in which a start gets no answer that says whether a query runs now. */
const LOST: [string, Fault][] = [
  ['InternalServerException', { error: 'InternalServerException' }],
  ['a cut connection', { error: 'SdkClientException' }],
  ['an error nobody knows', { error: 'CleanRoomsException' }],
  ['no answer', { seconds: 120 }],
];
const lost: Fault = { error: 'InternalServerException' };

const fakeThatLoses = (options: FakeProtectedQueriesOptions, ...faults: Fault[]) => new FakeProtectedQueries(options).failNext('startProtectedQuery', ...faults);

describe.each(LOST)('after %s', (_fault, fault) => {
  test('a query that was started is found and followed', async () => {
    const fake = fakeThatLoses({}, { ...fault, executed: true });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[0].id, status: 'SUCCESS' } });
    expect(started(fake)).toHaveLength(1);
  });

  test('a query that was not started is started once more, when the list must know', async () => {
    const fake = fakeThatLoses({}, { ...fault, executed: false });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.queries).toHaveLength(1);
    const [first, second, ...others] = fake.callsOf('startProtectedQuery');
    expect(second.at - first.at).toBeGreaterThan(100_000);
    expect(second.parameters).toEqual(first.parameters);
    expect(others).toEqual([]);
  });

  test('and again after another start, it is not known whether a query runs', async () => {
    const fake = fakeThatLoses({}, { ...fault, executed: false }, { ...fault, executed: false });
    expect(await run(machine, fake)).toMatchObject({
      status: 'FAILED',
      error: 'ProtectedQuery.StartUnknown',
      cause: 'the service did not answer the start of the query, and the query was not found: look at the queries of the membership before you run it again',
    });
    expect(started(fake)).toHaveLength(2);
  });

  test('and again after another start that was executed, the query is found', async () => {
    const fake = fakeThatLoses({}, { ...fault, executed: false }, { ...fault, executed: true });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.queries).toHaveLength(1);
  });
});

describe('the query is found', () => {
  const finds = async (options: FakeProtectedQueriesOptions) => {
    const fake = fakeThatLoses(options, { ...lost, executed: true });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[0].id } });
    expect(fake.queries).toHaveLength(1);
    return fake;
  };

  test.each([5, 30, 60, 100])('though the list shows it %i seconds late', async (listLagSeconds) => finds({ listLagSeconds }));
  test('though Get does not show it at first', async () => finds({ getLagSeconds: 3 }));
  test('though it is seen only when a second start was lost too', async () => {
    const fake = fakeThatLoses({ listLagSeconds: 150 }, { ...lost, executed: true }, { ...lost, executed: false });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.queries).toHaveLength(1);
  });

  test('though it has ended by then', async () => finds({ course: () => ({ seconds: 1 }) }));
  test('though list and Get are throttled', async () => finds({
    fault: ({ action, index }) => (['listProtectedQueries', 'getProtectedQuery'].includes(action) && index < 3 ? { error: 'ThrottlingException' } : undefined),
  }));

  test('on the last page of a long list, among queries of others', async () => {
    const fake = fakeThatLoses({ pageSize: 10, slots: Infinity }, { ...lost, executed: true });
    for (let index = 0; index < 44; index += 1) fake.add(OURS, START - 3_600_000, {});
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[44].id } });
    const look = [undefined, '10', '20', '30', '40'];
    expect(fake.callsOf('listProtectedQueries').map(({ parameters }) => parameters.NextToken)).toEqual([...look, ...look, ...look]);
    // Old ones are not even read.
    expect(fake.callsOf('getProtectedQuery')[0].parameters.ProtectedQueryIdentifier).toBe(fake.queries[44].id);
  });

  test('and keeps its deadline, counted from its creation', async () => {
    const fake = fakeThatLoses({ listLagSeconds: 60, course: () => ({ seconds: 86_000 }) }, { ...lost, executed: true });
    expect(await run(machine, fake)).toMatchObject({ error: 'ProtectedQuery.TimedOut' });
    const [{ createdAt, cancelledAt = 0 }] = fake.queries;
    expect((cancelledAt - createdAt) / 1000).toBe(12 * 3600);
  });

  test('though the service tells values, an output and a compute that it took by default', async () => {
    const fake = fakeThatLoses({}, lost);
    fake.add(OURS, START, {}, {
      SqlParameters: { AnalysisTemplateArn: TEMPLATE_ARN, Parameters: { minimum: '2', day: '2026-01-01' } },
      ResultConfiguration: { OutputConfiguration: { S3: { Bucket: 'default', ResultFormat: 'CSV' } } },
      ComputeConfiguration: { Worker: { Type: 'CR.1X', Number: 16 } },
    });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[0].id } });
    expect(fake.queries).toHaveLength(1);
  });
});

describe('is not taken for the query', () => {
  const others: [string, JsonObject][] = [
    ['one of another template', { SqlParameters: { AnalysisTemplateArn: `${TEMPLATE_ARN}0`, Parameters: { day: '2026-01-01' } } }],
    ['one of SQL', { SqlParameters: { QueryString: 'SELECT 1' } }],
    ['one with another value', { SqlParameters: { AnalysisTemplateArn: TEMPLATE_ARN, Parameters: { day: '2026-01-02' } } }],
    ['one with another value for a default', { SqlParameters: { AnalysisTemplateArn: TEMPLATE_ARN, Parameters: { day: '2026-01-01', minimum: '3' } } }],
    ['one without values', { SqlParameters: { AnalysisTemplateArn: TEMPLATE_ARN } }],
    ['one for another receiver', { ...OURS, ResultConfiguration: { OutputConfiguration: { Member: { AccountId: PARTNER } } } }],
    ['one for several receivers', { ...OURS, ResultConfiguration: { OutputConfiguration: { Distribute: { Locations: [{ Member: { AccountId: PARTNER } }] } } } }],
  ];

  test.each(others)('%s', async (_which, parameters) => {
    const fake = fakeThatLoses({}, lost);
    const other = fake.add(parameters, START);
    const outcome = await run(machine, fake);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[1].id } });
    expect(fake.queries).toHaveLength(2);
    expect(other.cancelledAt).toBeUndefined();
  });

  test('one that was there before', async () => {
    const fake = fakeThatLoses({}, lost);
    fake.add(OURS, START - 60_000, { seconds: 7200 });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[1].id } });
  });

  test('one that was there before a long wait for room ended', async () => {
    const quota = Array.from({ length: 10 }, (): Fault => ({ error: 'ServiceQuotaExceededException' }));
    const fake = new FakeProtectedQueries().failNext('startProtectedQuery', ...quota, lost);
    fake.add(OURS, START + 60_000, { seconds: 7200 });
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[1].id } });
  });
});

describe('the output tells queries apart', () => {
  const member = (AccountId: string): JsonObject => ({ Member: { AccountId } });
  const s3 = (more: JsonObject = {}): JsonObject => ({ S3: { Bucket: 'results', KeyPrefix: 'a', ResultFormat: 'CSV', ...more } });
  const distribute = (...Locations: JsonObject[]): JsonObject => ({ Distribute: { Locations } });
  const place = newStack(ENV);
  const bucket = Bucket.fromBucketName(place, 'Bucket', 'results');
  const toBucket = ProtectedQueryOutput.s3(bucket, { keyPrefix: 'a', resultFormat: ResultFormat.CSV, singleFileOutput: true });
  const toMembers = ProtectedQueryOutput.distribute([ProtectedQueryOutput.member(PARTNER), ProtectedQueryOutput.member('777788889999')]);
  const toBoth = ProtectedQueryOutput.distribute([toBucket, ProtectedQueryOutput.member(PARTNER)]);

  const ROWS: [string, ProtectedQueryOutput, JsonObject, boolean][] = [
    ['a bucket', toBucket, s3(), true],
    ['another bucket', toBucket, s3({ Bucket: 'others' }), false],
    ['another prefix', toBucket, s3({ KeyPrefix: 'b' }), false],
    ['another format', toBucket, s3({ ResultFormat: 'PARQUET' }), false],
    ['a member instead of a bucket', toBucket, member(PARTNER), false],
    ['a member', ProtectedQueryOutput.member(PARTNER), member(PARTNER), true],
    ['another member', ProtectedQueryOutput.member(PARTNER), member('777788889999'), false],
    ['members in another order', toMembers, distribute(member('777788889999'), member(PARTNER)), true],
    ['other members', toMembers, distribute(member(PARTNER), member('000011112222')), false],
    ['more members', toMembers, distribute(member('777788889999'), member(PARTNER), member('000011112222')), false],
    ['a bucket besides', toMembers, distribute(member('777788889999'), member(PARTNER), s3()), false],
    ['a bucket and a member', toBoth, distribute(member(PARTNER), s3()), true],
    ['another bucket and a member', toBoth, distribute(s3({ Bucket: 'others' }), member(PARTNER)), false],
    ['two members for a bucket and one', toBoth, distribute(member('777788889999'), member(PARTNER)), false],
  ];

  test.each(ROWS)('%s', async (_which, output, OutputConfiguration, same) => {
    const fake = fakeThatLoses({}, lost);
    fake.add({ SqlParameters: { QueryString: 'SELECT 1' }, ResultConfiguration: { OutputConfiguration } }, START);
    const outcome = await run(machineFor({ query: ProtectedQuery.sql('SELECT 1', { output }) }), fake);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { queryId: fake.queries[same ? 0 : 1].id } });
    expect(fake.queries).toHaveLength(same ? 1 : 2);
  });
});

describe('where the look itself fails, nothing is started again', () => {
  test.each<['listProtectedQueries' | 'getProtectedQuery', string]>([
    ['listProtectedQueries', 'InternalServerException'],
    ['listProtectedQueries', 'AccessDeniedException'],
    ['getProtectedQuery', 'SdkClientException'],
    ['getProtectedQuery', 'ResourceNotFoundException'],
  ])('%s with %s', async (action, error) => {
    const fake = fakeThatLoses({ fault: (call) => (call.action === action ? { error } : undefined) }, { ...lost, executed: true });
    expect(await run(machine, fake)).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.StartUnknown' });
    expect(fake.queries).toHaveLength(1);
  });

  test('in the middle of a list', async () => {
    const fake = fakeThatLoses({ pageSize: 1, fault: ({ action, index }) => (action === 'listProtectedQueries' && index > 0 ? { error: 'AccessDeniedException' } : undefined) }, lost);
    fake.add({}, START - 10_000_000);
    fake.add({}, START - 10_000_000);
    expect(await run(machine, fake)).toMatchObject({ error: 'ProtectedQuery.StartUnknown' });
    expect(started(fake)).toHaveLength(1);
  });
});

test('a run that must look is not much longer than another', async () => {
  const fake = fakeThatLoses({ course: () => ({ seconds: 20 }) }, { ...lost, executed: true });
  expect(secondsOf(await run(machine, fake))).toBeLessThan(40);
});
