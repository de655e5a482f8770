import { CfnResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FunctionBackedResource } from '../../private/function-backed-resource';
import { MembershipProvider } from '../../private/provider';
import { GuardedProperty, ReplacementGuardProperties } from '../../private/replacement-guard-contract';

export interface ReplacementGuardOptions {
  readonly guards: GuardedProperty;
  /** By the names of CloudFormation; `A.B` is `B` within `A`. */
  readonly createOnly: readonly string[];
  readonly allowReplacement: boolean;
}

/**
 * Stands before a resource whose replacement destroys something (ADR 11): an update that would replace it fails first.
 *
 * The guard is told what the resource says once the app is synthesized, whoever has changed it by then.
 */
export function guardAgainstReplacement(scope: Construct, resource: CfnResource, options: ReplacementGuardOptions): void {
  const provider = MembershipProvider.getOrCreate(scope);
  provider.allowReadingStackStatus();
  const guard = new FunctionBackedResource<ReplacementGuardProperties>(
    scope, 'ReplacementGuard', 'Custom::CleanRoomsReplacementGuard', provider.serviceProperties,
    () => ({
      Guards: options.guards,
      Path: scope.node.path,
      CreateOnly: createOnlyOf(resource, options.createOnly),
      AllowReplacement: options.allowReplacement,
    }),
  );
  guard.node.addDependency(provider.invocation);
  resource.node.addDependency(guard);
}

interface Rendered {
  readonly Resources: { readonly [logicalId: string]: { readonly Properties?: object } };
}

function createOnlyOf(resource: CfnResource, names: readonly string[]): { [name: string]: unknown } {
  const rendered: Rendered = Stack.of(resource).resolve(resource._toCloudFormation());
  const [{ Properties: properties = {} }] = Object.values(rendered.Resources);
  return Object.fromEntries(names.map((name): [string, unknown] => [name, valueAt(properties, name.split('.'))]).filter(([, value]) => value !== undefined));
}

function valueAt(value: unknown, [name, ...rest]: string[]): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return name === undefined ? value : undefined;
  return valueAt((value as { [name: string]: unknown })[name], rest);
}
