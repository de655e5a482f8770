import { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Collaboration, DefaultResultConfiguration, Membership, QueryLogStatus, QueryRunner, ResultFormat } from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface ReceiveOnlyStackProps extends StackProps {
  readonly collaborationIdentifier: string;
  /** The membership of the member who runs the queries, who can tell it. */
  readonly queryRunnerMembershipArn: string;
}

/** Joins a collaboration to receive the results of queries that another member runs. */
export class ReceiveOnlyStack extends Stack {
  constructor(scope: Construct, id: string, props: ReceiveOnlyStackProps) {
    super(scope, id, props);

    const results = new Bucket(this, 'Results', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsPrefix: 'access-logs/',
      removalPolicy: RemovalPolicy.RETAIN,
    });

    new Membership(this, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(this, 'Collaboration', props.collaborationIdentifier),
      queryLogStatus: QueryLogStatus.DISABLED,
      queryRunner: QueryRunner.membershipArn(props.queryRunnerMembershipArn),
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, {
        keyPrefix: 'received/',
        resultFormat: ResultFormat.CSV,
        singleFileOutput: true,
      }),
    });
  }
}
