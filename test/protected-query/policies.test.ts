import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, IBucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DefaultResultConfiguration, Membership, ProtectedQuery, ProtectedQueryOutput, ResultFormat } from '../../src';
import { DeployedStack } from '../support/deployed-stack';
import { isAllowed, judge, mayCall, Request, Row, Statement } from '../support/iam';
import { ACCOUNT, ENV, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, PARTNER_ARN, REGION, warningsOf } from '../support/membership-app';
import { machineFor, newScheduled } from '../support/query-app';

/** The roles of the query path, judged as IAM would judge them. */

const membershipArn = (identifier: string, account = ACCOUNT, region = REGION) => `arn:aws:cleanrooms:${region}:${account}:membership/${identifier}`;
const SECOND_ARN = membershipArn('e1b2c3d4-5678-90ab-cdef-111122223333');
const OTHER_ARN = membershipArn('d1b2c3d4-5678-90ab-cdef-111122223333');

const stack = defineStack();
const app = new DeployedStack(stack);
const nightly = app.rights('NightlyStateMachineRole');
const hourly = app.rights('HourlyStateMachineRole');
const dispatcher = app.rights('CleanRoomsQueryDispatcherStateMachineRole');
const canceller = app.rights('CleanRoomsQueryCancellerStateMachineRole');
const finder = app.rights('CleanRoomsQueryFinderStateMachineRole');
const scheduler = app.rights('SchedulerRoleForTarget');
const rule = app.rights('CleanRoomsQueryCancellerStateMachineEventsRole');

