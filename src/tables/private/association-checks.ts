import { Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import {
  validateAccount, validateAdditionalAnalyses, validateAssociationDescription, validateDifferentialPrivacyColumns, validateNameIsFree,
  validateNoPrivateReceiver, validateReceivers, validateResultBucket, validateSqlName, warnOfNoReceivers, warnOfNoRule, warnOfOwnResults,
} from './association-rules';
import { TableFacts } from './table-facts';
import { factsOfMembership, seatsOf } from '../../membership/private/membership-facts';
import { validatePartition, validateSameRegion } from '../../private/validation';
import { TableAssociationProps } from '../table-association-props';

interface Neighbour {
  readonly tableName: string;
  readonly differentialPrivacyColumn?: string;
}

/** The tables of each collaboration of this app; of each membership where the collaboration is not known. */
const neighbours = new WeakMap<object, Neighbour[]>();

/** What can be known of an association when the app is synthesized. */
export function validateAssociation(scope: Construct, props: TableAssociationProps, table: TableFacts): void {
  const { membership, tableName, receivers = [] } = props;
  const { account } = Stack.of(scope);
  validatePartition(scope);
  validateSqlName(scope, tableName);
  validateAssociationDescription(scope, props.description);
  validateAccount(scope, 'membership', account, membership.env.account);
  validateAccount(scope, 'table', account, props.table.env.account);
  validateSameRegion(scope, 'membership', membership.env.region);
  validateAmongNeighbours(scope, membership, { tableName, differentialPrivacyColumn: table.differentialPrivacyColumn });

  const facts = factsOfMembership(membership);
  const seats = seatsOf(membership);
  const seat = seats?.find(({ accountId }) => accountId === membership.env.account);
  validateNoPrivateReceiver(scope, table, seat);
  validateResultBucket(scope, props.source ?? table.source, facts);
  validateReceivers(scope, receivers, seats);
  validateAdditionalAnalyses(scope, props.additionalAnalyses ?? [], table);
  warnOfOwnResults(scope, receivers, membership, facts, seat);
  warnOfNoRule(scope, table);
  if (table.ruleType !== undefined) warnOfNoReceivers(scope, props.receivers);
}

function validateAmongNeighbours(scope: Construct, membership: IMembershipRef, own: Neighbour): void {
  const collaboration = factsOfMembership(membership)?.collaboration ?? membership;
  const others = neighbours.get(collaboration) ?? [];
  validateNameIsFree(scope, own.tableName, others.map(({ tableName }) => tableName));
  validateDifferentialPrivacyColumns(scope, own.differentialPrivacyColumn, others.map(({ differentialPrivacyColumn }) => differentialPrivacyColumn));
  neighbours.set(collaboration, [...others, own]);
}
