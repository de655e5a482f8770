import { desiredResultConfigurations } from './desired-state';
import type { Memberships } from './memberships';
import { planResultConfigurations } from './plan';
import { decodePreviousResultConfiguration, decodeResultConfiguration } from './properties';
import type { PreviousResultConfiguration } from './properties';
import { Settler } from './settle';
import type { ResultConfigurationProperties } from '../../../private/membership-contract';
import type { CustomResource, Invocation, ResourceState } from '../shared/custom-resource';

/** `Custom::CleanRoomsResultConfiguration`. Create and Update are one: the membership is compared with what is desired either way. */
export class ResultConfigurationResource implements CustomResource {
  private readonly settler: Settler;

  constructor(private readonly memberships: Memberships, private readonly invocation: Invocation) {
    this.settler = new Settler(memberships, invocation);
  }

  public async create(properties: unknown): Promise<ResourceState> {
    return this.put(decodeResultConfiguration(properties));
  }

  public async update(id: string, properties: unknown, previous: unknown): Promise<ResourceState> {
    return this.put(decodeResultConfiguration(properties), id, decodePreviousResultConfiguration(previous));
  }

  /** The API cannot clear a result configuration, so nothing is called. */
  public async delete(id: string): Promise<ResourceState> {
    this.invocation.log('retained, AWS Clean Rooms cannot clear a result configuration', { id });
    return { physicalResourceId: id };
  }

  private async put(properties: ResultConfigurationProperties, id?: string, previous?: PreviousResultConfiguration): Promise<ResourceState> {
    const { MembershipIdentifier } = properties;
    const physicalResourceId = `${MembershipIdentifier}/result-configuration`;
    const gone = `membership ${MembershipIdentifier} is gone or may not be read: check it in the AWS Clean Rooms console, then deploy again`;
    const membership = await this.settler.requireActive(await this.memberships.awaitVisible(MembershipIdentifier), MembershipIdentifier, gone);
    if (membership !== undefined) {
      const isSame = id === physicalResourceId;
      const desired = desiredResultConfigurations(properties);
      const before = isSame ? desiredResultConfigurations(previous ?? {}) : undefined;
      const plan = planResultConfigurations(desired, membership, isSame ? 'impossible' : 'kept', before);
      await this.settler.settle(plan, membership, (actual) => planResultConfigurations(desired, actual, 'kept'));
    }
    return { physicalResourceId, data: { MembershipIdentifier } };
  }
}
