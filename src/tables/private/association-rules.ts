import { Annotations, Token } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct, IConstruct } from 'constructs';
import { isReservedWord, reservedPrefix } from './reserved-words';
import { TableFacts } from './table-facts';
import { repeatedIn } from './table-rules';
import { MemberFacts } from '../../collaboration/private/collaboration-facts';
import { MembershipFacts } from '../../membership/private/membership-facts';
import { validateNoDynamicReference } from '../../private/dynamic-reference';
import { fail } from '../../private/validation';
import { AdditionalAnalyses, AnalysisRuleType } from '../analysis-rule-options';
import { KnownMember } from '../known-member';
import { TableSource } from '../table-source';

// Limits of AWS::CleanRooms::ConfiguredTableAssociation, and of SQL names.
const MAX_NAME = 127;
const MAX_ADDITIONAL = 25;
const NAME = /^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$/;
const ML_ARN = /^(arn:aws:cleanrooms:[\w]{2}-[\w]{4,9}-[\d]:([\d]{12}|\*):membership\/[*\d\w-]+\/configuredaudiencemodelassociation\/[*\d\w-]+|arn:aws[-a-z]*:cleanrooms-ml:[-a-z0-9]+:([0-9]{12}|\*):membership\/[*\d\w-]+\/configured-model-algorithm-association\/([-a-zA-Z0-9_/.]+|\*))$/;

export function validateSqlName(scope: IConstruct, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (name.length > MAX_NAME || !NAME.test(name)) {
    fail(scope, 'tableName', `must be up to ${MAX_NAME} letters, digits, underscores and spaces, with single hyphens in between`, name, 'choose another name');
  }
  if (isReservedWord(name)) {
    fail(scope, 'tableName', 'must not be a reserved word of Clean Rooms SQL', name, `choose another name, such as ${name}_data`);
  }
  const prefix = reservedPrefix(name);
  if (prefix !== undefined) {
    fail(scope, 'tableName', `must not begin with ${prefix}, which Clean Rooms SQL reserves`, name, 'choose another name');
  }
}

export function validateAssociationDescription(scope: IConstruct, description: string | undefined): void {
  validateNoDynamicReference(scope, 'description', description);
  if (description === undefined || Token.isUnresolved(description) || description.length <= 255) return;
  fail(scope, 'description', 'must be 255 characters at most', `${description.length} characters`, 'shorten the description');
}

/** A table, its association and the membership are one account's. */
export function validateAccount(scope: IConstruct, prop: string, own: string, account: string): void {
  if (Token.isUnresolved(own) || Token.isUnresolved(account) || own === account) return;
  fail(scope, prop, `must be of the stack's account, ${own}`, account, 'associate a table where its account has the membership');
}

/** Two tables of one name can't be told apart in SQL. */
export function validateNameIsFree(scope: IConstruct, name: string, others: string[]): void {
  if (Token.isUnresolved(name)) return;
  const taken = others.find((other) => !Token.isUnresolved(other) && other.toLowerCase() === name.toLowerCase());
  if (taken === undefined) return;
  fail(scope, 'tableName', 'must be the only table of that name in the collaboration', name, 'choose another name');
}

export function validateDifferentialPrivacyColumns(scope: IConstruct, column: string | undefined, others: (string | undefined)[]): void {
  if (column === undefined || Token.isUnresolved(column)) return;
  const other = others.find((each) => each !== undefined && !Token.isUnresolved(each) && each !== column);
  if (other === undefined) return;
  fail(scope, 'table', `must protect the same column by differential privacy as the other tables of the collaboration, which is ${other}`, column,
    'give the columns one name at the source');
}

/** A receiver would be protected from itself. */
export function validateNoPrivateReceiver(scope: IConstruct, { differentialPrivacyColumn }: TableFacts, seat: MemberFacts | undefined): void {
  if (differentialPrivacyColumn === undefined || seat?.abilities?.includes('CAN_RECEIVE_RESULTS') !== true) return;
  fail(scope, 'table', 'must not have differential privacy where its owner receives results', differentialPrivacyColumn,
    'leave `differentialPrivacy` out of its rule, or let another member receive the results');
}

