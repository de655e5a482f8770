import type { CreateCollaborationInput, PaymentConfiguration } from '@aws-sdk/client-cleanrooms';
import { fieldValidationFailed } from './service-error';

/** A member as the creator describes it, the creator among them. */
export interface DescribedMember {
  readonly accountId: string;
  readonly memberAbilities: readonly string[];
  readonly mlMemberAbilities?: { readonly customMLMemberAbilities?: readonly string[] };
  readonly paymentConfiguration?: PaymentConfiguration;
}

/** The most members that one can invite; an adjustable quota, this is its default. */
const INVITED_MEMBERS = 9;

/** Everybody who takes part in a collaboration that is asked for. */
export function describedMembers(input: CreateCollaborationInput, creator: string): DescribedMember[] {
  return [
    {
      accountId: creator,
      memberAbilities: input.creatorMemberAbilities ?? [],
      mlMemberAbilities: input.creatorMLMemberAbilities as DescribedMember['mlMemberAbilities'],
      paymentConfiguration: input.creatorPaymentConfiguration,
    },
    ...(input.members ?? []) as DescribedMember[],
  ];
}

/**
 * What the user guide asks of a collaboration beyond the shape of the request. It does not say how the service words it;
 * each rule is a sentence here.
 */
export function checkCollaboration(input: CreateCollaborationInput, creator: string): void {
  const members = describedMembers(input, creator);
  const broken = [
    ...checkAccounts(members),
    ...checkAbilities(members),
    ...checkPayers(members),
    ...checkMachineLearning(members),
  ];
  if ((input.members ?? []).length > INVITED_MEMBERS) broken.push(`at most ${INVITED_MEMBERS} members can be invited`);
  if (input.analyticsEngine === 'CLEAN_ROOMS_SQL') broken.push('the analytics engine is SPARK since 2025-12-17');
  if (broken.length > 0) {
    throw fieldValidationFailed(broken.map((message) => ({ name: 'members', message })));
  }
}

function checkAccounts(members: readonly DescribedMember[]): string[] {
  const accounts = members.map(({ accountId }) => accountId);
  return accounts.filter((account, index) => accounts.indexOf(account) !== index).map((account) => `account ${account} is a member twice`);
}

function checkAbilities(members: readonly DescribedMember[]): string[] {
  const having = (ability: string) => members.filter(({ memberAbilities }) => memberAbilities.includes(ability));
  const runners = having('CAN_QUERY');
  return [
    ...runners.length === 1 ? [] : [`exactly one member can have CAN_QUERY, got ${runners.length}`],
    ...having('CAN_RUN_JOB').every((member) => runners.includes(member)) ? [] : ['CAN_RUN_JOB goes to the member who has CAN_QUERY'],
    ...having('CAN_RECEIVE_RESULTS').length > 0 ? [] : ['at least one member needs CAN_RECEIVE_RESULTS'],
  ];
}

/** Several members may be candidates for a cost since 2026-05-21; where nobody is named, the runner pays. */
function checkPayers(members: readonly DescribedMember[]): string[] {
  const runner = members.find(({ memberAbilities }) => memberAbilities.includes('CAN_RUN_JOB'));
  const pays = (member: DescribedMember | undefined) => member?.paymentConfiguration?.jobCompute?.isResponsible;
  const others = members.some((member) => member !== runner && pays(member) === true);
  return pays(runner) === false && !others ? ['nobody pays for jobs'] : [];
}

function checkMachineLearning(members: readonly DescribedMember[]): string[] {
  const receivers = members.filter(({ mlMemberAbilities }) => (mlMemberAbilities?.customMLMemberAbilities ?? []).length > 0);
  const hasRunner = members.some(({ memberAbilities }) => memberAbilities.includes('CAN_QUERY'));
  return receivers.length > 0 && !hasRunner ? ['custom ML abilities need a member who has CAN_QUERY'] : [];
}
