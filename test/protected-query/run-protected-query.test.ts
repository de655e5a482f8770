import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice, Condition, DefinitionBody, IChainable, Parallel, Pass, QueryLanguage, StateMachine, StateMachineFragment, Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { containersOf, State, StateContainer } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Construct } from 'constructs';
import { DefaultResultConfiguration, ProtectedQuery, ProtectedQueryOutput, QueryParameter, ResultFormat, RunProtectedQuery, RunProtectedQueryProps } from '../../src';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, logicalIdOf, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, resourcesOf, TemplateResource, warningsOf } from '../support/membership-app';
import { importedMembership, machineFor, newRun, partnerTemplate, refusalOf, run, started, synthesizedFor } from '../support/query-app';

function machineOf(stack: Stack, body: IChainable, queryLanguage = QueryLanguage.JSONATA): StateMachine {
  return new StateMachine(stack, 'Machine', { queryLanguage, definitionBody: DefinitionBody.fromChainable(body) });
}

const sql = (text: string) => ({ query: ProtectedQuery.sql(text) });
const csv = { resultFormat: ResultFormat.CSV };

describe('durations that are refused', () => {
  const refusal = (props: Partial<RunProtectedQueryProps>) => refusalOf(() => newRun(newStack(ENV), props));

  test.each<[string, Partial<RunProtectedQueryProps>, string]>([
    ['a short timeout', { timeout: Duration.seconds(59) }, '`timeout` must be 60 seconds to 24 hours, got \'59 seconds\': choose another duration'],
    ['a long timeout', { timeout: Duration.seconds(86_401) }, '`timeout` must be 60 seconds to 24 hours, got \'1 day 1 second\': choose another duration'],
    ['parts of a second', { timeout: Duration.millis(500) }, '`timeout` must be 60 seconds to 24 hours, got \'500 millis\': choose another duration'],
    ['a timeout with parts of a second', { timeout: Duration.seconds(90.5) }, '`timeout` must be whole seconds, got \'90.5 seconds\': round it'],
    ['a queue with parts of a second', { maxQueueTime: Duration.millis(500) }, '`maxQueueTime` must be whole seconds, got \'0.5 seconds\': round it'],
    ['a long queue', { maxQueueTime: Duration.hours(25) }, '`maxQueueTime` must be 0 seconds to 24 hours, got \'1 day 1 hour\': choose another duration'],
    ['a timeout that is known when deployed', { timeout: Duration.seconds(Lazy.number({ produce: () => 60 })) },
      '`timeout` must be known when the app is synthesized, got \'a token\': write the duration out'],
    ['a queue that is known when deployed', { maxQueueTime: Duration.minutes(Lazy.number({ produce: () => 60 })) },
      '`maxQueueTime` must be known when the app is synthesized, got \'a token\': write the duration out'],
  ])('%s', (_what, props, message) => {
    expect(refusal(props)).toBe(message);
  });

  test('but not those at the limits', () => {
    expect(refusal({ timeout: Duration.minutes(1), maxQueueTime: Duration.seconds(0) })).toBe('accepted');
    expect(refusal({ timeout: Duration.hours(24), maxQueueTime: Duration.hours(24) })).toBe('accepted');
  });
});

