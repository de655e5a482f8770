import { Stack, Token } from 'aws-cdk-lib';
import { CfnCollaboration, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';

/** What the app knows of a member. */
export interface MemberFacts {
  /** The same token as `Stack.account` where a stack does not say its account. */
  readonly accountId: string;
  readonly isCreator: boolean;
  /** The service's words, such as `CAN_QUERY`; absent: known when deployed. */
  readonly abilities?: readonly string[];
  /** Absent: known when deployed. */
  readonly paysForQueries?: boolean;
}

/** What the app knows of a collaboration. Whatever is absent is known when deployed, or not at all. */
export interface CollaborationFacts {
  /** Everybody, the creator first. */
  readonly members?: readonly MemberFacts[];
  readonly queryLogStatus?: string;
  readonly jobLogStatus?: string;
  readonly isMetricsEnabled?: boolean;
  readonly allowedResultRegions?: readonly string[];
}

/** What is known of a collaboration that this app defines, as a `Collaboration` or as a `CfnCollaboration`. */
export function factsOf(collaboration: ICollaborationRef): CollaborationFacts | undefined {
  const resource = collaboration instanceof CfnCollaboration ? collaboration : collaboration.node.defaultChild;
  if (!(resource instanceof CfnCollaboration)) return undefined;
  return {
    members: membersOf(resource),
    queryLogStatus: known(resource.queryLogStatus),
    jobLogStatus: known(resource.jobLogStatus ?? 'DISABLED'),
    isMetricsEnabled: flag(resource.isMetricsEnabled ?? false),
    allowedResultRegions: known(resource.allowedResultRegions),
  };
}

/** What is known of an account's seat in a collaboration, or nothing where the account is none of its members. */
export function memberOf({ members }: CollaborationFacts, accountId: string): MemberFacts | undefined {
  return members?.find((member) => member.accountId === accountId);
}

function membersOf(resource: CfnCollaboration): MemberFacts[] | undefined {
  const { members = [], creatorMemberAbilities, creatorPaymentConfiguration } = resource;
  if (!Array.isArray(members)) return undefined;
  const seats = [toFacts(Stack.of(resource).account, true, creatorMemberAbilities, creatorPaymentConfiguration)];
  for (const member of members) {
    if ('resolve' in member) return undefined;
    seats.push(toFacts(member.accountId, false, member.memberAbilities, member.paymentConfiguration));
  }
  return seats;
}

type Payment = CfnCollaboration['creatorPaymentConfiguration'];

/** Where nobody is named as payer, the member who runs the queries pays. */
function toFacts(accountId: string, isCreator: boolean, memberAbilities: string[] | undefined, payment: Payment): MemberFacts {
  const abilities = known(memberAbilities);
  if (payment === undefined) return { accountId, isCreator, abilities, paysForQueries: abilities?.includes('CAN_QUERY') };
  if ('resolve' in payment || 'resolve' in payment.queryCompute) return { accountId, isCreator, abilities };
  return { accountId, isCreator, abilities, paysForQueries: flag(payment.queryCompute.isResponsible) };
}

function known<T>(value: T | undefined): T | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
