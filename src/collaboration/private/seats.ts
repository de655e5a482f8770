import { Token } from 'aws-cdk-lib';
import { CollaborationMember, CollaborationMemberOptions } from '../collaboration-member';
import { Cost } from '../cost';
import { MemberAbility } from '../member-ability';

/** A member, the creator included, as the props of a collaboration say it. */
export interface Seat {
  /** Where it stands in the props: what errors name. */
  readonly prop: string;
  readonly accountId: string;
  readonly options: CollaborationMemberOptions;
}

/** Everybody, the creator first. */
export function seatsOf(creatorAccountId: string, creator: CollaborationMemberOptions, members: CollaborationMember[]): Seat[] {
  return [
    { prop: 'creator', accountId: creatorAccountId, options: creator },
    ...members.map((member, index) => ({ prop: `members[${index}]`, accountId: member._accountId, options: member._options })),
  ];
}

/** Abilities as words, sorted: another order in the code must not be another template. */
export function words(list: { readonly value: string }[] | undefined): string[] {
  return (list ?? []).map(({ value }) => value).sort();
}

export function can({ options }: Seat, ability: MemberAbility): boolean {
  return (options.abilities ?? []).some(({ value }) => value === ability.value);
}

/** Whether all that the seat may do is known when the app is synthesized. */
export function isKnown({ options }: Seat): boolean {
  return !(options.abilities ?? []).some(({ value }) => Token.isUnresolved(value));
}

export function isNamedPayer({ options }: Seat, cost: Cost): boolean {
  return (options.pays ?? []).includes(cost);
}
