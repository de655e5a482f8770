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

/** Whether the stack is rolling back, which a custom resource is not told. */
export const READ_STACK_STATUS_ACTIONS = ['cloudformation:DescribeStacks'];

/** Clean Rooms makes the query log's delivery with the caller's rights. */
export const QUERY_LOG_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:CreateLogGroup',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:PutResourcePolicy',
];

/** On the results bucket. */
export const RESULT_BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket'];

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

/** `MembershipGrants.cancelQueries`. */
export const CANCEL_QUERIES_ACTIONS = ['cleanrooms:GetProtectedQuery', 'cleanrooms:UpdateProtectedQuery'];
