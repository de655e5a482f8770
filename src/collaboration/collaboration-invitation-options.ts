/**
 * Options of `Collaboration.fromInvitation`: by what an invitation is known.
 */
export interface CollaborationInvitationOptions {
  /**
   * The account that created the collaboration, 12 digits.
   */
  readonly creatorAccountId: string;

  /**
   * The exact name of the collaboration.
   */
  readonly collaborationName: string;

  /**
   * Any text, such as a date. If you change it, the next deployment looks again.
   *
   * CloudFormation does not notice what a partner does. If the creator deletes the collaboration and creates it again, that is
   * another collaboration: the old membership has ended, and this account joins the new one when this text changes.
   *
   * @default - the collaboration is looked up once, and again when the other properties change
   */
  readonly asOf?: string;
}
