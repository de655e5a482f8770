import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { WriterRole } from './private/writer-role';
import { QueryRunner } from './query-runner';

/**
 * Properties of a `ResultWriterRole`.
 */
export interface ResultWriterRoleProps {
  /**
   * The bucket that receives the results. It must not hold data of a configured table.
   */
  readonly bucket: IBucket;

  /**
   * The prefix below which results are written, up to 512 characters.
   *
   * @default - the whole bucket
   */
  readonly keyPrefix?: string;

  /**
   * The key that encrypts the bucket, if the bucket does not know it (an imported bucket seldom does).
   *
   * @default - the bucket's `encryptionKey`, if it has one
   */
  readonly encryptionKey?: IKey;

  /**
   * The member who runs the queries; `thisMembership()` has no meaning here.
   */
  readonly queryRunner: QueryRunner;
}

/**
 * The role that Clean Rooms assumes to write results of queries into a bucket; those of jobs need a `JobResultWriterRole`.
 *
 * `Membership` defines one when it needs one. Define it yourself for a `CfnMembership`.
 *
 * It defines one `AWS::IAM::Role` with path `/service-role/` and a name that begins with `cleanrooms-`, which the AWS
 * managed Clean Rooms policies allow people to pass. It may write below the prefix, and nothing else. Clean Rooms can assume it
 * only for the query runner's membership. If the app defines a bucket or key in another account, its resource policy is
 * extended, too; if it is imported, a warning says what to add there.
 *
 * @example
 *
 * declare const bucket: s3.Bucket;
 * const role = new ResultWriterRole(this, 'ResultWriterRole', {
 *   bucket,
 *   keyPrefix: 'overlap/',
 *   queryRunner: QueryRunner.membershipArn('arn:aws:cleanrooms:eu-central-1:444455556666:membership/b1b2c3d4-5678-90ab-cdef-111122223333'),
 * });
 */
export class ResultWriterRole extends WriterRole {
  constructor(scope: Construct, id: string, props: ResultWriterRoleProps) {
    super(scope, id, {
      ...props,
      description: 'Clean Rooms writes query results with this role',
      trust: props.queryRunner._trust(scope),
      ownerKey: 'aws:ResourceAccount',
    });
  }
}