describe('a timeout of more than 12 hours', () => {
  const warnings = (timeout: Duration, output?: (bucket: IBucket) => ProtectedQueryOutput) => {
    const stack = newStack(ENV);
    newRun(stack, { timeout, query: ProtectedQuery.sql('SELECT 1', { output: output?.(new Bucket(stack, 'Bucket')) }) });
    return warningsOf(stack);
  };
  const { distribute, member, s3 } = ProtectedQueryOutput;

  test.each<[string, (bucket: IBucket) => ProtectedQueryOutput]>([
    ['a bucket', (bucket) => s3(bucket, csv)],
    ['a distribution with a bucket', (bucket) => distribute([member(PARTNER), s3(bucket, csv)])],
  ])('is warned of where results go to %s, without a role', (_what, output) => {
    expect(warnings(Duration.minutes(721), output)).toEqual([
      '`timeout` exceeds 12 hours, after which the service delivers results only where a role writes them: ' +
      'use a default result configuration with a role, or shorten the timeout [ack: cdk-cleanrooms:runProtectedQuery.timeoutWithoutRole]',
    ]);
    expect(warnings(Duration.hours(12), output)).toEqual([]);
  });

  test.each<[string, (bucket: IBucket) => DefaultResultConfiguration, number]>([
    ['without a role is', (bucket) => DefaultResultConfiguration.s3WithoutRole(bucket, csv), 1],
    ['with a role is not', (bucket) => DefaultResultConfiguration.s3(bucket, csv), 0],
  ])('by the default of a membership of this app %s', (_what, configuration, count) => {
    const stack = newStack(ENV);
    const membership = newMembership(stack, { defaultResultConfiguration: configuration(new Bucket(stack, 'Bucket')) });
    newRun(stack, { membership, timeout: Duration.hours(13) });
    newRun(stack, { membership, timeout: Duration.hours(13), query: ProtectedQuery.sql('SELECT 1', { output: member(PARTNER) }) }, 'Elsewhere');
    expect(warningsOf(stack).filter((warning) => warning.includes('`timeout` exceeds 12 hours'))).toHaveLength(count);
  });

  test('is not where they go by a configuration of a member', () => {
    expect(warnings(Duration.hours(24))).toEqual([]);
    expect(warnings(Duration.hours(24), () => distribute([member(PARTNER)]))).toEqual([]);
  });
});

