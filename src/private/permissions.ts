import { Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';

/**
 * The action lists of the library, each in one place. Sources: the service model (operations of the same name) and the
 * Clean Rooms user guide; see docs/permissions.md.
 */

/** The service principal that assumes a result-writer role. */
export const CLEAN_ROOMS_PRINCIPAL = 'cleanrooms.amazonaws.com';

/** What the function does to a membership, besides joining (on the collaboration) and leaving (only when asked to). */
export const MANAGE_MEMBERSHIP_ACTIONS = [
  'cleanrooms:CreateMembership',
  'cleanrooms:GetMembership',
  'cleanrooms:UpdateMembership',
  'cleanrooms:ListTagsForResource',
  'cleanrooms:TagResource',
  'cleanrooms:UntagResource',
];

/** Joining is authorised on the collaboration too. */
export const JOIN_COLLABORATION_ACTIONS = ['cleanrooms:CreateMembership'];

/** Leaving is final. */
export const LEAVE_COLLABORATION_ACTIONS = ['cleanrooms:DeleteMembership'];

/** Has no resource level. */
export const FIND_MEMBERSHIP_ACTIONS = ['cleanrooms:ListMemberships'];

/** Finds an invitation. Has no resource level. */
export const LIST_COLLABORATIONS_ACTIONS = ['cleanrooms:ListCollaborations'];

/** Finds the memberships of partners, on the collaboration. */
export const LIST_MEMBERS_ACTIONS = ['cleanrooms:ListMembers'];

/** Finds the templates of a partner, on the collaboration. */
export const LIST_SHARED_TEMPLATES_ACTIONS = ['cleanrooms:ListCollaborationAnalysisTemplates'];

/** Reads a template of a partner, which lives under the partner's membership. */
export const READ_SHARED_TEMPLATE_ACTIONS = ['cleanrooms:GetCollaborationAnalysisTemplate'];

/** Whether the stack is rolling back, which a custom resource is not told. */
export const READ_STACK_STATUS_ACTIONS = ['cloudformation:DescribeStacks'];

/** Whether a deletion undoes a creation that failed, which the status does not tell. Needed by whoever may leave. */
export const READ_STACK_EVENTS_ACTIONS = ['cloudformation:DescribeStackEvents'];

/** Clean Rooms manages the query log's delivery with the caller's rights, also where an update turns the log off. */
export const MANAGE_LOG_DELIVERY_ACTIONS = [
  'logs:DeleteLogDelivery',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:UpdateLogDelivery',
];

/** What a log that is on needs besides. */
export const CREATE_LOG_DELIVERY_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:CreateLogGroup',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:PutResourcePolicy',
];

/** Clean Rooms asks for the bucket's region with the rights of whoever names a bucket, and not through itself. */
export const LOCATE_BUCKET_ACTIONS = ['s3:GetBucketLocation'];

/** On the results bucket, besides its location. */
export const LIST_BUCKET_ACTIONS = ['s3:ListBucket'];

/** On the results bucket. */
export const RESULT_BUCKET_ACTIONS = [...LOCATE_BUCKET_ACTIONS, ...LIST_BUCKET_ACTIONS];

/** On the objects below the key prefix. */
export const RESULT_OBJECT_ACTIONS = ['s3:PutObject'];

/** On the key of a bucket with SSE-KMS. */
export const RESULT_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/** `MembershipGrants.read`. */
export const READ_ACTIONS = [
  'cleanrooms:GetMembership',
  'cleanrooms:GetProtectedQuery',
  'cleanrooms:ListProtectedQueries',
];

/** `MembershipGrants.runQueries`, on the membership. */
export const RUN_QUERIES_ACTIONS = ['cleanrooms:GetProtectedQuery', 'cleanrooms:StartProtectedQuery'];

/** `MembershipGrants.runQueries`, on tables and templates that live under any member's membership. */
export const READ_SHARED_ACTIONS = ['cleanrooms:GetCollaborationAnalysisTemplate', 'cleanrooms:GetSchema'];

/** On what a query names, besides the membership that runs it. */
export const START_QUERY_ACTIONS = ['cleanrooms:StartProtectedQuery'];

/**
 * What a query may name: under any member's membership, and below a membership only. The patterns match no membership
 * itself.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscleanrooms.html
 */
export function queryResourceArns(membership: IMembershipRef): string[] {
  return ['analysistemplate', 'configuredtableassociation', 'idmappingtable', 'intermediatetable'].map((resource) => Stack.of(membership).formatArn({
    service: 'cleanrooms', region: membership.env.region, account: '*', resource: 'membership', resourceName: `*/${resource}/*`,
  }));
}

/** `MembershipGrants.cancelQueries`. */
export const CANCEL_QUERIES_ACTIONS = ['cleanrooms:GetProtectedQuery', 'cleanrooms:UpdateProtectedQuery'];
