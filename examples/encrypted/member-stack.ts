import { Annotations, Stack, StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Collaboration, DefaultResultConfiguration, Membership, QueryLogStatus, ResultFormat } from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface MemberStackProps extends StackProps {
  readonly collaborationIdentifier: string;
  /** A bucket of the data lake's account. */
  readonly results: IBucket;
  /** The key of the bucket, an output of the data lake's stack. */
  readonly resultsKeyArn: string;
}

/** Joins a collaboration, with results in an encrypted bucket of another account. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    super(scope, id, props);

    const membership = new Membership(this, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(this, 'Collaboration', props.collaborationIdentifier),
      queryLogStatus: QueryLogStatus.ENABLED,
      defaultResultConfiguration: DefaultResultConfiguration.s3(props.results, {
        keyPrefix: 'overlap/',
        resultFormat: ResultFormat.PARQUET,
        encryptionKey: Key.fromKeyArn(this, 'ResultsKey', props.resultsKeyArn),
      }),
    });
    // The library extends the policy of the bucket, which this app owns; the imported key's it can only warn of.
    Annotations.of(membership).acknowledgeWarning('cdk-cleanrooms:resultWriterRole.resourcePolicy', 'LakeStack lets the role use the key');
  }
}
