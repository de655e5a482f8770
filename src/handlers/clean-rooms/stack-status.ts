import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Time } from './clock';
import { PATIENCE } from './patience';
import { retry } from './retry';
import { Failure, sentenceOf } from './service-error';

export interface StackDescription {
  readonly status: string;
  /** Of a nested stack: the stack that was deployed. */
  readonly rootId?: string;
}

export interface Stacks {
  describe(stackId: string): Promise<StackDescription>;
}

/** Everything the function can send to AWS CloudFormation, by the name of the IAM action that allows it. */
export const CLOUDFORMATION_COMMANDS = { DescribeStacks: DescribeStacksCommand } as const;

export function cloudFormation(): Stacks {
  const client = new CloudFormationClient({ maxAttempts: 1, requestHandler: { socketTimeout: 60_000 } });
  return {
    async describe(stackId) {
      const { Stacks: [stack] = [] } = await client.send(new CLOUDFORMATION_COMMANDS.DescribeStacks({ StackName: stackId }));
      if (stack?.StackStatus === undefined) throw new Failure(`AWS CloudFormation shows no stack ${stackId}`);
      return { status: stack.StackStatus, rootId: stack.RootId };
    },
  };
}

/**
 * Whether this request belongs to a rollback. A nested stack that goes because its parent rolls back is merely being
 * deleted, so its root is asked too.
 */
export async function isRollingBack(stacks: Stacks, stackId: string, time: Time): Promise<boolean> {
  const describe = (id: string) => retry(time, PATIENCE.stackStatus, () => stacks.describe(id));
  try {
    const stack = await describe(stackId);
    if (stack.status.includes('ROLLBACK')) return true;
    if (stack.rootId === undefined || stack.rootId === stackId) return false;
    return (await describe(stack.rootId)).status.includes('ROLLBACK');
  } catch (error) {
    throw new Failure(`whether stack ${stackId} is rolling back cannot be read, and without that nothing is changed for good: ${sentenceOf(error)}`);
  }
}
