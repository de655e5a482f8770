import { CfnDeletionPolicy, CfnResource, RemovalPolicy, RemovalPolicyOptions } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ResourceType } from './membership-contract';

/**
 * A custom resource whose properties are rendered when the app is synthesized, so that tags and policies which are set
 * after its construction count, and so that they have the type of the contract with the function.
 */
export class FunctionBackedResource<Properties extends object> extends CfnResource {
  constructor(
    scope: Construct,
    id: string,
    type: ResourceType,
    private readonly service: { readonly ServiceToken: string; readonly ServiceTimeout: number },
    private readonly render: () => Properties,
  ) {
    super(scope, id, { type });
  }

  /** A replaced resource stays, whatever an aspect over the whole app says. */
  public applyRemovalPolicy(policy?: RemovalPolicy, options?: RemovalPolicyOptions): void {
    super.applyRemovalPolicy(policy, options);
    this.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }

  protected get cfnProperties(): { [key: string]: unknown } {
    return { ...this.service, ...this.render() };
  }
}
