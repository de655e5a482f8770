import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { containersOf, State, StateContainer, TaskState } from 'cdk-cleanrooms-rehearsal/step-functions';
import model from '../../rehearsal/src/clean-rooms/model/cleanrooms.json';
import { DefaultResultConfiguration, QueryLogStatus, ResultFormat } from '../../src';
import { LOOKUP_COMMANDS } from '../../src/handlers/clean-rooms/lookup/collaborations-api';
import { CLEAN_ROOMS_COMMANDS } from '../../src/handlers/clean-rooms/membership/clean-rooms-api';
import { CLOUDFORMATION_COMMANDS } from '../../src/handlers/clean-rooms/shared/stack';
import { READ_SHARED_ACTIONS } from '../../src/private/permissions';
import { newCollaboration } from '../support/collaboration-app';
import { DeployedStack } from '../support/deployed-stack';
import { ENV, logicalIdOf, newMembership, newStack } from '../support/membership-app';
import { declarationsOf } from '../support/public-api';
import { SynthesizedQueries } from '../support/query-account';
import { newScheduled } from '../support/query-app';

/** Construct, function and IAM say the same: commands equal actions equal rights, attributes read equal attributes answered. */

const HANDLERS = join(__dirname, '..', '..', 'src', 'handlers', 'clean-rooms');

function everything(removalPolicy: RemovalPolicy): Stack {
  const stack = newStack(ENV);
  newMembership(stack, {
    removalPolicy,
    queryLogStatus: QueryLogStatus.ENABLED,
    defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), { resultFormat: ResultFormat.CSV }),
  });
  return stack;
}

/** The actions of a service that the function's role has. */
function actions(service: string, removalPolicy: RemovalPolicy): string[] {
  const statements = new DeployedStack(everything(removalPolicy)).rights('CleanRoomsMembershipProviderRole');
  const found = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith(`${service}:`));
  return [...new Set(found)].sort();
}

const commands = (service: string, list: object) => Object.keys(list).map((name) => `${service}:${name}`).sort();

