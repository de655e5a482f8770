import { RemovalPolicy, Stack, Stage, StageProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Collaboration, DefaultResultConfiguration, Membership, QueryLogStatus, QueryRunner, ResultFormat } from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface ReceiverStageProps extends StageProps {
  readonly collaborationIdentifier: string;
  readonly queryRunner: QueryRunner;
}

/** The member who receives the results, and runs no queries. */
export class ReceiverStage extends Stage {
  constructor(scope: Construct, id: string, props: ReceiverStageProps) {
    super(scope, id, props);
    const stack = new Stack(this, 'Results');

    const results = new Bucket(stack, 'Reach', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsPrefix: 'access-logs/',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Membership(stack, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', props.collaborationIdentifier),
      queryLogStatus: QueryLogStatus.DISABLED,
      queryRunner: props.queryRunner,
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, { keyPrefix: 'reach/', resultFormat: ResultFormat.PARQUET }),
    });
  }
}
