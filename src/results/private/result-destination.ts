import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { warnOfMissingRights } from './role-check';
import { WriterRole } from './writer-role';
import { validateBucketName, validateKeyPrefix, validateRoleArn } from '../../private/validation';
import { JobResultWriterRole } from '../job-result-writer-role';
import { QueryRunner } from '../query-runner';
import { ResultWriterRole } from '../result-writer-role';

/** A role that the function hands to the service. */
export interface PassedRole {
  /** For the property: whoever uses it waits for the role. */
  readonly arn: string;
  /** For the right to pass it: known before a role of ours exists, so that this right need not wait for it. */
  readonly passArn: string;
  /** Set where the role is not ours, and its ARN may well depend on the membership. */
  readonly brought?: IRole;
}

/** A result configuration, rendered in the scope of a membership. */
export interface BoundResultConfiguration<Property> {
  readonly property: Property;
  readonly bucket: IBucket;
  readonly role?: PassedRole;
}

interface ResultDestinationOptions {
  readonly keyPrefix?: string;
  readonly role?: IRole;
  readonly encryptionKey?: IKey;
}

/** A bucket, a prefix and a role: what default results of queries and of jobs have in common. */
export class ResultDestination {
  constructor(
    private readonly prop: string,
    public readonly bucket: IBucket,
    private readonly options: ResultDestinationOptions,
  ) {}

  public get keyPrefix(): string | undefined {
    return this.options.keyPrefix;
  }

  public location(scope: Construct): { Bucket: string; KeyPrefix?: string } {
    validateBucketName(scope, `${this.prop}.bucket`, this.bucket.bucketName);
    validateKeyPrefix(scope, `${this.prop}.keyPrefix`, this.options.keyPrefix);
    return { Bucket: this.bucket.bucketName, KeyPrefix: this.options.keyPrefix };
  }

  /** The role of queries. */
  public role(scope: Construct, queryRunner: QueryRunner): PassedRole {
    return this.brought(scope) ?? passed(new ResultWriterRole(scope, 'ResultWriterRole', { ...this.writes, queryRunner }));
  }

  /** The role of jobs. The receiver is known where the membership stands already. */
  public jobRole(scope: Construct, queryRunner: QueryRunner, receiver?: IMembershipRef): PassedRole {
    return this.brought(scope) ?? passed(new JobResultWriterRole(scope, 'JobResultWriterRole', { ...this.writes, queryRunner, receiver }));
  }

  private get writes(): { bucket: IBucket; keyPrefix?: string; encryptionKey?: IKey } {
    return { bucket: this.bucket, keyPrefix: this.options.keyPrefix, encryptionKey: this.options.encryptionKey };
  }

  private brought(scope: Construct): PassedRole | undefined {
    const { role, encryptionKey } = this.options;
    if (!role) return undefined;
    validateRoleArn(scope, `${this.prop}.role`, role.roleArn);
    warnOfMissingRights(scope, this.prop, role, encryptionKey ?? this.bucket.encryptionKey);
    return { arn: role.roleArn, passArn: role.roleArn, brought: role };
  }
}

function passed(role: WriterRole): PassedRole {
  return { arn: role.roleArn, passArn: role._arn };
}
