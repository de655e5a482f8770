import type {
  CreateMembershipInput, Membership, MembershipPaymentConfiguration, MembershipProtectedJobResultConfiguration,
  MembershipProtectedQueryResultConfiguration,
} from '@aws-sdk/client-cleanrooms';
import type { Tags } from './clean-rooms-api';
import { ownerTags, tagsOf } from './owner';
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
  /** A Delete may leave the collaboration. */
  readonly mayLeave: boolean;
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
    mayLeave: properties.RemovalPolicy === 'DESTROY',
  };
}

export function desiredResultConfigurations(properties: ResultConfigurations): DesiredResultConfigurations {
  const { DefaultResultConfiguration: query, DefaultJobResultConfiguration: job } = properties;
  return {
    ...query && { defaultResultConfiguration: queryResultConfiguration(query) },
    ...job && { defaultJobResultConfiguration: jobResultConfiguration(job) },
  };
}

/** What was asked for before, as far as it can be read. */
export type PreviousMembershipState =
  Pick<Partial<DesiredMembership>, 'queryLogStatus' | 'jobLogStatus' | 'resultConfigurations' | 'paymentConfiguration' | 'isMetricsEnabled'>;

export function previousState(properties: PreviousMembership): PreviousMembershipState {
  return {
    queryLogStatus: properties.QueryLogStatus,
    jobLogStatus: properties.JobLogStatus,
    resultConfigurations: properties.ResultConfigurationIsSeparate ? undefined : desiredResultConfigurations(properties),
    paymentConfiguration: properties.PaymentConfiguration && paymentConfiguration(properties.PaymentConfiguration),
    isMetricsEnabled: properties.IsMetricsEnabled,
  };
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
