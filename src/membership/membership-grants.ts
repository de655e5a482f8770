import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CANCEL_QUERIES_ACTIONS, READ_ACTIONS, queryResourceArns, READ_SHARED_ACTIONS, RUN_QUERIES_ACTIONS, START_QUERY_ACTIONS } from '../private/permissions';

/**
 * Grants permissions on a membership to roles, users and other principals.
 *
 * A membership has no resource policy. So a grantee without a policy of its own, such as a service principal or an imported
 * role that may not be changed, gets no permissions. `Grant.assertSuccess()` fails then, except for an imported role: the CDK
 * assumes that somebody grants its permissions elsewhere.
 */
export class MembershipGrants {
  /**
   * Grants permissions on any membership: one of this library, a `CfnMembership`, or an imported one.
   */
  public static fromMembership(membership: IMembershipRef): MembershipGrants {
    return new MembershipGrants(membership);
  }

  private constructor(private readonly membership: IMembershipRef) {}

  /**
   * Allows the grantee to read the membership and its protected queries.
   *
   * Actions: `GetMembership`, `GetProtectedQuery`, `ListProtectedQueries`, on the membership.
   *
   * @param grantee who gets the permission
   */
  public read(grantee: IGrantable): Grant {
    return this.grant(grantee, READ_ACTIONS);
  }

  /**
   * Allows the grantee to start protected queries and to follow them.
   *
   * Actions: `StartProtectedQuery`, `GetProtectedQuery`, on the membership; `StartProtectedQuery` on the templates, table
   * associations, ID mapping tables and intermediate tables of any membership in the region, because a query names these;
   * `GetSchema`, `GetCollaborationAnalysisTemplate` on `*`, because the tables and templates of a query can belong to other
   * members, too (as in the example of the Clean Rooms user guide).
   *
   * @param grantee who gets the permission
   */
  public runQueries(grantee: IGrantable): Grant {
    const named = Grant.addToPrincipal({ grantee, actions: START_QUERY_ACTIONS, resourceArns: queryResourceArns(this.membership) });
    const shared = Grant.addToPrincipal({ grantee, actions: READ_SHARED_ACTIONS, resourceArns: ['*'] });
    return this.grant(grantee, RUN_QUERIES_ACTIONS).combine(named).combine(shared);
  }

  /**
   * Allows the grantee to cancel protected queries and to follow them to their end.
   *
   * Actions: `UpdateProtectedQuery`, `GetProtectedQuery`, on the membership.
   *
   * @param grantee who gets the permission
   */
  public cancelQueries(grantee: IGrantable): Grant {
    return this.grant(grantee, CANCEL_QUERIES_ACTIONS);
  }

  private grant(grantee: IGrantable, actions: string[]): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.membership.membershipRef.membershipArn] });
  }
}
