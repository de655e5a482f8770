import type {
  CreateMembershipInput, Membership, MembershipPaymentConfiguration, MembershipProtectedJobResultConfiguration,
  MembershipProtectedQueryResultConfiguration,
} from '@aws-sdk/client-cleanrooms';
import type { Tags } from './clean-rooms-api';
import type { PreviousMembership } from './properties';
import type {
  JobResultConfigurationProperty, MembershipProperties, PaymentConfigurationProperty, QueryResultConfigurationProperty, ResponsibleProperty,
  ResultConfigurations,
} from '../../../private/membership-contract';

/** The decoded properties in the service's own shapes, so that they can be compared and sent. */
export interface DesiredMembership {
  readonly collaborationIdentifier: string;
  readonly queryLogStatus: 'ENABLED' | 'DISABLED';
  readonly jobLogStatus?: 'ENABLED' | 'DISABLED';
  /** Absent where another resource looks after them. */
  readonly resultConfigurations?: DesiredResultConfigurations;
  readonly paymentConfiguration?: MembershipPaymentConfiguration;
  readonly isMetricsEnabled?: boolean;
  /** The user's and the owner's. */
  readonly tags: Tags;
  readonly owner: Tags;
  readonly adoptExisting: boolean;
}

export type DesiredResultConfigurations = Pick<Membership, 'defaultResultConfiguration' | 'defaultJobResultConfiguration'>;

export function desiredMembership(properties: MembershipProperties, logicalId: string): DesiredMembership {
  return {
    collaborationIdentifier: properties.CollaborationIdentifier,
    queryLogStatus: properties.QueryLogStatus,
    jobLogStatus: properties.JobLogStatus,
    resultConfigurations: properties.ResultConfigurationIsSeparate ? undefined : desiredResultConfigurations(properties),
    paymentConfiguration: properties.PaymentConfiguration && paymentConfiguration(properties.PaymentConfiguration),
    isMetricsEnabled: properties.IsMetricsEnabled,
    tags: tagsOf(properties, logicalId),
    owner: ownerTags(properties.Owner, logicalId),
    adoptExisting: properties.AdoptExisting ?? false,
  };
}

export function desiredResultConfigurations(properties: ResultConfigurations): DesiredResultConfigurations {
  const { DefaultResultConfiguration: query, DefaultJobResultConfiguration: job } = properties;
  return {
    ...query && { defaultResultConfiguration: queryResultConfiguration(query) },
    ...job && { defaultJobResultConfiguration: jobResultConfiguration(job) },
  };
}

/** The user's tags and the owner's; `aws:` is reserved, and the service would refuse it. */
export function tagsOf({ Tags: tags = [], Owner: owner }: PreviousMembership, logicalId: string): Tags {
  const own = tags.filter(({ Key }) => !Key.startsWith('aws:')).map(({ Key, Value }) => [Key, Value]);
  return { ...Object.fromEntries(own), ...owner && ownerTags(owner, logicalId) };
}

const LOGICAL_ID_TAG = 'cdk-cleanrooms:logical-id';

/**
 * By the stack and the path a later deployment of the same construct knows the membership that a failed one left behind.
 * The logical id tells, when a construct got another one, that the membership now belongs to that.
 */
export function ownerTags(owner: MembershipProperties['Owner'], logicalId: string): Tags {
  return { 'cdk-cleanrooms:stack': owner.Stack, 'cdk-cleanrooms:path': owner.Path, [LOGICAL_ID_TAG]: logicalId };
}

export function isOwned(tags: Tags, owner: Tags): boolean {
  return Object.entries(owner).every(([key, value]) => key === LOGICAL_ID_TAG || tags[key] === value);
}

/** Without owner tags, which people can remove, the stack's own id for it counts. */
export function isOwnedByAnother(tags: Tags, owner: Tags): boolean {
  return Object.entries(owner).some(([key, value]) => tags[key] !== undefined && tags[key] !== value);
}

export function createMembershipInput(desired: DesiredMembership): CreateMembershipInput {
  return {
    collaborationIdentifier: desired.collaborationIdentifier,
    queryLogStatus: desired.queryLogStatus,
    jobLogStatus: desired.jobLogStatus,
    ...desired.resultConfigurations,
    paymentConfiguration: desired.paymentConfiguration,
    isMetricsEnabled: desired.isMetricsEnabled,
    tags: desired.tags,
  };
}

export function hasRole({ defaultResultConfiguration, defaultJobResultConfiguration }: DesiredResultConfigurations): boolean {
  return (defaultResultConfiguration?.roleArn ?? defaultJobResultConfiguration?.roleArn) !== undefined;
}

function queryResultConfiguration(property: QueryResultConfigurationProperty): MembershipProtectedQueryResultConfiguration {
  const { Bucket, KeyPrefix, ResultFormat, SingleFileOutput } = property.OutputConfiguration.S3;
  const s3 = { bucket: Bucket, keyPrefix: KeyPrefix, resultFormat: ResultFormat, singleFileOutput: SingleFileOutput };
  return { outputConfiguration: { s3 }, roleArn: property.RoleArn };
}

function jobResultConfiguration(property: JobResultConfigurationProperty): MembershipProtectedJobResultConfiguration {
  const { Bucket, KeyPrefix } = property.OutputConfiguration.S3;
  return { outputConfiguration: { s3: { bucket: Bucket, keyPrefix: KeyPrefix } }, roleArn: property.RoleArn };
}

function paymentConfiguration({ QueryCompute, JobCompute, MachineLearning }: PaymentConfigurationProperty): MembershipPaymentConfiguration {
  const responsible = (property?: ResponsibleProperty) => property && { isResponsible: property.IsResponsible };
  return {
    queryCompute: responsible(QueryCompute),
    jobCompute: responsible(JobCompute),
    machineLearning: MachineLearning && {
      modelTraining: responsible(MachineLearning.ModelTraining),
      modelInference: responsible(MachineLearning.ModelInference),
      syntheticDataGeneration: responsible(MachineLearning.SyntheticDataGeneration),
    },
  };
}
