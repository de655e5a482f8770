import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Time } from './clock';
import { retry, RETRY_FOR } from './retry';
import { Failure, sentenceOf } from './service-error';

export interface StackDescription {
  readonly status: string;
  /** Of a nested stack: the stack that was deployed. */
  readonly rootId?: string;
}

/** What the function needs of AWS CloudFormation; narrow enough for a test to stand in. */
export interface StacksApi {
  describe(stackId: string): Promise<StackDescription>;
}

/** Everything the function can send to AWS CloudFormation, by the name of the IAM action that allows it. */
export const CLOUDFORMATION_COMMANDS = { DescribeStacks: DescribeStacksCommand } as const;

export function cloudFormation(): StacksApi {
  const client = new CloudFormationClient({ maxAttempts: 1, requestHandler: { socketTimeout: 60_000 } });
  return {
    async describe(stackId) {
      const { Stacks: [stack] = [] } = await client.send(new CLOUDFORMATION_COMMANDS.DescribeStacks({ StackName: stackId }));
      if (stack?.StackStatus === undefined) throw new Failure(`AWS CloudFormation shows no stack ${stackId}`);
      return { status: stack.StackStatus, rootId: stack.RootId };
    },
  };
}

/** The stack that a request comes from. */
export class Stack {
  constructor(private readonly id: string, private readonly api: StacksApi, private readonly time: Time) {}

  /**
   * Whether the request belongs to a rollback. A nested stack that goes because its parent rolls back is merely being
   * deleted, so its root is asked too.
   */
  public async isRollingBack(): Promise<boolean> {
    try {
      const stack = await this.describe(this.id);
      if (stack.status.includes('ROLLBACK')) return true;
      if (stack.rootId === undefined || stack.rootId === this.id) return false;
      return (await this.describe(stack.rootId)).status.includes('ROLLBACK');
    } catch (error) {
      throw new Failure(`whether stack ${this.id} is rolling back cannot be read, and without that nothing is changed for good: ${sentenceOf(error)}`);
    }
  }

  /** The ARN of something of AWS Clean Rooms in the stack's region, and in its account unless another one is named. */
  public cleanRoomsArn(resource: string, account?: string): string {
    const [, partition, , region, own] = this.id.split(':');
    return `arn:${partition}:cleanrooms:${region}:${account ?? own}:${resource}`;
  }

  private async describe(id: string): Promise<StackDescription> {
    return retry(this.time, RETRY_FOR.stackStatus, () => this.api.describe(id));
  }
}
