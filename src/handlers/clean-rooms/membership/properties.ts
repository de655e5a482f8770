import { isIdentifier } from '../../../private/clean-rooms-arn';
import type {
  JobResultConfigurationProperty, LogStatusProperty, MembershipProperties, PaymentConfigurationProperty, QueryResultConfigurationProperty,
  ResponsibleProperty, ResultConfigurationProperties, TagProperty,
} from '../../../private/membership-contract';
import { flag, isRecord, nonEmpty, object, oneOf, optional, ownOf, text, unexpected } from '../shared/decoder';
import type { Decode, Fields } from '../shared/decoder';

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

const membershipFields: Fields<MembershipProperties> = {
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
};

const resultConfigurationFields: Fields<ResultConfigurationProperties> = { MembershipIdentifier: identifier, ...resultConfigurations };

export const decodeMembership = (properties: unknown): MembershipProperties => object(membershipFields)(ownOf(properties), '');

export const decodeResultConfiguration = (properties: unknown): ResultConfigurationProperties => object(resultConfigurationFields)(ownOf(properties), '');

/** Properties that may be of any version, even a newer one on rollback: what cannot be read is absent. */
export type PreviousMembership = Partial<MembershipProperties>;
export type PreviousResultConfiguration = Partial<ResultConfigurationProperties>;

export const decodePreviousMembership = (properties: unknown): PreviousMembership => readable(membershipFields, properties);

export const decodePreviousResultConfiguration = (properties: unknown): PreviousResultConfiguration =>
  readable(resultConfigurationFields, properties);

function readable<T extends object>(fields: Fields<T>, properties: unknown): Partial<T> {
  const read: Partial<T> = {};
  if (!isRecord(properties)) return read;
  for (const key of Object.keys(fields) as (keyof T & string)[]) {
    try {
      read[key] = fields[key](properties[key], key);
    } catch {
      // It stays absent.
    }
  }
  return read;
}