/** A query with an output of its own, one by the member's default in another membership, and a machine that is none of ours. */
function defineStack(): Stack {
  const scope = newStack(ENV);
  const results = new Bucket(scope, 'Results', { bucketName: 'results' });
  const membership = newMembership(scope, { defaultResultConfiguration: DefaultResultConfiguration.s3(results, { resultFormat: ResultFormat.CSV }) });
  const elsewhere = new Bucket(scope, 'Elsewhere', { bucketName: 'elsewhere', encryption: BucketEncryption.KMS });
  newScheduled(scope, {
    membership,
    query: ProtectedQuery.sql('SELECT 1', { output: ProtectedQueryOutput.s3(elsewhere, { resultFormat: ResultFormat.CSV, keyPrefix: 'nightly' }) }),
    encryptionKey: new Key(scope, 'Key'),
  });
  const grants = newScheduled(scope, {
    membership: Membership.fromMembershipArn(scope, 'Second', SECOND_ARN), schedule: ScheduleExpression.rate(Duration.hours(1)),
  }, 'Hourly').grants;
  grants.startExecution(new Role(scope, 'Starter', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  grants.stopExecution(new Role(scope, 'Stopper', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  new StateMachine(scope, 'Theirs', { definitionBody: DefinitionBody.fromChainable(new Pass(scope, 'Pass')) });
  return scope;
}

const machineArn = (logicalId: string) => app.arn(logicalId, 'AWS::StepFunctions::StateMachine');
const executionArn = (logicalId: string) => `${machineArn(logicalId).replace(':stateMachine:', ':execution:')}:20261122T030000Z`;
const on = (service: string, action: string, resource: string, expected: boolean): Row =>
  [`${action} on ${resource}`, { action: `${service}:${action}`, resource }, expected];

const SHARED = ['CleanRoomsQueryDispatcher', 'CleanRoomsQueryCanceller', 'CleanRoomsQueryFinder'];
const MACHINES = ['Nightly', 'Hourly', 'Theirs', ...SHARED];
const RUN = ['GetProtectedQuery', 'StartProtectedQuery', 'UpdateProtectedQuery'];
const LOOK = ['GetProtectedQuery', 'ListProtectedQueries'];
/** It reads a query that it could not cancel. */
const CANCEL = ['GetProtectedQuery', 'UpdateProtectedQuery'];
const QUERY_ACTIONS = [...RUN, 'ListProtectedQueries'];
const OTHER_ACTIONS = [
  'CreateMembership', 'DeleteAnalysisTemplate', 'DeleteMembership', 'GetMembership', 'StartProtectedJob', 'TagResource', 'UpdateMembership',
];

describe.each([
  ['of a schedule', nightly, MEMBERSHIP_ARN, SECOND_ARN],
  ['of another schedule', hourly, SECOND_ARN, MEMBERSHIP_ARN],
  ['of the user\'s own', new DeployedStack(Stack.of(machineFor())).rights('MachineRole'), MEMBERSHIP_ARN, SECOND_ARN],
])('a state machine %s that runs a query', (_whose, rights, own, others) => {
  test('starts, follows and cancels queries of its membership, and of no other', () => {
    for (const action of RUN) {
      judge(rights, [
        on('cleanrooms', action, own, true),
        ...[others, OTHER_ARN, PARTNER_ARN, own.replace(ACCOUNT, PARTNER), own.replace(REGION, 'us-east-1')]
          .map((resource) => on('cleanrooms', action, resource, false)),
      ]);
    }
  });

  test('starts queries that name templates and tables, whoever\'s they are, and does nothing else to those', () => {
    const kinds = ['analysistemplate', 'configuredtableassociation', 'idmappingtable', 'intermediatetable'];
    judge(rights, [PARTNER_ARN, own].flatMap((membership) => kinds.flatMap((kind) => [
      on('cleanrooms', 'StartProtectedQuery', `${membership}/${kind}/x`, true),
      on('cleanrooms', 'UpdateProtectedQuery', `${membership}/${kind}/x`, false),
      on('cleanrooms', 'StartProtectedQuery', `${membership.replace(REGION, 'us-east-1')}/${kind}/x`, false),
    ])));
  });

  test('does nothing else to it', () => {
    judge(rights, [...OTHER_ACTIONS, 'ListProtectedQueries'].map((action) => on('cleanrooms', action, own, false)));
  });

  test('reads the tables and templates of a query, whoever\'s they are', () => {
    judge(rights, [
      on('cleanrooms', 'GetSchema', `arn:aws:cleanrooms:${REGION}:${PARTNER}:collaboration/x/schema/y`, true),
      on('cleanrooms', 'GetCollaborationAnalysisTemplate', `${PARTNER_ARN}/analysistemplate/x`, true),
    ]);
  });

  test('passes no role, and starts no execution', () => {
    const roles = [`arn:aws:iam::${ACCOUNT}:role/Admin`, app.arn('MembershipResultWriterRole', 'AWS::IAM::Role')];
    judge(rights, [
      ...roles.map((resource): Row => ['pass', { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'cleanrooms.amazonaws.com' } }, false]),
      ...MACHINES.map((id) => on('states', 'StartExecution', machineArn(id), false)),
    ]);
  });
});

describe('results', () => {
  const via = (action: string, resource: string, services?: string[], owner = ACCOUNT): Request =>
    ({ action, resource, context: { 'aws:ResourceAccount': owner, ...services && { 'aws:CalledVia': services } } });
  const CLEAN_ROOMS = ['cleanrooms.amazonaws.com'];
  const OBJECT = 'arn:aws:s3:::elsewhere/nightly/part-0.csv';
  const key = app.arn('ElsewhereKey', 'AWS::KMS::Key');

  test('of an output of the query\'s own are written below its prefix, by Clean Rooms alone', () => {
    judge(nightly, [
      ['below the prefix', via('s3:PutObject', OBJECT, CLEAN_ROOMS), true],
      ['look at the bucket', via('s3:ListBucket', 'arn:aws:s3:::elsewhere', CLEAN_ROOMS), true],
      ['use its key', via('kms:GenerateDataKey', key, CLEAN_ROOMS), true],
      ['find the bucket, for which the service does not go through itself', via('s3:GetBucketLocation', 'arn:aws:s3:::elsewhere'), true],
      ['find a bucket of that name that somebody else owns', via('s3:GetBucketLocation', 'arn:aws:s3:::elsewhere', CLEAN_ROOMS, PARTNER), false],
      ['look at the bucket by itself', via('s3:ListBucket', 'arn:aws:s3:::elsewhere'), false],
      ['by itself', via('s3:PutObject', OBJECT), false],
      ['use its key by itself', via('kms:GenerateDataKey', key), false],
      ['through another service', via('s3:PutObject', OBJECT, ['athena.amazonaws.com']), false],
      ['beside the prefix', via('s3:PutObject', 'arn:aws:s3:::elsewhere/nightly-2/x', CLEAN_ROOMS), false],
      ['another bucket', via('s3:PutObject', 'arn:aws:s3:::results/nightly/x', CLEAN_ROOMS), false],
      ['a bucket of that name that somebody else owns', via('s3:PutObject', OBJECT, CLEAN_ROOMS, PARTNER), false],
      ['read', via('s3:GetObject', OBJECT, CLEAN_ROOMS), false],
      ['delete', via('s3:DeleteObject', OBJECT, CLEAN_ROOMS), false],
    ]);
  });

  test('by the member\'s default need no right to the bucket', () => {
    for (const bucket of ['results', 'elsewhere']) {
      judge(hourly, ['s3:PutObject', 's3:GetObject', 's3:ListBucket', 's3:GetBucketLocation'].map((action): Row =>
        [action, via(action, `arn:aws:s3:::${bucket}${/Object/.test(action) ? '/nightly/x' : ''}`, CLEAN_ROOMS), false]));
    }
  });
});

describe('results of an output in another account\'s bucket', () => {
  const CLEAN_ROOMS = { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] };
  const LOCATE: Request = { action: 's3:GetBucketLocation', resource: 'arn:aws:s3:::theirs' };
  const PUT: Request = { action: 's3:PutObject', resource: 'arn:aws:s3:::theirs/nightly/x', context: CLEAN_ROOMS };
  const output = (bucket: IBucket) => ProtectedQuery.sql('SELECT 1', { output: ProtectedQueryOutput.s3(bucket, { resultFormat: ResultFormat.CSV, keyPrefix: 'nightly' }) });

  test('are written as its policy and the state machine\'s role say, through Clean Rooms alone', () => {
    const root = new App();
    const there = new Stack(root, 'There', { env: { account: PARTNER, region: REGION } });
    const here = new Stack(root, 'Stack', { env: ENV });
    newScheduled(here, { query: output(new Bucket(there, 'Bucket', { bucketName: 'theirs', encryptionKey: new Key(there, 'Key') })) });
    const theirs = new DeployedStack(there);
    const mine = new DeployedStack(here, [theirs]);
    const role = mine.arn('NightlyStateMachineRole', 'AWS::IAM::Role');
    const sides = { role, identity: mine.rights('NightlyStateMachineRole'), resource: theirs.resourcePolicies(), owner: PARTNER };
    expect([LOCATE, PUT, { ...PUT, context: {} }, { ...PUT, resource: 'arn:aws:s3:::theirs/x' }].map((request) => mayCall(sides, request)))
      .toEqual([true, true, false, false]);
    const key = { action: 'kms:GenerateDataKey', resource: '*', principal: { type: 'AWS', value: `arn:aws:iam::${ACCOUNT}:root` } };
    judge(sides.resource, [['the key, through Clean Rooms', { ...key, context: CLEAN_ROOMS }, true], ['the key, by itself', key, false]]);
    expect(mayCall({ ...sides, role: role.replace(ACCOUNT, '999999999999') }, PUT)).toBe(false);
  });

  test('in one that the app does not own are warned about, with the statements to add', () => {
    const here = newStack(ENV);
    newScheduled(here, { query: output(Bucket.fromBucketAttributes(here, 'Theirs', { bucketName: 'theirs', account: PARTNER })) });
    const statements = warningsOf(here).filter((warning) => warning.endsWith('[ack: cdk-cleanrooms:runProtectedQuery.resourcePolicy]'))
      .map((warning) => JSON.parse(/\{.*\}/.exec(warning)?.[0] ?? '') as Statement);
    const mine = new DeployedStack(here);
    const role = mine.arn('NightlyStateMachineRole', 'AWS::IAM::Role');
    const sides = { role, identity: mine.rights('NightlyStateMachineRole'), resource: statements, owner: PARTNER };
    expect([LOCATE, PUT].map((request) => mayCall(sides, request))).toEqual([true, true]);
    expect([LOCATE, PUT].map((request) => mayCall({ ...sides, resource: [] }, request))).toEqual([false, false]);
  });
});

test('an encrypted state machine uses its key for itself alone', () => {
  const use = (action: string, machine: string): Row => [`${action} for ${machine}`, {
    action, resource: app.arn('Key', 'AWS::KMS::Key'), context: { 'kms:EncryptionContext:aws:states:stateMachineArn': machineArn(machine) },
  }, machine === 'Nightly'];
  judge(nightly, ['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action) => ['Nightly', 'Hourly', 'Theirs'].map((machine) => use(action, machine))));
});

describe('the dispatcher', () => {
  test('starts and lists the state machines of the app\'s queries, and no others', () => {
    for (const action of ['StartExecution', 'ListExecutions']) {
      judge(dispatcher, MACHINES.map((id) => on('states', action, machineArn(id), ['Nightly', 'Hourly'].includes(id))));
      judge(dispatcher, [on('states', action, machineArn('Nightly').replace(ACCOUNT, PARTNER), false)]);
    }
  });

  test('counts in the namespace of scheduled queries, and in no other', () => {
    const count = (namespace: string) => ({ action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': namespace } });
    judge(dispatcher, [
      ['its own', count('CleanRooms/ScheduledProtectedQuery'), true],
      ['another', count('CleanRooms'), false],
      ['that of an app', count('Orders'), false],
    ]);
  });

  test('stops none, and has nothing to do with queries', () => {
    judge(dispatcher, [
      on('states', 'StopExecution', executionArn('Nightly'), false),
      ...[...QUERY_ACTIONS, ...OTHER_ACTIONS].map((action) => on('cleanrooms', action, MEMBERSHIP_ARN, false)),
      on('iam', 'PassRole', app.arn('NightlyStateMachineRole', 'AWS::IAM::Role'), false),
    ]);
  });
});

describe.each([
  ['the canceller', canceller, CANCEL, 'cancels'],
  ['the finder', finder, LOOK, 'looks up'],
])('%s', (who, rights, own, does) => {
  test(`${does} in the memberships of the app's queries, and in no other`, () => {
    for (const action of own) {
      judge(rights, [
        ...[MEMBERSHIP_ARN, SECOND_ARN].map((resource) => on('cleanrooms', action, resource, true)),
        ...[OTHER_ARN, PARTNER_ARN].map((resource) => on('cleanrooms', action, resource, false)),
      ]);
    }
  });

  test('starts none there, and does nothing else', () => {
    const others = [...QUERY_ACTIONS, ...OTHER_ACTIONS].filter((action) => !own.includes(action));
    judge(rights, others.map((action) => on('cleanrooms', action, MEMBERSHIP_ARN, false)));
  });

  test('reads the executions of the app\'s queries, and starts and stops none', () => {
    judge(rights, [
      ...MACHINES.map((id) => on('states', 'GetExecutionHistory', executionArn(id), ['Nightly', 'Hourly'].includes(id))),
      ...MACHINES.map((id) => on('states', 'ListExecutions', machineArn(id), who === 'the finder' && ['Nightly', 'Hourly'].includes(id))),
      ...MACHINES.flatMap((id) => [on('states', 'StartExecution', machineArn(id), false), on('states', 'StopExecution', executionArn(id), false)]),
    ]);
  });

  test('decrypts with the key of an execution, and with no other', () => {
    const key = app.arn('Key', 'AWS::KMS::Key');
    const use = (action: string, resource: string, machine: string): Request =>
      ({ action, resource, context: { 'kms:EncryptionContext:aws:states:stateMachineArn': machineArn(machine) } });
    judge(rights, [
      ['what an execution is encrypted with', use('kms:Decrypt', key, 'Nightly'), true],
      ['something else of that key', { action: 'kms:Decrypt', resource: key }, false],
      ['another key', use('kms:Decrypt', app.arn('ElsewhereKey', 'AWS::KMS::Key'), 'Nightly'), false],
      ['encrypt', use('kms:GenerateDataKey', key, 'Nightly'), false],
    ]);
  });
});

describe('who calls them', () => {
  const startable = (rights: typeof nightly) => MACHINES.filter((id) => isAllowed(rights, { action: 'states:StartExecution', resource: machineArn(id) }));

  test('the finder is asked by those who run queries and by the canceller, and by nobody else', () => {
    const asks = (rights: typeof nightly) => MACHINES.filter((id) => isAllowed(rights, { action: 'states:StartSyncExecution', resource: machineArn(id) }));
    for (const rights of [nightly, hourly, canceller]) expect(asks(rights)).toEqual(['CleanRoomsQueryFinder']);
    for (const rights of [dispatcher, finder, scheduler, rule]) expect(asks(rights)).toEqual([]);
  });

  test('the scheduler starts the dispatcher, and nothing else', () => {
    expect(startable(scheduler)).toEqual(['CleanRoomsQueryDispatcher']);
    expect(scheduler.flatMap(({ Action }) => Action)).toEqual(['states:StartExecution']);
  });

  test('the rules on stopped executions start the canceller, and nothing else', () => {
    expect(startable(rule)).toEqual(['CleanRoomsQueryCanceller']);
    expect(rule.flatMap(({ Action }) => Action)).toEqual(['states:StartExecution']);
  });

  test('grants reach the one state machine', () => {
    expect(startable(app.rights('Starter'))).toEqual(['Hourly']);
    judge(app.rights('Stopper'), MACHINES.map((id) => on('states', 'StopExecution', executionArn(id), id === 'Hourly')));
  });

  test('each role is assumed by its service alone, for this account alone', () => {
    const assume = (value: string, source: string, account = ACCOUNT): Request => ({
      action: 'sts:AssumeRole',
      principal: { type: 'Service', value },
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': source.replace(ACCOUNT, account) },
    });
    for (const machine of ['Nightly', ...SHARED]) {
      judge(app.trust(`${machine}StateMachineRole`), [
        ['Step Functions', assume('states.amazonaws.com', machineArn(machine)), true],
        ['Step Functions for another account', assume('states.amazonaws.com', machineArn(machine), PARTNER), false],
        ['Clean Rooms', assume('cleanrooms.amazonaws.com', machineArn(machine)), false],
      ]);
    }
    const group = app.arn('CleanRoomsQueryScheduleGroup', 'AWS::Scheduler::ScheduleGroup');
    judge(app.trust('SchedulerRoleForTarget'), [
      ['the scheduler', assume('scheduler.amazonaws.com', group), true],
      ['the scheduler for another account', assume('scheduler.amazonaws.com', group, PARTNER), false],
      ['the scheduler for a schedule of another group', assume('scheduler.amazonaws.com', group.replace(/[^/]*$/, 'default')), false],
      ['Step Functions', assume('states.amazonaws.com', group), false],
    ]);
  });
});

test('rights on everything are those that have no resource level, and those on what partners share', () => {
  const actionsOnEverything = (rights: typeof nightly) => new Set(rights.filter(({ Resource }) => [Resource].flat().includes('*'))
    .flatMap(({ Action }) => Action).filter((action) => !/^(logs|xray):/.test(action)));
  expect(actionsOnEverything(nightly)).toEqual(new Set(['cleanrooms:GetCollaborationAnalysisTemplate', 'cleanrooms:GetSchema']));
  expect(actionsOnEverything(dispatcher)).toEqual(new Set(['cloudwatch:PutMetricData']));
  for (const rights of [canceller, finder, scheduler, rule]) expect(actionsOnEverything(rights)).toEqual(new Set());
});
