import { isIdentifier } from './clean-rooms-api';
import { Failure } from './service-error';
import type {
  JobResultConfigurationProperty, LogStatusProperty, MembershipProperties, PaymentConfigurationProperty, QueryResultConfigurationProperty,
  ResponsibleProperty, ResultConfigurationProperties, TagProperty,
} from '../../private/membership-contract';

/** Turns what CloudFormation delivers, every scalar of it a string, into what the construct meant; `undefined` is absent. */
type Decode<T> = (value: unknown, path: string) => T;
/** How many characters of what is wrong a message tells: enough to know it again. */
const EXCERPT = 80;

type Fields<T> = { readonly [K in keyof T]-?: Decode<T[K]> };

const text: Decode<string> = (value, path) => {
  if (typeof value === 'string') return value;
  throw unexpected(path, 'a string', value);
};

const nonEmpty: Decode<string> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(path, 'a string that is not empty', value);
};

const identifier: Decode<string> = (value, path) => {
  if (isIdentifier(value)) return value;
  throw unexpected(path, 'a lower-case UUID', value);
};

const flag: Decode<boolean> = (value, path) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw unexpected(path, 'true or false', value);
};

function oneOf<T extends string>(...choices: T[]): Decode<T> {
  return (value, path) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw unexpected(path, choices.join(' or '), value);
    return choice;
  };
}

function optional<T>(decode: Decode<T>): Decode<T | undefined> {
  return (value, path) => value === undefined || value === null ? undefined : decode(value, path);
}

function object<T extends object>(fields: Fields<T>): Decode<T> {
  return (value, path) => {
    if (!isRecord(value)) throw unexpected(path, 'an object', value);
    const below = (key: string) => path === '' ? key : `${path}.${key}`;
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) {
      throw new Failure(`property \`${below(unknown.slice(0, EXCERPT))}\` is unknown to this function, which knows ${Object.keys(fields).join(', ')}: deploy with one version of cdk-cleanrooms`);
    }
    const decoded: Partial<T> = {};
    for (const key of Object.keys(fields) as (keyof T & string)[]) {
      const member = fields[key](value[key], below(key));
      if (member !== undefined) decoded[key] = member;
    }
    return decoded as T;
  };
}

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

/** CloudFormation delivers its own two properties among ours. */
function ownOf(properties: unknown): unknown {
  if (!isRecord(properties)) return properties;
  const { ServiceToken, ServiceTimeout, ...own } = properties;
  return own;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unexpected(path: string, rule: string, value: unknown): Failure {
  return new Failure(`${path === '' ? 'the properties' : `property \`${path}\``} must be ${rule}, got ${excerptOf(value)}`);
}

export function excerptOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, EXCERPT);
}
