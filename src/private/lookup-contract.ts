/**
 * What travels between the constructs that find something of a partner's and their function: types only, shared by both
 * sides. A date in the properties has no other use than to change: CloudFormation asks again only for changed properties.
 */

/** `Custom::CleanRoomsInvitation`: the collaboration of that name to which that account invites this one. */
export interface InvitationProperties {
  readonly CreatorAccountId: string;
  readonly CollaborationName: string;
  readonly AsOf?: string;
}

/** Attributes of `Custom::CleanRoomsInvitation`. */
export interface InvitationAttributeValues {
  readonly CollaborationIdentifier: string;
  readonly CollaborationArn: string;
}

/** `Custom::CleanRoomsMemberships`: the memberships of accounts that are expected to have joined. */
export interface MembershipsProperties {
  readonly CollaborationIdentifier: string;
  readonly AccountIds: readonly string[];
  readonly AsOf?: string;
}

/** Attributes of `Custom::CleanRoomsMemberships`: an ARN for each account, by `Arn<account>`. */
export type MembershipsAttributeValues = Readonly<Record<`Arn${string}`, string>>;

export interface ReviewedParameterProperty {
  readonly Name: string;
  readonly Type: string;
  readonly DefaultValue?: string;
}

/** `Custom::CleanRoomsReviewedTemplate`: the analysis template of a partner's that says what was reviewed. */
export interface ReviewedTemplateProperties {
  readonly CollaborationIdentifier: string;
  readonly AuthorAccountId: string;
  readonly Text: string;
  readonly Parameters?: readonly ReviewedParameterProperty[];
  readonly Reviewed?: string;
}

/** Attributes of `Custom::CleanRoomsReviewedTemplate`. */
export interface ReviewedTemplateAttributeValues {
  readonly Arn: string;
  readonly Name: string;
}
