import { Stack } from 'aws-cdk-lib';
import { ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { CollaborationFacts, factsOf, MemberFacts, memberOf } from '../../collaboration/private/collaboration-facts';
import { fail } from '../../private/validation';

/** What the membership says. */
interface Choices {
  readonly isMetricsEnabled?: boolean;
  readonly queryLogStatus: string;
  readonly jobLogStatus?: string;
  readonly queryRunnerIsThis: boolean;
  readonly hasResultConfiguration: boolean;
  readonly paysForQueries?: boolean;
}

/**
 * Combinations that the service would refuse, as far as a collaboration of the same app tells.
 */
export function validateAgainstCollaboration(scope: Construct, collaboration: ICollaborationRef, choices: Choices): void {
  const facts = factsOf(collaboration);
  if (facts === undefined) return;
  validateMetrics(scope, facts, choices);
  validateLogs(scope, facts, choices);
  const member = memberOf(facts, Stack.of(scope).account);
  if (member === undefined) return;
  validateAbilities(scope, member, choices);
  validatePayment(scope, member, choices);
}

function validateMetrics(scope: Construct, facts: CollaborationFacts, choices: Choices): void {
  if (choices.isMetricsEnabled !== true || facts.isMetricsEnabled !== false) return;
  fail(scope, 'isMetricsEnabled', 'must not be true in a collaboration that has no metrics', 'true',
    'leave it out: a collaboration gets metrics when it is created');
}

function validateLogs(scope: Construct, facts: CollaborationFacts, choices: Choices): void {
  for (const prop of ['queryLogStatus', 'jobLogStatus'] as const) {
    if (choices[prop] !== 'ENABLED' || facts[prop] !== 'DISABLED') continue;
    fail(scope, prop, 'must not be ENABLED in a collaboration that has no such logs', 'ENABLED',
      'pass DISABLED: a collaboration gets logs when it is created');
  }
}

function validateAbilities(scope: Construct, { abilities }: MemberFacts, choices: Choices): void {
  if (abilities?.includes('CAN_RECEIVE_RESULTS') === false && choices.hasResultConfiguration) {
    fail(scope, 'defaultResultConfiguration', 'must not be given by a member that has no CAN_RECEIVE_RESULTS in the collaboration',
      abilities.join(', ') || 'no abilities', 'leave it out, or give the member the ability when the collaboration is created');
  }
  if (abilities === undefined || abilities.includes('CAN_QUERY') || !abilities.includes('CAN_RECEIVE_RESULTS')) return;
  if (!choices.hasResultConfiguration) {
    fail(scope, 'defaultResultConfiguration', 'must be given by a member that receives results and runs no queries', 'nothing',
      'pass DefaultResultConfiguration.s3(…)');
  }
  if (choices.queryRunnerIsThis) {
    fail(scope, 'queryRunner', 'must be another member, because this one may not run queries in the collaboration', 'thisMembership()',
      'pass QueryRunner.membershipArn(…) or QueryRunner.account(…)');
  }
}

function validatePayment(scope: Construct, { abilities, paysForQueries }: MemberFacts, choices: Choices): void {
  const runs = abilities?.includes('CAN_QUERY');
  if (paysForQueries === true && runs === false && choices.paysForQueries === undefined) {
    fail(scope, 'paymentConfiguration', 'must be given by a member that pays for queries and does not run them', 'nothing',
      'pass PaymentConfiguration.of({ queryCompute: true })');
  }
  if (choices.paysForQueries === true && paysForQueries === false) {
    fail(scope, 'paymentConfiguration', 'must not accept costs that the collaboration has not given to this member', 'queryCompute: true',
      'make this member the payer in the collaboration, or leave queryCompute out');
  }
}
