import { Token } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { MemberFacts } from '../../collaboration/private/collaboration-facts';
import { fail } from '../../private/validation';
import { QueryRunner } from '../../results/query-runner';
import { KnownMember } from '../known-member';
import { Readers } from './reader-trust';

export interface ReadersInput {
  readonly membership: IMembershipRef;
  readonly queryRunner?: QueryRunner;
  readonly members: KnownMember[];
  /** Of a collaboration of this app. */
  readonly seats?: readonly MemberFacts[];
}

/** Everybody whom a reader role trusts: those who are named, and the rest of a collaboration of this app. */
export function readersOf(scope: Construct, input: ReadersInput): Readers {
  const { membership, members, seats = [] } = input;
  validateRunner(scope, input);
  const runner = input.queryRunner === undefined ? runnerIn(input) : named(membership, input.queryRunner);
  const known = [KnownMember.membership(membership), ...members, ...runner === undefined ? [] : [runner]];
  const accounts = known.map(({ _accountId }) => _accountId);
  const rest = seats.map(({ accountId }) => accountId).filter((accountId) => !Token.isUnresolved(accountId) && !accounts.includes(accountId));
  return { membership, runner, others: [...members, ...rest.map((accountId) => KnownMember.account(accountId))] };
}

/** The member who may query, by its membership if that was named. */
function runnerIn({ membership, members, seats }: ReadersInput): KnownMember | undefined {
  const accountId = runningAccount(seats);
  if (accountId === undefined) return undefined;
  return [KnownMember.membership(membership), ...members].find((member) => member._accountId === accountId) ?? KnownMember.account(accountId);
}

function named(membership: IMembershipRef, runner: QueryRunner): KnownMember {
  const ref = runner.isThisMembership ? membership : runner._membership;
  if (ref !== undefined) return KnownMember.membership(ref);
  return runner._membershipArn === undefined ? KnownMember.account(runner._accountId ?? '') : KnownMember.membershipArn(runner._membershipArn);
}

function validateRunner(scope: Construct, { membership, queryRunner, seats }: ReadersInput): void {
  const runner = runningAccount(seats);
  if (queryRunner === undefined || runner === undefined) return;
  const given = named(membership, queryRunner)._accountId;
  if (given === undefined || Token.isUnresolved(given) || Token.isUnresolved(runner) || given === runner) return;
  fail(scope, 'queryRunner', `must be the member who may query in the collaboration, which is account ${runner}`, given, 'leave it out, or name that member');
}

function runningAccount(seats: readonly MemberFacts[] | undefined): string | undefined {
  return seats?.find(({ abilities }) => abilities?.includes('CAN_QUERY'))?.accountId;
}
