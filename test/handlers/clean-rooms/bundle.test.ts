import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { ACCOUNT, COLLABORATION, CREATOR, MEMBERSHIP } from './fake-clean-rooms';
import { LocalServices } from './local-services';
import type { Reply } from './local-services';
import { OWNER_TAGS, properties, queryResults, REQUEST_ID, STACK_ID } from './scenario';
import { LOOKUP_COMMANDS } from '../../../src/handlers/clean-rooms/lookup/collaborations-api';
import { CLEAN_ROOMS_COMMANDS } from '../../../src/handlers/clean-rooms/membership/clean-rooms-api';

// The function as it is shipped, in a process of its own, between HTTP servers: what the SDK does on the wire, and what the minifier could break.

const ROOT = resolve(__dirname, '../../..');
const ARN = `arn:aws:cleanrooms:eu-central-1:${ACCOUNT}:membership/${MEMBERSHIP}`;
const SIGNATURE = 'a-presigned-signature';
const directory = mkdtempSync(join(tmpdir(), 'membership-handler-'));
const bundle = join(directory, 'index.js');
let services: LocalServices;

interface Task {
  readonly steps: { readonly execArgs: string[] }[];
}

/** With the options of the project's own bundling task. */
beforeAll(() => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen/tasks.json'), 'utf8')) as { tasks: Record<string, Task> };
  const options = tasks['bundle:handlers/clean-rooms/index.lambda'].steps[0].execArgs;
  const valuesOf = (name: string) => options.filter((option) => option.startsWith(`--${name}`)).map((option) => option.replace(/^--[a-z-]+[:=]?/, ''));
  esbuild.buildSync({
    entryPoints: [join(ROOT, 'src/handlers/clean-rooms/index.lambda.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: valuesOf('minify').length > 0,
    target: valuesOf('target'),
    external: valuesOf('external'),
    mainFields: valuesOf('main-fields').join().split(','),
  });
});
afterAll(() => { rmSync(directory, { recursive: true }); });

beforeEach(async () => {
  services = new LocalServices();
  await services.start();
});
afterEach(async () => services.stop());

/** Sleeps take next to no time; calls have theirs. */
const CHILD = `
const { bundle, event, clock } = JSON.parse(process.env.INVOCATION);
const { VirtualClock } = require(clock);
new VirtualClock(20_000, () => {}).install().thaw(0);
require(bundle).handler(event, { getRemainingTimeInMillis: () => 900000, logStreamName: 'stream/1' })
  .then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
`;

async function invoke(event: Record<string, unknown>): Promise<{ answer: Record<string, unknown>; output: string }> {
  const invocation = {
    bundle,
    clock: join(ROOT, 'rehearsal/src/account/virtual-clock.cjs'),
    event: {
      ResourceType: 'Custom::CleanRoomsMembership',
      LogicalResourceId: 'Membership',
      StackId: STACK_ID,
      RequestId: REQUEST_ID,
      ResponseURL: `${services.url}/answer?X-Amz-Signature=${SIGNATURE}`,
      ...event,
    },
  };
  const env = { PATH: process.env.PATH, ...services.environment, INVOCATION: JSON.stringify(invocation) };
  const child = spawn(process.execPath, ['-e', CHILD], { env, timeout: 20_000 });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  await new Promise((done) => child.on('close', done));
  const answers = services.requests('PUT', /^\/answer$/);
  if (answers.length !== 1) throw new Error(`expected one answer, got ${answers.length}: ${output}`);
  return { answer: JSON.parse(answers[0].body) as Record<string, unknown>, output };
}

const membership = {
  id: MEMBERSHIP,
  arn: ARN,
  collaborationId: COLLABORATION,
  collaborationArn: `arn:aws:cleanrooms:eu-central-1:${CREATOR}:collaboration/${COLLABORATION}`,
  collaborationCreatorAccountId: CREATOR,
  collaborationCreatorDisplayName: 'Publisher',
  collaborationName: 'Overlap',
  status: 'ACTIVE',
  memberAbilities: ['CAN_QUERY'],
  queryLogStatus: 'ENABLED',
  createTime: 0,
  updateTime: 0,
  paymentConfiguration: { queryCompute: { isResponsible: true } },
};

/** A service with one membership in it; `create` and `stackStatus` are what the test is about. */
function serve({ create = { status: 200, body: { membership } }, tags = OWNER_TAGS, stackStatus = 'DELETE_IN_PROGRESS' }: {
  create?: Reply; tags?: Record<string, string>; stackStatus?: string;
}): void {
  services.reply = ({ method, path, body }) => {
    if (method === 'PUT') return { status: 200 };
    if (method === 'POST' && path === '/memberships') return create;
    if (method === 'GET' && path === '/memberships') return { status: 200, body: { membershipSummaries: [membership] } };
    if (/^(GET|PATCH)$/.test(method) && path.startsWith('/memberships/')) return { status: 200, body: { membership } };
    if (method === 'GET' && path.startsWith('/tags/')) return { status: 200, body: { tags } };
    if (method === 'POST' && path === '/' && body.includes('Action=DescribeStackEvents')) {
      return { status: 200, body: '<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents></StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>' };
    }
    if (method === 'POST' && path === '/') {
      const stack = `<StackName>A</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${stackStatus}</StackStatus>`;
      return { status: 200, body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member>${stack}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>` };
    }
    return { status: 400, error: 'ValidationException', body: { message: `unexpected ${method} ${path}` } };
  };
}

const create = async () => invoke({ RequestType: 'Create', ResourceProperties: properties({ DefaultResultConfiguration: queryResults('private-prefix/') }) });
const creations = () => services.requests('POST', /^\/memberships$/);

test('creates, and answers every attribute', async () => {
  serve({});
  const { answer } = await create();
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP, StackId: STACK_ID, RequestId: REQUEST_ID, LogicalResourceId: 'Membership' });
  expect(answer.Data).toMatchObject({ Arn: ARN, CollaborationName: 'Overlap', MemberAbilities: 'CAN_QUERY', Status: 'ACTIVE' });
  expect(JSON.parse(creations()[0].body)).toMatchObject({ collaborationIdentifier: COLLABORATION, tags: OWNER_TAGS });
});

test.each<[string, Reply]>([
  ['a cut socket', 'cut'], ['InternalServerException', { status: 500, error: 'InternalServerException', body: { message: 'x' } }], ['a 503 of the way', { status: 503, body: '<html>' }],
])('after %s CreateMembership is not repeated: the membership is looked for and adopted', async (_what, reply) => {
  serve({ create: reply });
  const { answer } = await create();
  expect(creations()).toHaveLength(1);
  expect(services.requests('GET', /^\/memberships$/)).toHaveLength(1);
  expect(services.requests('PATCH', /./)).toHaveLength(1);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
});

test('a conflict is told by its reason, and the foreign membership by its tags', async () => {
  serve({ create: { status: 409, error: 'ConflictException', body: { message: 'no matter what', reason: 'ALREADY_EXISTS' } }, tags: {} });
  const { answer } = await create();
  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'not-created/Membership' });
  expect(answer.Reason).toMatch(new RegExp(`membership ${MEMBERSHIP} .*adoptExisting: true.* \\(log stream stream/1\\)$`));
  expect(services.requests('PATCH', /./)).toEqual([]);
});

test('the delay of IAM is waited out, whatever its message says', async () => {
  let left = 3;
  serve({});
  const usual = services.reply;
  services.reply = (exchange) => exchange.method === 'POST' && exchange.path === '/memberships' && left-- > 0
    ? { status: 400, error: 'ValidationException', body: { message: 'no matter what', reason: 'IAM_SYNCHRONIZATION_DELAY' } } : usual(exchange);
  expect((await create()).answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
  expect(creations()).toHaveLength(4);
});

test('a refusal by the service is one sentence, without a stack', async () => {
  serve({ create: { status: 400, error: 'ValidationException', body: { message: 'The prefix is wrong.', reason: 'FIELD_VALIDATION_FAILED' } } });
  expect((await create()).answer.Reason).toBe('The prefix is wrong (ValidationException/FIELD_VALIDATION_FAILED) (log stream stream/1)');
});

test('nothing secret is logged, and every line is JSON', async () => {
  for (const reply of [{ status: 200, body: { membership } }, 'cut', { status: 409, error: 'ConflictException', body: { reason: 'INVALID_STATE' } }] as Reply[]) {
    services.exchanges.length = 0;
    serve({ create: reply });
    const { output } = await create();
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ requestId: REQUEST_ID });
    for (const secret of [SIGNATURE, 'a-secret-key', 'a-session-token', 'private-prefix', '/answer']) expect(output).not.toContain(secret);
  }
});

test('a Delete in a rollback asks CloudFormation and deletes nothing', async () => {
  serve({ stackStatus: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' });
  const { answer } = await invoke({ RequestType: 'Delete', PhysicalResourceId: MEMBERSHIP, ResourceProperties: properties({ RemovalPolicy: 'DESTROY' }) });
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MEMBERSHIP });
  expect(services.requests('DELETE', /./)).toEqual([]);
});

test('a Delete of what an invented id names makes no call', async () => {
  serve({});
  await invoke({ RequestType: 'Delete', PhysicalResourceId: 'Analytics-Membership-1ABCDEF', ResourceProperties: {} });
  expect(services.exchanges.map(({ method }) => method)).toEqual(['PUT']);
});

test('the bundle is small, and holds no command beside those that the role allows', () => {
  const text = readFileSync(bundle, 'utf8');
  expect(statSync(bundle).size).toBeLessThanOrEqual(370_000);
  const sent = [...text.matchAll(/"CleanRoomsClient","([A-Za-z]+)Command"/g)].map(([, command]) => command);
  expect([...new Set(sent)].sort()).toEqual([...Object.keys(CLEAN_ROOMS_COMMANDS), ...Object.keys(LOOKUP_COMMANDS)].sort());
});
