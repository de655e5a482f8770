import { Stack, StackProps } from 'aws-cdk-lib';
import { Collaboration, CollaborationMember, Cost, MemberAbility, Membership, QueryLogStatus } from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface PublisherStackProps extends StackProps {
  /** The account of the retailer. */
  readonly retailer: string;
}

/** The publisher invites the retailer to query its views, and joins. */
export class PublisherStack extends Stack {
  public readonly collaboration: Collaboration;
  public readonly membership: Membership;

  constructor(scope: Construct, id: string, { retailer, ...props }: PublisherStackProps) {
    super(scope, id, props);
    this.collaboration = new Collaboration(this, 'Collaboration', {
      collaborationName: 'reach',
      description: 'Buyers who saw a campaign',
      creator: { displayName: 'Publisher' },
      members: [CollaborationMember.account(retailer, {
        displayName: 'Retailer',
        abilities: [MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS],
        pays: [Cost.QUERY_COMPUTE],
      })],
      queryLogStatus: QueryLogStatus.ENABLED,
    });
    this.membership = new Membership(this, 'Membership', { collaboration: this.collaboration, queryLogStatus: QueryLogStatus.ENABLED });
  }
}
