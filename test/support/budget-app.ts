import { Stack } from 'aws-cdk-lib';
import { newMembership, PARTNER_ARN } from './membership-app';
import { newAssociation } from './table-app';
import { AccessBudget, AccessBudgetProps, DifferentialPrivacyBudget, DifferentialPrivacyBudgetProps, QueryRunner } from '../../src';

/** The budget of a table that a partner queries. */
export function newAccessBudget(stack: Stack, props: Partial<AccessBudgetProps> = {}, id = 'Budget'): AccessBudget {
  const table = props.table ?? newAssociation(stack, { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) }, `${id}Table`);
  return new AccessBudget(stack, id, { table, ...props });
}

export function newPrivacyBudget(stack: Stack, props: Partial<DifferentialPrivacyBudgetProps> = {}, id = 'Privacy'): DifferentialPrivacyBudget {
  const membership = props.membership ?? newMembership(stack, {}, `${id}Membership`);
  return new DifferentialPrivacyBudget(stack, id, { membership, epsilon: 3, usersNoisePerQuery: 30, ...props });
}
