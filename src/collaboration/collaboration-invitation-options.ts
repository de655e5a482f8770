/**
 * Options of `Collaboration.fromInvitation`: by what an invitation is known.
 */
export interface CollaborationInvitationOptions {
  /**
   * The account that created the collaboration, 12 digits.
   */
  readonly creatorAccountId: string;

  /**
   * The name of the collaboration, to the letter.
   */
  readonly collaborationName: string;

  /**
   * Any text; another one makes the next deployment look again. A date serves well.
   *
   * CloudFormation does not notice what a partner does. A collaboration that the creator deletes and makes again is
   * another one: the membership in the old one is over, and this account joins the new one when this text changes.
   *
   * @default - the collaboration is looked up once, and again when the other properties change
   */
  readonly asOf?: string;
}
