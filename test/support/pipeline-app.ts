import { Stack, Stage } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';

/** A stage with a stack, deployed by a pipeline. CDK Pipelines synthesizes it at once, unlike the app around it. */
export function inPipeline(scope: Construct, define: (stack: Stack) => void): Stage {
  const stack = new Stack(scope, 'PipelineStack');
  const input = CodePipelineSource.s3(Bucket.fromBucketName(stack, 'Source', 'source'), 'source.zip');
  const stage = new Stage(stack, 'Stage');
  define(new Stack(stage, 'Stack'));
  new CodePipeline(stack, 'Pipeline', { synth: new ShellStep('Synth', { input, commands: ['npx cdk synth'] }) }).addStage(stage);
  return stage;
}