describe('the role that runs it', () => {
  const policyOf = (stack: Stack) => resourcesOf(stack, 'AWS::IAM::Policy').find(({ Properties }) => JSON.stringify(Properties.Roles).includes('"MachineRole'));
  const statementsOf = (stack: Stack) => (policyOf(stack)?.Properties.PolicyDocument as { Statement: object[] }).Statement;
  const own = (membership: unknown) => [
    {
      Effect: 'Allow',
      Action: ['cleanrooms:GetProtectedQuery', 'cleanrooms:StartProtectedQuery', 'cleanrooms:UpdateProtectedQuery'],
      Resource: membership,
    },
    { Effect: 'Allow', Action: 'cleanrooms:StartProtectedQuery', Resource: [{}, {}, {}, {}] },
    { Effect: 'Allow', Action: 'states:StartSyncExecution', Resource: { Ref: expect.stringMatching(/^CleanRoomsQueryFinderStateMachine/) as string } },
    { Effect: 'Allow', Action: ['cleanrooms:GetCollaborationAnalysisTemplate', 'cleanrooms:GetSchema'], Resource: '*' },
  ];
  const inAnyOrder = (statements: object[]) => statements.map((statement) => JSON.stringify(statement, Object.keys(statement).sort())).sort();
  const parts = (statement: object) => JSON.parse(JSON.stringify(statement)) as { Action: string | string[]; Resource: unknown; Condition?: object };

  test('may do what a query needs, in its membership', () => {
    const stack = newStack(ENV);
    machineFor({}, stack);
    expect(inAnyOrder(statementsOf(stack))).toEqual(inAnyOrder(own(MEMBERSHIP_ARN)));
  });

  test.each<[string, (stack: Stack) => CfnMembership | ReturnType<typeof newMembership>]>([
    ['of this app', newMembership],
    ['of the native type', (stack) => new CfnMembership(stack, 'Membership', { collaborationIdentifier: 'x', queryLogStatus: 'ENABLED' })],
  ])('in a membership %s', (_what, membership) => {
    const stack = newStack(ENV);
    const resource = membership(stack);
    machineFor({ membership: resource }, stack);
    const policy = resourcesOf(stack, 'AWS::IAM::Policy').find(({ Properties }) => JSON.stringify(Properties).includes('StartProtectedQuery'));
    const logicalId = resource instanceof CfnMembership ? 'Membership' : logicalIdOf(resource);
    expect(inAnyOrder((policy?.Properties.PolicyDocument as { Statement: object[] }).Statement))
      .toEqual(inAnyOrder(own({ 'Fn::GetAtt': [logicalId, 'Arn'] })));
  });

  test('writes results of its own output, below the prefix and through the service only', () => {
    const stack = newStack(ENV);
    const bucket = Bucket.fromBucketName(stack, 'Bucket', 'results');
    machineFor({ query: ProtectedQuery.sql('SELECT 1', { output: ProtectedQueryOutput.s3(bucket, { ...csv, keyPrefix: 'a*b/' }) }) }, stack);
    const viaService = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] }, 'StringEquals': { 'aws:ResourceAccount': ENV.account } };
    const statements = statementsOf(stack).map(parts).filter((statement) => JSON.stringify(statement).includes('s3:'));
    const arn = (path: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::results${path}`]] });
    expect(statements).toEqual([
      { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: arn(''), Condition: { StringEquals: viaService.StringEquals } },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn(''), Condition: viaService },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: arn('/a${*}b/*'), Condition: viaService },
    ]);
    expect(statementsOf(stack)).toHaveLength(own('').length + 3);
  });

  test('writes results of a membership whose default has no role in the same way', () => {
    const stack = newStack(ENV);
    const defaultResultConfiguration = DefaultResultConfiguration.s3WithoutRole(Bucket.fromBucketName(stack, 'Bucket', 'results'), { ...csv, keyPrefix: 'a' });
    machineFor({ membership: newMembership(stack, { defaultResultConfiguration }) }, stack);
    const policy = resourcesOf(stack, 'AWS::IAM::Policy').map(({ Properties }) => JSON.stringify(Properties)).find((text) => text.includes('StartProtectedQuery'));
    expect(policy).toContain('"Action":"s3:PutObject"');
    expect(policy).toContain(':s3:::results/a/*');
  });

  test('uses the key of the bucket in the same way', () => {
    const stack = newStack(ENV);
    const bucket = new Bucket(stack, 'Bucket', { encryption: BucketEncryption.KMS, encryptionKey: new Key(stack, 'Key') });
    const output = ProtectedQueryOutput.distribute([ProtectedQueryOutput.member(PARTNER), ProtectedQueryOutput.s3(bucket, csv)]);
    machineFor({ query: ProtectedQuery.sql('SELECT 1', { output }) }, stack);
    const [key] = statementsOf(stack).map(parts).filter((statement) => JSON.stringify(statement).includes('kms:'));
    expect(key).toMatchObject({
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      Resource: { 'Fn::GetAtt': [logicalIdOf(bucket.encryptionKey as Key), 'Arn'] },
      Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] } },
    });
  });

  test('has no right to a bucket that a member configured', () => {
    const stack = newStack(ENV);
    machineFor({ query: ProtectedQuery.sql('SELECT 1', { output: ProtectedQueryOutput.member(PARTNER) }) }, stack);
    expect(JSON.stringify(statementsOf(stack))).not.toMatch(/s3:|kms:|iam:/);
  });
});

describe('in a state machine of somebody else\'s', () => {
  const publish = (stack: Stack) => Pass.jsonata(stack, 'Publish', { outputs: { published: '{% $states.input.queryId %}' } });
  const ids = ['00000001', '00000002'].map((first) => `${first}-0000-4000-8000-000000000000`);

  test('its output is the next state\'s input', async () => {
    const stack = newStack(ENV);
    const machine = machineOf(stack, newRun(stack).next(publish(stack)));
    expect((await run(machine, new FakeProtectedQueries())).output).toEqual({ published: ids[0] });
  });

  test('it takes what comes from the state before it, and looks at the execution\'s input only', async () => {
    const stack = newStack(ENV);
    const before = Pass.jsonata(stack, 'Before', { outputs: '{% "text" %}' });
    expect(await run(machineOf(stack, before.next(newRun(stack))), new FakeProtectedQueries())).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('two run one after the other', async () => {
    const stack = newStack(ENV);
    const machine = machineOf(stack, newRun(stack, sql('A'), 'A').next(newRun(stack, sql('B'), 'B')));
    const fake = new FakeProtectedQueries();
    expect((await run(machine, fake)).output).toMatchObject({ queryId: ids[1] });
    expect(started(fake).map(({ SqlParameters }) => SqlParameters)).toEqual([{ QueryString: 'A' }, { QueryString: 'B' }]);
  });

  test('one is wrapped into a single state once', () => {
    const stack = newStack(ENV);
    const only = newRun(stack, sql('A'), 'A');
    only.toSingleState();
    expect(() => only.toSingleState()).toThrow(
      'Stack/A: `toSingleState` must be called once, got \'a second call\': keep what the first call returned, or make another RunProtectedQuery');
  });

  test('one that was late does not make the next one late', async () => {
    const stack = newStack(ENV);
    const first = newRun(stack, { ...sql('A'), timeout: Duration.minutes(1) }, 'A').toSingleState();
    const second = newRun(stack, sql('B'), 'B');
    first.addCatch(second, { errors: ['ProtectedQuery.TimedOut'] });
    const fake = new FakeProtectedQueries({ course: (index) => (index === 0 ? { seconds: 600 } : { seconds: 600, ending: 'CANCELLED' }) });
    expect(await run(machineOf(stack, first.next(second)), fake)).toMatchObject({ error: 'ProtectedQuery.Cancelled' });
  });

  test('it can run again, and remembers nothing of the time before', async () => {
    const stack = newStack(ENV);
    const fragment = newRun(stack, { timeout: Duration.minutes(10) });
    const again = Choice.jsonata(stack, 'Again?')
      .when(Condition.jsonata('{% $states.input.durationMillis > 600000 %}'), fragment.startState)
      .otherwise(new Succeed(stack, 'Done'));
    // The first query ends while it is to be cancelled; somebody cancels the second.
    const fake = new FakeProtectedQueries({
      course: (index) => (index === 0 ? { seconds: 605 } : { ending: 'CANCELLED' }),
      fault: ({ action, at }) => (action === 'getProtectedQuery' && at === Date.parse('2026-01-01T00:10:00Z') ? { seconds: 10 } : undefined),
    });
    expect(await run(machineOf(stack, fragment.next(again)), fake)).toMatchObject({ error: 'ProtectedQuery.Cancelled' });
    expect(fake.callsOf('updateProtectedQuery')).toHaveLength(1);
  });

  test('two run side by side, each for itself', async () => {
    const stack = newStack(ENV);
    const both = Parallel.jsonata(stack, 'Both').branch(newRun(stack, sql('A'), 'A'), newRun(stack, sql('B'), 'B'));
    const fake = new FakeProtectedQueries({ course: (index) => ({ seconds: 100 * (index + 1) }) });
    const { output } = await run(machineOf(stack, both), fake);
    expect(output).toMatchObject([{ queryId: ids[0], durationMillis: 100_000 }, { queryId: ids[1], durationMillis: 200_000 }]);
  });

  test('as a single state its errors can be caught', async () => {
    const stack = newStack(ENV);
    const caught = (name: string) => Pass.jsonata(stack, name, { outputs: { caught: name, cause: '{% $states.input.Cause %}' } });
    const single = newRun(stack).toSingleState()
      .addCatch(caught('failed'), { errors: ['ProtectedQuery.Failed'] })
      .addCatch(caught('refused'), { errors: ['States.ALL'] });
    const machine = machineOf(stack, single.next(new Succeed(stack, 'Done')));
    expect((await run(machine, new FakeProtectedQueries())).output).toMatchObject([{ status: 'SUCCESS' }]);
    const failing = new FakeProtectedQueries({ course: () => ({ ending: 'FAILED', error: { Code: 'C', Message: 'M' } }) });
    expect((await run(machine, failing)).output).toMatchObject({ caught: 'failed', cause: `query ${ids[0]} failed: C: M` });
    const refused = new FakeProtectedQueries().failNext('startProtectedQuery', { error: 'ValidationException' });
    expect((await run(machine, refused)).output).toMatchObject({ caught: 'refused' });
  });

  test('it fits into a machine of JSONPath', () => {
    const stack = newStack(ENV);
    const before = Pass.jsonPath(stack, 'Before', { resultPath: '$.before' });
    const machine = machineOf(stack, before.next(newRun(stack)).next(Pass.jsonPath(stack, 'After')), QueryLanguage.JSON_PATH);
    // Judged by the independent validator; every state of the fragment says that it is of JSONata.
    const { States } = JSON.parse(definitionText(stack)) as { States: { [name: string]: State } };
    const languages = Object.entries(States).map(([name, { QueryLanguage: language }]) => [name.startsWith('Overlap: '), language]);
    expect(new Set(languages.map((entry) => entry.join()))).toEqual(new Set(['false,', 'true,JSONata']));
    expect(machine.node.id).toBe('Machine');
  });

  test('and in one of JSONPath it runs', async () => {
    const stack = newStack(ENV);
    const before = Pass.jsonPath(stack, 'Before', { resultPath: '$.before' });
    const after = Pass.jsonPath(stack, 'After', { parameters: { 'told.$': "States.Format('{} it is', $.status)" } });
    const machine = machineOf(stack, before.next(newRun(stack)).next(after), QueryLanguage.JSON_PATH);
    expect((await run(machine, new FakeProtectedQueries())).output).toEqual({ told: 'SUCCESS it is' });
  });
});

/** The user's own, not the library's. */
function machineIn(stack: Stack): TemplateResource {
  const [found, ...others] = resourcesOf(stack, 'AWS::StepFunctions::StateMachine').filter(({ Properties }) => Properties.StateMachineType !== 'EXPRESS');
  expect(others).toEqual([]);
  return found;
}

function definitionText(stack: Stack): string {
  const { 'Fn::Join': [, pieces] } = machineIn(stack).Properties.DefinitionString as { 'Fn::Join': [string, unknown[]] };
  return pieces.map((piece) => (typeof piece === 'string' ? piece : 'aws')).join('');
}

/** The names of all states, those in branches included. */
function statesIn({ States }: StateContainer): string[] {
  return Object.entries(States).flatMap(([name, state]) => [name, ...containersOf(state).flatMap(statesIn)]);
}

describe('the names of its states', () => {
  const namesOf = (machine: StateMachine) => Object.keys(synthesizedFor(machine).definition(machine).States);

  test('begin with its id', () => {
    const names = namesOf(machineFor());
    expect(names.filter((name) => !name.startsWith('Overlap: '))).toEqual([]);
    expect(names).toContain('Overlap: Start query');
  });

  test.each<[string, (fragment: StateMachineFragment) => IChainable]>([['as it is', (fragment) => fragment], ['as a single state', (fragment) => fragment.toSingleState()]])(
    'are 80 characters at most, %s', (_what, chainable) => {
      const stack = newStack(ENV);
      const id = 'An overlap of a very long name which is quite as long as a construct\'s id can get in an app';
      const fragment = newRun(stack, {}, id.slice(0, 79));
      machineOf(stack, chainable(fragment));
      const names = statesIn(JSON.parse(definitionText(stack)) as StateContainer);
      expect(names.length).toBeGreaterThan(15);
      expect(names.filter((name) => name.length > 80)).toEqual([]);
    });

  test('tell of one check for all dates of the scheduled time', () => {
    const stack = newStack(ENV);
    const parameters = { since: QueryParameter.scheduledDate({ ago: Duration.days(7) }), until: QueryParameter.scheduledDate() };
    const query = ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), { parameters });
    expect(namesOf(machineFor({ query }, stack)).filter((name) => name.includes('Invalid input'))).toEqual(['Overlap: Invalid input 1']);
  });

  test('are unique also where ids differ in characters that no variable can have', async () => {
    const stack = newStack(ENV);
    const machine = machineOf(stack, newRun(stack, sql('A'), 'A-1').next(newRun(stack, sql('B'), 'A 1')));
    const fake = new FakeProtectedQueries();
    expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.queries).toHaveLength(2);
  });

  test('can be prefixed where ids repeat', async () => {
    const stack = newStack(ENV);
    const [first, second] = ['East', 'West'].map((id) => new RunProtectedQuery(new Construct(stack, id), 'Query', {
      membership: importedMembership(stack, `${id}Membership`), ...sql(id),
    }).prefixStates(`${id} `));
    const names = namesOf(machineOf(stack, first.next(second)));
    expect(names).toEqual(expect.arrayContaining(['East Query: Wait', 'West Query: Wait']));
  });
});
