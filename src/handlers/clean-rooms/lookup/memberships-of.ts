import type { Lookup } from './lookup-resource';
import type { MembershipsProperties } from '../../../private/lookup-contract';
import { listOf, nonEmpty, object, optional, text } from '../shared/decoder';
import { Failure } from '../shared/service-error';

/** `Custom::CleanRoomsMemberships`. A membership is known once its account has joined. */
export const membershipsOf: Lookup<MembershipsProperties> = {
  decode: object<MembershipsProperties>({ CollaborationIdentifier: nonEmpty, AccountIds: listOf(nonEmpty), AsOf: optional(text) }),
  async find({ CollaborationIdentifier: collaboration, AccountIds: accounts }, read) {
    const members = await read((api) => api.members(collaboration));
    const found = accounts.map((account) => ({ account, member: members.find(({ accountId }) => accountId === account) }));
    const strangers = found.filter(({ member }) => member === undefined);
    if (strangers.length > 0) {
      throw new Failure(`${accountsOf(strangers)} no seat in collaboration ${collaboration}: check the account, or ask the creator to add it as a member`);
    }
    const absent = found.filter(({ member }) => member?.status !== 'ACTIVE' || member.membershipArn === undefined);
    if (absent.length > 0) {
      throw new Failure(`${accountsOf(absent)} no active membership in collaboration ${collaboration}: deploy again once the account has joined`);
    }
    return {
      physicalResourceId: collaboration,
      data: Object.fromEntries(found.map(({ account, member }) => [`Arn${account}`, member?.membershipArn ?? ''])),
    };
  },
  // A role must not come to trust less, or others, than the stack says: without the list there is nothing to go back to.
  recall: () => undefined,
};

function accountsOf(found: readonly { readonly account: string }[]): string {
  return `${found.map(({ account }) => account).join(' and ')} ${found.length === 1 ? 'has' : 'have'}`;
}
