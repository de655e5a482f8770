import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { PARTNER, resourceOf } from './membership-app';
import { Collaboration, CollaborationMember, CollaborationMemberOptions, CollaborationProps, MemberAbility, QueryLogStatus } from '../../src';

/** An account that is neither ours nor the partner's. */
export const AGENCY = '777788889999';

export const RUNS_AND_RECEIVES = [MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS];

/** The partner, who runs the queries and receives their results. */
export const SHOP: CollaborationMemberOptions = { displayName: 'Shop', abilities: RUNS_AND_RECEIVES };

/** A collaboration with a partner, with as little as can be said. */
export function newCollaboration(scope: Construct, props: Partial<CollaborationProps> = {}, id = 'Collaboration'): Collaboration {
  return new Collaboration(scope, id, {
    collaborationName: 'overlap',
    description: 'Buyers who saw a campaign',
    creator: { displayName: 'Publisher' },
    members: [CollaborationMember.account(PARTNER, SHOP)],
    queryLogStatus: QueryLogStatus.DISABLED,
    ...props,
  });
}

export const collaborationOf = (stack: Stack) => resourceOf(stack, 'AWS::CleanRooms::Collaboration').Properties;
