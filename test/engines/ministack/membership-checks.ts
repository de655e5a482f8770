import { isObject, Json } from 'cdk-cleanrooms-rehearsal/account';
import { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { DeployedStack } from './deployed-stack';
import { ExampleStack } from './example';
import { Tag, tags } from './kind';
import { Verdict } from './verdict';

const CREATOR = '999988887777';
export const MEMBERSHIP = 'Custom::CleanRoomsMembership';
const RESULTS = 'Custom::CleanRoomsResultConfiguration';

/** Lets a partner create the collaborations that an example's stacks join, and invite their accounts. */
export function invite(endpoint: CleanRoomsEndpoint, stacks: readonly ExampleStack[]): void {
  const invited = new Map<string, ExampleStack[]>();
  for (const stack of stacks) {
    for (const { Type, Properties } of Object.values(stack.template.Resources ?? {})) {
      if (Type !== MEMBERSHIP) continue;
      const id = Properties?.CollaborationIdentifier;
      // Another stack of the example makes it.
      if (typeof id !== 'string') continue;
      invited.set(id, [...invited.get(id) ?? [], stack]);
    }
  }
  invited.forEach((members, id) => openCollaboration(endpoint, id, members));
}

function openCollaboration(endpoint: CleanRoomsEndpoint, id: string, stacks: readonly ExampleStack[]): void {
  const made = endpoint.addCollaboration({
    name: 'Partnership',
    creatorAccountId: CREATOR,
    creatorDisplayName: 'Partner',
    members: stacks.map((stack) => ({
      accountId: stack.account,
      displayName: stack.name,
      abilities: receivesOnly(stack) ? ['CAN_RECEIVE_RESULTS'] : ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
    })),
  });
  // The examples name their collaboration; the endpoint, like the service, makes up identifiers of its own.
  /* eslint-disable dot-notation -- so private members can be reached */
  const { collaborations } = endpoint['service'];
  const record = collaborations.find(made.id)!;
  collaborations['records'].set(id, { ...record, id, arn: record.arn.replace(made.id, id) });
  /* eslint-enable dot-notation */
  collaborations.delete(made.id);
}

function receivesOnly({ template }: ExampleStack): boolean {
  const memberships = Object.values(template.Resources ?? {}).filter(({ Type }) => Type === MEMBERSHIP);
  return memberships.some(({ Properties }) => Properties?.DefaultResultConfiguration !== undefined);
}

/** Holds the memberships at the endpoint against the template. */
export function readMemberships(stack: DeployedStack, endpoint: CleanRoomsEndpoint, verdict: Verdict): void {
  for (const logicalId of stack.resources(MEMBERSHIP)) {
    const properties = stack.properties(logicalId);
    const membership = endpoint.memberships().find(({ id }) => id === stack.physicalId(logicalId));
    const created = endpoint.callsOf('CreateMembership').filter(({ account, executed, input }) =>
      executed && account === stack.account && input.collaborationIdentifier === properties.CollaborationIdentifier);
    const check = (claim: string, actual: unknown, expected: unknown) => verdict.equal('memberships', `${logicalId} ${claim}`, actual, expected);
    check('is ACTIVE, in the collaboration and the account', [membership?.status, membership?.collaborationId, membership?.accountId],
      ['ACTIVE', properties.CollaborationIdentifier, stack.account]);
    check('was created once', created.length, 1);
    check('has the log status', membership?.queryLogStatus, properties.QueryLogStatus);
    check('has the result configuration', membership?.defaultResultConfiguration, resultConfiguration(stack, logicalId));
    const { Stack, Path } = properties.Owner as { Stack: string; Path: string };
    const owner = { 'cdk-cleanrooms:stack': Stack, 'cdk-cleanrooms:path': Path, 'cdk-cleanrooms:logical-id': logicalId };
    check('has its tags and those of its owner', tagList(membership?.tags ?? {}), tags([...tags(properties.Tags), ...tagList(owner)]));
  }
}

export function readMembershipsAfterDestroy(stack: DeployedStack, endpoint: CleanRoomsEndpoint, verdict: Verdict): void {
  for (const logicalId of stack.resources(MEMBERSHIP)) {
    const membership = endpoint.memberships().find(({ id }) => id === stack.physicalId(logicalId));
    const retained = stack.properties(logicalId).RemovalPolicy === 'RETAIN';
    verdict.equal('memberships', `${logicalId} ${retained ? 'stays, for leaving is final' : 'has left'}`, membership?.status, retained ? 'ACTIVE' : undefined);
  }
  verdict.equal('memberships', 'nothing has tried to leave a collaboration', endpoint.callsOf('DeleteMembership').length, 0);
}

function tagList(map: Readonly<Record<string, string>>): Tag[] {
  return tags(Object.entries(map).map(([Key, Value]) => ({ Key, Value })));
}

/** Of the membership itself, or of the second step that names it. */
function resultConfiguration(stack: DeployedStack, logicalId: string): unknown {
  const membership = stack.physicalId(logicalId);
  const second = stack.resources(RESULTS).map((id) => stack.properties(id)).find(({ MembershipIdentifier }) => MembershipIdentifier === membership);
  const wanted = (second ?? stack.properties(logicalId)).DefaultResultConfiguration;
  if (!isObject(wanted)) return undefined;
  const s3 = isObject(wanted.OutputConfiguration) && isObject(wanted.OutputConfiguration.S3) ? wanted.OutputConfiguration.S3 : {};
  const output = Object.fromEntries(Object.entries(s3).map(([key, value]): [string, Json] => [key.charAt(0).toLowerCase() + key.slice(1), value]));
  return { outputConfiguration: { s3: output }, roleArn: wanted.RoleArn };
}
