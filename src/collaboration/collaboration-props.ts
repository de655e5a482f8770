import { RemovalPolicy } from 'aws-cdk-lib';
import { AutoApprovedChangeType } from './auto-approved-change-type';
import { CollaborationMember, CollaborationMemberOptions } from './collaboration-member';
import { JobLogStatus, QueryLogStatus } from './log-status';

/**
 * How the tables of a collaboration may be encrypted before they are shared (Cryptographic Computing for Clean Rooms).
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/crypto-computing-parameters.html
 */
export interface DataEncryptionMetadataOptions {
  /**
   * Whether encrypted tables may have columns in cleartext.
   */
  readonly allowCleartext: boolean;

  /**
   * Whether a value may occur more than once in a fingerprint column.
   */
  readonly allowDuplicates: boolean;

  /**
   * Whether fingerprint columns of different names can be joined.
   */
  readonly allowJoinsOnColumnsWithDifferentNames: boolean;

  /**
   * Whether NULL stays NULL rather than being encrypted.
   */
  readonly preserveNulls: boolean;
}

/**
 * Properties of a `Collaboration`. Except for name, description and tags, all of them are fixed when the collaboration is
 * created.
 */
export interface CollaborationProps {
  /**
   * The name, 1 to 100 characters. It need not be unique.
   */
  readonly collaborationName: string;

  /**
   * What the members work on together, 1 to 255 characters.
   */
  readonly description: string;

  /**
   * The account of the stack, as a member. Like every other member, it joins with a `Membership`.
   */
  readonly creator: CollaborationMemberOptions;

  /**
   * The other members, 9 at most.
   *
   * @default - none: the creator is alone
   */
  readonly members?: CollaborationMember[];

  /**
   * Whether members may log queries to CloudWatch Logs. Each member then decides for itself in its `Membership`.
   */
  readonly queryLogStatus: QueryLogStatus;

  /**
   * Whether members may log jobs to CloudWatch Logs.
   *
   * @default JobLogStatus.DISABLED
   */
  readonly jobLogStatus?: JobLogStatus;

  /**
   * Whether members may have CloudWatch metrics of their queries.
   *
   * @default false
   */
  readonly isMetricsEnabled?: boolean;

  /**
   * How tables may be encrypted before they are shared.
   *
   * @default - tables are not encrypted by their members
   */
  readonly dataEncryptionMetadata?: DataEncryptionMetadataOptions;

  /**
   * The regions in which results may be stored.
   *
   * @default - the region of the collaboration
   */
  readonly allowedResultRegions?: string[];

  /**
   * Changes of the collaboration that need nobody's approval.
   *
   * @default - none: every member approves each change
   */
  readonly autoApprovedChangeTypes?: AutoApprovedChangeType[];

  /**
   * Whether a deployment may replace the collaboration by another one, in which nobody has a membership. The old one stays,
   * unless `removalPolicy` says otherwise.
   *
   * @default false
   */
  readonly allowReplacement?: boolean;

  /**
   * What happens to the collaboration when it is removed from the app or the stack is deleted.
   *
   * By default it stays, because without it no membership works. Only a collaboration that a failed deployment has just created
   * is deleted, so that the next deployment does not invite everybody to a second one of the same name.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Tags of the collaboration, keys of 1 to 128 and values of 1 to 256 characters. `Tags.of(scope)` reaches it too.
   *
   * @default - the tags of the scopes around it
   */
  readonly tags?: { [key: string]: string };
}

/**
 * What identifies a collaboration that exists.
 */
export interface CollaborationAttributes {
  /**
   * The identifier of the collaboration, a UUID.
   */
  readonly collaborationIdentifier: string;

  /**
   * The account that created the collaboration, 12 digits.
   *
   * @default - unknown: `collaborationArn` then has `*` in place of the account, and can be used in IAM policies only
   */
  readonly creatorAccountId?: string;

  /**
   * The region of the collaboration.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}
