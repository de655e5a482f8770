import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Time } from './clock';
import { callOnce, retry, RETRY_FOR } from './retry';
import { Failure, sentenceOf, UnreadableAnswer } from './service-error';

export interface StackDescription {
  readonly status: string;
  /** Of a nested stack: the stack that was deployed. */
  readonly rootId?: string;
}

/** A page of what has happened to a stack, the newest first. */
export interface StackEventPage {
  /** The states that the stack itself has entered. */
  readonly statuses: readonly string[];
  readonly nextToken?: string;
}

/** What the function needs of AWS CloudFormation; narrow enough for a test to stand in. A signal ends the call. */
export interface StacksApi {
  describe(stackId: string, abortSignal?: AbortSignal): Promise<StackDescription>;
  events(stackId: string, nextToken?: string, abortSignal?: AbortSignal): Promise<StackEventPage>;
}

/** Everything the function can send to AWS CloudFormation, by the name of the IAM action that allows it. */
export const CLOUDFORMATION_COMMANDS = { DescribeStacks: DescribeStacksCommand, DescribeStackEvents: DescribeStackEventsCommand } as const;

export function cloudFormation(): StacksApi {
  const client = new CloudFormationClient({ maxAttempts: 1 });
  const { DescribeStacks, DescribeStackEvents } = CLOUDFORMATION_COMMANDS;
  return {
    async describe(stackId, abortSignal) {
      const { Stacks: [stack] = [] } = await client.send(new DescribeStacks({ StackName: stackId }), { abortSignal });
      if (stack?.StackStatus === undefined) throw new UnreadableAnswer(`AWS CloudFormation shows no stack ${stackId}`);
      return { status: stack.StackStatus, rootId: stack.RootId };
    },
    async events(stackId, nextToken, abortSignal) {
      const page = await client.send(new DescribeStackEvents({ StackName: stackId, NextToken: nextToken }), { abortSignal });
      if (page.StackEvents === undefined) throw new UnreadableAnswer(`AWS CloudFormation shows no events of stack ${stackId}`);
      const own = page.StackEvents.filter(({ PhysicalResourceId }) => PhysicalResourceId === stackId);
      return { statuses: own.flatMap(({ ResourceStatus }) => ResourceStatus ?? []), nextToken: page.NextToken };
    },
  };
}

const ROLLING_BACK = /ROLLBACK/;
const DELETING = /^DELETE_/;
/** The last state of a stack whose creation never completed, before its deletion began. */
const NEVER_CREATED = /^(REVIEW|CREATE)_IN_PROGRESS$|^CREATE_FAILED$|^ROLLBACK_/;

/** The stack that a request comes from. */
export class Stack {
  constructor(private readonly id: string, private readonly api: StacksApi, private readonly time: Time) {}

  /**
   * Whether the request belongs to a rollback. A nested stack that goes because its parent rolls back is merely being
   * deleted, so its root is asked too.
   */
  public async isRollingBack(): Promise<boolean> {
    return this.asked(async () => (await this.statuses()).some(({ status }) => ROLLING_BACK.test(status)));
  }

  /**
   * Why a Delete is CloudFormation's own doing and not the user's wish; undefined where it is their wish.
   *
   * With OnStackFailure DELETE a failed creation is not rolled back but deleted, which its status does not tell: only what
   * the stack, or its root, was before. Events that have aged out were those of a stack that lived.
   */
  public async reasonToKeep(): Promise<string | undefined> {
    return this.asked(async () => {
      const known = await this.statuses();
      if (known.some(({ status }) => ROLLING_BACK.test(status))) return 'a rollback never leaves a collaboration';
      const root = known[known.length - 1];
      if (!DELETING.test(root.status)) return undefined;
      const before = await this.statusBeforeDeletion(root.id);
      return before !== undefined && NEVER_CREATED.test(before) ? 'the stack goes because its creation never completed' : undefined;
    });
  }

  /** The ARN of something of AWS Clean Rooms in the stack's region, and in its account unless another one is named. */
  public cleanRoomsArn(resource: string, account?: string): string {
    const [, partition, , region, own] = this.id.split(':');
    return `arn:${partition}:cleanrooms:${region}:${account ?? own}:${resource}`;
  }

  /** Its own status and, of a nested stack, its root's. */
  private async statuses(): Promise<{ readonly id: string; readonly status: string }[]> {
    const { status, rootId } = await this.describe(this.id);
    const own = { id: this.id, status };
    return rootId === undefined || rootId === this.id ? [own] : [own, { id: rootId, status: (await this.describe(rootId)).status }];
  }

  private async statusBeforeDeletion(id: string): Promise<string | undefined> {
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const page = await this.call((signal) => this.api.events(id, token, signal));
      const before = page.statuses.find((status) => !DELETING.test(status));
      if (before !== undefined) return before;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return undefined;
  }

  private async describe(id: string): Promise<StackDescription> {
    return this.call((signal) => this.api.describe(id, signal));
  }

  private async call<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return retry(this.time, RETRY_FOR.stack, () => callOnce(this.time, call));
  }

  private async asked<T>(look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      throw new Failure(`whether stack ${this.id} is rolling back cannot be read, and without that nothing is changed for good: ${sentenceOf(error)}`);
    }
  }
}
