import { CfnElement, Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { fail } from './validation';

/**
 * Prepares a reference to what another stack of the app defines.
 *
 * The CDK orders stacks of one environment by itself. Of a reference to another account it makes an `Fn::GetStackOutput`,
 * which is read when the stack is deployed, and leaves the order to the app: here the stack that refers is made to wait.
 * Stages wait for each other as their pipeline says.
 *
 * @param prop the property of the scope that refers
 */
export function referToStackOf(scope: Construct, prop: string, producer: IConstruct): void {
  const [own, other] = [Stack.of(scope), Stack.of(producer)];
  if (own === other || !isDefined(producer) || own.environment === other.environment) return;
  for (const stack of [own, other]) validateEnvironment(scope, prop, stack);
  if (Stage.of(own) === Stage.of(other)) own.addStackDependency(other);
}

/**
 * Lets a construct be deployed after one that it uses without referring to it, whichever account that is in. Stages wait
 * for each other as their pipeline says.
 */
export function waitFor(scope: Construct, used: IConstruct): void {
  if (Stage.of(scope) === Stage.of(used)) scope.node.addDependency(used);
}

/** Whether a stack itself has the resource, and not one around or within it. */
export function isDefinedIn(stack: Stack, producer: IConstruct): boolean {
  return Stack.of(producer) === stack && isDefined(producer);
}

/** What is imported comes from no stack. */
function isDefined(producer: IConstruct): boolean {
  return CfnElement.isCfnElement(producer) || producer.node.defaultChild !== undefined;
}

function validateEnvironment(scope: Construct, prop: string, stack: Stack): void {
  if (!Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region)) return;
  fail(scope, prop, 'must be of a stack with an explicit account and region where another account or region refers to it, and that stack likewise',
    `${stack.node.path} without`, 'give both stacks an `env` with account and region');
}
