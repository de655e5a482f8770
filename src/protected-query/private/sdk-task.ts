import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { JitterType, QueryLanguage, TaskStateBase, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** A call of an AWS service by a state machine. */
export interface SdkCall {
  readonly service: string;
  readonly action: string;
  /** As an object, or as an expression that gives one: only there can a member be left out. */
  readonly arguments: { readonly [name: string]: unknown } | string;
  readonly assign?: { [variable: string]: unknown };
  readonly outputs?: unknown;
  readonly stateName?: string;
  /** @default - 20 seconds: a call is answered in seconds or not at all */
  readonly timeout?: Duration;
  /** What the role of the state machine needs, unless it gets it otherwise. */
  readonly statements?: PolicyStatement[];
}

/**
 * The Task state of such a call. `CallAwsService` takes no expression for all arguments, makes a policy statement for
 * each call, and must know all resources when it is made.
 */
export class SdkTask extends TaskStateBase {
  protected readonly taskMetrics = undefined;
  protected readonly taskPolicies: PolicyStatement[];

  constructor(scope: Construct, id: string, private readonly call: SdkCall) {
    super(scope, id, {
      queryLanguage: QueryLanguage.JSONATA,
      stateName: call.stateName,
      assign: call.assign,
      outputs: call.outputs,
      taskTimeout: Timeout.duration(call.timeout ?? Duration.seconds(20)),
    });
    this.taskPolicies = call.statements ?? [];
  }

  /** Tries again, 2 to 30 seconds apart: of runs that fail at the same moment not all at once. */
  public retried(errors: string[], maxAttempts = 6): this {
    this.addRetry({ errors, interval: Duration.seconds(2), maxAttempts, maxDelay: Duration.seconds(30), jitterStrategy: JitterType.FULL });
    return this;
  }

  /** Tries again for 270 seconds, which leaves an EXPRESS state machine time to go on; evenly, so that none of them is given away. */
  public retriedFor5Minutes(): this {
    this.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(2), maxAttempts: 12, maxDelay: Duration.seconds(30) });
    return this;
  }

  /** An error that no retry changes. */
  public notRetried(errors: string[]): this {
    this.addRetry({ errors, maxAttempts: 0 });
    return this;
  }

  /**
   * @internal
   */
  protected _renderTask(): object {
    const { service, action } = this.call;
    return { Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:${service}:${action}`, Arguments: this.call.arguments };
  }
}
