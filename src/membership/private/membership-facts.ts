import { ICollaborationRef, IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { factsOf, MemberFacts } from '../../collaboration/private/collaboration-facts';
import { CallerDestination } from '../../results/private/caller-destination';

/** What the app knows of a membership that it makes. */
export interface MembershipFacts {
  readonly collaboration: ICollaborationRef;
  /** The same token as `Stack.account` where the stack does not say its account. */
  readonly accountId: string;
  /** Whether no other member is named as the runner of the queries. */
  readonly runsQueries: boolean;
  /** Whether results of queries have somewhere to go by default. */
  readonly hasResultConfiguration: boolean;
  /** Where they go by default, if no role writes there. */
  readonly callerDestination?: CallerDestination;
  /** The buckets that results go to by default. */
  readonly resultBuckets: IBucket[];
}

const memberships = new WeakMap<object, MembershipFacts>();

export function rememberMembership(membership: IMembershipRef, facts: MembershipFacts): void {
  memberships.set(membership, facts);
}

/** The members of the collaboration, the creator first; undefined where this app does not know them. */
export function seatsOf(membership: IMembershipRef): readonly MemberFacts[] | undefined {
  const collaboration = factsOfMembership(membership)?.collaboration;
  return collaboration === undefined ? undefined : factsOf(collaboration)?.members;
}

/** Of an imported membership nothing is known. */
export function factsOfMembership(membership: IMembershipRef): MembershipFacts | undefined {
  return memberships.get(membership);
}
