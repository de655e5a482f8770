import type { CreateMembershipInput } from '@aws-sdk/client-cleanrooms';
import type { CollaborationRecord, Member } from './collaborations';
import type { Input, UpdateMembershipInput } from './operations';
import { iamSynchronizationDelay, invalidConfiguration, type ServiceError, unusableRole } from './service-error';
import type { RoleState } from './settings';

type Payment = UpdateMembershipInput['membershipPaymentConfiguration'];

/** What the service asks of a new membership beyond the shape of the request. */
export function checkNew(input: Input<'CreateMembership'>, member: Member, collaboration: CollaborationRecord): void {
  const runs = member.abilities.includes('CAN_QUERY') || member.abilities.includes('CAN_RUN_JOB');
  if (member.abilities.includes('CAN_RECEIVE_RESULTS') && !runs && input.defaultResultConfiguration === undefined) {
    throw invalidConfiguration('A member who only receives results must specify a default result configuration.');
  }
  if (member.isPayer && !member.abilities.includes('CAN_QUERY') && input.paymentConfiguration === undefined) {
    throw invalidConfiguration('A payer who cannot query must specify a payment configuration.');
  }
  checkPayment(input.paymentConfiguration, member);
  if (input.isMetricsEnabled === true && !collaboration.isMetricsEnabled) {
    throw invalidConfiguration('Metrics cannot be enabled for a membership whose collaboration has none.');
  }
  if (input.isMetricsEnabled === true && !runs && !member.isPayer) {
    throw invalidConfiguration('Metrics can only be enabled by a member who runs queries or pays for them.');
  }
}

/** The creator of the collaboration has said who pays; a member can only accept that. */
export function checkPayment(payment: Payment, member: Member): void {
  const accepted = payment?.queryCompute?.isResponsible;
  if (accepted !== undefined && accepted !== member.isPayer) {
    throw invalidConfiguration(member.isPayer
      ? 'The member is responsible for query compute costs and must accept to pay for them.'
      : 'The member is not responsible for query compute costs.');
  }
}

/** Whether the service can assume the roles of a request. */
export function checkRoles(input: Partial<CreateMembershipInput>, stateOf: (roleArn: string) => RoleState): void {
  for (const roleArn of [input.defaultResultConfiguration?.roleArn, input.defaultJobResultConfiguration?.roleArn]) {
    if (roleArn !== undefined) {
      checkRole(roleArn, stateOf);
    }
  }
}

export function checkRole(roleArn: string, stateOf: (roleArn: string) => RoleState): void {
  const refusal = refusalOf(roleArn, stateOf(roleArn));
  if (refusal !== undefined) {
    throw refusal;
  }
}

function refusalOf(roleArn: string, state: RoleState): ServiceError | undefined {
  switch (state) {
    case 'not-yet': return iamSynchronizationDelay(roleArn);
    case 'not-yet-without-reason': return unusableRole(roleArn);
    case 'refused': return invalidConfiguration(`The service cannot assume role ${roleArn}.`);
    default: return undefined;
  }
}
