import { createHash } from 'node:crypto';
import { Aws, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** IAM's limit on a role's name. */
const MAX_LENGTH = 64;

/** Room for the longest name of a commercial region. */
const REGION_LENGTH = 'ap-southeast-1'.length;

/**
 * The name of a role that AWS's managed Clean Rooms policies let people pass (`role/service-role/*cleanrooms*`).
 *
 * It is known before the role exists, so that the right to pass the role need not wait for the role. The hash keeps
 * stacks apart, the region keeps the regions of an environment-agnostic stack apart.
 */
export function cleanRoomsRoleName(scope: Construct, id: string): string {
  const stack = Stack.of(scope);
  const root = rootStack(stack);
  const stackName = Token.isUnresolved(root.stackName) ? root.node.path : root.stackName;
  const hash = createHash('sha256').update(`${stackName}\n${scope.node.path}/${id}`).digest('hex').slice(0, 8);
  const region = Token.isUnresolved(stack.region) ? Aws.REGION : stack.region;
  const room = MAX_LENGTH - 'cleanrooms---'.length - hash.length - REGION_LENGTH;
  const readable = scope.node.id.replace(/[^\w+=,.@-]/g, '').slice(0, room);
  return `cleanrooms-${readable}-${hash}-${region}`;
}

/** The top-level stack: a nested one's own name is known only when deployed. */
export function rootStack(stack: Stack): Stack {
  return stack.nestedStackParent ? rootStack(stack.nestedStackParent) : stack;
}
