import { isDeepStrictEqual } from 'node:util';
import { CustomResourceMessenger, NoUsableAnswer } from './custom-resource-messenger';
import type { CustomResourceAnswer } from './custom-resource-protocol';
import type { FaultPlan, RequestType } from './faults';
import type { Identifiers } from './identifiers';
import { generatedName, NativeContext, NativeType, OTHER_TYPE } from './native-resources';
import { DesiredResource, ResourceFailure, StackResource } from './stack-resource';
import { notSimulated, standInsIn, type StandIns } from './stand-ins';
import { isCustomResource, isObject, Json, JsonObject } from './template';

export interface DriverStack {
  readonly stackId: string;
  readonly stackName: string;
  readonly identifiers: Identifiers;
  readonly native: NativeContext;
  readonly nativeTypes: Readonly<Record<string, NativeType>>;
  readonly standIns?: StandIns;
}

/** CloudFormation waits an hour for an answer, unless the resource says otherwise. */
const DEFAULT_SERVICE_TIMEOUT = 3600;

/** Creates, updates and deletes single resources: native ones by the book, custom ones through their functions. */
export class ResourceDriver {
  constructor(
    private readonly stack: DriverStack, private readonly messenger: CustomResourceMessenger, private readonly faults: FaultPlan,
  ) {}

  public async create(desired: DesiredResource): Promise<StackResource> {
    return explained(desired, async () => this.make(desired));
  }

  public async update(current: StackResource, desired: DesiredResource): Promise<StackResource> {
    return explained(desired, async () => this.change(current, desired));
  }

  /** Brings a resource back to how it was before the operation. */
  public async restore(current: StackResource, before: StackResource): Promise<StackResource> {
    if (this.isCustom(before.type)) return this.update(current, before);
    this.failIfAsked(before, 'Update');
    const type = this.nativeType(before.type);
    if (current.physicalId === before.physicalId) {
      const attributes = await type.update?.(current, before, this.stack.native) ?? before.attributes;
      return { ...before, attributes };
    }
    if (type.replacement !== 'delete_then_create') return before;
    await type.remove?.(current, this.stack.native);
    return { ...before, ...await type.identify(before, this.stack.native) };
  }

  public async delete(resource: StackResource): Promise<void> {
    this.failIfAsked(resource, 'Delete');
    if (!this.isCustom(resource.type)) return this.nativeType(resource.type).remove?.(resource, this.stack.native);
    const known = { PhysicalResourceId: resource.physicalId };
    const answer = await this.ask('Delete', resource, known, resource.properties, () => resource.physicalId);
    if (answer.status === 'FAILED') throw new ResourceFailure(failedAnswer(answer), resource.physicalId);
  }

  private async make(desired: DesiredResource): Promise<StackResource> {
    this.failIfAsked(desired, 'Create');
    if (!this.isCustom(desired.type)) return { ...desired, ...await this.nativeType(desired.type).identify(desired, this.stack.native) };
    const invent = () => generatedName(this.stack.stackName, desired.logicalId, this.stack.identifiers);
    const answer = await this.ask('Create', desired, {}, desired.properties, invent);
    if (answer.status === 'FAILED') throw new ResourceFailure(failedAnswer(answer), answer.physicalId ?? invent());
    return { ...desired, physicalId: answer.physicalId!, attributes: answer.attributes };
  }

  private async change(current: StackResource, desired: DesiredResource): Promise<StackResource> {
    this.failIfAsked(desired, 'Update');
    if (!this.isCustom(desired.type)) return this.updateNative(current, desired);
    if (current.properties.ServiceToken !== desired.properties.ServiceToken) {
      throw new ResourceFailure('Modifying service token is not allowed.');
    }
    const known = { PhysicalResourceId: current.physicalId, OldResourceProperties: current.properties };
    const answer = await this.ask('Update', desired, known, desired.properties, () => current.physicalId);
    if (answer.status === 'FAILED') throw new ResourceFailure(failedAnswer(answer), answer.physicalId ?? current.physicalId);
    return { ...desired, physicalId: answer.physicalId!, attributes: answer.attributes };
  }

