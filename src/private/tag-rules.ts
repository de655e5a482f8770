import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validateNoDynamicReference } from './dynamic-reference';
import { OWNER_TAG_COUNT, OWNER_TAG_PREFIX } from './owner-tag-keys';
import { fail } from './validation';

/** The service takes 200 tags. */
const MAX_TAGS = 200 - OWNER_TAG_COUNT;

export function validateTag(scope: IConstruct, key: string, value: string): void {
  if (Token.isUnresolved(key)) return;
  if (key === '__proto__') fail(scope, 'tags', 'must not have the key __proto__, which gets lost on its way through JavaScript', key, 'choose another key');
  [key, value].forEach((text) => validateNoDynamicReference(scope, 'tags', text));
  if (key.length < 1 || key.length > 128) fail(scope, 'tags', 'must have keys of 1 to 128 characters', key, 'shorten the key');
  if (/^aws:/i.test(key)) fail(scope, 'tags', 'must not have keys that begin with aws:', key, 'choose another key');
  if (key.startsWith(OWNER_TAG_PREFIX)) {
    fail(scope, 'tags', `must not have keys that begin with ${OWNER_TAG_PREFIX}, by which a membership knows its owner`, key, 'choose another key');
  }
  if (Token.isUnresolved(value)) return;
  if (value.length < 1 || value.length > 256) {
    fail(scope, 'tags', 'must have values of 1 to 256 characters', `${key}=${value}`, 'give the tag a value that fits, or remove it');
  }
}

export function validateTagCount(scope: IConstruct, count: number): void {
  if (count <= MAX_TAGS) return;
  fail(scope, 'tags', `must be ${MAX_TAGS} at most, as the service takes 200 and the library needs ${OWNER_TAG_COUNT} of them`, `${count} tags`, 'remove some');
}
