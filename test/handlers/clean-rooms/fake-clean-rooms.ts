import {
  AccessDeniedException, ConflictException, InternalServerException, ResourceNotFoundException, ServiceQuotaExceededException, ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-cleanrooms';
import type { ConflictExceptionReason, Membership, ValidationExceptionReason } from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsApi } from '../../../src/handlers/clean-rooms/membership/clean-rooms-api';
import { UnreadableAnswer } from '../../../src/handlers/clean-rooms/shared/service-error';

export const ACCOUNT = '111122223333';
export const CREATOR = '444455556666';
export const COLLABORATION = 'c0000000-0000-4000-8000-000000000001';
export const OTHER_COLLABORATION = 'c0000000-0000-4000-8000-000000000002';
export const MEMBERSHIP = 'a0000000-0000-4000-8000-000000000001';
export const NEXT_MEMBERSHIP = 'a0000000-0000-4000-8000-000000000002';

const $metadata = {};
export const throttled = () => new ThrottlingException({ message: 'Rate exceeded', $metadata });
export const broken = () => new InternalServerException({ message: 'Internal error', $metadata });
export const denied = () => new AccessDeniedException({ message: 'User is not authorized.', $metadata });
export const notFound = () => new ResourceNotFoundException({ message: 'Not there', resourceId: 'x', resourceType: 'MEMBERSHIP', $metadata });
export const overQuota = () => new ServiceQuotaExceededException({ message: 'Too many', quotaName: 'Memberships', quotaValue: 10, $metadata });
export const conflict = (reason?: ConflictExceptionReason) => new ConflictException({ message: 'Conflict, says the service.', reason, $metadata });
export const invalid = (reason?: ValidationExceptionReason) => new ValidationException({ message: 'The service cannot assume the role.', reason, $metadata });
export const badField = () =>
  new ValidationException({ message: 'Bad\r\ninput.\r\n', fieldList: [{ name: 'keyPrefix', message: 'too\r\nlong' }], $metadata });
export const cut = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
export const unresolved = () => Object.assign(new Error('getaddrinfo ENOTFOUND cleanrooms.nowhere'), { code: 'ENOTFOUND' });

export const empty = () => new UnreadableAnswer('an answer of AWS Clean Rooms lacks a membership');
export const never = async <T>() => new Promise<T>(() => {});

type Operation = keyof CleanRoomsApi;
interface Fault {
  readonly error: (() => Error) | 'hangs';
  times: number;
  /** The service acts, and its answer is lost. */
  readonly afterwards: boolean;
}

/** AWS Clean Rooms in memory, with the faults a test asks for. */
export class FakeCleanRooms implements CleanRoomsApi {
  public readonly calls: { readonly operation: Operation; readonly input: unknown }[] = [];
  public readonly memberships = new Map<string, Membership>();
  public readonly tags = new Map<string, Record<string, string>>();
  private readonly faults = new Map<Operation, Fault[]>();
  private readonly stale = new Map<string, { readonly shown: Membership; reads: number }>();

  public add(membership: Partial<Membership> = {}, tags: Record<string, string> = {}): Membership {
    const id = membership.id ?? MEMBERSHIP;
    const collaborationId = membership.collaborationId ?? COLLABORATION;
    const added: Membership = {
      id,
      collaborationId,
      arn: `arn:aws:cleanrooms:eu-central-1:${ACCOUNT}:membership/${id}`,
      collaborationArn: `arn:aws:cleanrooms:eu-central-1:${CREATOR}:collaboration/${collaborationId}`,
      collaborationCreatorAccountId: CREATOR,
      collaborationCreatorDisplayName: 'Publisher',
      collaborationName: 'Overlap',
      createTime: new Date(0),
      updateTime: new Date(0),
      status: 'ACTIVE',
      memberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
      queryLogStatus: 'ENABLED',
      paymentConfiguration: { queryCompute: { isResponsible: true } },
      ...membership,
    };
    this.memberships.set(id, added);
    this.tags.set(added.arn!, tags);
    return added;
  }

