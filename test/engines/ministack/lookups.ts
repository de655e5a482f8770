import { Json } from 'cdk-cleanrooms-rehearsal/account';
import { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';

/** Where a look-up looked: the id that the function gave it, and the place of its stack. */
interface Lookup {
  readonly id: string;
  readonly region: string;
}

/** What a look-up of the function has found, as its id and the endpoint tell it; nothing for other types. */
export function lookupAttribute(type: string, name: string, { id, region }: Lookup, endpoint: CleanRoomsEndpoint): Json | undefined {
  switch (type) {
    case 'Custom::CleanRoomsInvitation': {
      const [collaboration, creator] = id.split('/');
      return name === 'CollaborationArn' ? `arn:aws:cleanrooms:${region}:${creator}:collaboration/${collaboration}` : collaboration;
    }
    case 'Custom::CleanRoomsMemberships': {
      const account = name.replace(/^Arn/, '');
      return endpoint.memberships().find(({ accountId, collaborationId, status }) => accountId === account && collaborationId === id && status === 'ACTIVE')?.arn;
    }
    case 'Custom::CleanRoomsReviewedTemplate': return name === 'Arn' ? id.split('#')[0] : undefined;
    default: return undefined;
  }
}
