import {
  CreateCollaborationCommand, CreateMembershipCommand, DeleteCollaborationCommand, DeleteMembershipCommand, GetMembershipCommand,
  ListMembershipsCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import { bucketName, Context, errorName, isDenied, outcomeOf, patiently, State, synthesizedFor, trustIn } from './context';
import { QueryLogStatus } from '../../src';

const NOBODYS = '00000000-0000-4000-8000-000000000000';

/** A bucket, a collaboration of one member, and a role with the function's permissions. */
export async function prepare(context: Context, state: State): Promise<void> {
  const { account, cleanup, suffix } = context;
  await account.makeBucket(bucketName(context));
  cleanup.add(`bucket ${bucketName(context)}`, () => account.removeBucket(bucketName(context)));
  const before = await account.logGroups('/aws/cleanrooms');
  cleanup.add('log groups of the collaboration', async () => {
    const made = (await account.logGroups('/aws/cleanrooms')).filter((name) => !before.includes(name) && name.includes(state.collaborationIdentifier));
    for (const name of made) await account.removeLogGroup(name);
  });
  const { collaboration } = await account.cleanRooms.send(new CreateCollaborationCommand({
    name: `cdk-cleanrooms verify ${suffix}`,
    description: 'Made by npm run verify:aws of cdk-cleanrooms, and removed by it',
    members: [],
    creatorMemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
    creatorDisplayName: 'Verify',
    queryLogStatus: 'ENABLED',
  }));
  state.collaborationIdentifier = collaboration?.id ?? '';
  cleanup.add(`collaboration ${state.collaborationIdentifier}`, async () => {
    await account.cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier: state.collaborationIdentifier }));
  });
  state.membershipArn = `arn:aws:cleanrooms:${account.region}:${account.accountId}:membership/${NOBODYS}`;
  const { functionPermissions } = synthesizedFor(context, state, { queryLogStatus: QueryLogStatus.DISABLED });
  const name = `cdk-cleanrooms-verify-${suffix}-function`;
  const trust = trustIn({ AWS: `arn:aws:iam::${account.accountId}:root` });
  cleanup.add(`role ${name}`, () => account.removeRole(name));
  state.functionRole = { name, arn: await account.makeRole({ name, path: '/', trust, permissions: functionPermissions }) };
}

export async function join(context: Context, state: State): Promise<void> {
  const { account, report } = context;
  const { collaborationIdentifier } = state;
  const create = new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'DISABLED', tags: { 'cdk-cleanrooms:stack': 'VerifyAws' } });
  const asFunction = await account.cleanRoomsAs(state.functionRole.arn);
  const { membership } = await patiently(context, () => asFunction.send(create), isDenied);
  state.membershipIdentifier = membership?.id ?? '';
  state.membershipArn = membership?.arn ?? '';
  report.add('join-under-permissions', 'holds', `membership ${state.membershipIdentifier}`);

  const get = () => asFunction.send(new GetMembershipCommand({ membershipIdentifier: state.membershipIdentifier }));
  const read = await patiently(context, get, () => true).catch(errorName);
  const wasRead = typeof read !== 'string';
  report.add('read-after-create', wasRead ? 'holds' : 'fails', wasRead ? 'GetMembership shows it within a minute' : read);
  if (typeof read !== 'string') report.add('metrics-told', read.membership?.isMetricsEnabled === false ? 'holds' : 'fails', `isMetricsEnabled: ${read.membership?.isMetricsEnabled}`);

  const again = await outcomeOf(() => asFunction.send(create));
  const { membershipSummaries = [] } = await asFunction.send(new ListMembershipsCommand({}));
  const active = membershipSummaries.filter((each) => each.collaborationId === collaborationIdentifier && each.status === 'ACTIVE').length;
  report.add('second-join', again === 'ConflictException' && active === 1 ? 'holds' : 'fails', `${again}; ${active} active memberships are listed`);
  const unknown = await outcomeOf(() => asFunction.send(new GetMembershipCommand({ membershipIdentifier: NOBODYS })));
  const isKnownAnswer = ['ResourceNotFoundException', 'AccessDeniedException'].includes(unknown);
  report.add('unknown-membership', isKnownAnswer ? 'holds' : 'fails', unknown);
}

