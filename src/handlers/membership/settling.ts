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

/** Only an active membership can be brought to a state; the others are told as what they are. */
export function requireActive(membership: Membership): void {
  const { id, status, collaborationId } = membership;
  if (status === 'ACTIVE') return;
  const happened = status === 'COLLABORATION_DELETED'
    ? `collaboration ${collaborationId} of membership ${id} has been deleted`
    : `this account has been removed from collaboration ${collaborationId} (membership ${id} is ${status})`;
  throw new Failure(`${happened}: remove the membership from the template, or name a collaboration to which this account is invited`);
}

/**
 * Carries a plan out with at most one call. What the API cannot do fails before any write, except in a rollback: there it
 * is what the failed deployment added, and refusing would leave the stack stuck.
 */
export async function settle(plan: Plan, membership: Membership, stackId: string, { memberships, stacks, time, log }: Tools): Promise<Membership> {
  if (plan.impossible.length > 0) {
    if (!await isRollingBack(stacks, stackId, time)) throw new Failure(plan.impossible.join('; '));
    log('left as it is, because the stack is rolling back', { membership: membership.id, impossible: plan.impossible });
  }
  const changed = Object.keys(plan.changes);
  if (changed.length === 0) return membership;
  log('update', { membership: membership.id, changed });
  return memberships.update(membership.id!, plan.changes);
}
