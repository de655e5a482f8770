import type { CreateMembershipInput, Membership, MembershipSummary } from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsApi, MembershipChanges, Tags } from './clean-rooms-api';
import { hasRole } from './desired-state';
import type { TagPlan } from './plan';
import type { Time } from '../shared/clock';
import type { Log } from '../shared/log';
import { callOnce, poll, retry, RETRY_FOR } from '../shared/retry';
import type { RetryFor } from '../shared/retry';
import {
  Failure, isAccessDenied, isConflict, isNotFound, isUncertain, kindOf, OutOfTime, sentenceOf, UnreadableAnswer,
} from '../shared/service-error';

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
    return this.retry(RETRY_FOR.read, async () => {
      try {
        return await this.callOnce((signal) => this.api.getMembership(membershipIdentifier, signal));
      } catch (error) {
        if (await this.isAbsence(error, membershipIdentifier)) return undefined;
        throw error;
      }
    });
  }

  /** `undefined` when it cannot be seen within the consistency window. */
  public async awaitVisible(membershipIdentifier: string): Promise<Membership | undefined> {
    return poll(this.time, () => this.retry(RETRY_FOR.read, async () => {
      try {
        return await this.callOnce((signal) => this.api.getMembership(membershipIdentifier, signal));
      } catch (error) {
        if (isNotFound(error) || isAccessDenied(error)) return undefined;
        throw error;
      }
    }));
  }

  public async awaitGone(membershipIdentifier: string): Promise<boolean> {
    return await poll(this.time, async () => await this.find(membershipIdentifier) === undefined || undefined) ?? false;
  }

  /**
   * Creates one, or finds the one there is. The service knows no idempotency token: when an answer is lost, the list
   * tells whether the call took effect, and only if it did not is it made again. So it does of a Conflict, whose reason
   * the service need not tell.
   */
  public async createOrFind(input: CreateMembershipInput): Promise<Membership | Existing> {
    return this.write(hasRole(input), async () => {
      try {
        return await this.callOnce((signal) => this.api.createMembership(input, signal));
      } catch (error) {
        if (!isUncertain(error) && !isConflict(error)) throw error;
        const existing = await this.lookAfter(error, input.collaborationIdentifier);
        if (existing !== undefined) return existing;
        if (!isConflict(error, 'ALREADY_EXISTS')) throw error;
        throw new Failure(`this account already has a membership in collaboration ${input.collaborationIdentifier}, says AWS Clean Rooms, `
          + 'yet it lists none that is active: look into the AWS Clean Rooms console, then deploy again');
      }
    });
  }

  /** The one that this account had in a collaboration, whatever became of it; `undefined` when it left. */
  public async former(collaborationIdentifier: string): Promise<Existing | undefined> {
    return poll(this.time, () => this.findIn(collaborationIdentifier));
  }

  /** @param isDone decides about an answer that tells nothing */
  public async update(id: string, changes: MembershipChanges, isDone: (actual: Membership) => boolean): Promise<Membership> {
    return this.write(hasRole(changes), async () => {
      try {
        return await this.callOnce((signal) => this.api.updateMembership(id, changes, signal));
      } catch (error) {
        if (!(error instanceof UnreadableAnswer)) throw error;
        const actual = await this.find(id);
        if (actual !== undefined && isDone(actual)) return actual;
        throw error;
      }
    });
  }

  public async delete(membershipIdentifier: string): Promise<void> {
    await this.retry(RETRY_FOR.deletion, async () => {
      try {
        await this.callOnce((signal) => this.api.deleteMembership(membershipIdentifier, signal));
      } catch (error) {
        if (!await this.isAbsence(error, membershipIdentifier)) throw error;
      }
    });
  }

  public async tags(membershipArn: string): Promise<Tags> {
    return this.read((signal) => this.api.listTags(membershipArn, signal));
  }

  public async applyTags(membershipArn: string, { set, remove }: TagPlan): Promise<void> {
    const call = async (work: (signal: AbortSignal) => Promise<void>) => this.write(false, () => this.callOnce(work));
    if (Object.keys(set).length > 0) await call((signal) => this.api.tag(membershipArn, set, signal));
    if (remove.length > 0) await call((signal) => this.api.untag(membershipArn, [...remove], signal));
  }

  private async lookAfter(error: unknown, collaborationIdentifier: string | undefined): Promise<Existing | undefined> {
    try {
      return await poll(this.time, () => this.findIn(collaborationIdentifier, 'ACTIVE'));
    } catch (unseen) {
      if (unseen instanceof OutOfTime) throw unseen;
      throw new Failure(`whether this account has joined collaboration ${collaborationIdentifier} is not known: CreateMembership ended in ${kindOf(error)}, `
        + `and the memberships cannot be read: ${sentenceOf(unseen)}`);
    }
  }

  private async findIn(collaborationIdentifier: string | undefined, wanted?: 'ACTIVE'): Promise<Existing | undefined> {
    const summaries = await this.read((signal) => this.api.listMemberships(wanted, signal));
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

  private async isAbsence(error: unknown, membershipIdentifier: string): Promise<boolean> {
    return isNotFound(error) || (isAccessDenied(error) && !await this.isListed(membershipIdentifier));
  }

  private async isListed(membershipIdentifier: string): Promise<boolean> {
    const summaries = await this.read((signal) => this.api.listMemberships(undefined, signal));
    return summaries.some(({ id }) => id === membershipIdentifier);
  }

  private async read<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.retry(RETRY_FOR.read, () => this.callOnce(call));
  }

  private async write<T>(withRole: boolean, work: () => Promise<T>): Promise<T> {
    return this.retry(withRole ? RETRY_FOR.writeWithRole : RETRY_FOR.write, work);
  }

  private async callOnce<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return callOnce(this.time, call);
  }

  private async retry<T>(retryFor: RetryFor, work: () => Promise<T>): Promise<T> {
    return retry(this.time, retryFor, work, (failure) => this.log('try again', { failure }));
  }
}
