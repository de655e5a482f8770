import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LocalAccount, StackEvent } from '.';
import { accountWithFunction, custom, IN_MEMORY, printed, received, sequence, template } from './fixtures/harness';

const accounts: LocalAccount[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  await Promise.all(accounts.splice(0).map(async (account) => account.stop()));
});

const account: typeof accountWithFunction = async (...parameters) => {
  const made = await accountWithFunction(...parameters);
  accounts.push(made.account);
  return made;
};

describe('the clock of a function', () => {
  test('ten minutes of waiting pass in a moment, for every clock that the function can read', async () => {
    const { account: local, serviceToken } = await account();
    const started = Date.now();
    await local.stack('Waits').deploy(template({ Thing: custom(serviceToken, { Sleep: 600 }) }));
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(printed(local)[1]).toEqual({ slept: 600, performance: 600, remaining: 300 });
    expect(local.clock.now() - Date.now()).toBeGreaterThan(599_000);
  });

  test('no time is passed over while the function waits for an answer that is under way', async () => {
    const server = createServer((_request, response) => setTimeout(() => response.end('at last'), 100));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { account: local, serviceToken } = await account({}, { timeout: 60 });
    const Read = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await local.stack('Reads').deploy(template({ Thing: custom(serviceToken, { Read }) }))).status).toBe('CREATE_COMPLETE');
    expect(printed(local)[1]).toEqual({ read: 'at last' });
    expect(local.clock.skipped).toBe(0);
  });

  test('a function that runs out of time is stopped in the middle, and its answer never comes', async () => {
    const { account: local, serviceToken } = await account({}, { timeout: 60 });
    const outcome = await local.stack('RunsOut').deploy(template({ Thing: custom(serviceToken, { Sleep: 61 }) }));
    expect(outcome.status).toBe('ROLLBACK_FAILED');
    expect(local.requests.map(({ answers }) => answers)).toEqual([[], []]);
  });

  test('an answer after ServiceTimeout is too late, though the function ends well', async () => {
    const { account: local, serviceToken } = await account();
    const outcome = await local.stack('TooLate').deploy(template({ Thing: custom(serviceToken, { ServiceTimeout: 60, Sleep: 90 }) }));
    expect(outcome.reason).toMatch(/^CloudFormation did not receive a response/);
    expect(local.requests[0].answers).toHaveLength(1);
  });

  test('the wait for an answer that never comes is an hour, or ServiceTimeout', async () => {
    const { account: local, serviceToken } = await account();
    const events = (outcome: { readonly events: readonly StackEvent[] }) => outcome.events.map(({ timestamp }) => timestamp.getTime());
    const waited = async (properties: { ServiceTimeout?: number }) => {
      const times = events(await local.stack(`Hour${properties.ServiceTimeout}`).deploy(template({ Thing: custom(serviceToken, { ...properties, Answer: 'none' }) })));
      return Math.round((Math.max(...times) - Math.min(...times)) / 1000);
    };
    expect(await waited({})).toBe(3600);
    expect(await waited({ ServiceTimeout: 90 })).toBe(90);
    expect((await local.stack('Bad').deploy(template({ Thing: custom(serviceToken, { ServiceTimeout: 3601 }) }))).reason).toContain('from 1 to 3600, got "3601"');
  });
});

