import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { cleanRoomsTask, ExecutionOutcome, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Overlap } from '../../rehearsal/src/clean-rooms/fixtures/overlap';
import { Parties, PARTNER, US } from '../../rehearsal/src/clean-rooms/fixtures/parties';
import {
  AnalysisTemplate, DateFormat, Membership, ProtectedQuery, ProtectedQueryOptions, ProtectedQueryOutput, QueryCompute, QueryParameter, ResultFormat,
  ScheduledProtectedQuery, ScheduledProtectedQueryProps, WorkerType,
} from '../../src';
import { ENV, newStack } from '../support/membership-app';
import { QueryAccount } from '../support/query-account';
import { newScheduled, synthesizedFor } from '../support/query-app';

/** The synthesized machines, the real SDK, HTTP and an endpoint that runs the SQL. */

const NIGHT = '2026-11-21T03:00:00Z';
const NAME = '20261121T030000Z';
const HOUR = 3_600_000;

let parties: Parties;
let endpoint: CleanRoomsEndpoint;
let overlap: Overlap;
let clock: VirtualClock;

beforeAll(async () => {
  parties = await Parties.start();
  ({ endpoint } = parties);
});

beforeEach(async () => {
  endpoint.reset();
  clock = new VirtualClock({ start: new Date('2026-11-21T02:59:00Z') });
  Object.assign(endpoint.settings, { now: () => new Date(clock.now()) });
  overlap = await Overlap.join(parties);
});

afterAll(() => parties.stop());

interface Deployment { readonly account: QueryAccount; readonly scheduled: ScheduledProtectedQuery }

/** A nightly query by the partner's template, for the day before. */
function deploy(options: ProtectedQueryOptions = {}, props: Partial<ScheduledProtectedQueryProps> = {}): Deployment {
  const stack = newStack(ENV);
  const template = AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Template', overlap.templateArn);
  const scheduled = newScheduled(stack, {
    membership: Membership.fromMembershipAttributes(stack, 'Ours', { membershipIdentifier: overlap.membershipId }),
    query: ProtectedQuery.fromAnalysisTemplate(template, {
      parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1), format: DateFormat.DATE }) }, ...options,
    }),
    ...props,
  });
  const cleanrooms = cleanRoomsTask({ endpoint: endpoint.url, region: endpoint.region, accessKeyId: 'AKIAUS' });
  return { account: new QueryAccount(synthesizedFor(scheduled.stateMachine), { clock, services: { cleanrooms } }), scheduled };
}

/** How the run of the night ended; it must be the only one. */
async function night({ account, scheduled }: Deployment, times = 1): Promise<ExecutionOutcome> {
  await Promise.all(account.fire(scheduled.schedule, NIGHT, times).map(async ({ done }) => done));
  const executions = account.executions(scheduled.stateMachine);
  expect(executions.map(({ name }) => name)).toEqual([NAME]);
  return executions[0].done;
}

test('a night, delivered three times: one query, its result where it should be', async () => {
  const outcome = await night(deploy(), 3);
  const [query, ...others] = await endpoint.queries();
  expect(others).toEqual([]);
  expect(query).toMatchObject({ status: 'SUCCESS', startedBy: US, executions: 1, sqlParameters: { parameters: { day: '2026-11-20' } } });
  expect(outcome).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      queryId: query.id, status: 'SUCCESS', s3Location: `s3://retailer-results/overlap/${query.id}/`, durationMillis: 62_000, billedUnits: 16 * 2 / 60,
    },
  });
  expect(readFileSync(query.files[0].path, 'utf8').trim().split('\n').length).toBe((query.files[0].rows ?? 0) + 1);
});

test('to the partner, and to both with workers of a size of their own', async () => {
  const toPartner = await night(deploy({ output: ProtectedQueryOutput.member(PARTNER) }));
  expect(toPartner.output).toMatchObject({ receiverAccountIds: [PARTNER] });
  expect(toPartner.output).not.toHaveProperty('s3Location');

  const bucket = Bucket.fromBucketName(newStack(ENV), 'Bucket', 'retailer-own');
  const output = ProtectedQueryOutput.distribute([
    ProtectedQueryOutput.s3(bucket, { keyPrefix: 'mine', resultFormat: ResultFormat.PARQUET, singleFileOutput: true }), ProtectedQueryOutput.member(PARTNER),
  ]);
  const toBoth = await night(deploy({ output, compute: QueryCompute.workers(WorkerType.CR_4X, 8, { sparkProperties: { 'spark.sql.shuffle.partitions': '8' } }) }));
  const [, query] = await endpoint.queries();
  expect(toBoth.output).toMatchObject({ s3Location: `s3://retailer-own/mine/${query.id}/`, receiverAccountIds: [PARTNER], billedUnits: 64 / 60 });
  expect(query.files.map(({ bucket: name }) => name).sort()).toEqual(['publisher-results', 'retailer-own']);
});

