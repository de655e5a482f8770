import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { decodeMembership, decodePreviousMembership, decodeResultConfiguration, excerptOf } from './decode';
import type { PreviousMembership } from './decode';
import { Failure } from './service-error';
import type { MembershipProperties, ResourceType, ResultConfigurationProperties } from '../../private/membership-contract';

interface Common {
  readonly stackId: string;
  readonly logicalId: string;
}

export interface MembershipCreate extends Common {
  readonly kind: 'create membership';
  readonly properties: MembershipProperties;
}

export interface MembershipUpdate extends Common {
  readonly kind: 'update membership';
  readonly id: string;
  readonly properties: MembershipProperties;
  readonly previous: PreviousMembership;
}

export interface MembershipDelete extends Common {
  readonly kind: 'delete membership';
  readonly id: string;
  /** Whether the properties ask for it. Anything but a clear yes is a no: leaving is final. */
  readonly destroy: boolean;
  readonly previous: PreviousMembership;
}

export interface ResultConfigurationPut extends Common {
  readonly kind: 'put result configuration';
  /** Absent when it is being created. */
  readonly id?: string;
  readonly properties: ResultConfigurationProperties;
}

export interface ResultConfigurationDelete extends Common {
  readonly kind: 'delete result configuration';
  readonly id: string;
}

export type Request = MembershipCreate | MembershipUpdate | MembershipDelete | ResultConfigurationPut | ResultConfigurationDelete;

const MEMBERSHIP: ResourceType = 'Custom::CleanRoomsMembership';
const RESULT_CONFIGURATION: ResourceType = 'Custom::CleanRoomsResultConfiguration';
const REQUEST_TYPES: readonly unknown[] = ['Create', 'Update', 'Delete'];

/** A Delete always decodes, whatever its properties look like: it must succeed after a Create that failed for just those. */
export function decodeRequest(event: CloudFormationCustomResourceEvent): Request {
  requireRequest(event);
  const { ResourceProperties: properties, StackId: stackId, LogicalResourceId: logicalId } = event;
  if (event.ResourceType === MEMBERSHIP) {
    switch (event.RequestType) {
      case 'Create':
        return { kind: 'create membership', stackId, logicalId, properties: decodeMembership(properties) };
      case 'Update': {
        const previous = decodePreviousMembership(event.OldResourceProperties);
        return { kind: 'update membership', stackId, logicalId, id: event.PhysicalResourceId, properties: decodeMembership(properties), previous };
      }
      case 'Delete': {
        const destroy = properties?.RemovalPolicy === 'DESTROY';
        return { kind: 'delete membership', stackId, logicalId, id: event.PhysicalResourceId, destroy, previous: decodePreviousMembership(properties) };
      }
    }
  }
  if (event.RequestType === 'Delete') return { kind: 'delete result configuration', stackId, logicalId, id: event.PhysicalResourceId };
  if (event.ResourceType !== RESULT_CONFIGURATION) {
    throw new Failure(`the resource type must be ${MEMBERSHIP} or ${RESULT_CONFIGURATION}, got ${excerptOf(event.ResourceType)}`);
  }
  const id = event.RequestType === 'Update' ? event.PhysicalResourceId : undefined;
  return { kind: 'put result configuration', stackId, logicalId, id, properties: decodeResultConfiguration(properties) };
}

/** What CloudFormation always sends. */
function requireRequest(event: CloudFormationCustomResourceEvent): void {
  if (!REQUEST_TYPES.includes(event.RequestType)) {
    throw new Failure(`the request type must be ${REQUEST_TYPES.join(', ')}, got ${excerptOf(event.RequestType)}`);
  }
  const { StackId, LogicalResourceId } = event;
  const sent = { StackId, LogicalResourceId, ...event.RequestType !== 'Create' && { PhysicalResourceId: event.PhysicalResourceId } };
  for (const [name, value] of Object.entries<unknown>(sent)) {
    if (typeof value !== 'string') throw new Failure(`the event's ${name} must be a string, got ${excerptOf(value)}`);
  }
}
