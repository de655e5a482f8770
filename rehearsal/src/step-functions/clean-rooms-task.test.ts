import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { cleanRoomsTask } from './clean-rooms-task';
import { State } from './definition';
import { machineOf, tryMachine } from './fixtures/try-machine';
import { JsonObject, JsonValue } from './json';

const MEMBERSHIP = '11111111-2222-3333-4444-555555555555';
const QUERY = '66666666-7777-8888-9999-000000000000';

interface Request {
  readonly line: string;
  readonly body: JsonObject;
}

type Answer = { readonly status: number; readonly type?: string; readonly body: JsonValue } | 'cut' | 'silence';

let server: Server;
let requests: Request[];
let answers: Answer[];

beforeEach(async () => {
  requests = [];
  answers = [];
  server = createServer((request, response) => {
    void textOf(request).then((text) => {
      requests.push({ line: `${request.method} ${request.url}`, body: JSON.parse(text || '{}') as JsonObject });
      const answer = answers.shift() ?? 'cut';
      if (answer === 'cut') request.socket.destroy();
      if (typeof answer === 'string') return;
      response.writeHead(answer.status, {
        'content-type': 'application/json', 'x-amzn-requestid': 'request-1', ...(answer.type === undefined ? {} : { 'x-amzn-errortype': answer.type }),
      });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => { server.close(resolve); });
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function call(action: string, parameters: JsonObject, more: object = {}) {
  const { port } = server.address() as AddressInfo;
  const cleanrooms = cleanRoomsTask({ endpoint: `http://127.0.0.1:${port}`, requestTimeout: 200 });
  const states: Record<string, State> = {
    T: { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:cleanrooms:${action}`, Arguments: parameters, End: true, ...more },
  };
  return tryMachine(machineOf(states), { services: { cleanrooms } });
}

const GET = { MembershipIdentifier: MEMBERSHIP, ProtectedQueryIdentifier: QUERY };

test('parameters go out in the names of the service, keys of maps as they are', async () => {
  answers.push({ status: 200, body: { protectedQuery: { id: QUERY, membershipId: MEMBERSHIP, membershipArn: 'arn', createTime: 1767225600.5, status: 'SUBMITTED' } } });
  const outcome = await call('startProtectedQuery', {
    Type: 'SQL',
    MembershipIdentifier: MEMBERSHIP,
    SqlParameters: { AnalysisTemplateArn: 'arn:template', Parameters: { Day: '2026-01-01', run_id: '7' } },
    ResultConfiguration: { OutputConfiguration: { S3: { ResultFormat: 'CSV', Bucket: 'results', SingleFileOutput: true } } },
    ComputeConfiguration: { Worker: { Type: 'CR.1X', Number: 4, Properties: { Spark: { 'spark.sql.Shuffle': '8' } } } },
  });
  expect(requests).toEqual([{
    line: `POST /memberships/${MEMBERSHIP}/protectedQueries`,
    body: {
      type: 'SQL',
      sqlParameters: { analysisTemplateArn: 'arn:template', parameters: { Day: '2026-01-01', run_id: '7' } },
      resultConfiguration: { outputConfiguration: { s3: { resultFormat: 'CSV', bucket: 'results', singleFileOutput: true } } },
      computeConfiguration: { worker: { type: 'CR.1X', number: 4, properties: { spark: { 'spark.sql.Shuffle': '8' } } } },
    },
  }]);
  // Timestamps are ISO strings; what the service left out stays out.
  expect(outcome.output).toEqual({
    ProtectedQuery: { Id: QUERY, MembershipId: MEMBERSHIP, MembershipArn: 'arn', CreateTime: '2026-01-01T00:00:00.500Z', Status: 'SUBMITTED' },
  });
});

test('results come back in PascalCase, keys of maps as they are', async () => {
  answers.push({
    status: 200,
    body: {
      protectedQuery: {
        id: QUERY,
        status: 'SUCCESS',
        sqlParameters: { queryString: 'SELECT 1', parameters: { lower_key: 'v' } },
        statistics: { totalDurationInMillis: 1200, billedResourceUtilization: { units: 0.5 } },
        result: { output: { memberList: [{ accountId: '111122223333' }] } },
      },
    },
  });
  expect((await call('getProtectedQuery', GET)).output).toEqual({
    ProtectedQuery: {
      Id: QUERY,
      Status: 'SUCCESS',
      SqlParameters: { QueryString: 'SELECT 1', Parameters: { lower_key: 'v' } },
      Statistics: { TotalDurationInMillis: 1200, BilledResourceUtilization: { Units: 0.5 } },
      Result: { Output: { MemberList: [{ AccountId: '111122223333' }] } },
    },
  });
  expect(requests[0].line).toBe(`GET /memberships/${MEMBERSHIP}/protectedQueries/${QUERY}`);
});

test('an operation that answers nothing gives an empty object', async () => {
  answers.push({ status: 204, body: '' });
  expect(await call('deleteMembership', { MembershipIdentifier: MEMBERSHIP })).toMatchObject({ status: 'SUCCEEDED', output: {} });
});

test.each<readonly [string, number, string]>([
  ['ThrottlingException', 429, 'CleanRooms.ThrottlingException'],
  ['ServiceQuotaExceededException', 402, 'CleanRooms.ServiceQuotaExceededException'],
  ['ValidationException', 400, 'CleanRooms.ValidationException'],
  ['InternalServerException', 500, 'CleanRooms.InternalServerException'],
  ['NeverHeardOfException', 400, 'CleanRooms.CleanRoomsException'],
])('%s is told as the service tells it, after a single try', async (type, status, error) => {
  answers.push({ status, type, body: { message: 'no, thanks' } });
  expect(await call('getProtectedQuery', GET)).toMatchObject({
    status: 'FAILED', error, cause: `no, thanks (Service: CleanRooms, Status Code: ${status}, Request ID: request-1)`,
  });
  expect(requests).toHaveLength(1);
});

test.each<readonly [string, Answer]>([
  ['a connection that is cut', 'cut'],
  ['no answer', 'silence'],
])('%s is CleanRooms.SdkClientException, after a single try', async (_, answer) => {
  answers.push(answer);
  const outcome = await call('getProtectedQuery', GET);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'CleanRooms.SdkClientException' });
  expect(outcome.cause).toMatch(/^Unable to execute HTTP request: ./);
  expect(requests).toHaveLength(1);
});

test.each<readonly [string, JsonObject, string]>([
  ['a missing field', { MembershipIdentifier: MEMBERSHIP }, "The field 'ProtectedQueryIdentifier' is required but was missing"],
  ['a field that the service does not have', { ...GET, Verbose: true }, "The field 'Verbose' is not supported by Step Functions"],
  ['a field in the case of the service', { ...GET, membershipIdentifier: MEMBERSHIP }, "The field 'membershipIdentifier' is not supported by Step Functions"],
  ['a number for a string', { ...GET, MembershipIdentifier: 7 }, "The value for the field 'MembershipIdentifier' must be a STRING"],
])('%s never leaves Step Functions', async (_, parameters, problem) => {
  const outcome = await call('getProtectedQuery', parameters, { Retry: [{ ErrorEquals: ['States.ALL'] }] });
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(outcome.cause).toContain(`could not be used to start the Task: [${problem}]`);
  expect(requests).toEqual([]);
});
