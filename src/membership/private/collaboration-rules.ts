import { Stack, Token } from 'aws-cdk-lib';
import { CfnCollaboration, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { fail } from '../../private/validation';

/** What the collaboration says about this account's membership. */
interface Seat {
  readonly memberAbilities?: string[];
  readonly paysForQueries: boolean;
}

/** What the membership says. */
interface Choices {
  readonly isMetricsEnabled?: boolean;
  readonly queryRunnerIsThis: boolean;
  readonly hasResultConfiguration: boolean;
  readonly paysForQueries?: boolean;
}

/**
 * Combinations that the service would refuse, as far as a `CfnCollaboration` of the same app tells.
 */
export function validateAgainstCollaboration(scope: Construct, collaboration: ICollaborationRef, choices: Choices): void {
  if (!(collaboration instanceof CfnCollaboration)) return;
  if (choices.isMetricsEnabled === true && collaboration.isMetricsEnabled !== true && !Token.isUnresolved(collaboration.isMetricsEnabled)) {
    fail(scope, 'isMetricsEnabled', 'must not be true in a collaboration that has no metrics', 'true', 'enable them on the CfnCollaboration first');
  }
  const seat = seatOf(scope, collaboration);
  if (seat === undefined) return;
  validateAbilities(scope, seat.memberAbilities, choices);
  validatePayment(scope, seat, choices);
}

function validateAbilities(scope: Construct, abilities: string[] | undefined, choices: Choices): void {
  if (abilities === undefined || abilities.includes('CAN_QUERY') || !abilities.includes('CAN_RECEIVE_RESULTS')) return;
  if (!choices.hasResultConfiguration) {
    fail(scope, 'defaultResultConfiguration', 'must be given by a member that receives results and runs no queries', 'nothing',
      'pass DefaultResultConfiguration.s3(…)');
  }
  if (choices.queryRunnerIsThis) {
    fail(scope, 'queryRunner', 'must be another member, for this one may not run queries in the collaboration', 'thisMembership()',
      'pass QueryRunner.membershipArn(…) or QueryRunner.account(…)');
  }
}

function validatePayment(scope: Construct, seat: Seat, choices: Choices): void {
  const runs = seat.memberAbilities?.includes('CAN_QUERY');
  if (seat.paysForQueries && runs === false && choices.paysForQueries === undefined) {
    fail(scope, 'paymentConfiguration', 'must be given by a member that pays for queries and does not run them', 'nothing',
      'pass PaymentConfiguration.of({ queryCompute: true })');
  }
  if (choices.paysForQueries === true && !seat.paysForQueries) {
    fail(scope, 'paymentConfiguration', 'must not accept costs that the collaboration has not given to this member', 'queryCompute: true',
      'make this member the payer in the collaboration, or leave queryCompute out');
  }
}

function seatOf(scope: Construct, collaboration: CfnCollaboration): Seat | undefined {
  const { account } = Stack.of(scope);
  const { members, creatorMemberAbilities, creatorPaymentConfiguration } = collaboration;
  if (account === Stack.of(collaboration).account) {
    if (creatorMemberAbilities === undefined) return undefined;
    return toSeat(creatorMemberAbilities, creatorPaymentConfiguration);
  }
  if (Token.isUnresolved(account) || !Array.isArray(members)) return undefined;
  for (const member of members) {
    if ('resolve' in member) return undefined;
    if (member.accountId === account) return toSeat(member.memberAbilities, member.paymentConfiguration);
  }
  return undefined;
}

type Payment = CfnCollaboration['creatorPaymentConfiguration'];

/** Where nobody is named as payer, the member who runs the queries pays. */
function toSeat(memberAbilities: string[] | undefined, payment: Payment): Seat | undefined {
  if (memberAbilities === undefined || Token.isUnresolved(memberAbilities)) return undefined;
  if (payment === undefined) return { memberAbilities, paysForQueries: memberAbilities.includes('CAN_QUERY') };
  if ('resolve' in payment || 'resolve' in payment.queryCompute) return undefined;
  const paysForQueries = payment.queryCompute.isResponsible;
  return typeof paysForQueries === 'boolean' ? { memberAbilities, paysForQueries } : undefined;
}
