import type { Membership } from '@aws-sdk/client-cleanrooms';
import type { Time } from './clock';
import type { Log } from './log';
import type { Memberships } from './memberships';
import type { Plan } from './plan';
import { Failure } from './service-error';
import { isRollingBack } from './stack-status';
import type { Stacks } from './stack-status';

/** What a lifecycle works with during one request. */
export interface Tools {
  readonly memberships: Memberships;
  readonly stacks: Stacks;
  readonly time: Time;
  readonly log: Log;
}

/**
 * Only an active membership can be brought to a state; the others are told as what they are. `undefined` when there is
 * nothing to bring back in a rollback.
 */
export async function requireActive(
  membership: Membership | undefined, id: string, gone: string, stackId: string, tools: Tools,
): Promise<Membership | undefined> {
  if (membership?.status === 'ACTIVE') return membership;
  await failUnlessRollingBack(membership === undefined ? gone : inactivity(membership), id, stackId, tools);
  return undefined;
}

function inactivity({ id, status, collaborationId }: Membership): string {
  const happened = status === 'COLLABORATION_DELETED'
    ? `collaboration ${collaborationId} of membership ${id} has been deleted`
    : `this account has been removed from collaboration ${collaborationId} (membership ${id} is ${status})`;
  return `${happened}: remove the membership from the template, or name a collaboration to which this account is invited`;
}

/** A rollback asks for nothing new: what it cannot bring back is left, for refusing would leave the stack stuck. */
async function failUnlessRollingBack(reason: string, id: string, stackId: string, { stacks, time, log }: Tools): Promise<void> {
  if (!await isRollingBack(stacks, stackId, time)) throw new Failure(reason);
  log('left as it is, because the stack is rolling back', { membership: id, reason });
}

/** Carries a plan out with at most one call. What the API cannot do fails before any write. */
export async function settle(plan: Plan, membership: Membership, stackId: string, tools: Tools): Promise<Membership> {
  const { memberships, log } = tools;
  if (plan.impossible.length > 0) await failUnlessRollingBack(plan.impossible.join('; '), membership.id!, stackId, tools);
  const changed = Object.keys(plan.changes);
  if (changed.length === 0) return membership;
  log('update', { membership: membership.id, changed });
  return memberships.update(membership.id!, plan.changes);
}
