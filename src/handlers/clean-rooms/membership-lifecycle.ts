import type { Membership, MembershipSummary } from '@aws-sdk/client-cleanrooms';
import type { Answer } from './answer';
import { membershipAnswer } from './answer';
import { isIdentifier } from './clean-rooms-api';
import type { Tags } from './clean-rooms-api';
import { createMembershipInput, desiredMembership, isOwned, isOwnedByAnother, ownerTags, tagsOf } from './desired-state';
import type { DesiredMembership } from './desired-state';
import type { Existing } from './memberships';
import { planMembership, planTags } from './plan';
import type { MembershipCreate, MembershipDelete, MembershipUpdate } from './request';
import { Failure, isAccessDenied, isConflict, isInvalid, isNotFound, sentenceOf } from './service-error';
import { requireActive, settle } from './settling';
import type { Tools } from './settling';
import { isRollingBack } from './stack-status';

type Joined = Membership | MembershipSummary;

export async function createMembership({ properties, stackId, logicalId }: MembershipCreate, tools: Tools): Promise<Answer> {
  return membershipAnswer(await join(desiredMembership(properties, logicalId), stackId, tools));
}

export async function updateMembership({ id, properties, previous, stackId, logicalId }: MembershipUpdate, tools: Tools): Promise<Answer> {
  const { memberships } = tools;
  const desired = desiredMembership(properties, logicalId);
  if (!isIdentifier(id)) return replace(id, desired, stackId, tools);
  const actual = await memberships.find(id);
  const collaboration = actual?.collaborationId ?? previous.CollaborationIdentifier ?? desired.collaborationIdentifier;
  if (desired.collaborationIdentifier !== collaboration) return replace(id, desired, stackId, tools);
  const gone = `membership ${id} in collaboration ${collaboration} is gone, and leaving is final: `
    + 'remove it from the template, or name a collaboration to which this account is invited';
  const active = await requireActive(actual, id, gone, stackId, tools);
  if (active === undefined) return membershipAnswer(actual ?? remembered(id, desired, stackId));
  const settled = await settle(planMembership(desired, active), active, stackId, tools);
  const earlier = tagsOf(previous, logicalId);
  if (!isSame(desired.tags, earlier)) await bringTags(settled, desired.tags, await memberships.tags(settled.arn!), earlier, tools);
  return membershipAnswer(settled);
}

export async function deleteMembership(request: MembershipDelete, tools: Tools): Promise<Answer> {
  try {
    await leave(request, tools);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    tools.log('gone while it was looked at', { membership: request.id });
  }
  return { physicalResourceId: request.id };
}

/** The guards stand in the order of what they cost; only what passes all of them leaves the collaboration. */
async function leave({ id, destroy, previous, stackId, logicalId }: MembershipDelete, { memberships, stacks, time, log }: Tools): Promise<void> {
  if (!isIdentifier(id)) return log('nothing to delete, the id is no membership', { id });
  if (!destroy) return log('retained by the removal policy', { membership: id });
  const membership = await memberships.find(id);
  if (membership === undefined) return log('already gone', { membership: id });
  if (membership.status === 'ACTIVE' && membership.arn!.split(':')[4] === membership.collaborationCreatorAccountId) {
    return log('retained, the membership of a collaboration\'s creator goes with the collaboration', { membership: id });
  }
  if (await isRollingBack(stacks, stackId, time)) return log('retained, a rollback never leaves a collaboration', { membership: id });
  if (previous.Owner && isOwnedByAnother(await memberships.tags(membership.arn!), ownerTags(previous.Owner, logicalId))) {
    return log('retained, it has been adopted by another construct', { membership: id });
  }
  log('leave the collaboration', { membership: id, collaboration: membership.collaborationId });
  try {
    await memberships.delete(id);
  } catch (error) {
    if (!isConflict(error, 'SUBRESOURCES_EXIST')) throw error;
    throw new Failure(`membership ${id} is not empty (${sentenceOf(error)}): remove its analysis templates, configured table associations, `
      + 'privacy budget templates and ID mapping tables first, then delete again');
  }
  log(await memberships.awaitGone(id) ? 'gone' : 'deleted, although it can still be seen', { membership: id });
}

/** A rollback joins nothing: it goes back to the membership that there was, in whatever state that is by now. */
async function replace(id: string, desired: DesiredMembership, stackId: string, tools: Tools): Promise<Answer> {
  const { memberships, stacks, time, log } = tools;
  const collaboration = desired.collaborationIdentifier;
  log('replace', { membership: id, collaboration });
  if (!await isRollingBack(stacks, stackId, time)) return membershipAnswer(await join(desired, stackId, tools));
  const former = await memberships.former(collaboration);
  if (former !== undefined) return membershipAnswer(await adopt(former, { ...desired, adoptExisting: true }, stackId, tools));
  log('gone, and the stack is rolling back', { collaboration });
  return membershipAnswer(remembered(`gone/${collaboration}`, desired, stackId));
}

/** What can be said of a membership that is gone. */
function remembered(id: string, { collaborationIdentifier }: DesiredMembership, stackId: string): Partial<MembershipSummary> {
  const [, partition, , region, account] = stackId.split(':');
  return { id, arn: `arn:${partition}:cleanrooms:${region}:${account}:membership/${id}`, collaborationId: collaborationIdentifier };
}

/** Creates the membership, or adopts the one there is; either way it is in the desired state afterwards. */
async function join(desired: DesiredMembership, stackId: string, tools: Tools): Promise<Joined> {
  const { memberships, log } = tools;
  const found = await createOrFind(desired, tools);
  if ('summary' in found) return adopt(found, desired, stackId, tools);
  log('created', { membership: found.id, collaboration: found.collaborationId });
  const visible = await memberships.awaitVisible(found.id!);
  if (visible === undefined) log('created, although it cannot be seen yet', { membership: found.id });
  return visible ?? found;
}

async function createOrFind(desired: DesiredMembership, { memberships }: Tools): Promise<Membership | Existing> {
  const collaboration = desired.collaborationIdentifier;
  try {
    return await memberships.createOrFind(createMembershipInput(desired));
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

async function adopt({ summary, tags }: Existing, desired: DesiredMembership, stackId: string, tools: Tools): Promise<Joined> {
  const id = summary.id!;
  const ours = isOwned(tags, desired.owner);
  if (!ours && !desired.adoptExisting) {
    throw new Failure(`this account already has membership ${id} in collaboration ${desired.collaborationIdentifier}, and this construct did not make it: `
      + 'set `adoptExisting: true` to manage it here, or use `Membership.fromMembershipArn` to refer to it');
  }
  tools.log(ours ? 'adopt what an earlier deployment left' : 'adopt, as adoptExisting asks for', { membership: id });
  const actual = await tools.memberships.awaitVisible(id);
  const unreadable = `membership ${id} is listed but cannot be read: allow cleanrooms:GetMembership, then deploy again`;
  const active = await requireActive(actual, id, unreadable, stackId, tools);
  if (active === undefined) return summary;
  const settled = await settle(planMembership(desired, active), active, stackId, tools);
  await bringTags(settled, desired.tags, tags, {}, tools);
  return settled;
}

async function bringTags(membership: Membership, desired: Tags, actual: Tags, previous: Tags, { memberships, log }: Tools): Promise<void> {
  const plan = planTags(desired, actual, previous);
  const [set, remove] = [Object.keys(plan.set), plan.remove];
  if (set.length > 0 || remove.length > 0) log('tag', { membership: membership.id, set, remove });
  await memberships.applyTags(membership.arn!, plan);
}

function isSame(one: Tags, other: Tags): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
