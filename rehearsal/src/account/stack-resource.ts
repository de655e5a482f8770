import { DeletionPolicy, JsonObject } from './template';

/** A resource as the template wants it, its references resolved. */
export interface DesiredResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
}

/** A resource as it was made. */
export interface StackResource extends DesiredResource {
  readonly physicalId: string;
  readonly attributes: JsonObject;
}

/** A resource that exists although no stack has it any more. */
export interface RetainedResource extends StackResource {
  readonly stackId: string;
  /** Why it was left: a policy asked for it, or its Delete failed. */
  readonly because: 'DeletionPolicy' | 'UpdateReplacePolicy' | 'RetainResources' | 'DELETE_FAILED';
}

/** What the account tells whoever watches its resources. */
export interface ResourceChange {
  readonly action: 'created' | 'updated' | 'deleted' | 'retained';
  readonly stackName: string;
  readonly resource: StackResource;
}

/** A resource could not be brought to where it should be. */
export class ResourceFailure extends Error {
  /**
   * @param reason     what the stack's events say
   * @param physicalId of what may exist nevertheless and must be deleted; absent if nothing was begun
   * @param overtakenBy the resource whose failure cancelled this one
   */
  constructor(public readonly reason: string, public readonly physicalId?: string, public readonly overtakenBy?: string) {
    super(reason);
  }
}
