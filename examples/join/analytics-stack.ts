import { RemovalPolicy, Stack, StackProps, Tags } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Collaboration, DefaultResultConfiguration, Membership, QueryLogStatus, ResultFormat } from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface AnalyticsStackProps extends StackProps {
  readonly collaborationIdentifier: string;
  readonly keyPrefix: string;
}

/** Joins a collaboration whose queries this account runs, with results in a bucket of its own. */
export class AnalyticsStack extends Stack {
  constructor(scope: Construct, id: string, props: AnalyticsStackProps) {
    super(scope, id, props);

    const accessLogs = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const results = new Bucket(this, 'Results', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsBucket: accessLogs,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    new Membership(this, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(this, 'Collaboration', props.collaborationIdentifier),
      queryLogStatus: QueryLogStatus.ENABLED,
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, {
        keyPrefix: props.keyPrefix,
        resultFormat: ResultFormat.PARQUET,
      }),
    });
    Tags.of(this).add('team', 'analytics');
  }
}
