import { paginateListProtectedQueries } from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsEndpoint } from './endpoint';
import { Overlap } from './fixtures/overlap';
import { errorOf, Parties, PARTNER, US } from './fixtures/parties';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const START = Date.UTC(2026, 10, 22, 3);
const HOUR = 3_600_000;

let parties: Parties;
let endpoint: CleanRoomsEndpoint;
let overlap: Overlap;
let time: number;

beforeAll(async () => {
  parties = await Parties.start();
  ({ endpoint } = parties);
});

beforeEach(async () => {
  endpoint.reset();
  time = START;
  Object.assign(endpoint.settings, { now: () => new Date(time), queryDurations: { submitted: 10, started: 100, cancelling: 5 } });
  overlap = await Overlap.join(parties);
});

afterAll(() => parties.stop());

const at = (milliseconds: number) => { time = START + milliseconds; };

describe('the states of a query', () => {
  test('pass with time, and SUCCESS tells the result and what it cost', async () => {
    const query = await overlap.start();
    expect(query).toMatchObject({ status: 'SUBMITTED', membershipId: overlap.membershipId, createTime: new Date(START) });
    const seen = [];
    for (const milliseconds of [9, 10, 109, 110]) {
      at(milliseconds);
      const { status, result, statistics, error } = await overlap.get(query);
      seen.push(status);
      expect([result, statistics, error]).toEqual(status === 'SUCCESS' ? [expect.anything(), expect.anything(), undefined] : [undefined, undefined, undefined]);
    }
    expect(seen).toEqual(['SUBMITTED', 'STARTED', 'STARTED', 'SUCCESS']);
    at(10 * HOUR);
    expect(await overlap.get(query)).toMatchObject({
      result: { output: { s3: { location: `s3://retailer-results/overlap/${query.id}/` } } },
      // 16 workers of 2 units each, billed for a minute at least.
      statistics: { totalDurationInMillis: 110, billedResourceUtilization: { units: 32 / 60 } },
    });
  });

  test('a query can have durations of its own', async () => {
    endpoint.timeNextQuery({ started: HOUR });
    const slow = await overlap.start(undefined, { computeConfiguration: { worker: { type: 'CR.4X', number: 4 } } });
    const quick = await overlap.start();
    at(110);
    expect([(await overlap.get(slow)).status, (await overlap.get(quick)).status]).toEqual(['STARTED', 'SUCCESS']);
    at(2 * HOUR);
    expect((await overlap.get(slow)).statistics?.billedResourceUtilization?.units).toBe(32);
  });

  test('the service ends a query after 24 hours', async () => {
    endpoint.timeNextQuery({ started: Infinity });
    const query = await overlap.start();
    at(24 * HOUR + 9);
    expect((await overlap.get(query)).status).toBe('STARTED');
    at(24 * HOUR + 10);
    const { status, result, statistics } = await overlap.get(query);
    expect([status, result, statistics?.totalDurationInMillis]).toEqual(['TIMED_OUT', undefined, 24 * HOUR + 10]);
    expect((await endpoint.queries())[0].executions).toBe(0);
  });

  test('a failure on demand is that of the next query alone', async () => {
    endpoint.failNextQuery({ code: 'INTERNAL_ERROR', message: 'Lost a worker.' });
    const [failing, other] = [await overlap.start(), await overlap.start()];
    at(109);
    expect((await overlap.get(failing)).status).toBe('STARTED');
    at(110);
    expect(await overlap.get(failing)).toMatchObject({ status: 'FAILED', error: { code: 'INTERNAL_ERROR', message: 'Lost a worker.' } });
    expect((await overlap.get(failing)).result).toBeUndefined();
    expect((await overlap.get(other)).status).toBe('SUCCESS');
    expect(await endpoint.queries()).toMatchObject([{ executions: 0, files: [] }, { executions: 1 }]);
  });

  test('a query tells what started it, and its defaults only if told to', async () => {
    const parameters = { day: '2026-11-20', minimum: '3' };
    const sqlParameters = { analysisTemplateArn: overlap.templateArn, parameters };
    const query = await overlap.get(await overlap.start(parameters));
    expect(query).toMatchObject({
      sqlParameters,
      resultConfiguration: { outputConfiguration: { s3: { bucket: 'retailer-results', keyPrefix: 'overlap/' } } },
      computeConfiguration: { worker: { type: 'CR.1X', number: 16 } },
    });
    endpoint.settings.tellsDefaults = false;
    const bare = await overlap.get(query);
    expect([bare.sqlParameters, bare.resultConfiguration, bare.computeConfiguration]).toEqual([sqlParameters, undefined, undefined]);
  });

  test('time alone runs a query, once, however many look at once', async () => {
    await overlap.start();
    at(110);
    const [query] = await endpoint.queries();
    await Promise.all([overlap.get(query), overlap.get(query), overlap.list(), endpoint.queries()]);
    expect(await endpoint.queries()).toMatchObject([{ startedBy: US, status: 'SUCCESS', executions: 1, files: [{ rows: 3 }] }]);
  });
});

