import type { CreateMembershipInput, Membership, MembershipSummary } from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsApi, MembershipChanges, Tags } from './clean-rooms-api';
import { hasRole } from './desired-state';
import type { TagPlan } from './plan';
import type { Time } from '../shared/clock';
import type { Log } from '../shared/log';
import { poll, retry, RETRY_FOR } from '../shared/retry';
import type { RetryFor } from '../shared/retry';
import { Failure, isAccessDenied, isConflict, isNotFound, isUncertain } from '../shared/service-error';

/** A membership that was there before, with the tags that tell whose it is. */
export interface Existing {
  readonly summary: MembershipSummary;
  readonly tags: Tags;
}

/** The account's memberships, seen through a service that throttles, loses answers and shows its writes late. */
export class Memberships {
  constructor(private readonly api: CleanRoomsApi, private readonly time: Time, private readonly log: Log) {}

  /** `undefined` when it is gone. An unknown membership may be answered with AccessDenied: only the list tells the two apart. */
  public async find(membershipIdentifier: string): Promise<Membership | undefined> {
    try {
      return await this.read(() => this.api.getMembership(membershipIdentifier));
    } catch (error) {
      if (isNotFound(error) || (isAccessDenied(error) && !(await this.isListed(membershipIdentifier)))) return undefined;
      throw error;
    }
  }

  /** `undefined` when it cannot be seen within the consistency window. */
  public async awaitVisible(membershipIdentifier: string): Promise<Membership | undefined> {
    return poll(this.time, async () => {
      try {
        return await this.read(() => this.api.getMembership(membershipIdentifier));
      } catch (error) {
        if (isNotFound(error) || isAccessDenied(error)) return undefined;
        throw error;
      }
    });
  }

  public async awaitGone(membershipIdentifier: string): Promise<boolean> {
    return await poll(this.time, async () => await this.find(membershipIdentifier) === undefined || undefined) ?? false;
  }

  /**
   * Creates one, or finds the one there is. The service knows no idempotency token: when an answer is lost, the list
   * tells whether the call took effect, and only if it did not is it made again.
   */
  public async createOrFind(input: CreateMembershipInput): Promise<Membership | Existing> {
    return this.write(hasRole(input), async () => {
      try {
        return await this.api.createMembership(input);
      } catch (error) {
        if (!isUncertain(error) && !isConflict(error, 'ALREADY_EXISTS')) throw error;
        const existing = await poll(this.time, () => this.findIn(input.collaborationIdentifier, 'ACTIVE'));
        if (existing !== undefined) return existing;
        if (isUncertain(error)) throw error;
        throw new Failure(`this account already has a membership in collaboration ${input.collaborationIdentifier}, says AWS Clean Rooms, `
          + 'yet it lists none that is active: look into the AWS Clean Rooms console, then deploy again');
      }
    });
  }

  /** The one that this account had in a collaboration, whatever became of it; `undefined` when it left. */
  public async former(collaborationIdentifier: string): Promise<Existing | undefined> {
    return poll(this.time, () => this.findIn(collaborationIdentifier));
  }

  public async update(membershipIdentifier: string, changes: MembershipChanges): Promise<Membership> {
    return this.write(hasRole(changes), () => this.api.updateMembership(membershipIdentifier, changes));
  }

  public async delete(membershipIdentifier: string): Promise<void> {
    await this.retry(RETRY_FOR.deletion, async () => {
      try {
        await this.api.deleteMembership(membershipIdentifier);
      } catch (error) {
        if (isNotFound(error) || (isAccessDenied(error) && !(await this.isListed(membershipIdentifier)))) return;
        throw error;
      }
    });
  }

  public async tags(membershipArn: string): Promise<Tags> {
    return this.read(() => this.api.listTags(membershipArn));
  }

  public async applyTags(membershipArn: string, { set, remove }: TagPlan): Promise<void> {
    if (Object.keys(set).length > 0) await this.write(false, () => this.api.tag(membershipArn, set));
    if (remove.length > 0) await this.write(false, () => this.api.untag(membershipArn, [...remove]));
  }

  private async findIn(collaborationIdentifier: string | undefined, wanted?: 'ACTIVE'): Promise<Existing | undefined> {
    const summaries = await this.read(() => this.api.listMemberships(wanted));
    const candidates = summaries.filter(({ collaborationId }) => collaborationId === collaborationIdentifier);
    const summary = candidates.find(({ status }) => status === 'ACTIVE') ?? (wanted === undefined ? candidates[0] : undefined);
    if (summary === undefined) return undefined;
    try {
      return { summary, tags: await this.tags(summary.arn!) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private async isListed(membershipIdentifier: string): Promise<boolean> {
    const summaries = await this.read(() => this.api.listMemberships());
    return summaries.some(({ id }) => id === membershipIdentifier);
  }

  private async read<T>(call: () => Promise<T>): Promise<T> {
    return this.retry(RETRY_FOR.read, call);
  }

  private async write<T>(withRole: boolean, call: () => Promise<T>): Promise<T> {
    return this.retry(withRole ? RETRY_FOR.writeWithRole : RETRY_FOR.write, call);
  }

  private async retry<T>(retryFor: RetryFor, call: () => Promise<T>): Promise<T> {
    return retry(this.time, retryFor, call, (failure) => this.log('try again', { failure }));
  }
}
