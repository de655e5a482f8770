import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { AccountOnThisMachine, World } from './account-on-this-machine';
import { Outcome, REACHED, verify } from '../../scripts/verify-aws/verify';
import { ACCOUNT, PARTNER } from '../support/membership-app';
import { some } from '../support/rounds';

/** The script for whoever has an account, played at the local endpoint: each assumption holds, and each is made to fail once. */

type Sabotage = (world: World) => void;

let endpoint: CleanRoomsEndpoint;
let now: number;
beforeAll(async () => { endpoint = await CleanRoomsEndpoint.start({ accountId: ACCOUNT, accounts: { AKIAPARTNER: PARTNER } }); });
afterAll(async () => endpoint.stop());
beforeEach(() => {
  endpoint.reset();
  now = Date.parse('2026-11-25T00:00:00Z');
  endpoint.settings.now = () => new Date(now);
});

interface Played extends Outcome {
  readonly world: World;
}

interface Circumstances {
  /** There is no second profile. */
  readonly alone?: boolean;
  readonly signal?: AbortSignal;
}

async function play(sabotage: Sabotage = () => undefined, options: Circumstances = {}): Promise<Played> {
  const world = new World();
  sabotage(world);
  const account = new AccountOnThisMachine(world, endpoint, ACCOUNT, 'AKIAUS');
  const partner = new AccountOnThisMachine(world, endpoint, PARTNER, 'AKIAPARTNER');
  try {
    const outcome = await verify({
      account,
      partner: options.alone ? undefined : partner,
      suffix: '0123',
      signal: options.signal ?? new AbortController().signal,
      sleep: async (milliseconds) => { now += milliseconds; },
      say: () => undefined,
    });
    return { ...outcome, world };
  } finally {
    account.stop();
    partner.stop();
  }
}

const verdicts = ({ report }: Outcome) => Object.fromEntries(report.rows.map(({ id, verdict }) => [id, verdict]));

/** Nothing that was made is left, nowhere. */
async function expectClean({ left, world }: Played): Promise<void> {
  expect(left).toEqual([]);
  expect([world.buckets.size, world.roles.size, world.machines.size]).toEqual([0, 0, 0]);
  expect(endpoint.memberships().map(({ status }) => status).filter((status) => status === 'ACTIVE')).toEqual([]);
}

test('each assumption that can be reached holds at the local endpoint, and nothing is left', async () => {
  const outcome = await play();
  expect(outcome.report.rows.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
  expect(Object.keys(verdicts(outcome)).sort()).toEqual([...REACHED].sort());
  await expectClean(outcome);
});

test('with one account what needs a second one is not reached', async () => {
  const outcome = await play(undefined, { alone: true });
  expect(outcome.report.rows.filter(({ verdict }) => verdict !== 'holds').map(({ id, verdict }) => [id, verdict])).toEqual([['foreign-bucket', 'not reached']]);
});

const failure = (name: string) => { throw Object.assign(new Error('sabotage'), { name }); };

/** Every call of an operation, or those that a condition picks, answers something else. */
const answers = (operation: string, change: (output: any) => unknown, picks: (call: number) => boolean = () => true): Sabotage => (world) => {
  let calls = 0;
  world.around = async (each, _input, next) => (each === operation && picks(calls++) ? change(await next()) as Record<string, unknown> : next());
};

const refuses = (operation: string, name: string, picks: (call: number, input: any) => boolean = () => true): Sabotage => (world) => {
  let calls = 0;
  world.around = async (each, input, next) => (each === operation && picks(calls++, input) ? failure(name) : next());
};

const withResults = (_call: number, input: { readonly defaultResultConfiguration?: object }) => input.defaultResultConfiguration !== undefined;

const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'join-under-permissions': (world) => { world.denied = 'cleanrooms:CreateMembership'; },
  'read-after-create': refuses('GetMembership', 'ResourceNotFoundException', (call) => call < 13),
  'metrics-told': answers('GetMembership', ({ membership }) => ({ membership: { ...membership, isMetricsEnabled: undefined } })),
  'second-join': refuses('CreateMembership', 'ValidationException', (call) => call > 0),
  'unknown-membership': refuses('GetMembership', 'ValidationException', (_call, input) => input.membershipIdentifier.startsWith('00000000')),
  'fresh-role': refuses('UpdateMembership', 'InternalServerException', (call) => call === 0),
  'results-under-permissions': refuses('UpdateMembership', 'ValidationException', withResults),
  'results-stay': answers('GetMembership', ({ membership }) => ({ membership: { ...membership, defaultResultConfiguration: undefined } })),
  'locate-bucket-as-caller': (world) => { world.asksForBuckets = false; },
  'foreign-bucket': (world) => { world.asksForBuckets = false; },
  'logs-on-under-permissions': (world) => { world.denied = 'logs:CreateLogDelivery'; },
  'logs-off-under-permissions': (world) => { world.denied = 'logs:DeleteLogDelivery'; },
  'query-under-permissions': (world) => { world.denied = 'cleanrooms:StartProtectedQuery'; },
  'query-tells-text': answers('GetProtectedQuery', ({ protectedQuery }) => ({ protectedQuery: { ...protectedQuery, sqlParameters: { queryString: 'select 1 as one' } } })),
  'query-tells-output': answers('GetProtectedQuery', ({ protectedQuery }) => (
    { protectedQuery: { ...protectedQuery, resultConfiguration: { outputConfiguration: { member: { accountId: ACCOUNT } } } } })),
  'query-listed': answers('ListProtectedQueries', () => ({ protectedQueries: [] })),
  'cancel-twice': refuses('UpdateProtectedQuery', 'ValidationException', (call) => call === 1),
  'cancelled-ends': answers('GetProtectedQuery', ({ protectedQuery }) => ({ protectedQuery: { ...protectedQuery, status: 'CANCELLING' } })),
  'cancel-after-end': (world) => {
    let calls = 0;
    world.around = async (operation, _input, next) => (operation === 'UpdateProtectedQuery' && calls++ === 2 ? {} : next());
  },
  'machines-valid': (world) => { world.diagnoses = ['SCHEMA_VALIDATION_FAILED: no such field']; },
  'from-millis': (world) => { world.passes = (output) => output.replace('.000', ''); },
  'history-of-sdk-task': (world) => {
    world.tells = (event) => ({ ...event, taskScheduledEventDetails: event.taskScheduledEventDetails && { ...event.taskScheduledEventDetails, resourceType: 'cleanrooms' } });
  },
  'creator-stays': (world) => {
    world.around = async (operation, _input, next) => (operation === 'DeleteMembership' ? {} : next());
  },
};

