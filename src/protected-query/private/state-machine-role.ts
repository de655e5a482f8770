import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * A role for a state machine, which Step Functions assumes for this account alone.
 *
 * The CDK's own role does so in newer versions only; in those down to the lowest that this library takes, it trusts Step Functions
 * on behalf of anybody.
 */
export function stateMachineRole(scope: Construct): Role {
  const stack = Stack.of(scope);
  const stateMachines = stack.formatArn({ service: 'states', resource: 'stateMachine', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return new Role(scope, 'StateMachineRole', {
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { ArnLike: { 'aws:SourceArn': stateMachines }, StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
}
