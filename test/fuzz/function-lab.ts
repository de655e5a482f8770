import { existsSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateMembershipCommand } from '@aws-sdk/client-cleanrooms';
import { AccountClock, AccountEndpoint, FunctionProcess, InvocationEnd } from 'cdk-cleanrooms-rehearsal/account';
import { Existing, LOGICAL_ID, OWNER, STACK_ID } from './event';
import { SECRET } from './hostile';
import { Parties, US } from '../../rehearsal/src/clean-rooms/fixtures/parties';

const CODE = join(__dirname, '../../assets/handlers/clean-rooms/index.lambda');
const TIMEOUT = 10 * 60_000;
const TIME_SCALE = 20_000;
const CONTEXT = {
  functionName: 'function', logGroupName: '/aws/lambda/function', logStreamName: '2026/01/01/[$LATEST]0', awsRequestId: 'request',
};
const ignore = () => undefined;

/** What came of one event. */
export interface Reaction {
  readonly end: InvocationEnd;
  /** The process is there to handle the next event. */
  readonly survived: boolean;
  readonly answers: readonly string[];
  readonly logs: string;
}

/** The packaged function in a process of its own, between a Clean Rooms endpoint, CloudFormation and a place for answers. */
export class FunctionLab {
  public static async start(): Promise<FunctionLab> {
    if (!existsSync(join(CODE, 'index.js'))) throw new Error('the function is not bundled: run npx projen bundle first');
    const parties = await Parties.start();
    const stack = { stackId: STACK_ID, stackName: 'Analytics', status: 'UPDATE_IN_PROGRESS', creationTime: new Date(0), events: [] };
    return new FunctionLab(parties, await AccountEndpoint.start(() => [stack], () => Date.now())).open();
  }

  private readonly clock = new AccountClock();
  private readonly receiver: Server;
  private process?: FunctionProcess;
  private answers: string[] = [];
  private logs = '';

  private constructor(private readonly parties: Parties, private readonly cloudFormation: AccountEndpoint) {
    this.receiver = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.answers.push(Buffer.concat(chunks).toString('utf8'));
        response.writeHead(200).end();
      });
    });
  }

  public get responseUrl(): string {
    return `http://127.0.0.1:${(this.receiver.address() as AddressInfo).port}/answer?X-Amz-Signature=${SECRET}`;
  }

  /** The same at each call: one membership, one invitation. */
  public async renew(): Promise<Existing> {
    const { endpoint, us } = this.parties;
    endpoint.reset();
    const [joined, invited] = [this.parties.collaborate(), this.parties.collaborate()];
    const { membership } = await us.send(new CreateMembershipCommand({
      collaborationIdentifier: joined,
      queryLogStatus: 'DISABLED',
      tags: { 'cdk-cleanrooms:stack': OWNER.Stack, 'cdk-cleanrooms:path': OWNER.Path, 'cdk-cleanrooms:logical-id': LOGICAL_ID },
    }));
    return { joined, invited, membershipId: membership?.id ?? '', role: `arn:aws:iam::${US}:role/service-role/cleanrooms-results` };
  }

  /** @param event as JSON has it */
  public async send(event: unknown): Promise<Reaction> {
    [this.answers, this.logs] = [[], ''];
    const variables = this.variables();
    const log = (_stream: string, text: string) => { this.logs += text; };
    const environment = this.process ??= new FunctionProcess(process.execPath, variables, this.clock, log, ignore);
    const end = await environment.invoke({ event: event as object, context: CONTEXT, timeout: TIMEOUT }, { onStart: ignore, onAlarm: ignore });
    const survived = environment.isFreeFor(variables);
    if (!survived) this.process = undefined;
    return { end, survived, answers: this.answers, logs: this.logs };
  }

  public async stop(): Promise<void> {
    await this.process?.stop();
    this.receiver.closeAllConnections();
    await new Promise((resolve) => this.receiver.close(resolve));
    await this.cloudFormation.stop();
    await this.parties.stop();
  }

  private async open(): Promise<this> {
    await new Promise<void>((resolve) => this.receiver.listen(0, '127.0.0.1', resolve));
    return this;
  }

  private variables(): Record<string, string> {
    return {
      AWS_REGION: this.parties.endpoint.region,
      AWS_ACCESS_KEY_ID: 'AKIAUS',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL_CLEANROOMS: this.parties.endpoint.url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: this.cloudFormation.url,
      LAMBDA_TASK_ROOT: CODE,
      _HANDLER: 'index.handler',
      VIRTUAL_TIME_SCALE: String(TIME_SCALE),
    };
  }
}
