import { Fn, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Condition } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { fail, validateAccountId, validateMembershipArn } from '../private/validation';

/** Conditions of one statement of a trust policy. */
type Conditions = { [operator: string]: Condition };

/**
 * The member who runs the queries. For that member's queries Clean Rooms assumes the receiver's result-writer role.
 *
 * The trust policy of the role names that member's membership. Its identifier is not secret: the member itself finds it in the
 * console, the other members with `aws cleanrooms list-members` once it has joined.
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
   * A membership of this app runs the queries: a `Membership`, a `CfnMembership` or an imported one.
   *
   * Only its ARN is used; the identifier is taken from there.
   */
  public static membership(membership: IMembershipRef): QueryRunner {
    return new QueryRunner(membership.membershipRef.membershipArn, undefined, membership);
  }

  /**
   * Another account's membership runs the queries.
   *
   * A value that is known only at deployment cannot be checked here. Give a `CfnParameter` the `allowedPattern`
   * `^arn:aws:cleanrooms:[a-z0-9-]+:\d{12}:membership/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, because a `*` would widen the trust.
   *
   * @param membershipArn `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>`
   */
  public static membershipArn(membershipArn: string): QueryRunner {
    return new QueryRunner(membershipArn);
  }

  /**
   * Another account runs the queries, and its membership is not known yet.
   *
   * The role then trusts any membership of that account in the region. Once the account has joined, change this to
   * `QueryRunner.membershipArn(…)`; a warning at synthesis says so. Give a `CfnParameter` the `allowedPattern` `^\d{12}$`.
   *
   * @param accountId 12 digits
   */
  public static account(accountId: string): QueryRunner {
    return new QueryRunner(undefined, accountId);
  }

  private constructor(
    private readonly arn?: string,
    private readonly accountId?: string,
    /**
     * @internal
     */
    public readonly _membership?: IMembershipRef,
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
   * The ARN of the runner's membership, where it is named.
   *
   * @internal
   */
  public get _membershipArn(): string | undefined {
    return this.arn;
  }

  /**
   * The runner's account, where it is all that is named.
   *
   * @internal
   */
  public get _accountId(): string | undefined {
    return this.accountId;
  }

  /**
   * The conditions of the trust policy for results of queries, one entry per statement. Statements are alternatives: each
   * must be bounded.
   *
   * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html
   * @internal
   */
  public _trust(scope: Construct): Conditions[] {
    const source = this.source(scope);
    // No statement on sts:ExternalId: it names no account, so without a membership it would let strangers in.
    if (this.arn === undefined) return [anyOf(source)];
    const identifier = Fn.select(1, Fn.split('/', this.arn));
    const externalId = `arn:aws:*:${Stack.of(scope).region}:*:dbuser:*/${identifier}*`;
    return [{ ArnLike: { 'sts:ExternalId': externalId } }, exactly(source)];
  }

  /**
   * The conditions of the trust policy for results of jobs: the memberships of runner and receiver, and no external id.
   *
   * @param receiver the ARN of the receiving membership; without one, any membership of the stack's account
   * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html
   * @internal
   */
  public _jobTrust(scope: Construct, receiver?: string): Conditions[] {
    const runner = this.source(scope);
    if (receiver === undefined) return [anyOf(runner, anyMembershipArn(scope, Stack.of(scope).account))];
    const sources = [...new Set([runner, receiver])];
    return [this.arn === undefined ? anyOf(...sources) : exactly(...sources)];
  }

  private source(scope: Construct): string {
    if (this.accountId !== undefined) {
      validateAccountId(scope, 'queryRunner', this.accountId);
      return anyMembershipArn(scope, this.accountId);
    }
    if (this.arn === undefined) {
      return fail(scope, 'queryRunner', 'must name a membership or an account', 'thisMembership()', 'pass QueryRunner.membership(…), membershipArn(…) or account(…)');
    }
    validateMembershipArn(scope, 'queryRunner', this.arn);
    return this.arn;
  }
}

/** Any membership of an account in the stack's region. */
function anyMembershipArn(scope: Construct, account: string): string {
  return Stack.of(scope).formatArn({ service: 'cleanrooms', account, resource: 'membership', resourceName: '*' });
}

function exactly(...memberships: string[]): Conditions {
  return { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': memberships } };
}

function anyOf(...patterns: string[]): Conditions {
  return { 'ForAnyValue:ArnLike': { 'aws:SourceArn': patterns } };
}
