import { createHash } from 'node:crypto';
import { Aws, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MembershipProperties } from '../../private/membership-contract';
import { rootStack } from '../../private/role-name';

/** The limit of a tag's value. */
const MAX_LENGTH = 256;

/** By which a later deployment of the same construct knows a membership as its own. */
export function owner(scope: Construct): MembershipProperties['Owner'] {
  const stack = Stack.of(scope);
  const root = rootStack(stack);
  // A nested stack gets another name whenever it is made anew.
  return { Stack: root === stack ? Aws.STACK_NAME : root.stackName, Path: ownerPath(scope, root) };
}

/** A path that does not fit, or has characters that tags do not take, ends in a hash of the whole. */
function ownerPath(scope: Construct, root: Stack): string {
  const path = scope.node.path.slice(root.node.path.length).replace(/^\//, '');
  const clean = path.replace(/[^\w +=.:/@-]/g, '_');
  if (clean === path && path.length <= MAX_LENGTH) return path;
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return `${clean.slice(0, MAX_LENGTH - hash.length - 1)}-${hash}`;
}