describe('commands and actions', () => {
  test('of Clean Rooms are the same, with the right to leave', () => {
    expect(actions('cleanrooms', RemovalPolicy.DESTROY)).toEqual(commands('cleanrooms', CLEAN_ROOMS_COMMANDS));
  });

  test('of Clean Rooms are the same but for leaving, without it', () => {
    const { DeleteMembership: _leave, ...others } = CLEAN_ROOMS_COMMANDS;
    expect(actions('cleanrooms', RemovalPolicy.RETAIN)).toEqual(commands('cleanrooms', others));
  });

  test('of CloudFormation are the same, and without leaving but for the events', () => {
    expect(actions('cloudformation', RemovalPolicy.DESTROY)).toEqual(commands('cloudformation', CLOUDFORMATION_COMMANDS));
    const { DescribeStackEvents: _events, ...others } = CLOUDFORMATION_COMMANDS;
    expect(actions('cloudformation', RemovalPolicy.RETAIN)).toEqual(commands('cloudformation', others));
  });

  test('have the same names', () => {
    for (const [name, command] of Object.entries({ ...CLEAN_ROOMS_COMMANDS, ...LOOKUP_COMMANDS, ...CLOUDFORMATION_COMMANDS })) expect(command.name).toBe(`${name}Command`);
  });

  test('are all that the function\'s sources take from the SDK', () => {
    const files = readdirSync(HANDLERS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const sources = files.map((file) => readFileSync(join(HANDLERS, file), 'utf8')).join('\n');
    const imported = [...sources.matchAll(/import \{([^}]*)\} from '@aws-sdk\/[^']*'/g)].flatMap(([, names]) => names.split(',').map((name) => name.trim()));
    const taken = imported.filter((name) => name.endsWith('Command')).sort();
    const known = [CLEAN_ROOMS_COMMANDS, LOOKUP_COMMANDS, CLOUDFORMATION_COMMANDS].flatMap((list) => Object.keys(list));
    expect(taken).toEqual(known.map((name) => `${name}Command`).sort());
    expect(sources).not.toMatch(/from '@aws-sdk\/(?!client-cleanrooms'|client-cloudformation')/);
  });
});

describe('a state machine', () => {
  const stack = newStack(ENV);
  newScheduled(stack);
  const deployed = new DeployedStack(stack);
  const tasks = new SynthesizedQueries(stack).machines.flatMap(({ arn, definition }) => statesOf(definition)
    .filter((state): state is TaskState => state.Type === 'Task')
    .map((task) => ({ machine: arn.split(':').at(-1) ?? '', task, request: requestOf(task, definition), ...callOf(task) })));
  const cleanRooms = tasks.filter(({ service }) => service === 'cleanrooms');

  /** All states, those that a Map repeats included. */
  function statesOf({ States }: StateContainer): State[] {
    return Object.values(States).flatMap((state) => [state, ...containersOf(state).flatMap(statesOf)]);
  }

  /** What a task sends; where that is a variable, what the machine has assigned to it. */
  function requestOf({ Arguments }: TaskState, definition: StateContainer): unknown {
    const [, variable] = /^\{% \$(\w+) %\}$/.exec(typeof Arguments === 'string' ? Arguments : '') ?? [];
    const assigned = statesOf(definition).flatMap((state) => ('Assign' in state ? state.Assign?.[variable] ?? [] : []));
    return variable === undefined ? Arguments : assigned[0];
  }

  /** The members of a request: of an object, or of the object that an expression gives. */
  function membersOf(request: unknown): string[] {
    if (typeof request !== 'string') return Object.keys(request as object);
    return [...request.matchAll(/'(\w+)':/g)].map(([, name]) => name);
  }

  /** What an SDK integration calls, in the words of IAM. */
  function callOf({ Resource }: TaskState): { service: string; operation: string } {
    const [, service, action] = /:states:::aws-sdk:(\w+):(\w+)$/.exec(Resource) ?? [];
    return { service: service === 'sfn' ? 'states' : service, operation: action[0].toUpperCase() + action.slice(1) };
  }

  test.each([
    'NightlyStateMachine', 'CleanRoomsQueryDispatcherStateMachine', 'CleanRoomsQueryCancellerStateMachine', 'CleanRoomsQueryFinderStateMachine',
  ])('%s: calls equal rights', (machine) => {
    const calls = tasks.filter((each) => each.machine.startsWith(machine)).map(({ service, operation }) => `${service}:${operation}`);
    // The service uses these with the rights of who starts a query.
    if (machine.startsWith('Nightly')) calls.push(...READ_SHARED_ACTIONS);
    const rights = deployed.rights(`${machine}Role`).flatMap(({ Action }) => Action).filter((action) => !/^(logs|xray):/.test(action));
    expect([...new Set(rights)].sort()).toEqual([...new Set(calls)].sort());
  });

  const errorsOf = (operation: string) => model.operations[operation as keyof typeof model.operations].errors.map(({ shape }) => `CleanRooms.${shape}`);

  test('expects of each call no error of the service but those that it can give', () => {
    const odd = cleanRooms.flatMap(({ task: { Retry = [], Catch = [] }, operation }) => [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals)
      .filter((error) => !/^States\.|\.SdkClientException$/.test(error) && !errorsOf(operation).includes(error)).map((error) => `${operation}: ${error}`));
    expect(odd).toEqual([]);
    expect(cleanRooms.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['StartProtectedQuery', 'UpdateProtectedQuery']));
  });

  test('takes each error of a start for a refusal, save the one that leaves it open', () => {
    const [{ task: { Catch: [refusal] = [] } }] = cleanRooms.filter(({ operation }) => operation === 'StartProtectedQuery');
    expect([...refusal.ErrorEquals, 'CleanRooms.InternalServerException'].sort()).toEqual(errorsOf('StartProtectedQuery').sort());
  });

  test('sends members that the service knows, and each that it requires', () => {
    const sent = cleanRooms.map(({ request, operation }) => ({
      operation,
      names: membersOf(request).map((name) => name[0].toLowerCase() + name.slice(1)),
      input: model.shapes[`${operation}Input` as keyof typeof model.shapes] as { members: object; required?: string[] },
    }));
    const unknown = sent.flatMap(({ operation, names, input }) => names.filter((name) => !(name in input.members)).map((name) => `${operation}: ${name}`));
    const missing = sent.flatMap(({ operation, names, input: { required = [] } }) =>
      required.filter((name) => !names.includes(name)).map((name) => `${operation}: ${name}`));
    expect({ unknown, missing }).toEqual({ unknown: [], missing: [] });
  });
});

describe('attributes', () => {
  test('that the construct reads are those that the function answers', () => {
    const stack = everything(RemovalPolicy.RETAIN);
    const membership = newMembership(stack, {}, 'Second');
    const values = [
      membership.membershipArn, membership.collaborationArn, membership.collaborationIdentifier, membership.collaborationName,
      membership.collaborationCreatorAccountId, membership.collaborationCreatorDisplayName, membership.membershipStatus,
      Fn.join('+', membership.membershipAbilities),
    ];
    values.forEach((value, index) => new CfnOutput(stack, `Output${index}`, { value }));
    const text = JSON.stringify(Template.fromStack(stack).toJSON());
    const read = [...text.matchAll(new RegExp(`"Fn::GetAtt":\\["${logicalIdOf(membership)}","(\\w+)"\\]`, 'g'))].map(([, name]) => name);
    const [answered] = declarationsOf('private/membership-contract').filter(({ name }) => name === 'MembershipAttributeValues');
    expect([...new Set(read)].sort()).toEqual(answered.members.map(({ name }) => name).sort());
  });
});

describe('properties', () => {
  test('of Custom::CleanRoomsReplacementGuard are those of the contract', () => {
    const stack = newStack(ENV);
    newCollaboration(stack);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('Custom::CleanRoomsReplacementGuard')) as { Properties: object }[];
    const [contract] = declarationsOf('private/replacement-guard-contract').filter(({ name }) => name === 'ReplacementGuardProperties');
    expect(Object.keys(Properties).filter((key) => !['ServiceToken', 'ServiceTimeout'].includes(key)).sort()).toEqual(contract.members.map(({ name }) => name).sort());
  });

  test.each([['Custom::CleanRoomsMembership', 'MembershipProperties'], ['Custom::CleanRoomsResultConfiguration', 'ResultConfigurationProperties']])(
    'of %s are none but those of the contract', (type, contract) => {
      const declared = declarationsOf('private/membership-contract');
      const keys = [contract, 'ResultConfigurations'].flatMap((name) => declared.filter((each) => each.name === name).flatMap(({ members }) => members));
      const [{ Properties }] = Object.values(Template.fromStack(everything(RemovalPolicy.DESTROY)).findResources(type)) as { Properties: object }[];
      const own = Object.keys(Properties).filter((key) => !['ServiceToken', 'ServiceTimeout'].includes(key));
      expect(own.filter((key) => !keys.some(({ name }) => name === key))).toEqual([]);
      expect(keys.filter(({ isOptional, name }) => !isOptional && !own.includes(name)).map(({ name }) => name)).toEqual([]);
    });
});