describe('UpdateProtectedQuery', () => {
  test.each([['SUBMITTED', 0, 0], ['STARTED', 50, 32 / 60]])('cancels a query that is %s', async (status, moment, units) => {
    const query = await overlap.start();
    at(moment);
    expect((await overlap.get(query)).status).toBe(status);
    expect((await overlap.cancel(query)).status).toBe('CANCELLING');
    at(moment + 4);
    expect((await overlap.cancel(query)).status).toBe('CANCELLING');
    at(moment + 5);
    expect(await overlap.get(query)).toMatchObject({
      status: 'CANCELLED', statistics: { totalDurationInMillis: moment + 5, billedResourceUtilization: { units } },
    });
    at(HOUR);
    expect(await endpoint.queries()).toMatchObject([{ status: 'CANCELLED', executions: 0, files: [] }]);
  });

  test('conflicts with the end of a query, which stays', async () => {
    const [done, cancelled] = [await overlap.start(), await overlap.start()];
    await overlap.cancel(cancelled);
    at(110);
    for (const [query, status] of [[done, 'SUCCESS'], [cancelled, 'CANCELLED']] as const) {
      expect(await errorOf(overlap.cancel(query))).toMatchObject({
        name: 'ConflictException', status: 409, reason: 'INVALID_STATE', resourceId: query.id, message: `Protected query ${query.id} is ${status} already.`,
      });
      expect((await overlap.get(query)).status).toBe(status);
    }
  });
});

describe('slots', () => {
  test('five queries can be ongoing in a membership', async () => {
    const queries = [];
    for (let count = 0; count < 5; count++) queries.push(await overlap.start());
    const full = { name: 'ServiceQuotaExceededException', status: 402, quotaValue: 5, quotaName: expect.stringContaining('per membership') };
    expect(await errorOf(overlap.start())).toMatchObject(full);
    await (await Overlap.join(parties)).start();
    await overlap.cancel(queries[0]);
    expect(await errorOf(overlap.start())).toMatchObject(full);
    at(5);
    await overlap.start();
    expect(await errorOf(overlap.start())).toMatchObject(full);
    at(110);
    await overlap.start();
    expect(await endpoint.queries()).toHaveLength(8);
  });

  test('an account has fewer where its quota says so, over all its memberships', async () => {
    endpoint.settings.queriesPerAccount = 2;
    const elsewhere = await Overlap.join(parties);
    await overlap.start();
    await elsewhere.start();
    expect(await errorOf(elsewhere.start())).toMatchObject({ quotaName: expect.stringContaining('per account'), quotaValue: 2 });
    at(110);
    await elsewhere.start();
  });
});

