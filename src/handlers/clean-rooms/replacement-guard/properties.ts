import type { GuardedProperty, ReplacementGuardProperties } from '../../../private/replacement-guard-contract';
import { flag, isRecord, nonEmpty, object, oneOf, ownOf, unexpected } from '../shared/decoder';
import type { Decode } from '../shared/decoder';

export type CreateOnly = ReplacementGuardProperties['CreateOnly'];

const record: Decode<CreateOnly> = (value, path) => {
  if (isRecord(value)) return value;
  throw unexpected(path, 'an object', value);
};

const replacementGuard = object<ReplacementGuardProperties>({
  Guards: oneOf<GuardedProperty>('collaboration', 'differential privacy budget', 'access budget'),
  Path: nonEmpty,
  CreateOnly: record,
  AllowReplacement: flag,
});

export const decodeReplacementGuard = (properties: unknown): ReplacementGuardProperties => replacementGuard(ownOf(properties), '');

/** Those before an Update may be of any version: what cannot be read is absent. */
export function decodePreviousCreateOnly(properties: unknown): CreateOnly | undefined {
  return isRecord(properties) && isRecord(properties.CreateOnly) ? properties.CreateOnly : undefined;
}
