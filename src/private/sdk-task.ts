import { Aws, Duration } from 'aws-cdk-lib';
import { CustomState, JitterType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

interface SdkCall {
  readonly service: string;
  readonly action: string;
  readonly arguments: { readonly [name: string]: unknown };
  readonly output?: { readonly [name: string]: string };
}

/**
 * A call of an AWS service from a shared state machine, whose role gets its rights as its users come: `CallAwsService`
 * must know them all when it is made.
 *
 * It is retried whatever happens, save the `final` error.
 */
export function sdkTask(scope: Construct, id: string, call: SdkCall, final: string): CustomState {
  const task = new CustomState(scope, id, {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:${call.service}:${call.action}`,
      Arguments: call.arguments,
      Output: call.output,
    },
  });
  task.addRetry({ errors: [final], maxAttempts: 0 });
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
