import { Arn, ArnFormat, IResource, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import { CfnCollaboration, CollaborationReference, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { CollaborationInvitationOptions } from './collaboration-invitation-options';
import { CollaborationAttributes, CollaborationProps } from './collaboration-props';
import {
  validateAbilitiesOnce, validateAccounts, validateDescription, validateJobPayer, validateJobRunner, validateMemberCount, validateName,
  validateReceiver, validateRegions, validateRunner,
} from './private/collaboration-rules';
import { renderCollaboration } from './private/render';
import { guardAgainstReplacement } from './private/replacement-guard';
import { Seat, seatsOf } from './private/seats';
import { FunctionBackedResource } from '../private/function-backed-resource';
import { InvitationProperties } from '../private/lookup-contract';
import { LIST_COLLABORATIONS_ACTIONS } from '../private/permissions';
import { MembershipProvider } from '../private/provider';
import { validateTag } from '../private/tag-rules';
import { validateAccountId, validateArn, validateIdentifier, validatePartition } from '../private/validation';

/**
 * An AWS Clean Rooms collaboration.
 */
export interface ICollaboration extends IResource, ICollaborationRef {
  /**
   * The identifier of the collaboration, a UUID.
   *
   * @attribute
   */
  readonly collaborationIdentifier: string;

  /**
   * The ARN of the collaboration. It contains the account of the collaboration's creator.
   *
   * @attribute
   */
  readonly collaborationArn: string;
}

/** What `AWS::CleanRooms::Collaboration` cannot change; metrics the service has no update for either. */
const FIXED = [
  'CreatorDisplayName', 'CreatorMemberAbilities', 'CreatorMLMemberAbilities', 'CreatorPaymentConfiguration', 'Members', 'QueryLogStatus',
  'JobLogStatus', 'IsMetricsEnabled', 'DataEncryptionMetadata', 'AllowedResultRegions', 'AutoApprovedChangeTypes',
];

abstract class CollaborationBase extends Resource implements ICollaboration {
  public abstract readonly collaborationIdentifier: string;
  public abstract readonly collaborationArn: string;

  /**
   * A reference to this collaboration.
   */
  public get collaborationRef(): CollaborationReference {
    return { collaborationIdentifier: this.collaborationIdentifier, collaborationArn: this.collaborationArn };
  }
}

/**
 * A collaboration that the account of the stack creates. For one that somebody else has created, use a `from…` method.
 *
 * It defines one `AWS::CleanRooms::Collaboration`. Creating it invites its members. Every member joins with a `Membership`,
 * the creator too.
 *
 * Everything but name, description and tags is fixed when it is created. A change would create a second collaboration,
 * without any of the memberships. So it also defines a `Custom::CleanRoomsReplacementGuard`, which fails such a deployment
 * before the collaboration is touched, and, once per stack, the Lambda function behind it.
 *
 * Where this library takes a collaboration, it takes any `ICollaborationRef`, such as a `CfnCollaboration`.
 *
 * @resource AWS::CleanRooms::Collaboration
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
 * @example
 *
 * const collaboration = new Collaboration(this, 'Overlap', {
 *   collaborationName: 'overlap',
 *   description: 'Buyers who saw a campaign',
 *   creator: { displayName: 'Publisher' },
 *   members: [CollaborationMember.account('444455556666', {
 *     displayName: 'Shop',
 *     abilities: [MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS],
 *     pays: [Cost.QUERY_COMPUTE],
 *   })],
 *   queryLogStatus: QueryLogStatus.ENABLED,
 * });
 */
export class Collaboration extends CollaborationBase {
  /**
   * Refers to a collaboration by its identifier, which every member sees in the console.
   *
   * The identifier does not contain the creator's account, so `collaborationArn` has `*` in place of the account.
   *
   * @param collaborationIdentifier a UUID, 36 characters in lower case
   */
  public static fromCollaborationIdentifier(scope: Construct, id: string, collaborationIdentifier: string): ICollaboration {
    return Collaboration.fromCollaborationAttributes(scope, id, { collaborationIdentifier });
  }

  /**
   * Refers to a collaboration by its ARN.
   *
   * @param collaborationArn `arn:aws:cleanrooms:<region>:<creator's account>:collaboration/<identifier>`
   */
  public static fromCollaborationArn(scope: Construct, id: string, collaborationArn: string): ICollaboration {
    validateArn(scope, 'collaborationArn', 'a collaboration', collaborationArn);
    const parts = Stack.of(scope).splitArn(collaborationArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedCollaboration(scope, id, collaborationArn, parts.resourceName ?? '');
  }

  /**
   * Refers to a collaboration by its identifier, creator and region.
   */
  public static fromCollaborationAttributes(scope: Construct, id: string, attrs: CollaborationAttributes): ICollaboration {
    if (attrs.creatorAccountId !== undefined) validateAccountId(scope, 'creatorAccountId', attrs.creatorAccountId);
    const collaborationArn = Arn.format({
      service: 'cleanrooms',
      region: attrs.region,
      account: attrs.creatorAccountId ?? '*',
      resource: 'collaboration',
      resourceName: attrs.collaborationIdentifier,
    }, Stack.of(scope));
    return new ImportedCollaboration(scope, id, collaborationArn, attrs.collaborationIdentifier);
  }

  /**
   * Finds a collaboration to which an account has invited this one, by its name, when the stack is deployed. The partner's app
   * can be in another repository, and nobody has to hand over an identifier.
   *
   * Names are not unique: if the account has invited this one to several collaborations of that name, the deployment fails and
   * the message has their identifiers. It defines one custom resource, which only reads, and uses the Lambda function that the
   * memberships of the stack share.
   */
  public static fromInvitation(scope: Construct, id: string, options: CollaborationInvitationOptions): ICollaboration {
    return new InvitedCollaboration(scope, id, options);
  }

  public readonly collaborationIdentifier: string;
  public readonly collaborationArn: string;

  constructor(scope: Construct, id: string, props: CollaborationProps) {
    super(scope, id);
    const seats = seatsOf(Stack.of(this).account, props.creator, props.members ?? []);
    validateCollaboration(this, props, seats);

    const resource = new CfnCollaboration(this, 'Resource', renderCollaboration(props, seats));
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    guardAgainstReplacement(this, resource, { guards: 'collaboration', createOnly: FIXED, allowReplacement: props.allowReplacement ?? false });

    this.collaborationIdentifier = resource.attrCollaborationIdentifier;
    this.collaborationArn = resource.attrArn;
  }
}

function validateCollaboration(scope: Construct, props: CollaborationProps, seats: Seat[]): void {
  validatePartition(scope);
  validateName(scope, 'collaborationName', props.collaborationName);
  validateDescription(scope, props.description);
  seats.forEach(({ prop, options }) => validateName(scope, `${prop}.displayName`, options.displayName));
  seats.forEach((seat) => validateAbilitiesOnce(scope, seat));
  validateMemberCount(scope, seats.length - 1);
  validateAccounts(scope, seats);
  seats.forEach((seat) => validateJobRunner(scope, seat));
  validateRunner(scope, seats);
  validateReceiver(scope, seats);
  validateJobPayer(scope, seats);
  validateRegions(scope, props.allowedResultRegions);
  Object.entries(props.tags ?? {}).forEach(([key, value]) => validateTag(scope, key, value));
}

class ImportedCollaboration extends CollaborationBase {
  constructor(scope: Construct, id: string, public readonly collaborationArn: string, public readonly collaborationIdentifier: string) {
    super(scope, id, { environmentFromArn: collaborationArn });
    validateIdentifier(this, 'collaborationIdentifier', collaborationIdentifier);
  }
}

class InvitedCollaboration extends CollaborationBase {
  public readonly collaborationIdentifier: string;
  public readonly collaborationArn: string;

  constructor(scope: Construct, id: string, options: CollaborationInvitationOptions) {
    super(scope, id);
    const { creatorAccountId, collaborationName, asOf } = options;
    validatePartition(this);
    validateAccountId(this, 'creatorAccountId', creatorAccountId);
    validateName(this, 'collaborationName', collaborationName);

    const provider = MembershipProvider.getOrCreate(this);
    const permission = provider.allowFinding(this, { actions: LIST_COLLABORATIONS_ACTIONS, resources: ['*'] });
    const resource = new FunctionBackedResource<InvitationProperties>(
      this, 'Resource', 'Custom::CleanRoomsInvitation', provider.serviceProperties,
      () => ({ CreatorAccountId: creatorAccountId, CollaborationName: collaborationName, AsOf: asOf }),
    );
    resource.node.addDependency(provider.invocation, permission);

    this.collaborationIdentifier = resource.getAtt('CollaborationIdentifier').toString();
    this.collaborationArn = resource.getAtt('CollaborationArn').toString();
  }
}
