import type { Membership } from '@aws-sdk/client-cleanrooms';
import type { Memberships } from './memberships';
import type { Plan } from './plan';
import type { Invocation } from '../shared/custom-resource';
import { Failure } from '../shared/service-error';

/** Brings memberships to what is desired, as far as a request may. */
export class Settler {
  constructor(private readonly memberships: Memberships, private readonly invocation: Invocation) {}

  /**
   * Only an active membership can be brought to a state; of any other the failure says what happened to it. `undefined`
   * when there is nothing to bring back in a rollback.
   */
  public async requireActive(membership: Membership | undefined, id: string, gone: string): Promise<Membership | undefined> {
    if (membership?.status === 'ACTIVE') return membership;
    await this.failUnlessRollingBack(membership === undefined ? gone : inactivity(membership), id);
    return undefined;
  }

  /**
   * Carries a plan out with at most one call. What the API cannot do fails before any write.
   *
   * @param planFor what stands between a membership and its desired state, by what can be seen of it
   */
  public async settle(plan: Plan, membership: Membership, planFor: (actual: Membership) => Plan): Promise<Membership> {
    if (plan.impossible.length > 0) await this.failUnlessRollingBack(plan.impossible.join('; '), membership.id!);
    const changed = Object.keys(plan.changes);
    if (changed.length === 0) return membership;
    this.invocation.log('update', { membership: membership.id, changed });
    return this.memberships.update(membership.id!, plan.changes, (actual) => Object.keys(planFor(actual).changes).length === 0);
  }

  /** A rollback asks for nothing new: what it cannot bring back is left, for refusing would leave the stack stuck. */
  private async failUnlessRollingBack(reason: string, id: string): Promise<void> {
    if (!await this.invocation.stack.isRollingBack()) throw new Failure(reason);
    this.invocation.log('left as it is, because the stack is rolling back', { membership: id, reason });
  }
}

function inactivity({ id, status, collaborationId }: Membership): string {
  const happened = status === 'COLLABORATION_DELETED'
    ? `collaboration ${collaborationId} of membership ${id} has been deleted`
    : `this account has been removed from collaboration ${collaborationId} (membership ${id} is ${status})`;
  return `${happened}: remove the membership from the template, or name a collaboration to which this account is invited`;
}