describe('Lambda', () => {
  test('invokes again after an error, with the same event, also when the answer was given', async () => {
    const { account: local, serviceToken } = await account({}, { retryAttempts: 2 });
    expect((await local.stack('Again').deploy(template({ Thing: custom(serviceToken, { Answer: 'then crash' }) }))).status).toBe('CREATE_COMPLETE');
    expect(sequence(local)).toEqual(['Create Thing', 'Create Thing', 'Create Thing']);
    expect(new Set(received(local).map(({ RequestId }) => RequestId)).size).toBe(1);
  });

  test('gives the function its environment and context, and nothing of this process', async () => {
    process.env.SECRET_OF_THE_PARENT = 'x';
    const { account: local, serviceToken } = await account({ environment: { AWS_ENDPOINT_URL_CLEANROOMS: 'http://127.0.0.1:1' } });
    await local.stack('Environment').deploy(template({ Thing: custom(serviceToken, { ShowContext: true }) }));
    delete process.env.SECRET_OF_THE_PARENT;
    const { env, name, remaining } = printed(local)[1] as { env: Record<string, string>; name: string; remaining: number };
    expect(env).toMatchObject({
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'in-memory',
      AWS_ENDPOINT_URL_CLEANROOMS: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_CLOUDFORMATION: local.endpoint.url,
    });
    expect(env).not.toHaveProperty('SECRET_OF_THE_PARENT');
    expect(name).toBe('in-memory');
    expect(remaining).toBeLessThanOrEqual(900_000);
    expect(remaining).toBeGreaterThan(890_000);
  });

  test('keeps an environment warm, and starts another for events at the same time', async () => {
    const { account: local, serviceToken } = await account();
    // One after the other: a deployment waits for its handlers to end.
    await local.stack('Warm').deploy(template({ A: custom(serviceToken) }));
    await local.stack('Warm').deploy(template({ A: custom(serviceToken), B: custom(serviceToken) }));
    expect(local.processes.size).toBe(1);
    await local.stack('Two').deploy(template({ A: custom(serviceToken) }), { deliverTwice: 'A' });
    expect(local.processes.size).toBe(2);
  });

  test('runs what CDK synthesises: handler, time-out, variables and ServiceTimeout come from the template', async () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Synthesised');
    const made = new LambdaFunction(stack, 'Function', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.main',
      timeout: Duration.minutes(2),
      environment: { GREETING: 'hello' },
      code: Code.fromInline(`
        const http = require('http');
        exports.main = (event, context) => new Promise((resolve, reject) => {
          const body = JSON.stringify({
            Status: 'SUCCESS', StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, PhysicalResourceId: 'made',
            Data: { Greeting: process.env.GREETING, Seconds: String(Math.round(context.getRemainingTimeInMillis() / 1000)), Flag: event.ResourceProperties.Flag },
          });
          const request = http.request(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, resolve);
          request.on('error', reject);
          request.end(body);
        });`),
    });
    const thing = new CustomResource(stack, 'Thing', {
      serviceToken: made.functionArn, resourceType: 'Custom::Thing', serviceTimeout: Duration.minutes(3), properties: { Flag: true },
    });
    stack.exportValue(thing.getAttString('Greeting'), { name: 'Greeting' });
    stack.exportValue(thing.getAttString('Seconds'), { name: 'Seconds' });
    stack.exportValue(thing.getAttString('Flag'), { name: 'Flag' });
    const { account: local } = await account();
    const outcome = await local.stack('Synthesised').deploy(app.synth().getStackByName('Synthesised').template);
    expect(outcome.status).toBe('CREATE_COMPLETE');
    expect(Object.fromEntries(local.exports)).toEqual({ Greeting: 'hello', Seconds: '120', Flag: 'true' });
    expect(local.requests[0].event.ResourceProperties).toMatchObject({ ServiceTimeout: '180' });
    expect((await local.stack('Synthesised').delete()).status).toBe('DELETE_COMPLETE');
  });

  test('finds the code of an asset in the assembly, or says what to name', async () => {
    const functionTemplate = template({
      Role: { Type: 'AWS::IAM::Role' },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Bucket: 'assets', S3Key: 'in-memory.zip' }, Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      },
      Thing: custom('', {}, { Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } }),
    });
    const { account: without } = await account();
    expect((await without.stack('Code').deploy(functionTemplate)).reason).toBe(
      'no code for function Function: name its folder in `functionCode`, or the `assembly` that has in-memory.zip');
    const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
    cpSync(IN_MEMORY, join(assembly, 'asset.folder'), { recursive: true });
    writeFileSync(join(assembly, 'Code.assets.json'), JSON.stringify({
      files: { hash: { source: { path: 'asset.folder', packaging: 'zip' }, destinations: { here: { objectKey: 'in-memory.zip' } } } },
    }));
    const { account: within } = await account({ assembly });
    expect((await within.stack('Code').deploy(functionTemplate)).status).toBe('CREATE_COMPLETE');
    rmSync(assembly, { recursive: true });
    const { account: given } = await account({ functionCode: { Function: IN_MEMORY } });
    expect((await given.stack('Code').deploy(functionTemplate)).status).toBe('CREATE_COMPLETE');
  });

  test('a function that does not load is an error of Lambda, not of this process', async () => {
    const { account: local } = await account();
    const token = local.addFunction('broken', { code: IN_MEMORY, handler: 'missing.handler' });
    const outcome = await local.stack('Broken').deploy(template({ Thing: custom(token) }));
    expect(outcome.reason).toMatch(/^CloudFormation did not receive a response/);
    expect(local.logs.map(({ message }) => message).join('\n')).toContain('no file missing.js, .cjs or .mjs');
  });
});