export function validateResultBucket(scope: IConstruct, source: TableSource | undefined, membership: MembershipFacts | undefined): void {
  const bucket = source?._glue?.location.bucket ?? source?._athena?.output.bucket;
  if (bucket === undefined) return;
  const isSame = membership?.resultBuckets.some((results) => results === bucket
    || (!Token.isUnresolved(bucket.bucketName) && results.bucketName === bucket.bucketName));
  if (isSame !== true) return;
  fail(scope, 'table', 'must not have its data, or what Athena writes, in the bucket that results go to', bucket.node.path, 'take another bucket for results');
}

export function validateReceivers(scope: IConstruct, receivers: KnownMember[], seats: readonly MemberFacts[] | undefined): void {
  const accounts = receivers.map((receiver) => receiver._account(scope, 'receivers'));
  const repeated = repeatedIn(accounts.filter((account) => !Token.isUnresolved(account)));
  if (repeated !== undefined) fail(scope, 'receivers', 'must name each account once', repeated, 'remove one of the two');
  if (seats === undefined || seats.some(({ accountId }) => Token.isUnresolved(accountId))) return;
  for (const account of accounts.filter((each) => !Token.isUnresolved(each))) {
    const seat = seats.find(({ accountId }) => accountId === account);
    if (seat === undefined || seat.abilities?.includes('CAN_RECEIVE_RESULTS') === false) {
      fail(scope, 'receivers', 'must be members that may receive results in the collaboration', account, 'give the member CAN_RECEIVE_RESULTS there, or leave it out');
    }
  }
}

/**
 * Of all tables of a query the receivers that are common to them count, so a runner who receives results names itself for its
 * own table; but the service has been seen to refuse an owner, one that only provides data.
 */
export function warnOfOwnResults(
  scope: Construct, receivers: KnownMember[], membership: IMembershipRef, facts: MembershipFacts | undefined, seat: MemberFacts | undefined,
): void {
  const own = membership.env.account;
  if (Token.isUnresolved(own) || !receivers.some(({ _accountId }) => _accountId === own)) return;
  if (seat?.abilities !== undefined || facts?.hasResultConfiguration === true) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:tableAssociation.ownResults',
    '`receivers` names the table\'s own account, of which this app does not know whether it may receive results: leave it out if it may not, ' +
    'or acknowledge this warning');
}

export function validateAdditionalAnalyses(scope: IConstruct, additional: string[], { additionalAnalyses, source }: TableFacts): void {
  if (additional.length === 0) return;
  if (additional.length > MAX_ADDITIONAL) {
    fail(scope, 'additionalAnalyses', `must be ${MAX_ADDITIONAL} at most`, `${additional.length} analyses`, 'remove some, or allow all of a membership with *');
  }
  const wrong = additional.find((arn) => !Token.isUnresolved(arn) && !(arn.length <= 256 && ML_ARN.test(arn)));
  if (wrong !== undefined) {
    fail(scope, 'additionalAnalyses', 'must be ARNs of configured audience models or model algorithms that are associated with a membership', wrong,
      'copy it from the console');
  }
  const isKnown = source !== undefined;
  if (!isKnown || additionalAnalyses === AdditionalAnalyses.ALLOWED || additionalAnalyses === AdditionalAnalyses.REQUIRED) return;
  fail(scope, 'additionalAnalyses', 'must not be given where the table\'s rule does not allow them', additionalAnalyses ?? 'nothing said',
    'set `additionalAnalyses` of the rule to ALLOWED or REQUIRED, or leave them out here');
}

/** A collaboration's rule has the type of the table's. */
export function validateRuleIsKnown(scope: IConstruct, prop: string, { ruleType, hasNoRule }: TableFacts): AnalysisRuleType {
  if (ruleType !== undefined) return ruleType;
  return fail(scope, prop, 'must be given for a table whose rule\'s type is known', hasNoRule ? 'a table without a rule' : 'a table of which nothing is known',
    hasNoRule ? 'give the table a `rule`' : 'pass `ruleType` to ConfiguredTable.fromConfiguredTableAttributes');
}

export function warnOfNoRule(scope: Construct, { hasNoRule }: TableFacts): void {
  if (!hasNoRule) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:tableAssociation.noRule', 'nobody can query this table until it has a `rule`: pass one to its ConfiguredTable, such as AnalysisRule.custom(…)');
}

export function warnOfNoReceivers(scope: Construct, receivers: KnownMember[] | undefined): void {
  if (receivers !== undefined) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:tableAssociation.receivers',
    '`receivers` is not given, so the association has no rule that says who may receive results: Clean Rooms may call the table not ready for queries; ' +
    'name the members who may, the own account included if it is one, such as KnownMember.account(\'111122223333\')');
}