test('SQL that nobody can run fails with what the service says', async () => {
  const outcome = await night(deploy({}, { query: ProtectedQuery.sql('SELECT nothing FROM nowhere') }));
  const [{ id, error }] = await endpoint.queries();
  expect(outcome).toMatchObject({ error: 'ProtectedQuery.Failed.RESOURCE_NOT_FOUND', cause: `query ${id} failed: ${error?.code}: ${error?.message}` });
  expect(error?.code).toBe('RESOURCE_NOT_FOUND');
});

test('a value that the template does not take is refused, and nothing runs', async () => {
  const query = ProtectedQuery.fromAnalysisTemplate(AnalysisTemplate.fromAnalysisTemplateArn(newStack(ENV), 'Template', overlap.templateArn), {
    parameters: { day: QueryParameter.literal('yesterday') },
  });
  expect(await night(deploy({}, { query }))).toMatchObject({ error: 'CleanRooms.ValidationException', cause: expect.stringContaining('day') as string });
  expect(await endpoint.queries()).toEqual([]);
});

describe('a start without an answer', () => {
  test.each([0, 30_000, 60_000])('that was executed: the query is found, also where it is seen %i ms late', async (milliseconds) => {
    Object.assign(endpoint.settings, { consistencyDelay: { milliseconds } });
    endpoint.faults.loseAnswer('StartProtectedQuery');
    const outcome = await night(deploy());
    const queries = await endpoint.queries();
    expect(queries).toHaveLength(1);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { queryId: queries[0].id } });
  });

  test('where the service tells neither output nor compute', async () => {
    endpoint.settings.tellsDefaults = false;
    endpoint.faults.add({ operation: 'StartProtectedQuery', error: 'InternalServerException', when: 'after' });
    expect((await night(deploy())).status).toBe('SUCCEEDED');
    expect(await endpoint.queries()).toHaveLength(1);
  });

  test('that was not executed: it is started once more', async () => {
    await overlap.start({ day: '2026-11-19' });
    endpoint.faults.loseRequest('StartProtectedQuery');
    expect((await night(deploy())).status).toBe('SUCCEEDED');
    expect((await endpoint.queries()).map(({ sqlParameters }) => sqlParameters?.parameters?.day)).toEqual(['2026-11-19', '2026-11-20']);
  });

  test('twice: it is not known', async () => {
    endpoint.faults.loseRequest('StartProtectedQuery', 2);
    expect(await night(deploy())).toMatchObject({ error: 'ProtectedQuery.StartUnknown' });
    expect(await endpoint.queries()).toEqual([]);
  });
});

test('a full membership is waited for', async () => {
  endpoint.settings.queryDurations = { submitted: 2000, started: 30 * 60_000, cancelling: 5000 };
  for (let slot = 0; slot < 5; slot += 1) await overlap.start();
  const outcome = await night(deploy());
  expect(outcome.status).toBe('SUCCEEDED');
  expect(outcome.endedAt - outcome.startedAt).toBeGreaterThan(HOUR);
});

test('throttling and cut connections in a row are survived', async () => {
  endpoint.faults.add({ operation: 'StartProtectedQuery', error: 'ThrottlingException', times: 5 });
  endpoint.faults.add({ operation: 'GetProtectedQuery', error: 'ThrottlingException', times: 9 }, { operation: 'GetProtectedQuery', cut: 'before', times: 3 });
  expect((await night(deploy())).status).toBe('SUCCEEDED');
  expect(await endpoint.queries()).toHaveLength(1);
});

test('a query that takes too long is cancelled and nothing is delivered', async () => {
  endpoint.timeNextQuery({ started: 20 * HOUR });
  const outcome = await night(deploy({}, { timeout: Duration.hours(2) }));
  expect(outcome).toMatchObject({ error: 'ProtectedQuery.TimedOut' });
  expect(await endpoint.queries()).toMatchObject([{ status: 'CANCELLED', executions: 0, files: [] }]);
});

test('a query that somebody else cancels is told as such', async () => {
  endpoint.timeNextQuery({ started: 3 * HOUR });
  const deployment = deploy();
  deployment.account.fire(deployment.scheduled.schedule, NIGHT);
  await clock.sleep(HOUR);
  await overlap.cancel((await endpoint.queries())[0]);
  expect(await deployment.account.executions(deployment.scheduled.stateMachine)[0].done).toMatchObject({ error: 'ProtectedQuery.Cancelled' });
});

test('an execution that is stopped takes its query with it', async () => {
  endpoint.timeNextQuery({ started: 20 * HOUR });
  const { account, scheduled } = deploy();
  account.fire(scheduled.schedule, NIGHT);
  await clock.sleep(HOUR);
  account.stepFunctions.stop(account.executions(scheduled.stateMachine)[0].arn);
  await clock.sleep(60_000);
  expect(await endpoint.queries()).toMatchObject([{ status: 'CANCELLED', executions: 0 }]);
});
