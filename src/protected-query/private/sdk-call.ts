import { Aws, Duration } from 'aws-cdk-lib';
import { CustomState, JitterType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

interface SdkCall {
  readonly service: string;
  readonly action: string;
  /** As an object, or as an expression that gives one. */
  readonly arguments: { readonly [name: string]: unknown } | string;
  readonly output?: { readonly [name: string]: string } | string;
  /** The error that no retry changes. */
  readonly final?: string;
}

/** A call is answered in seconds or not at all. */
const CALL_SECONDS = 20;

/**
 * A call of an AWS service from a shared state machine, whose role gets its rights as its users come: `CallAwsService`
 * must know them all when it is made.
 *
 * It is retried whatever happens, save the `final` error.
 */
export function sdkTask(scope: Construct, id: string, call: SdkCall): CustomState {
  const task = new CustomState(scope, id, {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:${call.service}:${call.action}`,
      Arguments: call.arguments,
      TimeoutSeconds: CALL_SECONDS,
      Output: call.output,
    },
  });
  if (call.final !== undefined) task.addRetry({ errors: [call.final], maxAttempts: 0 });
  task.addRetry({
    errors: ['States.ALL'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 7,
    maxDelay: Duration.seconds(40),
    jitterStrategy: JitterType.FULL,
  });
  return task;
}
