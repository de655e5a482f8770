import { TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TagProperty } from '../../private/membership-contract';
import { validateTag, validateTagCount } from '../../private/validation';

/** The tags of a membership: those of its props, and those that the scopes around it bring until synthesis. */
export function createTagManager(scope: Construct, tags: { [key: string]: string } = {}): TagManager {
  const manager = new TagManager(TagType.MAP, 'Custom::CleanRoomsMembership', tags);
  const validate = () => validateTags(scope, manager.tagValues());
  validate();
  scope.node.addValidation({ validate: () => messages(validate) });
  return manager;
}

export function renderTags(manager: TagManager): TagProperty[] | undefined {
  const tags = Object.entries(manager.tagValues()).sort(([a], [b]) => (a < b ? -1 : 1));
  return tags.length === 0 ? undefined : tags.map(([Key, Value]) => ({ Key, Value }));
}

function validateTags(scope: Construct, tags: { [key: string]: string }): void {
  Object.entries(tags).forEach(([key, value]) => validateTag(scope, key, value));
  validateTagCount(scope, Object.keys(tags).length);
}

function messages(validate: () => void): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
