import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { WriterRole } from './private/writer-role';
import { QueryRunner } from './query-runner';

/**
 * Properties of a `JobResultWriterRole`.
 */
export interface JobResultWriterRoleProps {
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
   * The member who runs the jobs; `thisMembership()` has no meaning here.
   */
  readonly queryRunner: QueryRunner;

  /**
   * The membership that receives the results.
   *
   * @default - any membership of the stack's account and region
   */
  readonly receiver?: IMembershipRef;
}

/**
 * The role that Clean Rooms assumes to write results of jobs (PySpark) into a bucket.
 *
 * `Membership` defines one when it needs one. Define it yourself for a `CfnMembership`. Its trust policy differs from that of a
 * `ResultWriterRole`: it names the memberships of the runner and of the receiver, and no external id.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html
 * @example
 *
 * declare const bucket: s3.Bucket;
 * declare const receiver: Membership;
 * const role = new JobResultWriterRole(this, 'JobResultWriterRole', {
 *   bucket,
 *   keyPrefix: 'model/',
 *   receiver,
 *   queryRunner: QueryRunner.membershipArn('arn:aws:cleanrooms:eu-central-1:444455556666:membership/b1b2c3d4-5678-90ab-cdef-111122223333'),
 * });
 */
export class JobResultWriterRole extends WriterRole {
  constructor(scope: Construct, id: string, props: JobResultWriterRoleProps) {
    super(scope, id, {
      ...props,
      description: 'Clean Rooms writes job results with this role',
      trust: props.queryRunner._jobTrust(scope, props.receiver?.membershipRef.membershipArn),
      ownerKey: 's3:ResourceAccount',
    });
  }
}
