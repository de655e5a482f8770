import type { Membership, MembershipStatus, MembershipSummary } from '@aws-sdk/client-cleanrooms';
import type { CollaborationRecord, Collaborations, Member } from './collaborations';
import { Settling } from './consistency';
import type { Identifiers } from './identifiers';
import { checkNew, checkPayment, checkRoles } from './membership-rules';
import type { Input, Operations } from './operations';
import { pageOf } from './page';
import { accessDenied, membershipConflict, resourceNotFound, ServiceError } from './service-error';
import type { Settings } from './settings';
import type { Tags } from './tags';

interface MembershipRecord {
  readonly accountId: string;
  membership: Membership & { readonly id: string; readonly arn: string };
  readonly subresources: Set<string>;
  readonly created: Settling;
  /** What GetMembership tells for so many times more. */
  stale?: { readonly membership: Membership; reads: number };
  deleted?: Settling;
}

/** A membership as it truly is, however little of it can be seen yet. */
export type MembershipState = Membership & { readonly accountId: string; readonly tags: Readonly<Record<string, string>> };

export class Memberships {
  readonly operations: Operations = {
    CreateMembership: (input, caller) => ({ membership: this.create(input, caller) }),
    GetMembership: ({ membershipIdentifier }, caller) => ({ membership: this.read(membershipIdentifier, caller) }),
    UpdateMembership: (input, caller) => ({ membership: this.update(input, caller) }),
    DeleteMembership: ({ membershipIdentifier }, caller) => {
      this.leave(membershipIdentifier, caller);
      return {};
    },
    // The memberships end with their collaboration.
    DeleteCollaboration: ({ collaborationIdentifier }, caller) => {
      this.deleteCollaboration(this.collaborations.ofCreator(collaborationIdentifier, caller).id);
      return {};
    },
    ListMemberships: ({ status, ...page }, caller) => {
      const seen = [...this.records.values()]
        .filter((record) => record.accountId === caller && isSeen(record))
        .filter(({ membership }) => status === undefined || membership.status === status);
      const { items, nextToken } = pageOf(seen, page, this.settings.pageSize);
      return { membershipSummaries: items.map(({ membership }) => summaryOf(membership)), nextToken };
    },
  };

  private readonly records = new Map<string, MembershipRecord>();

  constructor(
    private readonly region: string,
    private readonly identifiers: Identifiers,
    private readonly settings: Settings,
    private readonly collaborations: Collaborations,
    private readonly tags: Tags,
  ) {}

  states(): MembershipState[] {
    return [...this.records.values()]
      .filter(({ deleted }) => deleted === undefined)
      .map(({ membership, accountId }) => ({ ...membership, accountId, tags: this.tags.of(membership.arn) }));
  }

  /** The caller's membership, whatever its status, for what belongs to it. */
  belonging(id: string, caller: string): Membership {
    return this.own(id, caller).membership;
  }

  /** The caller's membership, for what it has to be ACTIVE. */
  active(id: string, caller: string): Membership {
    const { membership } = this.own(id, caller);
    if (membership.status !== 'ACTIVE') {
      throw accessDenied(`Membership ${id} is ${membership.status}.`);
    }
    return membership;
  }

  /** The membership through which an account takes part in a collaboration now. */
  participation(collaborationId: string, accountId: string): Membership | undefined {
    return this.states().find((state) =>
      state.collaborationId === collaborationId && state.accountId === accountId && state.status === 'ACTIVE');
  }

  /** Something that lives in a membership and keeps it from being deleted, such as an analysis template. */
  subresourcesOf(id: string): Set<string> {
    const record = this.records.get(id);
    if (record === undefined || record.deleted !== undefined) {
      throw new Error(`there is no membership ${id} that could have subresources`);
    }
    return record.subresources;
  }

  deleteCollaboration(id: string): void {
    this.collaborations.delete(id);
    this.end('COLLABORATION_DELETED', ({ membership }) => membership.collaborationId === id);
  }

  removeMember(collaboration: CollaborationRecord, member: Member): void {
    member.status = 'REMOVED';
    member.updateTime = this.settings.now();
    this.end('REMOVED', ({ membership, accountId }) => membership.collaborationId === collaboration.id && accountId === member.accountId);
  }

  private create(input: Input<'CreateMembership'>, caller: string): Membership {
    const collaboration = this.collaborations.find(input.collaborationIdentifier);
    if (collaboration === undefined) {
      throw resourceNotFound('COLLABORATION', input.collaborationIdentifier);
    }
    const member = this.memberWhoMayJoin(collaboration, caller);
    checkNew(input, member, collaboration);
    checkRoles(input, this.settings.roles);

    const id = this.identifiers.next();
    const arn = `arn:aws:cleanrooms:${this.region}:${caller}:membership/${id}`;
    const time = this.settings.now();
    const membership = {
      id,
      arn,
      collaborationArn: collaboration.arn,
      collaborationId: collaboration.id,
      collaborationCreatorAccountId: collaboration.creatorAccountId,
      collaborationCreatorDisplayName: collaboration.creatorDisplayName,
      collaborationName: collaboration.name,
      createTime: time,
      updateTime: time,
      status: 'ACTIVE' as const,
      memberAbilities: member.abilities,
      queryLogStatus: input.queryLogStatus,
      jobLogStatus: input.jobLogStatus ?? 'DISABLED',
      defaultResultConfiguration: input.defaultResultConfiguration,
      defaultJobResultConfiguration: input.defaultJobResultConfiguration,
      paymentConfiguration: input.paymentConfiguration ?? { queryCompute: { isResponsible: member.isPayer } },
      isMetricsEnabled: input.isMetricsEnabled ?? false,
    };
    const created = new Settling(this.settings.consistencyDelay, this.settings.now);
    this.records.set(id, { accountId: caller, membership, subresources: new Set(), created });
    this.tags.attach(arn, caller, input.tags);
    Object.assign(member, { status: 'ACTIVE', updateTime: time, membership: { id, arn } });
    return membership;
  }

