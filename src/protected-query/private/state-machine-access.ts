import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** The ARN of all executions of a STANDARD state machine. */
export function executionsOf(stateMachine: StateMachine): string {
  const resourceName = `${stateMachine.stateMachineName}:*`;
  return Stack.of(stateMachine).formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** The use of a key for what one state machine encrypts with it, and for nothing else. */
export function keyOf(stateMachine: IStateMachine, key: IKey, ...actions: string[]): PolicyStatement {
  return new PolicyStatement({
    actions,
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': stateMachine.stateMachineArn } },
  });
}

/** The use of a key for the logs of this stack's account and region, which the CDK gives only to whom it makes the log itself. */
export function logKeyOf(scope: Construct, key: IKey): PolicyStatement {
  const logs = Stack.of(scope).formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return new PolicyStatement({
    actions: ['kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': logs } },
  });
}
