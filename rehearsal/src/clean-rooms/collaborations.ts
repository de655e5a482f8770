import type {
  Collaboration, CollaborationSummary, CreateCollaborationInput, MemberAbility, MemberStatus, MemberSummary,
} from '@aws-sdk/client-cleanrooms';
import { checkCollaboration, describedMembers } from './collaboration-rules';
import type { Identifiers } from './identifiers';
import type { Operations } from './operations';
import { pageOf } from './page';
import { accessDenied, resourceNotFound } from './service-error';
import type { Settings } from './settings';

export interface MemberSeed {
  readonly accountId: string;
  readonly displayName: string;
  readonly abilities: readonly MemberAbility[];
  /** Pays for queries. By default the members who can query do. */
  readonly payer?: boolean;
}

export interface CollaborationSeed {
  /** @default - the next identifier */
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
  readonly creatorAccountId: string;
  readonly creatorDisplayName: string;
  /** The members; the creator needs to be among them only for abilities of its own. */
  readonly members: readonly MemberSeed[];
  readonly isMetricsEnabled?: boolean;
  readonly queryLogStatus?: 'ENABLED' | 'DISABLED';
}

export interface Member {
  readonly accountId: string;
  readonly displayName: string;
  readonly abilities: MemberAbility[];
  readonly isPayer: boolean;
  status: MemberStatus;
  updateTime: Date;
  membership?: { readonly id: string; readonly arn: string };
}

export interface CollaborationRecord {
  readonly id: string;
  readonly arn: string;
  name: string;
  description?: string;
  readonly creatorAccountId: string;
  readonly creatorDisplayName: string;
  readonly isMetricsEnabled: boolean;
  readonly queryLogStatus: 'ENABLED' | 'DISABLED';
  readonly createTime: Date;
  readonly members: readonly Member[];
}

export class Collaborations {
  readonly operations: Operations = {
    CreateCollaboration: (input, caller) => ({ collaboration: this.create(input, caller) }),
    UpdateCollaboration: ({ collaborationIdentifier, name, description }, caller) => {
      const collaboration = this.ofCreator(collaborationIdentifier, caller);
      Object.assign(collaboration, { ...name !== undefined && { name }, ...description !== undefined && { description } });
      return { collaboration: this.seenBy(collaboration.members[0], collaboration) };
    },
    ListCollaborations: ({ memberStatus, ...page }, caller) => {
      const seen = [...this.records.values()].flatMap((collaboration) => {
        const member = collaboration.members.find(({ accountId }) => accountId === caller);
        return member === undefined || !(memberStatus === undefined || member.status === memberStatus) ? [] : [summaryFor(member, collaboration)];
      });
      const { items, nextToken } = pageOf(seen, page, this.settings.pageSize);
      return { collaborationList: items, nextToken };
    },
    GetCollaboration: ({ collaborationIdentifier }, caller) => {
      const collaboration = this.find(collaborationIdentifier);
      const member = collaboration?.members.find(({ accountId }) => accountId === caller);
      // The model gives this operation no ResourceNotFoundException.
      if (collaboration === undefined || member === undefined) {
        throw accessDenied(`Collaboration ${collaborationIdentifier} is not one of account ${caller}.`);
      }
      return { collaboration: this.seenBy(member, collaboration) };
    },
    ListMembers: ({ collaborationIdentifier, ...page }, caller) => {
      const collaboration = this.find(collaborationIdentifier);
      if (collaboration === undefined) {
        throw resourceNotFound('COLLABORATION', collaborationIdentifier);
      }
      if (!collaboration.members.some(({ accountId, status }) => accountId === caller && (status === 'ACTIVE' || status === 'INVITED'))) {
        throw accessDenied(`Account ${caller} is not a member of collaboration ${collaborationIdentifier}.`);
      }
      const { items, nextToken } = pageOf(collaboration.members, page, this.settings.pageSize);
      return { memberSummaries: items.map((member) => summaryOf(member, collaboration)), nextToken };
    },
  };

  private readonly records = new Map<string, CollaborationRecord>();

  constructor(private readonly region: string, private readonly identifiers: Identifiers, private readonly settings: Settings) {}

