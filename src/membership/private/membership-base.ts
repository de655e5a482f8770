import { Resource } from 'aws-cdk-lib';
import { MembershipReference } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { validateIdentifier } from '../../private/validation';
import { IMembership } from '../i-membership';
import { MembershipGrants } from '../membership-grants';

/** What a membership of this app and one that it only knows have in common. */
export abstract class MembershipBase extends Resource implements IMembership {
  public abstract readonly membershipIdentifier: string;
  public abstract readonly membershipArn: string;
  public readonly grants = MembershipGrants.fromMembership(this);

  /**
   * A reference to this membership.
   */
  public get membershipRef(): MembershipReference {
    return { membershipIdentifier: this.membershipIdentifier, membershipArn: this.membershipArn };
  }
}

/** A membership that this app only knows. */
export class ImportedMembership extends MembershipBase {
  constructor(scope: Construct, id: string, public readonly membershipArn: string, public readonly membershipIdentifier: string) {
    super(scope, id, { environmentFromArn: membershipArn });
    validateIdentifier(this, 'membershipIdentifier', membershipIdentifier);
  }
}
