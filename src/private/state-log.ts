import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogLevel, LogOptions } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** The log of a state machine: the states that were entered, neither SQL nor values. */
export function stateLog(scope: Construct, retention = RetentionDays.ONE_YEAR): LogOptions {
  return {
    destination: new LogGroup(scope, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY }),
    level: LogLevel.ALL,
    includeExecutionData: false,
  };
}
