/**
 * What travels between the constructs and their function: types only, shared by both sides.
 *
 * Property names and shapes are those of `AWS::CleanRooms::Membership`, so that the native type's own rules can judge
 * them; what that type does not have stands in a block of its own.
 */

/** Resource types that the function answers for. */
export type ResourceType =
  | 'Custom::CleanRoomsMembership' | 'Custom::CleanRoomsResultConfiguration' | 'Custom::CleanRoomsReplacementGuard'
  | 'Custom::CleanRoomsInvitation' | 'Custom::CleanRoomsMemberships' | 'Custom::CleanRoomsReviewedTemplate';

export type LogStatusProperty = 'ENABLED' | 'DISABLED';

export interface QueryResultConfigurationProperty {
  readonly OutputConfiguration: {
    readonly S3: {
      readonly Bucket: string;
      readonly KeyPrefix?: string;
      readonly ResultFormat: 'CSV' | 'PARQUET';
      readonly SingleFileOutput?: boolean;
    };
  };
  readonly RoleArn?: string;
}

export interface JobResultConfigurationProperty {
  readonly OutputConfiguration: {
    readonly S3: {
      readonly Bucket: string;
      readonly KeyPrefix?: string;
    };
  };
  readonly RoleArn: string;
}

export interface ResponsibleProperty {
  readonly IsResponsible: boolean;
}

export interface PaymentConfigurationProperty {
  readonly QueryCompute: ResponsibleProperty;
  readonly JobCompute?: ResponsibleProperty;
  readonly MachineLearning?: {
    readonly ModelTraining?: ResponsibleProperty;
    readonly ModelInference?: ResponsibleProperty;
    readonly SyntheticDataGeneration?: ResponsibleProperty;
  };
}

export interface TagProperty {
  readonly Key: string;
  readonly Value: string;
}

/** What both resources can carry. */
export interface ResultConfigurations {
  readonly DefaultResultConfiguration?: QueryResultConfigurationProperty;
  readonly DefaultJobResultConfiguration?: JobResultConfigurationProperty;
}

/** `Custom::CleanRoomsMembership`. */
export interface MembershipProperties extends ResultConfigurations {
  readonly CollaborationIdentifier: string;
  readonly QueryLogStatus: LogStatusProperty;
  readonly JobLogStatus?: LogStatusProperty;
  readonly PaymentConfiguration?: PaymentConfigurationProperty;
  readonly IsMetricsEnabled?: boolean;
  readonly Tags?: readonly TagProperty[];

  // What AWS::CleanRooms::Membership does not have.

  /** Who made the membership: written as two tags, by which a later deployment knows its own. */
  readonly Owner: { readonly Stack: string; readonly Path: string };
  /** Adopt a membership that carries no owner tags or another owner's. */
  readonly AdoptExisting?: boolean;
  /** DESTROY lets a Delete leave the collaboration, which is final. */
  readonly RemovalPolicy: 'RETAIN' | 'DESTROY';
  /** The result configurations belong to a `Custom::CleanRoomsResultConfiguration`: leave them alone here. */
  readonly ResultConfigurationIsSeparate?: boolean;
}

/** `Custom::CleanRoomsResultConfiguration`: the second step, once the role's trust can name the membership. */
export interface ResultConfigurationProperties extends ResultConfigurations {
  readonly MembershipIdentifier: string;
}

/** Attributes of `Custom::CleanRoomsMembership`; every answer carries every one of them. */
export interface MembershipAttributeValues {
  readonly Arn: string;
  readonly CollaborationArn: string;
  readonly CollaborationIdentifier: string;
  readonly CollaborationName: string;
  readonly CollaborationCreatorAccountId: string;
  readonly CollaborationCreatorDisplayName: string;
  /** Joined by commas: a list could not cross stacks. */
  readonly MemberAbilities: string;
  readonly Status: string;
}

/** Attributes of `Custom::CleanRoomsResultConfiguration`. */
export interface ResultConfigurationAttributeValues {
  readonly MembershipIdentifier: string;
}