  private async ask(
    type: RequestType,
    { logicalId, type: resourceType, properties: { ServiceToken } }: DesiredResource,
    known: { readonly PhysicalResourceId?: string; readonly OldResourceProperties?: JsonObject },
    properties: JsonObject,
    idWithoutAnswer: () => string,
  ): Promise<CustomResourceAnswer> {
    if (typeof ServiceToken !== 'string') throw new ResourceFailure('Property ServiceToken cannot be empty.');
    try {
      return await this.messenger.send({
        RequestType: type,
        ServiceToken,
        StackId: this.stack.stackId,
        RequestId: this.stack.identifiers.uuid(),
        LogicalResourceId: logicalId,
        ResourceType: resourceType,
        ...known,
        ResourceProperties: properties,
      }, patience(properties));
    } catch (error) {
      if (!(error instanceof NoUsableAnswer)) throw error;
      throw new ResourceFailure(error.message, idWithoutAnswer(), error.overtakenBy);
    }
  }

  private async updateNative(current: StackResource, desired: DesiredResource): Promise<StackResource> {
    const type = this.nativeType(desired.type);
    const { native } = this.stack;
    if (!type.replacedBy.some((path) => !isDeepStrictEqual(at(current.properties, path), at(desired.properties, path)))) {
      const attributes = await type.update?.(current, desired, native) ?? current.attributes;
      return { ...desired, physicalId: current.physicalId, attributes };
    }
    if (type.replacement !== 'delete_then_create') return { ...desired, ...await type.identify(desired, native) };
    if (current.updateReplacePolicy !== 'Retain') await type.remove?.(current, native);
    try {
      return { ...desired, ...await type.identify(desired, native) };
    } catch (error) {
      // The old one is gone: the rollback makes it again, under another name.
      throw error instanceof ResourceFailure ? new ResourceFailure(error.reason, `gone-${current.physicalId}`) : error;
    }
  }

  private isCustom(type: string): boolean {
    return isCustomResource(type) && this.stack.standIns?.runs(type) !== false;
  }

  private nativeType(type: string): NativeType {
    return Object.hasOwn(this.stack.nativeTypes, type) ? this.stack.nativeTypes[type] : OTHER_TYPE;
  }

  private failIfAsked({ logicalId }: DesiredResource, request: RequestType): void {
    if (this.faults.fail(logicalId, request)) throw new ResourceFailure('Resource handler returned message: "refused by the fault of this operation"');
  }
}

/** A failure of what was given stand-ins tells them, for they may be its cause. */
async function explained(desired: DesiredResource, work: () => Promise<StackResource>): Promise<StackResource> {
  try {
    return await work();
  } catch (error) {
    const unknown = error instanceof ResourceFailure ? standInsIn(desired.properties) : [];
    if (!(error instanceof ResourceFailure) || unknown.length === 0) throw error;
    throw new ResourceFailure(`${error.reason}; ${desired.logicalId} was given ${notSimulated(unknown)}`, error.physicalId, error.overtakenBy);
  }
}

/** The value at a path of property names, such as `Parameters/ResourceArn`. */
function at(properties: JsonObject, path: string): Json | undefined {
  return path.split('/').reduce<Json | undefined>((value, name) => (isObject(value) ? value[name] : undefined), properties);
}

function failedAnswer({ reason }: CustomResourceAnswer): string {
  return `Received response status [FAILED] from custom resource. Message returned: ${reason}`;
}

function patience({ ServiceTimeout }: JsonObject): number {
  if (ServiceTimeout === undefined) return DEFAULT_SERVICE_TIMEOUT;
  const seconds = Number(ServiceTimeout);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) {
    throw new ResourceFailure(`ServiceTimeout must be a whole number of seconds from 1 to 3600, got ${JSON.stringify(ServiceTimeout)}`);
  }
  return seconds;
}
