import { Stack, Token } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IConstruct } from 'constructs';
import { fail, validateAccountId, validateMembershipArn } from '../private/validation';

/**
 * A member of a collaboration, by its membership or, if that is not known, by its account.
 */
export class KnownMember {
  /**
   * A membership of this app: a `Membership`, a `CfnMembership` or an imported one, of this account or another.
   */
  public static membership(membership: IMembershipRef): KnownMember {
    return new KnownMember(membership.membershipRef.membershipArn, membership.env.account, membership);
  }

  /**
   * A membership that is not in this app.
   *
   * @param membershipArn `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>`, which `aws cleanrooms list-members` shows
   */
  public static membershipArn(membershipArn: string): KnownMember {
    return new KnownMember(membershipArn, Token.isUnresolved(membershipArn) ? undefined : membershipArn.split(':')[4]);
  }

  /**
   * An account whose membership is not known yet. A role that trusts it trusts any membership of that account in the region.
   *
   * @param accountId 12 digits
   */
  public static account(accountId: string): KnownMember {
    return new KnownMember(undefined, accountId);
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _membershipArn?: string,
    /**
     * @internal
     */
    public readonly _accountId?: string,
    /**
     * @internal
     */
    public readonly _membership?: IMembershipRef,
  ) {}

  /**
   * The membership's ARN, or a pattern of the account's memberships.
   *
   * @internal
   */
  public _pattern(scope: IConstruct, prop: string): string {
    if (this._membershipArn === undefined) {
      validateAccountId(scope, prop, this._accountId ?? '');
      return Stack.of(scope).formatArn({ service: 'cleanrooms', account: this._accountId, resource: 'membership', resourceName: '*' });
    }
    validateMembershipArn(scope, prop, this._membershipArn);
    return this._membershipArn;
  }

  /**
   * The account.
   *
   * @internal
   */
  public _account(scope: IConstruct, prop: string): string {
    if (this._membershipArn !== undefined) this._pattern(scope, prop);
    if (this._accountId === undefined) {
      fail(scope, prop, 'must have an account that is known when the app is synthesized', 'an ARN that is known when deployed', 'pass KnownMember.account(…)');
    }
    validateAccountId(scope, prop, this._accountId);
    return this._accountId;
  }
}
