import type { Lookup } from './lookup-resource';
import type { InvitationAttributeValues, InvitationProperties } from '../../../private/lookup-contract';
import type { ResourceState } from '../shared/custom-resource';
import { nonEmpty, object, optional, text } from '../shared/decoder';
import { Failure } from '../shared/service-error';

/** `Custom::CleanRoomsInvitation`. Names are not unique, so more than one is as bad as none. */
export const invitation: Lookup<InvitationProperties> = {
  decode: object<InvitationProperties>({ CreatorAccountId: nonEmpty, CollaborationName: nonEmpty, AsOf: optional(text) }),
  async find({ CreatorAccountId: creator, CollaborationName: name }, read) {
    const all = await read((api) => api.collaborations());
    const found = all.filter((each) => each.creatorAccountId === creator && each.name === name && isOpen(each.memberStatus));
    if (found.length === 0) {
      throw new Failure(`account ${creator} has no collaboration named ${name} that invites this account in this region: `
        + 'ask its creator for the exact name and the region, or whether this account is among the members');
    }
    if (found.length > 1) {
      throw new Failure(`account ${creator} has ${found.length} collaborations named ${name} that invite this account: `
        + `say which by fromCollaborationIdentifier, ${found.map(({ id }) => id).join(' or ')}`);
    }
    const [{ id = '', arn = '' }] = found;
    return stateOf(creator, name, id, arn);
  },
  recall(physicalId, { CreatorAccountId: creator, CollaborationName: name }, arnOf) {
    const [id, ...of] = physicalId.split('/');
    return of.join('/') === `${creator}/${name}` ? stateOf(creator, name, id, arnOf(creator, `collaboration/${id}`)) : undefined;
  },
};

/** The id says what was looked for, so that a rollback knows whether it is that. */
function stateOf(creator: string, name: string, id: string, arn: string): ResourceState {
  const data: InvitationAttributeValues = { CollaborationIdentifier: id, CollaborationArn: arn };
  return { physicalResourceId: `${id}/${creator}/${name}`, data };
}

/** An account that has left, or was removed, is still shown what it was a member of. */
function isOpen(memberStatus: string | undefined): boolean {
  return memberStatus === 'INVITED' || memberStatus === 'ACTIVE';
}