describe('who may do what', () => {
  test('queries are the membership\'s whose they are', async () => {
    const query = await overlap.start();
    const foreign = await Overlap.join(parties);
    expect(await errorOf(overlap.send({ queryString: 'SELECT 1' }, {}, parties.stranger))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(await errorOf(overlap.get(query, parties.partner))).toMatchObject({ name: 'AccessDeniedException' });
    for (const promise of [foreign.get(query), foreign.cancel(query), overlap.get({ id: UNKNOWN_ID }), overlap.cancel({ id: UNKNOWN_ID })]) {
      expect(await errorOf(promise)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    }
    expect(await overlap.query('SELECT 1', { membershipIdentifier: UNKNOWN_ID }).catch(({ name }: Error) => name)).toBe('ResourceNotFoundException');
    expect(await foreign.list()).toEqual([]);
    expect(await endpoint.queries()).toHaveLength(1);
  });

  test('a member without the ability cannot query, nor one whose membership is over', async () => {
    const byPartner = overlap.send({ queryString: 'SELECT 1' }, { membershipIdentifier: overlap.partnerMembershipId }, parties.partner);
    expect(await errorOf(byPartner)).toMatchObject({
      name: 'AccessDeniedException', message: `Account ${PARTNER} is not allowed to query in collaboration ${overlap.collaborationId}.`,
    });
    const query = await overlap.start();
    endpoint.deleteCollaboration(overlap.collaborationId);
    expect(await errorOf(overlap.start())).toMatchObject({ name: 'AccessDeniedException' });
    expect((await overlap.get(query)).status).toBe('SUBMITTED');
  });
});

describe('ListProtectedQueries', () => {
  test('gives pages, filtered by status, with the receivers', async () => {
    const member = { resultConfiguration: { outputConfiguration: { member: { accountId: PARTNER } } } };
    const ids = [(await overlap.start()).id, (await overlap.start(undefined, member)).id];
    at(110);
    const young = await overlap.start();
    await overlap.cancel(await overlap.start());
    expect(await overlap.list('SUCCESS')).toEqual(ids);
    expect(await overlap.list('SUBMITTED')).toEqual([young.id]);
    expect(await overlap.list('CANCELLING')).toHaveLength(1);
    expect(await overlap.list('FAILED')).toEqual([]);

    const pages = [];
    for await (const page of paginateListProtectedQueries({ client: parties.us, pageSize: 3 }, { membershipIdentifier: overlap.membershipId })) {
      pages.push(page.protectedQueries ?? []);
    }
    expect(pages.map(({ length }) => length)).toEqual([3, 1]);
    expect(pages[0].map(({ receiverConfigurations }) => receiverConfigurations?.[0].configurationDetails)).toMatchObject(
      [US, PARTNER, US].map((account) => ({ directAnalysisConfigurationDetails: { receiverAccountIds: [account] } })),
    );
  });
});

describe('in the dark', () => {
  test('a fresh query is seen late by Get and List, but is there for a cancel', async () => {
    endpoint.settings.consistencyDelay = { milliseconds: 50 };
    const query = await overlap.start();
    at(49);
    expect(await errorOf(overlap.get(query))).toMatchObject({ name: 'ResourceNotFoundException', resourceId: query.id });
    expect(await overlap.list()).toEqual([]);
    expect(await endpoint.queries()).toHaveLength(1);
    at(50);
    expect((await overlap.get(query)).status).toBe('STARTED');
    expect(await overlap.list()).toEqual([query.id]);

    const unseen = await overlap.start();
    expect(await overlap.list()).toEqual([query.id]);
    endpoint.settle();
    expect(await overlap.list()).toContain(unseen.id);
    expect((await overlap.cancel(unseen)).status).toBe('CANCELLING');
  });

  test('a lost answer of a start leaves one query, which runs', async () => {
    endpoint.faults.loseAnswer('StartProtectedQuery');
    await expect(overlap.start()).rejects.toThrow('socket hang up');
    endpoint.faults.loseRequest('StartProtectedQuery');
    await expect(overlap.start()).rejects.toThrow('socket hang up');
    endpoint.faults.add({ operation: 'StartProtectedQuery', error: 'ThrottlingException' });
    expect(await errorOf(overlap.start())).toMatchObject({ name: 'ThrottlingException', status: 429 });
    expect(await overlap.list()).toHaveLength(1);
    at(110);
    expect(await endpoint.queries()).toMatchObject([{ status: 'SUCCESS', executions: 1 }]);
  });

  test('a lost answer of a cancel has cancelled', async () => {
    const query = await overlap.start();
    endpoint.faults.add({ operation: 'UpdateProtectedQuery', error: 'InternalServerException', when: 'after' });
    expect(await errorOf(overlap.cancel(query))).toMatchObject({ name: 'InternalServerException' });
    expect((await overlap.get(query)).status).toBe('CANCELLING');
  });

  test('a reset forgets queries, templates, tables and plans', async () => {
    endpoint.failNextQuery({ code: 'X', message: 'x' });
    endpoint.timeNextQuery({ started: HOUR });
    endpoint.reset();
    Object.assign(endpoint.settings, { now: () => new Date(time), queryDurations: { submitted: 0, started: 0, cancelling: 0 } });
    expect(await endpoint.queries()).toEqual([]);
    overlap = await Overlap.join(parties);
    const query = await overlap.start();
    expect(query.status).toBe('SUBMITTED');
    expect((await overlap.get(query)).status).toBe('SUCCESS');
  });
});

describe('events', () => {
  test('are told for every step once somebody looks', async () => {
    const told: string[] = [];
    endpoint.onQueryEvent((event) => told.push(`${event.time.slice(17, 23)} ${event['detail-type']}`));
    const query = await overlap.start();
    at(200);
    expect(told).toHaveLength(1);
    await overlap.get(query);
    await overlap.get(query);
    await overlap.cancel(await overlap.start());
    at(300);
    await overlap.list();
    expect(told).toEqual([
      '00.000 Protected Query Submitted', '00.010 Protected Query Started', '00.110 Protected Query Succeeded',
      '00.200 Protected Query Submitted', '00.200 Protected Query Cancelling', '00.205 Protected Query Cancelled',
    ]);
  });
});