  private memberWhoMayJoin(collaboration: CollaborationRecord, caller: string): Member {
    const member = collaboration.members.find(({ accountId }) => accountId === caller);
    if (member === undefined) {
      throw accessDenied(`Account ${caller} is not invited to collaboration ${collaboration.id}.`);
    }
    if (member.status === 'LEFT' || member.status === 'REMOVED') {
      const what = member.status === 'LEFT' ? 'has left' : 'was removed from';
      throw accessDenied(`Account ${caller} ${what} collaboration ${collaboration.id} and cannot join it again.`);
    }
    if (member.membership !== undefined) {
      throw membershipConflict(this.settings.tellsConflictReason ? 'ALREADY_EXISTS' : undefined, member.membership.id,
        `Account ${caller} already has a membership in collaboration ${collaboration.id}.`);
    }
    return member;
  }

  private read(id: string, caller: string): Membership {
    const record = this.records.get(id);
    if (record === undefined || record.accountId !== caller || !isSeen(record)) {
      throw this.unknown(id, record, caller);
    }
    if (record.stale === undefined || record.stale.reads <= 0) return record.membership;
    record.stale.reads -= 1;
    return record.stale.membership;
  }

  /** From now on every read tells what is. */
  settle(): void {
    for (const record of this.records.values()) {
      record.created.settle();
      record.deleted?.settle();
      delete record.stale;
    }
  }

  private update(input: Input<'UpdateMembership'>, caller: string): Membership {
    const { membershipIdentifier, membershipPaymentConfiguration, ...changes } = input;
    const record = this.own(membershipIdentifier, caller);
    const { membership } = record;
    if (membership.status !== 'ACTIVE') {
      throw membershipConflict('INVALID_STATE', membership.id, `Membership ${membership.id} is ${membership.status}.`);
    }
    checkPayment(membershipPaymentConfiguration, this.memberOf(record));
    checkRoles(changes, this.settings.roles);
    if (record.stale === undefined || record.stale.reads <= 0) record.stale = { membership, reads: 0 };
    record.stale.reads = this.settings.staleReads;
    // A PATCH: what is not given stays, so nothing can be cleared. What is given replaces the whole of it.
    const paymentConfiguration = { ...membership.paymentConfiguration, ...membershipPaymentConfiguration };
    record.membership = { ...membership, ...changes, paymentConfiguration, updateTime: this.settings.now() } as typeof membership;
    return record.membership;
  }

  private leave(id: string, caller: string): void {
    const record = this.own(id, caller);
    const { membership } = record;
    if (membership.collaborationCreatorAccountId === caller && membership.status === 'ACTIVE') {
      throw membershipConflict('INVALID_STATE', id, 'The creator of a collaboration leaves it by deleting the collaboration.');
    }
    if (record.subresources.size > 0) {
      throw membershipConflict('SUBRESOURCES_EXIST', id, `Membership ${id} still has ${[...record.subresources].join(', ')}.`);
    }
    record.deleted = new Settling(this.settings.consistencyDelay, this.settings.now);
    this.tags.detach(membership.arn);
    if (membership.status === 'ACTIVE') {
      Object.assign(this.memberOf(record), { status: 'LEFT', updateTime: this.settings.now(), membership: undefined });
    }
  }

  /** The membership as writes find it: they see the truth at once. */
  private own(id: string, caller: string): MembershipRecord {
    const record = this.records.get(id);
    if (record === undefined || record.accountId !== caller || record.deleted !== undefined) {
      throw this.unknown(id, record, caller);
    }
    return record;
  }

  private memberOf({ accountId, membership }: MembershipRecord): Member {
    const collaboration = this.collaborations.find(membership.collaborationId ?? '');
    const member = collaboration?.members.find((candidate) => candidate.accountId === accountId);
    if (member === undefined) {
      throw new Error(`membership ${membership.id} is ACTIVE without a member ${accountId} in its collaboration`);
    }
    return member;
  }

  private unknown(id: string, record: MembershipRecord | undefined, caller: string): ServiceError {
    const isForeign = record !== undefined && record.accountId !== caller;
    return isForeign || this.settings.unknownMembership === 'AccessDeniedException'
      ? accessDenied(`Account ${caller} is not allowed to access membership ${id}.`)
      : resourceNotFound('MEMBERSHIP', id);
  }

  private end(status: MembershipStatus, concerns: (record: MembershipRecord) => boolean): void {
    for (const record of this.records.values()) {
      if (record.deleted === undefined && record.membership.status === 'ACTIVE' && concerns(record)) {
        record.membership = { ...record.membership, status, updateTime: this.settings.now() };
      }
    }
  }
}

/** Looks once at a membership through the delays of its creation and deletion. */
function isSeen({ created, deleted }: MembershipRecord): boolean {
  return deleted === undefined ? created.look() : !deleted.look();
}

function summaryOf(membership: Membership): MembershipSummary {
  const { queryLogStatus, jobLogStatus, defaultResultConfiguration, defaultJobResultConfiguration, isMetricsEnabled, ...summary } = membership;
  return summary;
}
