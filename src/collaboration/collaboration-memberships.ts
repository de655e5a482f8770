import { Fn, Resource, Stack, Token } from 'aws-cdk-lib';
import { ICollaborationRef, IMembershipRef, MembershipReference } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { FunctionBackedResource } from '../private/function-backed-resource';
import { MembershipsProperties } from '../private/lookup-contract';
import { LIST_MEMBERS_ACTIONS } from '../private/permissions';
import { MembershipProvider } from '../private/provider';
import { fail, validateAccountId } from '../private/validation';

/**
 * Properties of `CollaborationMemberships`.
 */
export interface CollaborationMembershipsProps {
  /**
   * The collaboration, which this account must have joined or be invited to.
   */
  readonly collaboration: ICollaborationRef;

  /**
   * Any text, such as a date. If you change it, the next deployment looks again.
   *
   * CloudFormation does not notice what a partner does, such as an account that leaves the collaboration, until this text
   * changes.
   *
   * @default - the memberships are looked up once, and again when the accounts change
   */
  readonly asOf?: string;
}

/**
 * Finds the memberships of other accounts in a collaboration when the stack is deployed. If the partner's app is in another
 * repository, nobody has to hand them over.
 *
 * A membership is found once its account has joined; until then the deployment fails and says which account is missing.
 *
 * It defines one custom resource, which only reads, and uses the Lambda function that the memberships of the stack share.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_ListMembers.html
 * @example
 *
 * declare const collaboration: ICollaboration;
 * const partners = new CollaborationMemberships(this, 'Partners', { collaboration, asOf: '2026-11-25' });
 * const runner = QueryRunner.membership(partners.membershipOf('444455556666'));
 */
export class CollaborationMemberships extends Resource {
  private readonly found = new Map<string, FoundMembership>();
  private readonly resource: FunctionBackedResource<MembershipsProperties>;

  constructor(scope: Construct, id: string, props: CollaborationMembershipsProps) {
    super(scope, id);
    const { collaborationIdentifier, collaborationArn } = props.collaboration.collaborationRef;
    const provider = MembershipProvider.getOrCreate(this);
    const permission = provider.allowFinding(this, { actions: LIST_MEMBERS_ACTIONS, resources: [collaborationArn] });
    this.resource = new FunctionBackedResource(this, 'Resource', 'Custom::CleanRoomsMemberships', provider.serviceProperties, () => ({
      CollaborationIdentifier: collaborationIdentifier,
      AccountIds: this.requireAccounts(),
      AsOf: props.asOf,
    }));
    this.resource.node.addDependency(provider.invocation, permission);
  }

  /**
   * The membership of an account.
   *
   * @param accountId 12 digits; the account must be a member that has joined when the stack is deployed
   */
  public membershipOf(accountId: string): IMembershipRef {
    if (Token.isUnresolved(accountId)) {
      fail(this, 'accountId', 'must be known when the app is synthesized, as the membership is looked up by it', 'a token', 'write the account');
    }
    validateAccountId(this, 'accountId', accountId);
    const known = this.found.get(accountId);
    if (known !== undefined) return known;
    const membership = new FoundMembership(this, accountId, this.resource.getAtt(`Arn${accountId}`).toString());
    this.found.set(accountId, membership);
    return membership;
  }

  private requireAccounts(): string[] {
    if (this.found.size > 0) return [...this.found.keys()].sort();
    return fail(this, 'membershipOf', 'must be called for one account at least', 'no call', 'ask for the memberships that are needed, or remove the construct');
  }
}

/** A membership by its ARN, which is known when the stack is deployed. */
class FoundMembership extends Resource implements IMembershipRef {
  constructor(scope: Construct, accountId: string, private readonly membershipArn: string) {
    super(scope, accountId, { account: accountId, region: Stack.of(scope).region });
  }

  public get membershipRef(): MembershipReference {
    return { membershipArn: this.membershipArn, membershipIdentifier: Fn.select(1, Fn.split('/', this.membershipArn)) };
  }
}