describe('DescribeStacks, asked by the SDK', () => {
  const clientOf = (local: LocalAccount) => new CloudFormationClient({
    endpoint: local.endpoint.url, region: local.region, maxAttempts: 1, credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  test('finds a stack by name or ARN, and a deleted one by its ARN only', async () => {
    const { account: local, serviceToken } = await account();
    const root = local.stack('Root');
    await root.deploy(template({ Thing: custom(serviceToken) }));
    const nested = local.stack('Nested', root);
    await nested.deploy(template({ Thing: custom(serviceToken, { FailOn: 'Create' }) }));
    const client = clientOf(local);
    const describe = async (StackName?: string) => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks;
    expect(await describe('Nested')).toMatchObject([{ StackName: 'Nested', StackId: nested.stackId, StackStatus: 'ROLLBACK_COMPLETE', RootId: root.stackId }]);
    expect((await describe(root.stackId))?.[0]).toMatchObject({ StackStatus: 'CREATE_COMPLETE', CreationTime: expect.any(Date) });
    expect((await describe())?.map(({ StackName }) => StackName)).toEqual(['Root', 'Nested']);
    const before = nested.stackId;
    await nested.delete();
    expect((await describe(before))?.[0].StackStatus).toBe('DELETE_COMPLETE');
    await expect(describe('Nested')).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack with id Nested does not exist' });
    await nested.deploy(template({ Thing: custom(serviceToken) }));
    expect((await describe(before))?.[0].StackStatus).toBe('DELETE_COMPLETE');
    expect((await describe('Nested'))?.[0]).toMatchObject({ StackId: nested.stackId, StackStatus: 'CREATE_COMPLETE' });
    client.destroy();
  });

  test('can be throttled', async () => {
    const { account: local } = await account();
    local.throttleDescribeStacks(1);
    const client = clientOf(local);
    await expect(client.send(new DescribeStacksCommand({}))).rejects.toMatchObject({ name: 'Throttling' });
    expect((await client.send(new DescribeStacksCommand({}))).Stacks ?? []).toEqual([]);
    client.destroy();
  });
});

describe('DescribeStackEvents, asked by the SDK', () => {
  const eventsOf = async (local: LocalAccount, StackName: string, NextToken?: string) => {
    const client = new CloudFormationClient({
      endpoint: local.endpoint.url, region: local.region, maxAttempts: 1, credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    try {
      return await client.send(new DescribeStackEventsCommand({ StackName, NextToken }));
    } finally {
      client.destroy();
    }
  };
  const told = (page: { StackEvents?: { LogicalResourceId?: string; ResourceStatus?: string }[] }) =>
    page.StackEvents?.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`);

  test('tells the newest first, of one life of the stack', async () => {
    const { account: local, serviceToken } = await account();
    const stack = local.stack('Lives');
    await stack.deploy(template({ Thing: custom(serviceToken, { FailOn: 'Create' }) }));
    const first = stack.stackId;
    await stack.delete();
    await stack.deploy(template({ Thing: custom(serviceToken) }));
    const [newest] = (await eventsOf(local, 'Lives')).StackEvents ?? [];
    expect(newest).toMatchObject({
      StackId: stack.stackId, PhysicalResourceId: stack.stackId, ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: 'CREATE_COMPLETE',
    });
    expect(told(await eventsOf(local, 'Lives'))).toEqual(['Lives CREATE_COMPLETE', 'Thing CREATE_COMPLETE', 'Thing CREATE_IN_PROGRESS', 'Lives CREATE_IN_PROGRESS']);
    expect(told(await eventsOf(local, first))?.slice(0, 2)).toEqual(['Lives DELETE_COMPLETE', 'Lives DELETE_IN_PROGRESS']);
  });

  test('tells them page by page, and those of more than 90 days not at all', async () => {
    const { account: local, serviceToken } = await account();
    const stack = local.stack('Long');
    await stack.deploy(template(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`Thing${index}`, { Type: 'AWS::SSM::Parameter' }]))));
    const page = await eventsOf(local, 'Long');
    expect(page.StackEvents).toHaveLength(100);
    expect(told(await eventsOf(local, 'Long', page.NextToken))?.at(-1)).toBe('Long CREATE_IN_PROGRESS');
    local.clock.skip(91 * 24 * 3_600_000);
    await stack.deploy(template({ Thing: custom(serviceToken) }));
    const { NextToken } = await eventsOf(local, 'Long');
    expect(told(await eventsOf(local, 'Long', NextToken))?.at(-1)).toBe('Long UPDATE_IN_PROGRESS');
  });
});

test('what is never answered costs a function its time-out, and nobody a real wait', async () => {
  const { account: local, serviceToken } = await account({}, { timeout: 60 });
  local.hangDescribeStacks(1);
  const started = Date.now();
  const outcome = await local.stack('Hangs').deploy(template({ Thing: custom(serviceToken, { AskStatus: true, ServiceTimeout: 90 }) }));
  expect(outcome.reason).toMatch(/^CloudFormation did not receive a response/);
  expect(Date.now() - started).toBeLessThan(20_000);
});

test('an answer that is never taken can be given again', async () => {
  const { account: local, serviceToken } = await account({}, { timeout: 60 });
  const patient = template({ Thing: custom(serviceToken, { Answer: 'patient', ServiceTimeout: 90 }) });
  const outcome = await local.stack('Silent').deploy(patient, { hangAnswer: 'Thing' });
  expect(outcome.status).toBe('CREATE_COMPLETE');
  expect(local.requests[0].answers).toHaveLength(1);
});

test('an account that is stopped leaves nothing running', async () => {
  const { account: local, serviceToken } = await account();
  await local.stack('Stopped').deploy(template({ Thing: custom(serviceToken) }));
  const [child] = local.processes;
  const { url } = local.endpoint;
  await local.stop();
  accounts.length = 0;
  expect(child.alive).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
});
