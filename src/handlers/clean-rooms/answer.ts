import type { MembershipSummary } from '@aws-sdk/client-cleanrooms';
import type { MembershipAttributes, ResultConfigurationAttributes } from '../../private/membership-contract';

/** What CloudFormation is told of a request that succeeded. */
export interface Answer {
  readonly physicalResourceId: string;
  /** Absent on Delete. */
  readonly data?: MembershipAttributes | ResultConfigurationAttributes;
}

export function membershipAnswer(membership: Partial<MembershipSummary>): Answer {
  return {
    physicalResourceId: membership.id!,
    data: {
      Arn: membership.arn ?? '',
      CollaborationArn: membership.collaborationArn ?? '',
      CollaborationIdentifier: membership.collaborationId ?? '',
      CollaborationName: membership.collaborationName ?? '',
      CollaborationCreatorAccountId: membership.collaborationCreatorAccountId ?? '',
      CollaborationCreatorDisplayName: membership.collaborationCreatorDisplayName ?? '',
      MemberAbilities: (membership.memberAbilities ?? []).join(','),
      Status: membership.status ?? '',
    },
  };
}