  add(seed: CollaborationSeed): CollaborationRecord {
    const creator: MemberSeed = { accountId: seed.creatorAccountId, displayName: seed.creatorDisplayName, abilities: [] };
    const isListed = seed.members.some(({ accountId }) => accountId === creator.accountId);
    const members = isListed ? seed.members : [creator, ...seed.members];
    const repeated = members.find(({ accountId }, index) => members.findIndex((other) => other.accountId === accountId) !== index);
    if (repeated !== undefined) {
      throw new Error(`\`members\` of collaboration '${seed.name}' must be different accounts, got ${repeated.accountId} twice`);
    }
    const hasPayer = members.some(({ payer }) => payer === true);
    const id = seed.id ?? this.identifiers.next();
    const createTime = this.settings.now();
    const collaboration: CollaborationRecord = {
      id,
      arn: `arn:aws:cleanrooms:${this.region}:${seed.creatorAccountId}:collaboration/${id}`,
      name: seed.name,
      description: seed.description,
      creatorAccountId: seed.creatorAccountId,
      creatorDisplayName: seed.creatorDisplayName,
      isMetricsEnabled: seed.isMetricsEnabled ?? false,
      queryLogStatus: seed.queryLogStatus ?? 'DISABLED',
      createTime,
      members: members.map((member) => ({
        accountId: member.accountId,
        displayName: member.displayName,
        abilities: [...member.abilities],
        isPayer: hasPayer ? member.payer === true : member.abilities.includes('CAN_QUERY'),
        status: member.accountId === seed.creatorAccountId ? 'ACTIVE' : 'INVITED',
        updateTime: createTime,
      })),
    };
    this.records.set(id, collaboration);
    return collaboration;
  }

  find(id: string): CollaborationRecord | undefined {
    return this.records.get(id);
  }

  all(): CollaborationRecord[] {
    return [...this.records.values()];
  }

  delete(id: string): void {
    this.records.delete(id);
  }

  /** The model gives these operations no ResourceNotFoundException. */
  ofCreator(id: string, caller: string): CollaborationRecord {
    const collaboration = this.find(id);
    if (collaboration?.creatorAccountId !== caller) {
      throw accessDenied(`Account ${caller} is not the creator of collaboration ${id}.`);
    }
    return collaboration;
  }

  private create(input: CreateCollaborationInput, creator: string): Collaboration {
    checkCollaboration(input, creator);
    const described = describedMembers(input, creator);
    const named = described.some(({ paymentConfiguration }) => paymentConfiguration?.queryCompute?.isResponsible === true);
    const names = [input.creatorDisplayName ?? '', ...(input.members ?? []).map(({ displayName }) => displayName ?? '')];
    const collaboration = this.add({
      name: input.name ?? '',
      description: input.description,
      creatorAccountId: creator,
      creatorDisplayName: input.creatorDisplayName ?? '',
      isMetricsEnabled: input.isMetricsEnabled,
      queryLogStatus: input.queryLogStatus,
      members: described.map(({ accountId, memberAbilities, paymentConfiguration }, index) => ({
        accountId,
        displayName: names[index],
        abilities: memberAbilities as MemberAbility[],
        payer: named ? paymentConfiguration?.queryCompute?.isResponsible === true : undefined,
      })),
    });
    return this.seenBy(collaboration.members[0], collaboration);
  }

  private seenBy(member: Member, { members, ...collaboration }: CollaborationRecord): Collaboration {
    return {
      ...collaboration,
      updateTime: collaboration.createTime,
      memberStatus: member.status,
      membershipId: member.membership?.id,
      membershipArn: member.membership?.arn,
      analyticsEngine: 'SPARK',
    };
  }
}

function summaryFor(member: Member, { id, arn, name, creatorAccountId, creatorDisplayName, createTime }: CollaborationRecord): CollaborationSummary {
  return {
    id,
    arn,
    name,
    creatorAccountId,
    creatorDisplayName,
    createTime,
    updateTime: createTime,
    memberStatus: member.status,
    membershipId: member.membership?.id,
    membershipArn: member.membership?.arn,
    analyticsEngine: 'SPARK',
  };
}

function summaryOf(member: Member, { createTime }: CollaborationRecord): MemberSummary {
  return {
    accountId: member.accountId,
    displayName: member.displayName,
    status: member.status,
    abilities: member.abilities,
    createTime,
    updateTime: member.updateTime,
    membershipId: member.membership?.id,
    membershipArn: member.membership?.arn,
    paymentConfiguration: { queryCompute: { isResponsible: member.isPayer } },
  };
}
