import { Environment, Stack, StackProps } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { QueryRunner } from 'cdk-cleanrooms';
import { Construct } from 'constructs';
import { ReceiverStage } from './receiver-stage';
import { RunnerStage } from './runner-stage';

export interface PipelineStackProps extends StackProps {
  /** Where the source is, `owner/repository`, and the connection that may read it. */
  readonly repository: string;
  readonly connectionArn: string;

  readonly collaborationIdentifier: string;
  readonly runner: Required<Environment>;
  readonly receiver: Required<Environment>;
  /** Known once the runner has joined; until then the receiver trusts the runner's account. */
  readonly runnerMembershipArn?: string;
}

/** Deploys both members of a collaboration, each into its own account. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { collaborationIdentifier, runner, receiver, runnerMembershipArn } = props;

    const pipeline = new CodePipeline(this, 'Pipeline', {
      crossAccountKeys: true,
      enableKeyRotation: true,
      synth: new ShellStep('Synth', {
        input: CodePipelineSource.connection(props.repository, 'main', { connectionArn: props.connectionArn }),
        commands: ['npm ci', 'npx cdk synth'],
      }),
      synthCodeBuildDefaults: {
        partialBuildSpec: BuildSpec.fromObject({ phases: { install: { 'runtime-versions': { nodejs: '22' } } } }),
      },
    });

    // Neither waits for the other: a role may name a membership that does not exist yet.
    const members = pipeline.addWave('Members');
    members.addStage(new RunnerStage(this, 'Runner', { env: runner, collaborationIdentifier, receiverAccount: receiver.account }));
    members.addStage(new ReceiverStage(this, 'Receiver', {
      env: receiver,
      collaborationIdentifier,
      queryRunner: runnerMembershipArn === undefined ? QueryRunner.account(runner.account) : QueryRunner.membershipArn(runnerMembershipArn),
    }));
  }
}
