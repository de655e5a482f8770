import type { Membership, MembershipSummary } from '@aws-sdk/client-cleanrooms';
import { attributesOf } from './attributes';
import type { Tags } from './clean-rooms-api';
import { createMembershipInput, desiredMembership, previousState } from './desired-state';
import type { DesiredMembership } from './desired-state';
import type { Existing, Memberships } from './memberships';
import { formerOwnerRecord, hasOwner, isOwned, isOwnedByAnother, ownerTags, restoredOwner, tagsOf, withoutOwner } from './owner';
import { planMembership, planTags } from './plan';
import type { TagPlan } from './plan';
import { decodeMembership, decodePreviousMembership } from './properties';
import type { PreviousMembership } from './properties';
import { Settler } from './settle';
import { isIdentifier } from '../../../private/clean-rooms-arn';
import type { CustomResource, Invocation, ResourceState } from '../shared/custom-resource';
import { isRecord } from '../shared/decoder';
import { Failure, isAccessDenied, isInvalid, isNotFound, isPerhapsNotEmpty, sentenceOf } from '../shared/service-error';

type Joined = Membership | MembershipSummary;

/** `Custom::CleanRoomsMembership`. */
export class MembershipResource implements CustomResource {
  private readonly settler: Settler;

  constructor(private readonly memberships: Memberships, private readonly invocation: Invocation) {
    this.settler = new Settler(memberships, invocation);
  }

  public async create(properties: unknown): Promise<ResourceState> {
    return stateOf(await this.join(desiredMembership(decodeMembership(properties), this.invocation.logicalId)));
  }

  public async update(id: string, properties: unknown, previousProperties: unknown): Promise<ResourceState> {
    const { memberships, settler, invocation: { logicalId } } = this;
    const desired = desiredMembership(decodeMembership(properties), logicalId);
    const previous = decodePreviousMembership(previousProperties);
    if (!isIdentifier(id)) return this.replace(id, desired);
    const actual = await memberships.find(id);
    const collaboration = actual?.collaborationId ?? previous.CollaborationIdentifier ?? desired.collaborationIdentifier;
    if (desired.collaborationIdentifier !== collaboration) return this.replace(id, desired);
    const gone = `membership ${id} in collaboration ${collaboration} is gone, and leaving is final: `
      + 'remove it from the template, or name a collaboration to which this account is invited';
    const active = await settler.requireActive(actual, id, gone);
    if (active === undefined) return stateOf(actual ?? this.remembered(id, desired));
    const plan = planMembership(desired, active, previousState(previous));
    const settled = await settler.settle(plan, active, (seen) => planMembership(desired, seen));
    const startsToLeave = desired.mayLeave && previous.RemovalPolicy !== 'DESTROY';
    if (startsToLeave || !isSame(desired.tags, tagsOf(previous, logicalId))) await this.updateTags(settled, desired, previous);
    return stateOf(settled);
  }

  public async delete(id: string, properties: unknown): Promise<ResourceState> {
    try {
      await this.leave(id, properties);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.invocation.log('gone while it was looked at', { membership: id });
    }
    return { physicalResourceId: id };
  }

  /** The guards stand in the order of what they cost; only what passes all of them leaves the collaboration. */
  private async leave(id: string, properties: unknown): Promise<void> {
    const { memberships, invocation: { stack, logicalId, log } } = this;
    if (!isIdentifier(id)) return log('nothing to delete, the id is no membership', { id });
    // Anything but a clear yes is a no: leaving is final.
    if (!isRecord(properties) || properties.RemovalPolicy !== 'DESTROY') return log('retained by the removal policy', { membership: id });
    const membership = await memberships.find(id);
    if (membership === undefined) return log('already gone', { membership: id });
    if (membership.status === 'ACTIVE' && membership.arn!.split(':')[4] === membership.collaborationCreatorAccountId) {
      return log('retained, the membership of a collaboration\'s creator goes with the collaboration', { membership: id });
    }
    const { Owner } = decodePreviousMembership(properties);
    const owner = Owner && ownerTags(Owner, logicalId);
    const reason = await stack.reasonToKeep();
    if (reason !== undefined) {
      log(`retained, ${reason}`, { membership: id });
      return owner && this.giveBack(membership, owner);
    }
    const tags = await memberships.tags(membership.arn!);
    if (owner === undefined && hasOwner(tags)) return log('retained, it has an owner, and who asks cannot be read', { membership: id });
    if (owner && isOwnedByAnother(tags, owner)) return log('retained, it has been adopted by another construct', { membership: id });
    log('leave the collaboration', { membership: id, collaboration: membership.collaborationId });
    try {
      await memberships.delete(id);
    } catch (error) {
      if (!isPerhapsNotEmpty(error)) throw error;
      throw new Failure(`membership ${id} is not empty (${sentenceOf(error)}): remove its analysis templates, configured table associations, `
        + 'privacy budget templates and ID mapping tables first, then delete again');
    }
    return this.awaitGone(id);
  }

  /** It is deleted: nothing that a look meets may turn that into a failure. */
  private async awaitGone(id: string): Promise<void> {
    const { memberships, invocation: { log } } = this;
    try {
      log(await memberships.awaitGone(id) ? 'gone' : 'deleted, although it can still be seen', { membership: id });
    } catch (error) {
      log('deleted, although that cannot be seen', { membership: id, because: sentenceOf(error) });
    }
  }

