import type { Time } from './clock';
import type { Log } from './log';
import type { Stack } from './stack';
import type { InvitationAttributeValues, MembershipsAttributeValues, ReviewedTemplateAttributeValues } from '../../../private/lookup-contract';
import type { MembershipAttributeValues, ResultConfigurationAttributeValues } from '../../../private/membership-contract';

/** What became of a resource whose request succeeded. */
export interface ResourceState {
  readonly physicalResourceId: string;
  /** Its attributes; absent on Delete. */
  readonly data?:
  | MembershipAttributeValues | ResultConfigurationAttributeValues
  | InvitationAttributeValues | MembershipsAttributeValues | ReviewedTemplateAttributeValues;
}

/**
 * A type of resource that the function answers for. Properties come as CloudFormation delivers them: each type decodes
 * its own. Whatever cannot be done is thrown.
 */
export interface CustomResource {
  create(properties: unknown): Promise<ResourceState>;
  update(id: string, properties: unknown, previous: unknown): Promise<ResourceState>;
  /** Must succeed whatever the properties look like: a Create that failed for just those is followed by a Delete. */
  delete(id: string, properties: unknown): Promise<ResourceState>;
}

/** What belongs to one request, bound once. */
export interface Invocation {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly time: Time;
  readonly log: Log;
}
