import type { MembershipSummary } from '@aws-sdk/client-cleanrooms';
import type { MembershipAttributeValues } from '../../../private/membership-contract';

/** Every attribute, for CloudFormation misses none: what is not known is empty. */
export function attributesOf(membership: Partial<MembershipSummary>): MembershipAttributeValues {
  return {
    Arn: membership.arn ?? '',
    CollaborationArn: membership.collaborationArn ?? '',
    CollaborationIdentifier: membership.collaborationId ?? '',
    CollaborationName: membership.collaborationName ?? '',
    CollaborationCreatorAccountId: membership.collaborationCreatorAccountId ?? '',
    CollaborationCreatorDisplayName: membership.collaborationCreatorDisplayName ?? '',
    MemberAbilities: (membership.memberAbilities ?? []).join(','),
    Status: membership.status ?? '',
  };
}