  /** What this creation adopted goes back to whom it was adopted from, who is not told of the rollback. */
  private async giveBack(membership: Membership, owner: Tags): Promise<void> {
    const restored = restoredOwner(await this.memberships.tags(membership.arn!), owner);
    if (restored === undefined) return;
    this.invocation.log('give back to the former owner', { membership: membership.id, ...restored.set });
    await this.memberships.applyTags(membership.arn!, restored);
  }

  /** A rollback joins nothing: it goes back to the membership that there was, in whatever state that is by now. */
  private async replace(id: string, desired: DesiredMembership): Promise<ResourceState> {
    const { memberships, invocation: { stack, log } } = this;
    const collaboration = desired.collaborationIdentifier;
    log('replace', { membership: id, collaboration });
    if (!await stack.isRollingBack()) return stateOf(await this.join(desired));
    const former = await memberships.former(collaboration);
    if (former !== undefined) return stateOf(await this.adopt(former, { ...desired, adoptExisting: true }));
    log('gone, and the stack is rolling back', { collaboration });
    return stateOf(this.remembered(`gone/${collaboration}`, desired));
  }

  /** What can be said of a membership that is gone. */
  private remembered(id: string, { collaborationIdentifier }: DesiredMembership): Partial<MembershipSummary> {
    return { id, arn: this.invocation.stack.cleanRoomsArn(`membership/${id}`), collaborationId: collaborationIdentifier };
  }

  /** Creates the membership, or adopts the one there is; either way it is in the desired state afterwards. */
  private async join(desired: DesiredMembership): Promise<Joined> {
    const { memberships, invocation: { log } } = this;
    const found = await this.createOrFind(desired);
    if ('summary' in found) return this.adopt(found, desired);
    log('created', { membership: found.id, collaboration: found.collaborationId });
    try {
      const visible = await memberships.awaitVisible(found.id!);
      if (visible !== undefined) return visible;
      log('created, although it cannot be seen yet', { membership: found.id });
    } catch (error) {
      log('created, although it cannot be read', { membership: found.id, because: sentenceOf(error) });
    }
    return found;
  }

  private async createOrFind(desired: DesiredMembership): Promise<Membership | Existing> {
    const collaboration = desired.collaborationIdentifier;
    try {
      return await this.memberships.createOrFind(createMembershipInput(desired));
    } catch (error) {
      if (isNotFound(error)) {
        throw new Failure(`collaboration ${collaboration} does not exist in this region, or this account was not invited to it: `
          + 'check the identifier, or ask the creator of the collaboration');
      }
      if (isInvalid(error, 'INVALID_CONFIGURATION') && desired.resultConfigurations === undefined) {
        throw new Failure(`${sentenceOf(error)}; if this member only receives results, set \`queryRunner\` to the member who runs the queries: `
          + 'the result configuration then comes with the membership');
      }
      if (!isAccessDenied(error)) throw error;
      throw new Failure(`joining collaboration ${collaboration} was denied; either this account was not invited, has left it before, or ${sentenceOf(error)}`);
    }
  }

  private async adopt({ summary, tags }: Existing, desired: DesiredMembership): Promise<Joined> {
    const { memberships, settler, invocation: { log } } = this;
    const id = summary.id!;
    const ours = isOwned(tags, desired.owner);
    if (!ours && !desired.adoptExisting) {
      throw new Failure(`this account already has membership ${id} in collaboration ${desired.collaborationIdentifier}, and this construct did not make it: `
        + 'set `adoptExisting: true` to manage it here, or use `Membership.fromMembershipArn` to refer to it');
    }
    log(ours ? 'adopt what an earlier deployment left' : 'adopt, as adoptExisting asks for', { membership: id });
    const unreadable = `membership ${id} is listed but cannot be read: allow cleanrooms:GetMembership, then deploy again`;
    const active = await settler.requireActive(await memberships.awaitVisible(id), id, unreadable);
    if (active === undefined) return summary;
    const settled = await settler.settle(planMembership(desired, active), active, (seen) => planMembership(desired, seen));
    const former = formerOwnerRecord(tags, desired.owner);
    await this.applyTags(settled, { set: planTags({ ...desired.tags, ...former.set }, tags).set, remove: former.remove });
    return settled;
  }

  /** What another stack or construct has adopted meanwhile stays theirs. */
  private async updateTags(membership: Membership, desired: DesiredMembership, previous: PreviousMembership): Promise<void> {
    const [actual, earlier] = [await this.memberships.tags(membership.arn!), tagsOf(previous, this.invocation.logicalId)];
    const isOurs = !hasOwner(actual) || isOwned(actual, desired.owner) || (previous.Owner !== undefined && isOwned(actual, ownerTags(previous.Owner, '')));
    await this.applyTags(membership, planTags(isOurs ? desired.tags : withoutOwner(desired.tags), actual, isOurs ? earlier : withoutOwner(earlier)));
  }

  private async applyTags(membership: Membership, plan: TagPlan): Promise<void> {
    const [set, remove] = [Object.keys(plan.set), plan.remove];
    if (set.length > 0 || remove.length > 0) this.invocation.log('tag', { membership: membership.id, set, remove });
    await this.memberships.applyTags(membership.arn!, plan);
  }
}

function stateOf(membership: Partial<MembershipSummary>): ResourceState {
  return { physicalResourceId: membership.id!, data: attributesOf(membership) };
}

function isSame(one: Tags, other: Tags): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
