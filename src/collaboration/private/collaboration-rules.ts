import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { can, isKnown, isNamedPayer, Seat, words } from './seats';
import { validateNoDynamicReference } from '../../private/dynamic-reference';
import { fail, validateAccountId } from '../../private/validation';
import { Cost } from '../cost';
import { MemberAbility } from '../member-ability';

// Limits of AWS::CleanRooms::Collaboration, and a quota.
const MAX_NAME = 100;
const MAX_DESCRIPTION = 255;
const MAX_MEMBERS = 9;
const INVITED_QUOTA = 5;
const LINE = /^(?!\s*$)[\u0020-\uFFFD\t]*$/;
const TEXT = /^(?!\s*$)[\u0020-\uFFFD\t\r\n]*$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export function validateName(scope: IConstruct, prop: string, name: string): void {
  validateNoDynamicReference(scope, prop, name);
  if (Token.isUnresolved(name) || (name.length <= MAX_NAME && LINE.test(name))) return;
  fail(scope, prop, `must be 1 to ${MAX_NAME} characters without line breaks, and not blank`, name, 'choose another name');
}

export function validateDescription(scope: IConstruct, description: string): void {
  validateNoDynamicReference(scope, 'description', description);
  if (Token.isUnresolved(description) || (description.length <= MAX_DESCRIPTION && TEXT.test(description))) return;
  fail(scope, 'description', `must be 1 to ${MAX_DESCRIPTION} characters, and not blank`, `${description.length} characters`,
    'say in short what the members work on together');
}

export function validateMemberCount(scope: IConstruct, invited: number): void {
  if (invited > MAX_MEMBERS) {
    fail(scope, 'members', `must be ${MAX_MEMBERS} at most besides the creator`, `${invited} members`, 'remove some, or make a second collaboration');
  }
  if (invited <= INVITED_QUOTA) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:collaboration.members',
    `a collaboration invites ${INVITED_QUOTA} members unless the account's quota is higher, and this one invites ${invited}: ask for more in the Service Quotas console`);
}

/** Each account has one seat. */
export function validateAccounts(scope: IConstruct, [creator, ...members]: Seat[]): void {
  const seen = new Set<string>();
  for (const { prop, accountId } of members) {
    validateAccountId(scope, prop, accountId);
    if (accountId === creator.accountId) {
      fail(scope, prop, 'must be another account than the creator\'s', accountId, 'say under `creator` what the account of the stack may do');
    }
    if (seen.has(accountId)) fail(scope, prop, 'must name each account once', accountId, 'remove one of the two');
    seen.add(accountId);
  }
}

export function validateAbilitiesOnce(scope: IConstruct, { prop, options }: Seat): void {
  for (const [name, list] of [['abilities', words(options.abilities)], ['mlAbilities', words(options.mlAbilities)]] as const) {
    const twice = list.find((word, index) => !Token.isUnresolved(word) && list.indexOf(word) !== index);
    if (twice !== undefined) fail(scope, `${prop}.${name}`, 'must name each ability once', twice, 'remove one of the two');
  }
}

/** The ability to query can't be given later on, nor to a second member. */
export function validateRunner(scope: IConstruct, seats: Seat[]): void {
  const runners = seats.filter((seat) => can(seat, MemberAbility.CAN_QUERY));
  if (runners.length === 1 || (runners.length === 0 && !seats.every(isKnown))) return;
  fail(scope, 'members', 'must have one member that runs the queries, the creator included', listOf(runners), 'give MemberAbility.CAN_QUERY to one of them');
}

export function validateJobRunner(scope: IConstruct, seat: Seat): void {
  if (!can(seat, MemberAbility.CAN_RUN_JOB) || can(seat, MemberAbility.CAN_QUERY) || !isKnown(seat)) return;
  fail(scope, `${seat.prop}.abilities`, 'must give CAN_RUN_JOB only to the member who also runs the queries', words(seat.options.abilities).join(', '),
    'add MemberAbility.CAN_QUERY, or leave CAN_RUN_JOB to the one who has it');
}

export function validateReceiver(scope: IConstruct, seats: Seat[]): void {
  if (seats.some((seat) => can(seat, MemberAbility.CAN_RECEIVE_RESULTS)) || !seats.every(isKnown)) return;
  fail(scope, 'members', 'must have a member that receives results, the creator included', 'none', 'give MemberAbility.CAN_RECEIVE_RESULTS to at least one of them');
}

/** The service refuses a runner of jobs that pays for none, whoever else does. */
export function validateJobPayer(scope: IConstruct, seats: Seat[]): void {
  const payers = seats.filter((seat) => isNamedPayer(seat, Cost.JOB_COMPUTE));
  const runner = seats.find((seat) => can(seat, MemberAbility.CAN_QUERY));
  if (payers.length === 0 || runner === undefined || payers.includes(runner)) return;
  fail(scope, `${runner.prop}.pays`, 'must name JOB_COMPUTE too where another member pays for jobs, as the service requires it of the member who runs them', listOf(payers),
    'add Cost.JOB_COMPUTE; each job then says who of them pays');
}

export function validateRegions(scope: IConstruct, regions: string[] | undefined): void {
  if (regions === undefined || Token.isUnresolved(regions)) return;
  if (regions.length === 0) {
    fail(scope, 'allowedResultRegions', 'must name one region at least', 'none', 'leave it out to keep results in the region of the collaboration');
  }
  regions.forEach((region, index) => {
    if (Token.isUnresolved(region)) return;
    if (!REGION.test(region)) fail(scope, 'allowedResultRegions', 'must be regions such as eu-central-1', region, 'correct the region');
    if (regions.indexOf(region) !== index) fail(scope, 'allowedResultRegions', 'must name each region once', region, 'remove one of the two');
  });
}

function listOf(seats: Seat[]): string {
  return seats.length === 0 ? 'none' : seats.map(({ prop }) => prop).join(', ');
}