test.each(some(REACHED, 6))('%s is seen to fail, and what was made is removed', async (id) => {
  const outcome = await play(SABOTAGES[id]);
  expect({ [id]: verdicts(outcome)[id] }).toEqual({ [id]: 'fails' });
  expect(Object.keys(verdicts(outcome)).sort()).toEqual([...REACHED].sort());
  await expectClean(outcome);
});

test('a list that is denied is not taken for one that shows the query', async () => {
  const outcome = await play((world) => { world.denied = 'cleanrooms:ListProtectedQueries'; });
  expect(outcome.report.rows.find(({ id }) => id === 'query-listed')).toEqual({ id: 'query-listed', verdict: 'fails', seen: 'AccessDeniedException' });
  await expectClean(outcome);
});

test.each(['CreateMembership', 'UpdateMembership', 'StartProtectedQuery', 'UpdateProtectedQuery'])('interrupted at %s it removes what was made', async (operation) => {
  const interrupted = new AbortController();
  const outcome = await play((world) => {
    world.around = async (each, _input, next) => {
      if (each === operation) interrupted.abort();
      return next();
    };
  }, { signal: interrupted.signal });
  await expectClean(outcome);
  expect(outcome.report.rows.some(({ verdict, seen }) => verdict === 'not reached' && seen === 'interrupted')).toBe(true);
  expect((await endpoint.queries()).filter(({ status }) => ['SUBMITTED', 'STARTED'].includes(status))).toEqual([]);
});

test('what cannot be removed is told, and the rest is removed', async () => {
  const outcome = await play((world) => {
    world.around = async (operation, _input, next) => (operation === 'DeleteCollaboration' ? failure('AccessDeniedException') : next());
  });
  expect(outcome.left).toEqual([expect.stringMatching(/^collaboration [0-9a-f-]{36}: sabotage$/)]);
  expect([outcome.world.buckets.size, outcome.world.roles.size]).toEqual([0, 0]);
});

describe('docs/assumptions.md', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'assumptions.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `[a-z-]+` \|/.test(line)).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));

  test('has a row for each assumption that the script reaches, and says of every other one why it is not reached', () => {
    const by = (isReached: boolean) => rows.filter((row) => (row[4] === '`npm run verify:aws`') === isReached);
    expect(by(true).map(([id]) => id.replaceAll('`', '')).sort()).toEqual([...REACHED].sort());
    expect(by(false).filter((row) => !/^not reached: .{20,}$/.test(row[4])).map(([id]) => id)).toEqual([]);
  });

  test('has each once, with every column filled', () => {
    expect(new Set(rows.map(([id]) => id)).size).toBe(rows.length);
    expect(rows.filter((row) => row.length !== 5 || row.some((cell) => cell === ''))).toEqual([]);
    expect(rows.length).toBeGreaterThan(REACHED.length);
  });
});
