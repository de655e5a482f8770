import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { systemClock } from '../../../src/handlers/clean-rooms/shared/clock';
import type { Clock } from '../../../src/handlers/clean-rooms/shared/clock';
import { respondWith } from '../../../src/handlers/clean-rooms/shared/respond';
import type { Response } from '../../../src/handlers/clean-rooms/shared/respond';

interface Received {
  readonly method?: string;
  readonly url?: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

type Treatment = number | 'cut' | 'hang';

let server: http.Server;
let received: Received[];
let treatments: Treatment[];
let slept: number[];
let limits: number[];
let hasToHurry: boolean;

beforeEach(async () => {
  [received, treatments, slept, limits, hasToHurry] = [[], [], [], [], false];
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      const treatment = treatments.shift() ?? 200;
      if (treatment === 'cut') return request.socket.destroy();
      if (treatment === 'hang') return undefined;
      return response.writeHead(treatment).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }));

const SUCCESS: Response = { Status: 'SUCCESS', PhysicalResourceId: 'id', Data: { Arn: 'arn' } };
const failure = (Reason: string): Response => ({ Status: 'FAILED', PhysicalResourceId: 'id', Reason });

async function respond(outcome: Response): Promise<void> {
  const ResponseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?X-Amz-Signature=secret`;
  const event = { ResponseURL, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Membership' } as CloudFormationCustomResourceEvent;
  const clock: Clock = {
    now: () => 0,
    sleep: async (milliseconds) => { slept.push(milliseconds); },
    limit: async (milliseconds, call) => { limits.push(milliseconds); return systemClock.limit(hasToHurry ? 50 : milliseconds, call); },
  };
  await respondWith(clock)(event, outcome, 'stream/1');
}

test('puts the answer with an empty content type and its length', async () => {
  await respond(SUCCESS);
  expect(received).toHaveLength(1);
  const [{ method, url, headers, body }] = received;
  expect({ method, url }).toEqual({ method: 'PUT', url: '/answer?X-Amz-Signature=secret' });
  expect(headers).toMatchObject({ 'content-type': '', 'content-length': String(Buffer.byteLength(body)) });
  expect(headers).not.toHaveProperty('transfer-encoding');
  expect(JSON.parse(body)).toEqual({ ...SUCCESS, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Membership' });
});

test('tells a failure in its words and where to read on', async () => {
  await respond(failure('the bucket is missing'));
  expect(JSON.parse(received[0].body)).toMatchObject({ Status: 'FAILED', Reason: 'the bucket is missing (log stream stream/1)' });
});

test.each([['letters', 'x'.repeat(10_000)], ['four-byte characters', '🦉'.repeat(3_000)], ['characters that JSON escapes', '"\n\u0001'.repeat(3_000)]])(
  'cuts a reason of %s so that the body fits, and keeps the log stream', async (_what, reason) => {
    await respond(failure(reason));
    const [{ body }] = received;
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(body)).toBeGreaterThan(3000);
    const { Reason } = JSON.parse(body) as { Reason: string };
    expect(Reason).toMatch(/… \(log stream stream\/1\)$/);
    expect(Reason).not.toContain('\uFFFD');
  });

test.each<[string, Treatment[]]>([['server errors', [500, 503]], ['cut connections', ['cut', 'cut', 'cut']], ['both', ['cut', 500]]])('tries again after %s', async (_what, failures) => {
  treatments = [...failures];
  await respond(SUCCESS);
  expect(received).toHaveLength(failures.length + 1);
  expect(slept).toEqual([1_000, 2_000, 4_000].slice(0, failures.length));
});

test('gives up after four attempts, without telling the URL', async () => {
  treatments = Array<Treatment>(9).fill('cut');
  await expect(respond(SUCCESS)).rejects.toThrow(/^CloudFormation could not be answered: [A-Z]+$/);
  expect(received).toHaveLength(4);
});

test('does not repeat what is refused for good, such as an expired URL', async () => {
  treatments = [403];
  await expect(respond(SUCCESS)).rejects.toThrow('CloudFormation could not be answered: status 403');
  expect(received).toHaveLength(1);
});

test('gives up an attempt that is never answered, and answers with the next', async () => {
  hasToHurry = true;
  treatments = ['hang'];
  await respond(SUCCESS);
  expect(received).toHaveLength(2);
});

test('all attempts and their pauses fit into half a minute, which is kept for the answer', async () => {
  hasToHurry = true;
  treatments = Array<Treatment>(9).fill('hang');
  await expect(respond(SUCCESS)).rejects.toThrow('CloudFormation could not be answered: TimeoutError');
  expect(received).toHaveLength(4);
  expect([...limits, ...slept].reduce((sum, each) => sum + each)).toBeLessThan(30_000);
});
