import { TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TagProperty } from '../../private/membership-contract';
import { validateTag, validateTagCount } from '../../private/tag-rules';
import { problemsOf } from '../../private/validation';

/** The tags of a membership: those of its props, and those that the scopes around it bring until synthesis. */
export function createTagManager(scope: Construct, tags: { [key: string]: string } = {}): TagManager {
  const manager = new TagManager(TagType.STANDARD, 'Custom::CleanRoomsMembership', Object.entries(tags).map(([key, value]) => ({ key, value })));
  const validate = () => validateTags(scope, entriesOf(manager));
  validate();
  scope.node.addValidation({ validate: () => problemsOf(validate) });
  return manager;
}

export function renderTags(manager: TagManager): TagProperty[] | undefined {
  const tags = entriesOf(manager).sort(([a], [b]) => (a < b ? -1 : 1));
  return tags.length === 0 ? undefined : tags.map(([Key, Value]) => ({ Key, Value }));
}

/** As a list: an object would lose the key `__proto__` before it could be refused. */
function entriesOf(manager: TagManager): [string, string][] {
  const rendered: { readonly key: string; readonly value: string }[] = manager.renderTags() ?? [];
  return rendered.map(({ key, value }) => [key, value]);
}

function validateTags(scope: Construct, tags: [string, string][]): void {
  tags.forEach(([key, value]) => validateTag(scope, key, value));
  validateTagCount(scope, tags.length);
}
