import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { COLLABORATION, FakeCleanRooms, MEMBERSHIP, never } from './fake-clean-rooms';
import { FakeCollaborations } from './fake-collaborations';
import { createHandler } from '../../../src/handlers/clean-rooms/index.lambda';
import { NoAnswer } from '../../../src/handlers/clean-rooms/shared/clock';
import type { Response } from '../../../src/handlers/clean-rooms/shared/respond';
import type { StackDescription, StackEventPage } from '../../../src/handlers/clean-rooms/shared/stack';

export const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Analytics/5d0a2c60-0000-11ef-8000-0123456789ab';
export const ROOT_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Root/5d0a2c60-0000-11ef-8000-0123456789ac';
export const REQUEST_ID = 'f0000000-0000-4000-8000-000000000001';
const RESPONSE_URL = 'https://cloudformation.example/answer?X-Amz-Signature=secret';
export const OWNER = { Stack: 'Analytics', Path: 'Analytics/Membership' };
export const OWNER_TAGS = { 'cdk-cleanrooms:stack': 'Analytics', 'cdk-cleanrooms:path': 'Analytics/Membership', 'cdk-cleanrooms:logical-id': 'Membership' };
export const ROLE = 'arn:aws:iam::111122223333:role/service-role/cleanrooms-results';

type Properties = Record<string, unknown>;

/** As CloudFormation delivers them: every scalar a string, its own two properties among them. */
export function properties(overrides: Properties = {}): Properties {
  const own = { CollaborationIdentifier: COLLABORATION, QueryLogStatus: 'ENABLED', Owner: OWNER, RemovalPolicy: 'RETAIN', ...overrides };
  return stringified({ ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:Provider', ServiceTimeout: 960, ...own }) as Properties;
}

export function resultConfigurationProperties(overrides: Properties = {}): Properties {
  return stringified({ ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:Provider', MembershipIdentifier: MEMBERSHIP, ...overrides }) as Properties;
}

export const queryResults = (keyPrefix?: string, roleArn: string | undefined = ROLE) => ({
  OutputConfiguration: { S3: { Bucket: 'results', KeyPrefix: keyPrefix, ResultFormat: 'CSV' } }, RoleArn: roleArn,
});

export const actualQueryResults = (keyPrefix?: string, roleArn: string | undefined = ROLE) => ({
  outputConfiguration: { s3: { bucket: 'results', keyPrefix, resultFormat: 'CSV' as const } }, roleArn,
});

export function stringified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stringified);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([key, member]) => [key, stringified(member)]));
}

/** The handler between a fake service, a fake CloudFormation and a clock that nobody waits for. */
export class Scenario {
  public readonly api = new FakeCleanRooms();
  public readonly collaborations = new FakeCollaborations();
  public readonly lines: string[] = [];
  public stack: StackDescription | Error | 'hangs' = { status: 'UPDATE_IN_PROGRESS' };
  public root: StackDescription | Error = { status: 'UPDATE_IN_PROGRESS' };
  /** Milliseconds that have passed. */
  public elapsed = 0;
  public functionTimeout = 10 * 60_000;
  public stackReads = 0;
  /** Pages of what the stack, or its root, has been, the newest first. */
  public eventPages: readonly (readonly string[])[] | Error | 'hangs' = [['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE']];
  public eventsOf: string[] = [];
  private outcome: Response | undefined;

  public async create(desired: Properties = properties(), resourceType = 'Custom::CleanRoomsMembership') {
    return this.send({ RequestType: 'Create', ResourceType: resourceType, ResourceProperties: desired });
  }

  public async update(desired: Properties, previous: Properties = properties(), id = MEMBERSHIP) {
    return this.send({ RequestType: 'Update', ResourceProperties: desired, OldResourceProperties: previous, PhysicalResourceId: id });
  }

  public async delete(desired: Properties = properties({ RemovalPolicy: 'DESTROY' }), id = MEMBERSHIP) {
    return this.send({ RequestType: 'Delete', ResourceProperties: desired, PhysicalResourceId: id });
  }

  public async send(event: Record<string, unknown>): Promise<Response> {
    const started = this.elapsed;
    const handler = createHandler({
      api: this.api,
      collaborations: this.collaborations,
      stacks: {
        describe: async (stackId) => this.describe(stackId),
        events: async (stackId, nextToken) => this.events(stackId, nextToken),
      },
      clock: {
        now: () => this.elapsed,
        sleep: async (milliseconds) => { this.elapsed += milliseconds; },
        limit: async (milliseconds, call) => this.limit(milliseconds, call),
      },
      respond: async (_event, outcome) => { this.outcome = outcome; },
      write: (line) => { this.lines.push(line); },
    });
    const common = {
      ResourceType: 'Custom::CleanRoomsMembership', LogicalResourceId: 'Membership', StackId: STACK_ID, RequestId: REQUEST_ID, ResponseURL: RESPONSE_URL,
    };
    const context = { getRemainingTimeInMillis: () => this.functionTimeout - (this.elapsed - started), logStreamName: 'stream' } as Context;
    await handler({ ...common, ...event } as CloudFormationCustomResourceEvent, context);
    return this.outcome!;
  }

  public decisions(): string[] {
    return this.lines.map((line) => (JSON.parse(line) as { decision: string }).decision);
  }

  private async describe(stackId: string): Promise<StackDescription> {
    this.stackReads += 1;
    const description = stackId === STACK_ID ? this.stack : this.root;
    if (description instanceof Error) throw description;
    return description === 'hangs' ? never() : description;
  }

  private async events(stackId: string, nextToken = '0'): Promise<StackEventPage> {
    this.eventsOf.push(stackId);
    const { eventPages: pages } = this;
    if (pages instanceof Error) throw pages;
    if (pages === 'hangs') return never();
    const page = Number(nextToken);
    return { statuses: pages[page] ?? [], nextToken: page + 1 < pages.length ? String(page + 1) : undefined };
  }

  /** A call that answers does so at once; the others are given up when their time has passed. */
  private async limit<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const result = call(controller.signal);
    const hasAnswered = await Promise.race([result.then(() => true, () => true), new Promise((resolve) => { setImmediate(() => resolve(false)); })]);
    if (hasAnswered) return result;
    this.elapsed += milliseconds;
    controller.abort();
    throw new NoAnswer(milliseconds);
  }
}

export function reasonOf(outcome: Response): string {
  if (outcome.Status === 'FAILED') return outcome.Reason;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
}

export function dataOf(outcome: Response): Record<string, string> {
  if (outcome.Status === 'SUCCESS') return outcome.Data;
  throw new Error(`expected a success, got ${JSON.stringify(outcome)}`);
}
