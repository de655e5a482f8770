import { isIdentifier } from './clean-rooms-api';
import type {
  JobResultConfigurationProperty, LogStatusProperty, MembershipProperties, PaymentConfigurationProperty, QueryResultConfigurationProperty,
  ResponsibleProperty, ResultConfigurationProperties, TagProperty,
} from '../../../private/membership-contract';
import { flag, isRecord, nonEmpty, object, oneOf, optional, ownOf, text, unexpected } from '../shared/decoder';
import type { Decode } from '../shared/decoder';

const identifier: Decode<string> = (value, path) => {
  if (isIdentifier(value)) return value;
  throw unexpected(path, 'a lower-case UUID', value);
};

/** A list of keys and values; the older form, a map, is still to be met in rollbacks and deletions. */
const tags: Decode<readonly TagProperty[]> = (value, path) => {
  if (Array.isArray(value)) return value.map((item, index) => tag(item, `${path}[${index}]`));
  if (!isRecord(value)) throw unexpected(path, 'a list of tags', value);
  return Object.entries(value).map(([Key, Value]) => ({ Key, Value: text(Value, `${path}.${Key}`) }));
};

const tag = object<TagProperty>({ Key: nonEmpty, Value: text });

const logStatus = oneOf<LogStatusProperty>('ENABLED', 'DISABLED');

const queryResultConfiguration = object<QueryResultConfigurationProperty>({
  OutputConfiguration: object({
    S3: object<QueryResultConfigurationProperty['OutputConfiguration']['S3']>({
      Bucket: nonEmpty, KeyPrefix: optional(text), ResultFormat: oneOf('CSV', 'PARQUET'), SingleFileOutput: optional(flag),
    }),
  }),
  RoleArn: optional(nonEmpty),
});

const jobResultConfiguration = object<JobResultConfigurationProperty>({
  OutputConfiguration: object({
    S3: object<JobResultConfigurationProperty['OutputConfiguration']['S3']>({ Bucket: nonEmpty, KeyPrefix: optional(text) }),
  }),
  RoleArn: nonEmpty,
});

const responsible = object<ResponsibleProperty>({ IsResponsible: flag });

const paymentConfiguration = object<PaymentConfigurationProperty>({
  QueryCompute: responsible,
  JobCompute: optional(responsible),
  MachineLearning: optional(object<NonNullable<PaymentConfigurationProperty['MachineLearning']>>({
    ModelTraining: optional(responsible), ModelInference: optional(responsible), SyntheticDataGeneration: optional(responsible),
  })),
});

const resultConfigurations = {
  DefaultResultConfiguration: optional(queryResultConfiguration),
  DefaultJobResultConfiguration: optional(jobResultConfiguration),
};

const owner = object<MembershipProperties['Owner']>({ Stack: nonEmpty, Path: nonEmpty });

const membership = object<MembershipProperties>({
  CollaborationIdentifier: identifier,
  QueryLogStatus: logStatus,
  JobLogStatus: optional(logStatus),
  ...resultConfigurations,
  PaymentConfiguration: optional(paymentConfiguration),
  IsMetricsEnabled: optional(flag),
  Tags: optional(tags),
  Owner: owner,
  AdoptExisting: optional(flag),
  RemovalPolicy: oneOf('RETAIN', 'DESTROY'),
  ResultConfigurationIsSeparate: optional(flag),
});

const resultConfiguration = object<ResultConfigurationProperties>({ MembershipIdentifier: identifier, ...resultConfigurations });

export const decodeMembership = (properties: unknown): MembershipProperties => membership(ownOf(properties), '');

export const decodeResultConfiguration = (properties: unknown): ResultConfigurationProperties => resultConfiguration(ownOf(properties), '');

/** What an Update needs of the properties before it. They may be of any version, even a newer one on rollback: what cannot be read is absent. */
export type PreviousMembership = Partial<Pick<MembershipProperties, 'CollaborationIdentifier' | 'Tags' | 'Owner'>>;

export function decodePreviousMembership(properties: unknown): PreviousMembership {
  const readable = <T>(decode: Decode<T>, key: keyof PreviousMembership) => {
    try {
      return isRecord(properties) ? decode(properties[key], key) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    CollaborationIdentifier: readable(identifier, 'CollaborationIdentifier'),
    Tags: readable(optional(tags), 'Tags'),
    Owner: readable(owner, 'Owner'),
  };
}