  public fail(operation: Operation, error: () => Error, times = 1): void {
    this.faults.set(operation, [...this.faults.get(operation) ?? [], { error, times, afterwards: false }]);
  }

  public loseAnswer(operation: Operation, error: () => Error, times = 1): void {
    this.faults.set(operation, [...this.faults.get(operation) ?? [], { error, times, afterwards: true }]);
  }

  /** No answer ever comes; `acts`: the service does what it was asked to. */
  public hang(operation: Operation, times = 1, acts = false): void {
    this.faults.set(operation, [...this.faults.get(operation) ?? [], { error: 'hangs', times, afterwards: acts }]);
  }

  /** Reads show, so many times, what is there now, whatever happens to it. */
  public lag(membershipIdentifier: string, reads: number): void {
    this.stale.set(membershipIdentifier, { shown: this.memberships.get(membershipIdentifier)!, reads });
  }

  public get operations(): Operation[] {
    return this.calls.map(({ operation }) => operation);
  }

  public get writes(): Operation[] {
    return this.operations.filter((operation) => !/^(get|list)/.test(operation));
  }

  public inputsOf(operation: Operation): unknown[] {
    return this.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  }

  public createMembership: CleanRoomsApi['createMembership'] = async (input) => this.serve('createMembership', input, () => {
    const { tags = {}, collaborationIdentifier, ...settings } = input;
    if ([...this.memberships.values()].some(({ collaborationId }) => collaborationId === collaborationIdentifier)) throw conflict('ALREADY_EXISTS');
    const id = this.memberships.size === 0 ? MEMBERSHIP : NEXT_MEMBERSHIP;
    const payment = input.paymentConfiguration ?? { queryCompute: { isResponsible: true } };
    return this.add({ ...settings, id, collaborationId: collaborationIdentifier, paymentConfiguration: payment }, tags);
  });

  public getMembership: CleanRoomsApi['getMembership'] = async (id) => this.serve('getMembership', id, () => {
    const stale = this.stale.get(id);
    if (stale === undefined || stale.reads <= 0) return this.existing(id);
    stale.reads -= 1;
    return stale.shown;
  });

  public listMemberships: CleanRoomsApi['listMemberships'] = async (wanted) => this.serve('listMemberships', wanted, () =>
    [...this.memberships.values()].filter(({ status }) => wanted === undefined || status === wanted));

  public updateMembership: CleanRoomsApi['updateMembership'] = async (id, changes) => this.serve('updateMembership', changes, () => {
    const updated = { ...this.existing(id), ...changes };
    this.memberships.set(id, updated);
    return updated;
  });

  public deleteMembership: CleanRoomsApi['deleteMembership'] = async (id) => this.serve('deleteMembership', id, () => {
    this.existing(id);
    this.memberships.delete(id);
  });

  public listTags: CleanRoomsApi['listTags'] = async (arn) => this.serve('listTags', arn, () => ({ ...this.tags.get(arn) }));

  public tag: CleanRoomsApi['tag'] = async (arn, tags) => this.serve('tag', tags, () => {
    this.tags.set(arn, { ...this.tags.get(arn), ...tags });
  });

  public untag: CleanRoomsApi['untag'] = async (arn, keys) => this.serve('untag', keys, () => {
    this.tags.set(arn, Object.fromEntries(Object.entries(this.tags.get(arn) ?? {}).filter(([key]) => !keys.includes(key))));
  });

  private existing(id: string): Membership {
    const membership = this.memberships.get(id);
    if (membership === undefined) throw notFound();
    return membership;
  }

  private async serve<T>(operation: Operation, input: unknown, behave: () => T): Promise<T> {
    this.calls.push({ operation, input });
    const fault = this.faults.get(operation)?.find(({ times }) => times > 0);
    if (fault === undefined) return behave();
    fault.times -= 1;
    if (fault.afterwards) behave();
    if (fault.error === 'hangs') return never();
    throw fault.error();
  }
}
