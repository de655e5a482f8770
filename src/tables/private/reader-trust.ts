import { Fn, Stack, Token } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Condition } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KnownMember } from '../known-member';
import { TableSource } from '../table-source';

/** Conditions of one statement of a trust policy. */
type Conditions = { [operator: string]: Condition };

/** Who makes Clean Rooms assume a reader role. */
export interface Readers {
  /** The table owner's. */
  readonly membership: IMembershipRef;
  readonly runner?: KnownMember;
  readonly others: KnownMember[];
}

/** Those whom the trust of such a source names: of Snowflake's, the owner and the runner only. */
export function trusted(source: TableSource, { runner, others }: Readers): KnownMember[] {
  return [...runner === undefined ? [] : [runner], ...source._snowflake === undefined ? others : []];
}

/**
 * The conditions of the trust policy, one entry per statement. Statements are alternatives: each must be bounded.
 *
 * A statement on sts:ExternalId names no account, so without a membership it would let strangers in: then there is none.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/cross-service-confused-deputy-prevention.html
 */
export function readerTrust(scope: Construct, source: TableSource, readers: Readers): Conditions[] {
  const { membership, runner } = readers;
  const sources = sourceArns([
    membership.membershipRef.membershipArn,
    ...trusted(source, readers).map((member) => member._pattern(scope, member === runner ? 'queryRunner' : 'members')),
  ]);
  if (source._snowflake !== undefined || runner?._membershipArn === undefined) return [sources];
  return [{ StringLike: { 'sts:ExternalId': externalId(scope, runner._membershipArn) } }, sources];
}

function externalId(scope: Construct, membershipArn: string): string {
  const identifier = Token.isUnresolved(membershipArn) ? Fn.select(1, Fn.split('/', membershipArn)) : membershipArn.split('/')[1];
  return `arn:aws:*:${Stack.of(scope).region}:*:dbuser:*/${identifier}*`;
}

function sourceArns(patterns: string[]): Conditions {
  const each = [...new Set(patterns)];
  const operator = each.some((pattern) => pattern.endsWith(':membership/*')) ? 'ForAnyValue:ArnLike' : 'ForAnyValue:ArnEquals';
  return { [operator]: { 'aws:SourceArn': each } };
}
