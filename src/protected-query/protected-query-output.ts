import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { OutputLocation, QueryOutputConfiguration } from './private/query-request';
import { fail, validateAccountId, validateBucketName, validateKeyPrefix } from '../private/validation';
import { QueryResultFormatOptions } from '../results/result-configuration';

/**
 * Options of `ProtectedQueryOutput.s3`.
 */
export interface ProtectedQueryOutputS3Options extends QueryResultFormatOptions {
  /**
   * The prefix of the results' keys, up to 512 characters out of letters, digits and `_ ! . = * / -`.
   *
   * @default - no prefix
   */
  readonly keyPrefix?: string;
}

/**
 * Where the results of a query go, instead of to this member's default result configuration.
 */
export class ProtectedQueryOutput {
  /**
   * Results go to a bucket, written with the permissions of whoever starts the query.
   */
  public static s3(bucket: IBucket, options: ProtectedQueryOutputS3Options): ProtectedQueryOutput {
    return new ProtectedQueryOutput((scope) => [renderS3(scope, bucket, options)], [{ bucket, keyPrefix: options.keyPrefix }], false);
  }

  /**
   * Results go to another member, to the place of that member's default result configuration.
   *
   * @param accountId the receiver's account, 12 digits
   */
  public static member(accountId: string): ProtectedQueryOutput {
    return new ProtectedQueryOutput((scope) => [renderMember(scope, accountId)], [], false);
  }

  /**
   * Results go to several places: any number of members, and one bucket at most.
   */
  public static distribute(outputs: ProtectedQueryOutput[]): ProtectedQueryOutput {
    return new ProtectedQueryOutput(
      (scope) => renderDistribution(scope, outputs),
      outputs.flatMap((output) => output.destinations),
      true,
    );
  }

  private constructor(
    private readonly locations: (scope: Construct) => OutputLocation[],
    private readonly destinations: { readonly bucket: IBucket; readonly keyPrefix?: string }[],
    private readonly distributed: boolean,
  ) {}

  /**
   * The buckets into which whoever starts the query must be able to write.
   *
   * @internal
   */
  public get _destinations(): { readonly bucket: IBucket; readonly keyPrefix?: string }[] {
    return this.destinations;
  }

  /**
   * @internal
   */
  public get _isDistributed(): boolean {
    return this.distributed;
  }

  /**
   * @internal
   */
  public _locations(scope: Construct): OutputLocation[] {
    return this.locations(scope);
  }

  /**
   * @internal
   */
  public _render(scope: Construct): QueryOutputConfiguration {
    const locations = this.locations(scope);
    return this.distributed ? { Distribute: { Locations: locations } } : locations[0];
  }
}

function renderS3(scope: Construct, bucket: IBucket, options: ProtectedQueryOutputS3Options): OutputLocation {
  validateBucketName(scope, 'output.bucket', bucket.bucketName);
  validateKeyPrefix(scope, 'output.keyPrefix', options.keyPrefix);
  return {
    S3: {
      Bucket: bucket.bucketName,
      KeyPrefix: options.keyPrefix,
      ResultFormat: options.resultFormat,
      SingleFileOutput: options.singleFileOutput,
    },
  };
}

function renderMember(scope: Construct, accountId: string): OutputLocation {
  validateAccountId(scope, 'output.accountId', accountId);
  return { Member: { AccountId: accountId } };
}

function renderDistribution(scope: Construct, outputs: ProtectedQueryOutput[]): OutputLocation[] {
  if (outputs.length === 0) fail(scope, 'output', 'must distribute to one place at least', 'none', 'pass ProtectedQueryOutput.s3(…) or member(…)');
  if (outputs.some((output) => output._isDistributed)) {
    fail(scope, 'output', 'must not distribute a distribution', 'distribute([distribute(…)])', 'list its places themselves');
  }
  const locations = outputs.flatMap((output) => output._locations(scope));
  const buckets = locations.filter((location) => 'S3' in location);
  if (buckets.length > 1) fail(scope, 'output', 'must name one bucket at most', `${buckets.length} buckets`, 'keep one of them');
  const accounts = locations.flatMap((location) => ('Member' in location ? [location.Member.AccountId] : []));
  const repeated = accounts.find((account, index) => accounts.indexOf(account) !== index);
  if (repeated !== undefined) fail(scope, 'output', 'must name each member once', repeated, 'keep one of the two');
  return locations;
}
