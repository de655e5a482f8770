import { CfnOutput, PhysicalName, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LakeStackProps extends StackProps {
  /** The account whose membership receives results. */
  readonly memberAccount: string;
}

/** The account of the data lake: a bucket, encrypted with a key of its own. */
export class LakeStack extends Stack {
  public readonly results: Bucket;

  constructor(scope: Construct, id: string, props: LakeStackProps) {
    super(scope, id, props);

    const key = new Key(this, 'Key', { description: 'Results of protected queries', enableKeyRotation: true });
    // The ARN of a key is made when it is deployed, so the member's stack imports the key, and its policy is extended here.
    key.addToResourcePolicy(new PolicyStatement({
      principals: [new AccountPrincipal(props.memberAccount)],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${props.memberAccount}:role/service-role/cleanrooms-*` } },
    }));
    new CfnOutput(this, 'ResultsKeyArn', { value: key.keyArn });

    // Access logs can't be written into a bucket that is encrypted with such a key.
    const accessLogs = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.results = new Bucket(this, 'Results', {
      // Whoever refers to it from another account must know the name before the bucket exists.
      bucketName: PhysicalName.GENERATE_IF_NEEDED,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsBucket: accessLogs,
      // The member's account writes the results, this one owns them.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
