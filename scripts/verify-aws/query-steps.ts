import {
  GetProtectedQueryCommand, ListProtectedQueriesCommand, StartProtectedQueryCommand, UpdateProtectedQueryCommand,
} from '@aws-sdk/client-cleanrooms';
import type { Statement } from './account';
import { Context, errorName, isDenied, outcomeOf, patiently, State, synthesizedFor, trustIn } from './context';
import { QueryLogStatus } from '../../src';

const SQL = 'SELECT 1 AS one';
const ENDED = ['SUCCESS', 'FAILED', 'CANCELLED', 'TIMED_OUT'];

export async function query(context: Context, state: State): Promise<void> {
  const { account, cleanup, report, sleep, suffix } = context;
  const { membershipIdentifier } = state;
  const { runnerPermissions, finderPermissions } = synthesizedFor(context, state, { queryLogStatus: QueryLogStatus.DISABLED });
  const as = async (role: string, permissions: readonly Statement[]) => {
    const name = `cdk-cleanrooms-verify-${suffix}-${role}`;
    cleanup.add(`role ${name}`, () => account.removeRole(name));
    const trust = trustIn({ AWS: `arn:aws:iam::${account.accountId}:root` });
    return account.cleanRoomsAs(await account.makeRole({ name, path: '/', trust, permissions }));
  };
  const asRunner = await as('runner', runnerPermissions);
  const asFinder = await as('finder', finderPermissions);

  const start = new StartProtectedQueryCommand({ membershipIdentifier, type: 'SQL', sqlParameters: { queryString: SQL } });
  const { protectedQuery } = await patiently(context, () => asRunner.send(start), isDenied);
  const protectedQueryIdentifier = protectedQuery?.id ?? '';
  report.add('query-under-permissions', 'holds', `query ${protectedQueryIdentifier}`);
  const cancel = () => asRunner.send(new UpdateProtectedQueryCommand({ membershipIdentifier, protectedQueryIdentifier, targetStatus: 'CANCELLED' }));
  cleanup.add(`query ${protectedQueryIdentifier}`, async () => {
    const outcome = await outcomeOf(cancel);
    if (!['none', 'ConflictException'].includes(outcome)) throw new Error(outcome);
  });

  const read = async () => (await asRunner.send(new GetProtectedQueryCommand({ membershipIdentifier, protectedQueryIdentifier }))).protectedQuery;
  const told = await patiently(context, read, () => true);
  report.add('query-tells-text', told?.sqlParameters?.queryString === SQL ? 'holds' : 'fails', JSON.stringify(told?.sqlParameters ?? 'nothing'));
  const places = Object.keys(told?.resultConfiguration?.outputConfiguration ?? {});
  report.add('query-tells-output', places.every((place) => place === 's3') ? 'holds' : 'fails', `by default it tells ${places.join() || 'nothing'}`);

  const listed = await patiently(context, async () => {
    const { protectedQueries = [] } = await asFinder.send(new ListProtectedQueriesCommand({ membershipIdentifier, maxResults: 100 }));
    if (!protectedQueries.some(({ id }) => id === protectedQueryIdentifier)) throw Object.assign(new Error('not listed'), { name: 'NotListed' });
  }, () => true).then(() => 'listed within a minute', errorName);
  report.add('query-listed', listed === 'listed within a minute' ? 'holds' : 'fails', listed);

  const outcomes = [await outcomeOf(cancel), await outcomeOf(cancel)];
  report.add('cancel-twice', outcomes.every((outcome) => ['none', 'ConflictException'].includes(outcome)) ? 'holds' : 'fails', outcomes.join(', then '));
  let status = (await read())?.status ?? 'none';
  for (let left = 60; left > 0 && !ENDED.includes(status); left -= 1) {
    context.signal.throwIfAborted();
    await sleep(10_000);
    status = (await read())?.status ?? 'none';
  }
  report.add('cancelled-ends', ENDED.includes(status) ? 'holds' : 'fails', `ten minutes later at most: ${status}`);
  const afterwards = await outcomeOf(cancel);
  report.add('cancel-after-end', afterwards === 'ConflictException' ? 'holds' : 'fails', `of a query that is ${status}: ${afterwards}`);
}

export async function machines(context: Context, state: State): Promise<void> {
  const { account, cleanup, report, suffix } = context;
  const synthesized = synthesizedFor(context, state, { queryLogStatus: QueryLogStatus.DISABLED });
  const faults: string[] = [];
  for (const { id, type, definition } of synthesized.machines) {
    faults.push(...(await account.diagnose(definition, type)).map((fault) => `${id}: ${fault}`));
  }
  report.add('machines-valid', faults.length === 0 ? 'holds' : 'fails', faults.join('; ') || `${synthesized.machines.map(({ id }) => id).join(', ')}`);

  const name = `cdk-cleanrooms-verify-${suffix}-machine`;
  cleanup.add(`role ${name}`, () => account.removeRole(name));
  const roleArn = await account.makeRole({
    name,
    path: '/',
    trust: trustIn({ Service: 'states.amazonaws.com' }),
    permissions: [{ Effect: 'Allow', Action: 'cleanrooms:GetMembership', Resource: state.membershipArn }],
  });
  const pass = { QueryLanguage: 'JSONata', Type: 'Pass', End: true, Output: '{% $fromMillis(0) %}' };
  const written = await patiently(context, () => account.testState(JSON.stringify(pass), roleArn), () => true);
  report.add('from-millis', written === '"1970-01-01T00:00:00.000Z"' ? 'holds' : 'fails', `$fromMillis(0) is ${written}`);
  await history(context, state, name, roleArn);
}

/** The history names the task by its service, its arguments as they were given, and the members of its answer in PascalCase. */
async function history({ account, cleanup, report, sleep }: Context, { membershipIdentifier }: State, name: string, roleArn: string): Promise<void> {
  const task = {
    Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:cleanrooms:getMembership', Arguments: { MembershipIdentifier: membershipIdentifier }, End: true,
  };
  // IAM takes a while until a role that is new can be used.
  await sleep(15_000);
  const arn = await account.makeStateMachine(name, JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Get', States: { Get: task } }), roleArn);
  cleanup.add(`state machine ${name}`, () => account.removeStateMachine(arn));
  const events = await account.historyOfRun(arn);
  const [scheduled] = events.flatMap(({ taskScheduledEventDetails }) => taskScheduledEventDetails ?? []);
  const [succeeded] = events.flatMap(({ taskSucceededEventDetails }) => taskSucceededEventDetails ?? []);
  const entered = events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'Get' && stateEnteredEventDetails.input !== undefined);
  const seen = { entered, resourceType: scheduled?.resourceType, parameters: scheduled?.parameters, output: succeeded?.output?.slice(0, 40) };
  const holds = entered && scheduled?.resourceType === 'aws-sdk:cleanrooms' && scheduled.parameters?.includes('"MembershipIdentifier"')
    && succeeded?.output?.startsWith('{"Membership":{') === true;
  report.add('history-of-sdk-task', holds ? 'holds' : 'fails', JSON.stringify(seen));
}
