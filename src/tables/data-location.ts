import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * Options of `DataLocation.s3`.
 */
export interface DataLocationS3Options {
  /**
   * The key that encrypts the objects, if the bucket does not know it (an imported bucket seldom does).
   *
   * @default - the bucket's `encryptionKey`, if it has one
   */
  readonly encryptionKey?: IKey;
}

/**
 * A folder in a bucket: where the data of a table is, or where Athena writes.
 */
export class DataLocation {
  /**
   * A folder of a bucket.
   *
   * Pass exactly the folder that is the location of the table. With a parent folder Clean Rooms reads the table as empty. The
   * reader role may read below this folder only.
   *
   * @param bucket must not be the one that query results go to, nor, for a Glue table, be registered with Lake Formation
   * @param prefix the folder, `views/`; an empty one is the whole bucket
   */
  public static s3(bucket: IBucket, prefix: string, options: DataLocationS3Options = {}): DataLocation {
    return new DataLocation(bucket, prefix, options.encryptionKey ?? bucket.encryptionKey);
  }

  private constructor(
    /** The bucket. */
    public readonly bucket: IBucket,
    /** The folder. */
    public readonly prefix: string,
    /**
     * @internal
     */
    public readonly _encryptionKey?: IKey,
  ) {}
}
