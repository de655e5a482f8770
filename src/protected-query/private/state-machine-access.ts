import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

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
