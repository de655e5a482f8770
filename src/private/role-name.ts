import { createHash } from 'node:crypto';
import { Aws, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** IAM's limit on a role's name. */
const MAX_LENGTH = 64;

/** Room for the longest name of a commercial region. */
const REGION_LENGTH = 'ap-southeast-1'.length;

const PATH = 'service-role';

/**
 * The name of a role that AWS's managed Clean Rooms policies let people pass (`role/service-role/*cleanrooms*`).
 *
 * It is known before the role exists, so that the right to pass the role need not wait for the role. It begins with a
 * hash of the stack, so that one pattern names the roles of a stack and no others; the region keeps the regions of an
 * environment-agnostic stack apart.
 */
export function resultWriterRoleName(scope: Construct, id: string): string {
  const stack = Stack.of(scope);
  const prefix = rolePrefix(stack);
  const hash = shortHash(`${scope.node.path}/${id}`);
  const room = MAX_LENGTH - `${prefix}--${hash}-`.length - REGION_LENGTH;
  const readable = scope.node.id.replace(/[^\w+=,.@-]/g, '').slice(0, room);
  return `${prefix}-${readable}-${hash}-${region(stack)}`;
}

export function resultWriterRoleArn(stack: Stack, roleName: string): string {
  return stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `${PATH}/${roleName}` });
}

/** All result-writer roles of a stack: their number does not lengthen a policy. */
export function resultWriterRolesArn(stack: Stack): string {
  return resultWriterRoleArn(stack, `${rolePrefix(stack)}-*-${region(stack)}`);
}

/** The top-level stack: a nested one's own name is known only when deployed. */
export function rootStack(stack: Stack): Stack {
  return stack.nestedStackParent ? rootStack(stack.nestedStackParent) : stack;
}

function rolePrefix(stack: Stack): string {
  const root = rootStack(stack);
  const stackName = Token.isUnresolved(root.stackName) ? root.node.path : root.stackName;
  return `cleanrooms-${shortHash(`${stackName}\n${stack.node.path}`)}`;
}

function region(stack: Stack): string {
  return Token.isUnresolved(stack.region) ? Aws.REGION : stack.region;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
