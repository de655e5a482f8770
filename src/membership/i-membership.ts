import { IResource } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { MembershipGrants } from './membership-grants';

/**
 * An account's membership of a Clean Rooms collaboration.
 */
export interface IMembership extends IResource, IMembershipRef {
  /**
   * The identifier of the membership, a UUID.
   *
   * @attribute
   */
  readonly membershipIdentifier: string;

  /**
   * The ARN of the membership.
   *
   * @attribute
   */
  readonly membershipArn: string;

  /**
   * Grants permissions on this membership.
   */
  readonly grants: MembershipGrants;
}
