import type { CollaborationsApi } from './collaborations-api';
import type { CustomResource, Invocation, ResourceState } from '../shared/custom-resource';
import { ownOf } from '../shared/decoder';
import type { Decode } from '../shared/decoder';
import { callOnce, retry, RETRY_FOR } from '../shared/retry';

/** Reads, with the patience that fresh permissions and a busy service ask for. */
export type Read = <T>(call: (api: CollaborationsApi) => Promise<T>) => Promise<T>;

/** What a type of look-up finds; it throws where there is nothing, or more than one thing, to find. */
export interface Lookup<Properties> {
  readonly decode: Decode<Properties>;
  find(properties: Properties, read: Read): Promise<ResourceState>;
  /** What these properties had found, as far as the id tells it; `undefined` if it does not. */
  recall(id: string, properties: Properties, arnOf: (account: string, resource: string) => string): ResourceState | undefined;
}

/** A resource that finds something which is a partner's, and changes nothing: it has nothing to delete. */
export class LookupResource<Properties> implements CustomResource {
  constructor(private readonly lookup: Lookup<Properties>, private readonly api: CollaborationsApi, private readonly invocation: Invocation) {}

  public async create(properties: unknown): Promise<ResourceState> {
    return this.find(this.lookup.decode(ownOf(properties), ''));
  }

  /** What was found before a deployment may be gone by its rollback; a stack gets back all the same where that is safe. */
  public async update(id: string, properties: unknown): Promise<ResourceState> {
    const { lookup, invocation: { stack, log } } = this;
    const wanted = lookup.decode(ownOf(properties), '');
    try {
      return await this.find(wanted);
    } catch (error) {
      const recalled = lookup.recall(id, wanted, (account, resource) => stack.cleanRoomsArn(resource, account));
      if (recalled === undefined || !(await stack.isRollingBack())) throw error;
      log('not found, remembered for the rollback', { id });
      return recalled;
    }
  }

  public async delete(id: string): Promise<ResourceState> {
    return { physicalResourceId: id };
  }

  private async find(properties: Properties): Promise<ResourceState> {
    const { time, log } = this.invocation;
    const read: Read = (call) =>
      retry(time, RETRY_FOR.write, () => callOnce(time, () => call(this.api)), (failure) => log('read again', { failure }));
    return this.lookup.find(properties, read);
  }
}
