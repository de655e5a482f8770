import { Stack, Token } from 'aws-cdk-lib';
import { ICollaborationRef, IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IConstruct } from 'constructs';
import { factsOfMembership } from './membership-facts';
import { rootStack } from '../../private/role-name';
import { fail } from '../../private/validation';

/**
 * An account has one membership of a collaboration in a region. Two constructs for it would each bring it to their own
 * state, the last one winning; the one that goes first may leave for both.
 */
export function requireOnlyMembership(scope: IConstruct, { collaborationRef: { collaborationIdentifier } }: ICollaborationRef): void {
  const joins = (construct: IConstruct) =>
    factsOfMembership(construct as unknown as IMembershipRef)?.collaboration.collaborationRef.collaborationIdentifier === collaborationIdentifier;
  const other = scope.node.root.node.findAll().find((construct) => joins(construct) && isSamePlace(Stack.of(scope), Stack.of(construct)));
  if (other === undefined) return;
  fail(scope, 'collaboration', 'must be joined by one membership of an account and region', `that of ${other.node.path}, too`,
    'use that membership in both places');
}

/** Stacks of which it is not known where they go, as stages for several accounts may have them, are different places. */
function isSamePlace(one: Stack, other: Stack): boolean {
  if (rootStack(one) === rootStack(other)) return true;
  return [[one.account, other.account], [one.region, other.region]].every(([a, b]) => a === b && !Token.isUnresolved(a));
}
