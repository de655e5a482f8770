import { Fn, Stack, Token } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Condition } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { fail, validateAccountId, validateIdentifier, validateSameRegion } from '../private/validation';

/** Conditions of one statement of a trust policy. */
type Conditions = { [operator: string]: Condition };

/**
 * The member who runs the queries, and who thereby makes Clean Rooms assume the receiver's result-writer role.
 *
 * The role's trust names that member's membership. Its identifier is not secret: the query runner finds it in the
 * console, the other members by `aws cleanrooms list-members` once it has joined.
 */
export class QueryRunner {
  /**
   * The membership that is being configured runs its own queries.
   *
   * It then joins in two steps: first the membership, then the role, which names that membership, and the result
   * configuration.
   */
  public static thisMembership(): QueryRunner {
    return new QueryRunner();
  }

  /**
   * A membership that can be referred to from this app runs the queries: a `Membership` or a `CfnMembership`.
   */
  public static membership(membership: IMembershipRef): QueryRunner {
    const { membershipArn, membershipIdentifier } = membership.membershipRef;
    return new QueryRunner(membershipArn, membershipIdentifier);
  }

  /**
   * Another account's membership runs the queries.
   *
   * @param membershipArn `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>`
   */
  public static membershipArn(membershipArn: string): QueryRunner {
    return new QueryRunner(membershipArn, Token.isUnresolved(membershipArn) ? undefined : membershipArn.split('/')[1] ?? '');
  }

  /**
   * Another account runs the queries, and its membership is not known yet.
   *
   * The role then trusts any membership of that account in the region. Once the account has joined, tighten this to
   * `QueryRunner.membershipArn(…)`; a warning at synthesis says so.
   *
   * @param accountId 12 digits
   */
  public static account(accountId: string): QueryRunner {
    return new QueryRunner(undefined, undefined, accountId);
  }

  private constructor(
    private readonly arn?: string,
    private readonly identifier?: string,
    private readonly accountId?: string,
  ) {}

  /**
   * Whether the membership that is being configured runs its own queries.
   */
  public get isThisMembership(): boolean {
    return this.arn === undefined && this.accountId === undefined;
  }

  /**
   * Whether only the account of the runner is known.
   *
   * @internal
   */
  public get _isAccount(): boolean {
    return this.accountId !== undefined;
  }

  /**
   * The conditions of the trust policy, one entry a statement. Statements are alternatives: each must be bounded.
   *
   * @internal
   */
  public _trust(scope: Construct): Conditions[] {
    if (this.accountId !== undefined) return [this.trustAccount(scope, this.accountId)];
    if (this.arn !== undefined) return this.trustMembership(scope, this.arn);
    return fail(scope, 'queryRunner', 'must name a membership or an account', 'thisMembership()',
      'pass QueryRunner.membership(…), membershipArn(…) or account(…)');
  }

  private trustAccount(scope: Construct, accountId: string): Conditions {
    validateAccountId(scope, 'queryRunner', accountId);
    const memberships = Stack.of(scope).formatArn({
      service: 'cleanrooms', account: accountId, resource: 'membership', resourceName: '*',
    });
    // No statement on sts:ExternalId: it names no account, so without a membership it would let strangers in.
    return { 'ForAnyValue:ArnLike': { 'aws:SourceArn': [memberships] } };
  }

  private trustMembership(scope: Construct, arn: string): Conditions[] {
    const { region } = Stack.of(scope);
    if (!Token.isUnresolved(arn)) this.validateArn(scope, arn);
    const identifier = this.identifier ?? Fn.select(1, Fn.split('/', arn));
    return [
      { StringLike: { 'sts:ExternalId': `arn:aws:*:${region}:*:dbuser:*/${identifier}*` } },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [arn] } },
    ];
  }

  private validateArn(scope: Construct, arn: string): void {
    const form = /^arn:[^:]*:cleanrooms:([^:]*):([^:]*):membership\/([^/]*)$/.exec(arn);
    if (!form) {
      fail(scope, 'queryRunner', 'must be the ARN of a membership, arn:aws:cleanrooms:<region>:<account>:membership/<identifier>', arn,
        'copy it from the output of aws cleanrooms list-members');
    }
    const [, region, account, identifier] = form;
    validateSameRegion(scope, 'queryRunner', region);
    validateAccountId(scope, 'queryRunner', account);
    validateIdentifier(scope, 'queryRunner', identifier);
  }
}
