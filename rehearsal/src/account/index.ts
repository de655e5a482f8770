/** A local AWS account, as far as CloudFormation and the functions behind custom resources need one: `cdk-cleanrooms-rehearsal/account`. */
export { AccountClock } from './account-clock';
export { AccountEndpoint } from './account-endpoint';
export { assetAt } from './cloud-assembly';
export type { SentRequest } from './custom-resource-messenger';
export type { CustomResourceRequest } from './custom-resource-protocol';
export type * from './faults';
export { FunctionProcess, type InvocationEnd } from './function-process';
export { Identifiers } from './identifiers';
export { Intrinsics, type Scope, type StackOutputReference } from './intrinsics';
export { LocalAccount, type LocalAccountOptions, type StandaloneFunction } from './local-account';
export type { LogLine } from './local-function';
export type { DeleteOptions, DeployOptions, LocalStack, Outcome } from './local-stack';
export { CREATE_ONLY, type Identity, type NativeContext, type NativeType } from './native-resources';
export { NESTED_STACK, templateAt } from './nested-stacks';
export type { StackEvent, StackStatus } from './stack-history';
export { type DesiredResource, type ResourceChange, ResourceFailure, type RetainedResource, type StackResource } from './stack-resource';
export { notSimulated, standInFor, standInsIn, type StandIns } from './stand-ins';
export { isObject, type Json, type JsonObject, type ResourceDefinition, type Template, ValidationError } from './template';
