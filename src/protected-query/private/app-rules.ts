import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { ICollaborationRef, IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { CollaborationFacts, factsOf, MemberFacts, memberOf } from '../../collaboration/private/collaboration-facts';
import { factsOfMembership, MembershipFacts } from '../../membership/private/membership-facts';
import { fail } from '../../private/validation';
import { ProtectedQuery } from '../protected-query';

const RECEIVES = 'CAN_RECEIVE_RESULTS';

/** Where a query runs. */
interface Run {
  readonly membership: IMembershipRef;
  readonly query: ProtectedQuery;
}

/**
 * Queries that the service would refuse, as far as the app knows: of an imported membership its place, of a
 * `Membership` what it says, of its collaboration what that says of its members.
 */
export function validateAgainstApp(scope: Construct, { membership, query }: Run): void {
  validatePlace(scope, membership, query);
  const facts = factsOfMembership(membership);
  if (facts === undefined) return;
  validateRunner(scope, facts);
  validateTemplateCollaboration(scope, facts.collaboration, query);
  const collaboration = factsOf(facts.collaboration);
  if (collaboration !== undefined) validateAbilities(scope, memberOf(collaboration, facts.accountId), collaboration, query);
  validateDestination(scope, facts, collaboration, query);
}

/** A state machine calls the service in its own account and region, and its permissions are for these. */
function validatePlace(scope: Construct, { env }: IMembershipRef, query: ProtectedQuery): void {
  const { account, region } = Stack.of(scope);
  if (areDifferent(env.region, region)) {
    fail(scope, 'membership', `must be in the region of the stack, ${region}, because the state machine calls the service there`, env.region,
      'deploy the query to the membership\'s region');
  }
  if (areDifferent(env.account, account)) {
    fail(scope, 'membership', `must be of the account of the stack, ${account}, because the state machine calls the service in its name`, env.account,
      'deploy the query to the membership\'s account');
  }
  const template = query._template?.env.region;
  if (template === undefined || !areDifferent(template, region)) return;
  fail(scope, 'query.template', `must be in the region of the stack, ${region}, as all of a collaboration is`, template, 'pass a template of the collaboration');
}

function validateRunner(scope: Construct, { runsQueries }: MembershipFacts): void {
  if (runsQueries) return;
  fail(scope, 'membership', 'must run queries itself', 'one that names another `queryRunner`',
    'run the query in the membership of that member, or leave out the `queryRunner`');
}

function validateTemplateCollaboration(scope: Construct, collaboration: ICollaborationRef, query: ProtectedQuery): void {
  const author = query._template?._membership;
  const other = author && factsOfMembership(author)?.collaboration;
  if (other === undefined || !areOtherCollaborations(collaboration, other)) return;
  fail(scope, 'query.template', 'must be of the collaboration in which the query runs', `a template of ${other.node.path}`,
    `pass one of ${collaboration.node.path}`);
}

function validateAbilities(scope: Construct, own: MemberFacts | undefined, collaboration: CollaborationFacts, query: ProtectedQuery): void {
  if (own?.abilities?.includes('CAN_QUERY') === false) {
    fail(scope, 'membership', 'must have CAN_QUERY in its collaboration', own.abilities.join(', ') || 'no abilities', 'run the query in the membership that has it');
  }
  for (const location of query._output?._locations(scope) ?? []) {
    if ('Member' in location) {validateReceiver(scope, location.Member.AccountId, collaboration);} else if (own?.abilities?.includes(RECEIVES) === false) {
      fail(scope, 'output', 'must be another member, because this one has no CAN_RECEIVE_RESULTS in its collaboration', 'ProtectedQueryOutput.s3(…)',
        'pass ProtectedQueryOutput.member(…)');
    }
  }
}

function validateReceiver(scope: Construct, accountId: string, { members }: CollaborationFacts): void {
  if (members === undefined || [accountId, ...members.map((member) => member.accountId)].some((id) => Token.isUnresolved(id))) return;
  const receivers = members.filter(({ abilities }) => abilities === undefined || abilities.includes(RECEIVES)).map((member) => member.accountId);
  if (receivers.includes(accountId)) return;
  fail(scope, 'output.accountId', 'must be a member that has CAN_RECEIVE_RESULTS in the collaboration', accountId, `pass one of ${receivers.join(', ')}`);
}

/** Without an output the results go where a receiver's default says; whether others receive them is not always known. */
function validateDestination(scope: Construct, facts: MembershipFacts, collaboration: CollaborationFacts | undefined, query: ProtectedQuery): void {
  if (query._output !== undefined || facts.hasResultConfiguration) return;
  const receivers = collaboration?.members?.filter(({ abilities }) => abilities === undefined || abilities.includes(RECEIVES));
  if (receivers === undefined) return warnOfNoDestination(scope);
  if (receivers.some(({ accountId }) => accountId !== facts.accountId)) return;
  fail(scope, 'query.output', 'must be given, because the membership has no default result configuration and nobody else receives results', 'nothing',
    'pass ProtectedQueryOutput.s3(…), or give the membership a `defaultResultConfiguration`');
}

function warnOfNoDestination(scope: Construct): void {
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:runProtectedQuery.noDestination',
    'neither the query has an `output` nor its membership a `defaultResultConfiguration`, so it is refused unless another member receives the results: ' +
    'give one of the two, or acknowledge this warning');
}

function areDifferent(one: string, other: string): boolean {
  return one !== other && !Token.isUnresolved(one) && !Token.isUnresolved(other);
}

/** Two that the app defines are two; of an identifier that is known when deployed nothing can be said. */
function areOtherCollaborations(one: ICollaborationRef, other: ICollaborationRef): boolean {
  const [first, second] = [one, other].map((collaboration) => collaboration.collaborationRef.collaborationIdentifier);
  if (factsOf(one) !== undefined && factsOf(other) !== undefined) return first !== second;
  return areDifferent(first, second);
}