export async function results(context: Context, state: State): Promise<void> {
  const { account, cleanup, report } = context;
  const { writer, functionPermissions } = synthesizedFor(context, state, { queryLogStatus: QueryLogStatus.DISABLED });
  await account.changePermissions(state.functionRole.name, functionPermissions);
  const asFunction = await account.cleanRoomsAs(state.functionRole.arn);
  cleanup.add(`role ${writer.name}`, () => account.removeRole(writer.name));
  state.writerRoleArn = await account.makeRole(writer);
  const set = (bucket: string) => new UpdateMembershipCommand({
    membershipIdentifier: state.membershipIdentifier,
    defaultResultConfiguration: {
      outputConfiguration: { s3: { bucket, keyPrefix: 'verify', resultFormat: 'CSV' } }, roleArn: state.writerRoleArn,
    },
  });
  const own = set(bucketName(context));
  const fresh = await outcomeOf(() => asFunction.send(own));
  const isFresh = ['none', 'ValidationException', 'AccessDeniedException'].includes(fresh);
  report.add('fresh-role', isFresh ? 'holds' : 'fails', `a role of a moment ago: ${fresh}`);
  const final = await outcomeOf(() => patiently(context, () => asFunction.send(own), (error) => isDenied(error) || errorName(error) === 'ValidationException'));
  report.add('results-under-permissions', final === 'none' ? 'holds' : 'fails', final);

  await asFunction.send(new UpdateMembershipCommand({ membershipIdentifier: state.membershipIdentifier, queryLogStatus: 'DISABLED' }));
  const { membership } = await asFunction.send(new GetMembershipCommand({ membershipIdentifier: state.membershipIdentifier }));
  const kept = membership?.defaultResultConfiguration?.roleArn === state.writerRoleArn;
  report.add('results-stay', kept ? 'holds' : 'fails', `after an update without them: ${JSON.stringify(membership?.defaultResultConfiguration ?? 'none')}`);

  const withoutBucket = functionPermissions.filter(({ Action }) => ![Action].flat().includes('s3:GetBucketLocation'));
  await account.changePermissions(state.functionRole.name, withoutBucket);
  // Until the permission is seen to be gone; a call that still succeeds changes nothing.
  const denied = await patiently(context, async () => {
    const outcome = await outcomeOf(() => asFunction.send(own));
    if (outcome === 'none') throw new Error('still allowed');
    return outcome;
  }, () => true).catch(() => 'none');
  await account.changePermissions(state.functionRole.name, functionPermissions);
  report.add('locate-bucket-as-caller', denied === 'AccessDeniedException' ? 'holds' : 'fails', `without s3:GetBucketLocation of the caller: ${denied}`);
  if (context.partner !== undefined) await foreignBucket(context, state, (bucket) => asFunction.send(set(bucket)));
  else report.add('foreign-bucket', 'not reached', 'needs --second-profile');
}

/** The bucket's owner has added what the warning of the library says, and nothing else. */
async function foreignBucket(context: Context, state: State, set: (bucket: string) => Promise<unknown>): Promise<void> {
  const { account, cleanup, partner, report, suffix } = context;
  if (partner === undefined) return;
  const name = `cdk-cleanrooms-verify-${partner.accountId}-${suffix}-theirs`;
  await partner.makeBucket(name);
  cleanup.add(`bucket ${name} of ${partner.accountId}`, () => partner.removeBucket(name));
  const { functionPermissions } = synthesizedFor(context, state, {
    queryLogStatus: QueryLogStatus.DISABLED, bucketName: name, bucketAccount: partner.accountId,
  });
  await account.changePermissions(state.functionRole.name, functionPermissions);
  const before = await outcomeOf(() => set(name));
  await partner.setBucketPolicy(name, [{
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account.accountId}:root` },
    Action: 's3:GetBucketLocation',
    Resource: `arn:aws:s3:::${name}`,
    Condition: { ArnEquals: { 'aws:PrincipalArn': state.functionRole.arn } },
  }]);
  const after = await outcomeOf(() => patiently(context, () => set(name), isDenied));
  report.add('foreign-bucket', before !== 'none' && after === 'none' ? 'holds' : 'fails', `without the statement in its policy: ${before}; with it: ${after}`);
}

/** On with the permissions of a log that is on, off with those of one that is off. */
export async function logs(context: Context, state: State): Promise<void> {
  const { account, report } = context;
  for (const queryLogStatus of [QueryLogStatus.ENABLED, QueryLogStatus.DISABLED]) {
    const { functionPermissions } = synthesizedFor(context, state, { queryLogStatus });
    await account.changePermissions(state.functionRole.name, functionPermissions);
    const asFunction = await account.cleanRoomsAs(state.functionRole.arn);
    const update = new UpdateMembershipCommand({ membershipIdentifier: state.membershipIdentifier, queryLogStatus });
    const outcome = await outcomeOf(() => patiently(context, () => asFunction.send(update), isDenied));
    const id = queryLogStatus === QueryLogStatus.ENABLED ? 'logs-on-under-permissions' : 'logs-off-under-permissions';
    report.add(id, outcome === 'none' ? 'holds' : 'fails', `${queryLogStatus}: ${outcome}`);
  }
}

/** The last step: should it leave after all, there is nothing left to lose. */
export async function leave({ account, report }: Context, state: State): Promise<void> {
  const outcome = await outcomeOf(() => account.cleanRooms.send(new DeleteMembershipCommand({ membershipIdentifier: state.membershipIdentifier })));
  report.add('creator-stays', outcome === 'ConflictException' ? 'holds' : 'fails', `DeleteMembership of the creator: ${outcome}`);
}
