import type { Tags } from './clean-rooms-api';
import type { PreviousMembership } from './properties';
import type { MembershipProperties } from '../../../private/membership-contract';
import { OWNER_TAG_KEYS, OWNER_TAG_PREFIX } from '../../../private/owner-tag-keys';

/** Whose a membership is, as its tags tell. */

/** Whose it was before it was adopted: a rollback of the adoption tells the owner that there was before nothing. */
const FORMER_PREFIX = `${OWNER_TAG_PREFIX}former-`;
const formerKey = (key: string) => key.replace(OWNER_TAG_PREFIX, FORMER_PREFIX);

/** The user's tags and the owner's; `aws:` is reserved, and the service would refuse it. */
export function tagsOf({ Tags: tags = [], Owner: owner }: PreviousMembership, logicalId: string): Tags {
  const own = tags.filter(({ Key }) => !Key.startsWith('aws:')).map(({ Key, Value }) => [Key, Value]);
  return { ...Object.fromEntries(own), ...owner && ownerTags(owner, logicalId) };
}

/**
 * By the stack and the path a later deployment of the same construct knows the membership that a failed one left behind.
 * The logical id tells, when a construct got another one, that the membership now belongs to that.
 */
export function ownerTags(owner: MembershipProperties['Owner'], logicalId: string): Tags {
  return { [OWNER_TAG_KEYS.stack]: owner.Stack, [OWNER_TAG_KEYS.path]: owner.Path, [OWNER_TAG_KEYS.logicalId]: logicalId };
}

/** By the construct that asks, under whatever logical id. */
export function isOwned(tags: Tags, owner: Tags): boolean {
  return Object.entries(owner).every(([key, value]) => key === OWNER_TAG_KEYS.logicalId || tags[key] === value);
}

export const hasOwner = (tags: Tags): boolean => Object.values(OWNER_TAG_KEYS).some((key) => tags[key] !== undefined);

/** Without owner tags, which people can remove, the stack's own id for it counts. */
export function isOwnedByAnother(tags: Tags, owner: Tags): boolean {
  return Object.entries(owner).some(([key, value]) => tags[key] !== undefined && tags[key] !== value);
}

/** What an adoption records of the owner that it takes a membership from, and which older records it ends. */
export function formerOwnerRecord(tags: Tags, owner: Tags): { readonly set: Tags; readonly remove: string[] } {
  const known = isOwnedByAnother(tags, owner) ? Object.keys(owner).filter((key) => tags[key] !== undefined) : [];
  const set = Object.fromEntries(known.map((key) => [formerKey(key), tags[key]]));
  return { set, remove: Object.keys(tags).filter((key) => key.startsWith(FORMER_PREFIX) && !Object.hasOwn(set, key)) };
}

/** What gives a membership back to whom it was adopted from; undefined where that was nobody, or where it has gone on to somebody else. */
export function restoredOwner(tags: Tags, owner: Tags): { readonly set: Tags; readonly remove: string[] } | undefined {
  const former = Object.keys(owner).filter((key) => tags[formerKey(key)] !== undefined);
  if (former.length === 0 || !Object.entries(owner).every(([key, value]) => tags[key] === value)) return undefined;
  return { set: Object.fromEntries(former.map((key) => [key, tags[formerKey(key)]])), remove: former.map(formerKey) };
}

/** Tags without those that name the owner. */
export function withoutOwner(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !Object.values(OWNER_TAG_KEYS).includes(key)));
}
