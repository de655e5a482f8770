import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { CleanRoomsResource, formOf, isIdentifier, partsOf } from './clean-rooms-arn';

/**
 * One function a rule. Each lets tokens pass and throws a sentence that names the prop, the rule, what it got and what
 * to do. Numbers and patterns are those of the Clean Rooms service model.
 */

const ACCOUNT = /^\d{12}$/;
const KEY_PREFIX = /^[\w!.=*/-]*$/;
const BUCKET = /^(?!(\d+\.)+\d+$)(([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;
const ROLE_ARN = /^arn:aws:iam::\w+:role\/[\w+=./@-]+$/;

export function validateIdentifier(scope: IConstruct, prop: string, value: string): void {
  if (Token.isUnresolved(value) || isIdentifier(value)) return;
  fail(scope, prop, 'must be a lower-case UUID such as a1b2c3d4-5678-90ab-cdef-111122223333', value, identifierRemedy(prop, value));
}

const FROM_ARN = { collaboration: 'Collaboration.fromCollaborationArn', membership: 'Membership.fromMembershipArn' } as const;

/** The ARN of the right thing has a method that takes it. */
function identifierRemedy(prop: string, value: string): string {
  const noun = (['collaboration', 'membership'] as const).find((each) => prop.startsWith(each) && partsOf(`a ${each}`, value) !== undefined);
  return noun === undefined ? 'copy it from the console or from the ARN' : `pass the ARN to ${FROM_ARN[noun]}, or only the identifier at its end`;
}

/**
 * An ARN of another resource must not pass for the right one.
 *
 * @param from where to copy it from
 */
export function validateArn(scope: IConstruct, prop: string, what: CleanRoomsResource, value: string, from = 'the console'): void {
  if (Token.isUnresolved(value)) return;
  const parts = partsOf(what, value);
  if (parts === undefined) fail(scope, prop, `must be the ARN of ${what}, ${formOf(what)}`, value, `copy it from ${from}`);
  validateAccountId(scope, prop, parts.account);
  parts.identifiers.forEach((identifier) => validateIdentifier(scope, prop, identifier));
}

/** A membership of a collaboration in which this stack has a part, so of its region. */
export function validateMembershipArn(scope: IConstruct, prop: string, arn: string): void {
  validateArn(scope, prop, 'a membership', arn, 'the output of aws cleanrooms list-members');
  const parts = partsOf('a membership', arn);
  if (parts !== undefined) validateSameRegion(scope, prop, parts.region);
}

export function validateAccountId(scope: IConstruct, prop: string, value: string): void {
  if (Token.isUnresolved(value) || ACCOUNT.test(value)) return;
  fail(scope, prop, 'must be an AWS account id of 12 digits', value, 'write it as a string, with its leading zeros');
}

export function validateBucketName(scope: IConstruct, prop: string, value: string): void {
  if (Token.isUnresolved(value)) return;
  if (value.length >= 3 && value.length <= 63 && BUCKET.test(value)) return;
  fail(scope, prop, 'must be a general purpose bucket\'s name of 3 to 63 characters', value, 'pass the bucket that is to receive the results');
}

export function validateKeyPrefix(scope: IConstruct, prop: string, value: string | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (value.length <= 512 && KEY_PREFIX.test(value)) return;
  fail(scope, prop, 'must be up to 512 characters out of letters, digits and _ ! . = * / - (no space, no +)', value, 'choose another prefix');
}

export function validateRoleArn(scope: IConstruct, prop: string, value: string): void {
  if (Token.isUnresolved(value)) return;
  if (value.length >= 32 && value.length <= 512 && ROLE_ARN.test(value)) return;
  fail(scope, prop, 'must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, of 32 to 512 characters', value, 'pass another role');
}

/** Clean Rooms is in the commercial partition only. */
export function validatePartition(scope: IConstruct): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) return;
  const partition = RegionInfo.get(region).partition ?? 'aws';
  if (partition === 'aws') return;
  fail(scope, 'env.region', 'must be in the partition aws, the only one that has AWS Clean Rooms', `${region} (${partition})`, 'deploy the stack to another region');
}

/** A membership is made in the region of its collaboration. */
export function validateSameRegion(scope: IConstruct, prop: string, region: string): void {
  const own = Stack.of(scope).region;
  if (Token.isUnresolved(region) || Token.isUnresolved(own) || region === own) return;
  fail(scope, prop, `must be in the stack's region, ${own}`, region, 'deploy the stack to the collaboration\'s region');
}

/** The error every rule ends in. */
export function fail(scope: IConstruct, prop: string, rule: string, got: string, remedy: string): never {
  throw new Error(`${scope.node.path}: \`${prop}\` ${rule}, got '${got}': ${remedy}`);
}

/** What a rule that can be judged at synthesis only finds, as the construct tree wants it. */
export function problemsOf(validate: () => void): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
