import { Arn, ArnFormat, IResource, Resource, Stack } from 'aws-cdk-lib';
import { CollaborationReference, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { validateAccountId, validateArn, validateIdentifier } from '../private/validation';

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
   * The ARN of the collaboration. It carries the account of the collaboration's creator.
   *
   * @attribute
   */
  readonly collaborationArn: string;
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
   * @default - unknown: `collaborationArn` then has `*` in the account's place and serves in IAM policies only
   */
  readonly creatorAccountId?: string;

  /**
   * The region of the collaboration.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}

/**
 * A collaboration that somebody, usually another account, has created.
 *
 * Nothing is defined in your account. Wherever this library takes a collaboration it takes any `ICollaborationRef`: a
 * `CfnCollaboration` of your own app fits as it is.
 *
 * @resource AWS::CleanRooms::Collaboration
 * @example
 *
 * const collaboration = Collaboration.fromCollaborationIdentifier(this, 'Collaboration', 'a1b2c3d4-5678-90ab-cdef-111122223333');
 */
export abstract class Collaboration extends Resource implements ICollaboration {
  /**
   * Refers to a collaboration by its identifier, which every member sees in the console.
   *
   * The identifier does not tell who created the collaboration, so `collaborationArn` has `*` in the account's place.
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
    validateArn(scope, 'collaborationArn', 'collaboration', collaborationArn);
    const parts = Stack.of(scope).splitArn(collaborationArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedCollaboration(scope, id, collaborationArn, parts.resourceName ?? '');
  }

  /**
   * Refers to a collaboration by what is known of it.
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

  public abstract readonly collaborationIdentifier: string;
  public abstract readonly collaborationArn: string;

  /**
   * A reference to this collaboration.
   */
  public get collaborationRef(): CollaborationReference {
    return { collaborationIdentifier: this.collaborationIdentifier, collaborationArn: this.collaborationArn };
  }
}

class ImportedCollaboration extends Collaboration {
  constructor(scope: Construct, id: string, public readonly collaborationArn: string, public readonly collaborationIdentifier: string) {
    super(scope, id, { environmentFromArn: collaborationArn });
    validateIdentifier(this, 'collaborationIdentifier', collaborationIdentifier);
  }
}
