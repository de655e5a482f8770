import { desiredResultConfigurations } from './desired-state';
import type { Memberships } from './memberships';
import { planResultConfigurations } from './plan';
import { decodeResultConfiguration } from './properties';
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

  public async update(id: string, properties: unknown): Promise<ResourceState> {
    return this.put(decodeResultConfiguration(properties), id);
  }

  /** The API cannot clear a result configuration, so nothing is called. */
  public async delete(id: string): Promise<ResourceState> {
    this.invocation.log('retained, AWS Clean Rooms cannot clear a result configuration', { id });
    return { physicalResourceId: id };
  }

  private async put(properties: ResultConfigurationProperties, id?: string): Promise<ResourceState> {
    const { MembershipIdentifier } = properties;
    const physicalResourceId = `${MembershipIdentifier}/result-configuration`;
    const gone = `membership ${MembershipIdentifier} is gone or may not be read: check it in the AWS Clean Rooms console, then deploy again`;
    const membership = await this.settler.requireActive(await this.memberships.awaitVisible(MembershipIdentifier), MembershipIdentifier, gone);
    if (membership !== undefined) {
      const absent = id === physicalResourceId ? 'impossible' : 'kept';
      await this.settler.settle(planResultConfigurations(desiredResultConfigurations(properties), membership, absent), membership);
    }
    return { physicalResourceId, data: { MembershipIdentifier } };
  }
}
