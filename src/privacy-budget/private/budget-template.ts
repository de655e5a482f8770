import { CfnTag } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { sortedByKey } from '../../private/sorted';
import { validateTag } from '../../private/tag-rules';

/** What `AWS::CleanRooms::PrivacyBudgetTemplate` cannot change: it would be deleted, then made anew. */
export const FIXED = ['MembershipIdentifier', 'PrivacyBudgetType', 'AutoRefresh', 'Parameters.ResourceArn'];

export function renderTags(scope: IConstruct, tags: { [key: string]: string } | undefined): CfnTag[] | undefined {
  if (tags === undefined) return undefined;
  Object.entries(tags).forEach(([key, value]) => validateTag(scope, key, value));
  return Object.entries(sortedByKey(tags)).map(([key, value]) => ({ key, value }));
}
