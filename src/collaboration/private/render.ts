import { Token } from 'aws-cdk-lib';
import { CfnCollaboration, CfnCollaborationProps } from 'aws-cdk-lib/aws-cleanrooms';
import { renderPayments } from './payments';
import { Seat, words } from './seats';
import { sortedByKey } from '../../private/sorted';
import { CollaborationProps } from '../collaboration-props';
import { JobLogStatus } from '../log-status';
import { MlMemberAbility } from '../ml-member-ability';

/**
 * The properties of a collaboration. Lists whose order has no meaning are sorted, and what the service would fill in is
 * said, so that neither another order in the code nor a default that is written down asks for a replacement.
 */
export function renderCollaboration(props: CollaborationProps, seats: Seat[]): CfnCollaborationProps {
  const [payment, ...payments] = renderPayments(seats);
  const [creator, ...members] = seats;
  return {
    name: props.collaborationName,
    description: props.description,
    creatorDisplayName: creator.options.displayName,
    creatorMemberAbilities: words(creator.options.abilities),
    creatorMlMemberAbilities: renderMlAbilities(creator.options.mlAbilities),
    creatorPaymentConfiguration: payment,
    members: byAccount(members.map((member, index) => renderMember(member, payments[index]))),
    queryLogStatus: props.queryLogStatus,
    jobLogStatus: props.jobLogStatus ?? JobLogStatus.DISABLED,
    isMetricsEnabled: props.isMetricsEnabled ?? false,
    dataEncryptionMetadata: props.dataEncryptionMetadata,
    allowedResultRegions: sorted(props.allowedResultRegions),
    autoApprovedChangeTypes: sorted(props.autoApprovedChangeTypes?.map(({ value }) => value)),
    tags: props.tags && Object.entries(sortedByKey(props.tags)).map(([key, value]) => ({ key, value })),
  };
}

type Member = CfnCollaboration.MemberSpecificationProperty;

function renderMember({ accountId, options }: Seat, paymentConfiguration: CfnCollaboration.PaymentConfigurationProperty): Member {
  return {
    accountId,
    displayName: options.displayName,
    memberAbilities: words(options.abilities),
    mlMemberAbilities: renderMlAbilities(options.mlAbilities),
    paymentConfiguration,
  };
}

function renderMlAbilities(abilities: MlMemberAbility[] | undefined): CfnCollaboration.MLMemberAbilitiesProperty | undefined {
  return abilities === undefined || abilities.length === 0 ? undefined : { customMlMemberAbilities: words(abilities) };
}

/** Tokens have names that change with what else is in the app: then the order is that of the code. */
function byAccount(members: Member[]): Member[] {
  return members.some(({ accountId }) => Token.isUnresolved(accountId)) ? members
    : [...members].sort((one, other) => (one.accountId < other.accountId ? -1 : 1));
}

function sorted(list: string[] | undefined): string[] | undefined {
  return list === undefined || Token.isUnresolved(list) || list.length === 0 ? undefined : [...list].sort();
}
