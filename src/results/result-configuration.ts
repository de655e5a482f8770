import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CallerDestination } from './private/caller-destination';
import { BoundResultConfiguration, ResultDestination } from './private/result-destination';
import { QueryRunner } from './query-runner';
import { JobResultConfigurationProperty, QueryResultConfigurationProperty } from '../private/membership-contract';

const PROP = 'defaultResultConfiguration';
const JOB_PROP = 'defaultJobResultConfiguration';

/**
 * The file format of query results.
 */
export enum ResultFormat {
  /** Comma-separated values, with a header. */
  CSV = 'CSV',
  /** Apache Parquet. */
  PARQUET = 'PARQUET',
}

/**
 * Where results go, and the role with which they are written.
 */
export interface ResultS3Options {
  /**
   * The prefix of the results' keys, up to 512 characters out of letters, digits and `_ ! . = * / -`.
   *
   * @default - no prefix
   */
  readonly keyPrefix?: string;

  /**
   * The role with which Clean Rooms writes. The library does not change it; a warning says which permissions it seems to lack.
   *
   * @default - a `ResultWriterRole` of its own, for jobs a `JobResultWriterRole`
   */
  readonly role?: IRole;

  /**
   * The key that encrypts the bucket, if the bucket does not know it (an imported bucket seldom does).
   *
   * @default - the bucket's `encryptionKey`, if it has one
   */
  readonly encryptionKey?: IKey;
}

/**
 * The files in which query results are written.
 */
export interface QueryResultFormatOptions {
  /**
   * The file format.
   */
  readonly resultFormat: ResultFormat;

  /**
   * Write one file instead of several in parallel.
   *
   * @default - left to the service, which writes several
   */
  readonly singleFileOutput?: boolean;
}

/**
 * Options of `DefaultResultConfiguration.s3`.
 */
export interface DefaultResultConfigurationS3Options extends ResultS3Options, QueryResultFormatOptions {}

/**
 * Options of `DefaultResultConfiguration.s3WithoutRole`.
 */
export interface DefaultResultConfigurationS3WithoutRoleOptions extends QueryResultFormatOptions {
  /**
   * The prefix of the results' keys, up to 512 characters out of letters, digits and `_ ! . = * / -`.
   *
   * @default - no prefix
   */
  readonly keyPrefix?: string;
}

/**
 * Where Clean Rooms puts this member's query results, unless a query has its own output.
 *
 * It can be changed, but not removed from a membership: the service cannot clear it, so the deployment fails.
 */
export class DefaultResultConfiguration {
  /**
   * Results go to a bucket, written with a role.
   */
  public static s3(bucket: IBucket, options: DefaultResultConfigurationS3Options): DefaultResultConfiguration {
    return new DefaultResultConfiguration(new ResultDestination(PROP, bucket, options), options, true);
  }

  /**
   * Results go to a bucket, written with the permissions of whoever starts the query.
   *
   * The service delivers results this way only of queries that take at most 12 hours.
   */
  public static s3WithoutRole(bucket: IBucket, options: DefaultResultConfigurationS3WithoutRoleOptions): DefaultResultConfiguration {
    return new DefaultResultConfiguration(new ResultDestination(PROP, bucket, options), options, false);
  }

  private constructor(
    private readonly destination: ResultDestination,
    private readonly format: QueryResultFormatOptions,
    private readonly withRole: boolean,
  ) {}

  /**
   * The bucket.
   *
   * @internal
   */
  public get _bucket(): IBucket {
    return this.destination.bucket;
  }

  /**
   * Set if no role writes there.
   *
   * @internal
   */
  public get _callerDestination(): CallerDestination | undefined {
    return this.withRole ? undefined : { bucket: this.destination.bucket, keyPrefix: this.destination.keyPrefix };
  }

  /**
   * Defines the role in the scope of a membership and renders the property.
   *
   * @internal
   */
  public _bind(scope: Construct, runner: QueryRunner): BoundResultConfiguration<QueryResultConfigurationProperty> {
    const s3 = {
      ...this.destination.location(scope),
      ResultFormat: this.format.resultFormat,
      SingleFileOutput: this.format.singleFileOutput,
    };
    const role = this.withRole ? this.destination.role(scope, runner) : undefined;
    return { property: { OutputConfiguration: { S3: s3 }, RoleArn: role?.arn }, bucket: this.destination.bucket, role };
  }
}

/**
 * Where Clean Rooms puts this member's job results (PySpark), unless a job has its own output.
 *
 * It can be changed, but not removed from a membership: the service cannot clear it, so the deployment fails.
 */
export class DefaultJobResultConfiguration {
  /**
   * Results go to a bucket, written with a role, which the service requires for jobs.
   */
  public static s3(bucket: IBucket, options: ResultS3Options = {}): DefaultJobResultConfiguration {
    return new DefaultJobResultConfiguration(new ResultDestination(JOB_PROP, bucket, options));
  }

  private constructor(private readonly destination: ResultDestination) {}

  /**
   * The bucket.
   *
   * @internal
   */
  public get _bucket(): IBucket {
    return this.destination.bucket;
  }

  /**
   * Defines the role in the scope of a membership and renders the property.
   *
   * @internal
   */
  public _bind(scope: Construct, runner: QueryRunner, receiver?: IMembershipRef): BoundResultConfiguration<JobResultConfigurationProperty> {
    const s3 = this.destination.location(scope);
    const role = this.destination.jobRole(scope, runner, receiver);
    return { property: { OutputConfiguration: { S3: s3 }, RoleArn: role.arn }, bucket: this.destination.bucket, role };
  }
}
