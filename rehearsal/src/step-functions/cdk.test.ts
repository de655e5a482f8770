import { App, aws_scheduler as scheduler, aws_scheduler_targets as targets, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { loadDefinition, stateMachinesOf } from './definition';
import { StateError } from './errors';
import { requireValidAsl } from './fixtures/try-machine';
import { JsonObject, JsonValue } from './json';
import { LocalStepFunctions, ServiceHandler } from './runner';
import { LocalSchedule } from './scheduler';

const ARN_OF: Record<string, string> = {
  Query: 'arn:aws:states:us-east-1:111122223333:stateMachine:Query',
  Dispatcher: 'arn:aws:states:us-east-1:111122223333:stateMachine:Dispatcher',
};

function resolve(intrinsic: JsonObject): JsonValue {
  if (intrinsic.Ref === 'AWS::Partition') return 'aws';
  const [attribute] = (intrinsic['Fn::GetAtt'] ?? [intrinsic.Ref]) as readonly string[];
  const name = Object.keys(ARN_OF).find((prefix) => attribute.startsWith(prefix));
  if (name === undefined) throw new Error(`what is ${JSON.stringify(intrinsic)}?`);
  return ARN_OF[name];
}

/** A state machine that polls a query, a dispatcher that starts it once for a scheduled time, and a schedule, as the CDK renders them. */
function synthesize(): JsonObject {
  const stack = new Stack(new App(), 'Stack');
  const call = (id: string, action: string, parameters: Record<string, unknown>, assign: Record<string, unknown>) =>
    tasks.CallAwsService.jsonata(stack, id, { service: 'cleanrooms', action, iamResources: ['*'], parameters, assign });
  const get = call('Get', 'getProtectedQuery', { MembershipIdentifier: 'm', ProtectedQueryIdentifier: '{% $id %}' }, {
    status: '{% $states.result.ProtectedQuery.Status %}', polls: '{% $polls + 1 %}',
  });
  const polling = call('Start', 'startProtectedQuery', { Type: 'SQL', MembershipIdentifier: 'm', Day: '{% $states.input.day %}' }, {
    id: '{% $states.result.ProtectedQuery.Id %}', polls: 0,
  })
    .addRetry({ errors: ['CleanRooms.ThrottlingException'], interval: Duration.seconds(5), jitterStrategy: sfn.JitterType.FULL })
    .next(sfn.Wait.jsonata(stack, 'Wait', { time: sfn.WaitTime.seconds('{% $min([60, 10 * $power(2, $polls)]) %}') }))
    .next(get)
    .next(sfn.Choice.jsonata(stack, 'Done?')
      .when(sfn.Condition.jsonata("{% $status = 'SUCCESS' %}"), sfn.Succeed.jsonata(stack, 'Succeeded', { outputs: { id: '{% $id %}', polls: '{% $polls %}' } }))
      .when(sfn.Condition.jsonata("{% $status = 'FAILED' %}"), sfn.Fail.jsonata(stack, 'Failed', { error: 'ProtectedQuery.Failed', cause: "{% 'query ' & $id & ' failed' %}" }))
      .otherwise(stack.node.findChild('Wait') as sfn.Wait));
  const machine = (id: string, body: sfn.IChainable, type: sfn.StateMachineType) => new sfn.StateMachine(stack, id, {
    definitionBody: sfn.DefinitionBody.fromChainable(body),
    queryLanguage: sfn.QueryLanguage.JSONATA,
    stateMachineType: type,
    timeout: Duration.hours(24),
  });
  const queryMachine = machine('Query', polling, sfn.StateMachineType.STANDARD);
  const done = sfn.Succeed.jsonata(stack, 'Dispatched');
  const dispatch = tasks.StepFunctionsStartExecution.jsonata(stack, 'Dispatch', {
    stateMachine: queryMachine,
    name: "{% $replace($states.input.time, ':', '-') %}",
    input: sfn.TaskInput.fromObject({ day: '{% $substringBefore($states.input.time, "T") %}' }),
  });
  dispatch.addCatch(done, { errors: ['StepFunctions.ExecutionAlreadyExistsException'] });
  const dispatcher = machine('Dispatcher', dispatch.next(done), sfn.StateMachineType.EXPRESS);
  new scheduler.Schedule(stack, 'Schedule', {
    schedule: scheduler.ScheduleExpression.cron({ hour: '3', minute: '0' }),
    target: new targets.StepFunctionsStartExecution(dispatcher, {
      input: scheduler.ScheduleTargetInput.fromObject({
        time: scheduler.ContextAttribute.scheduledTime,
        attempt: scheduler.ContextAttribute.attemptNumber,
        id: scheduler.ContextAttribute.executionId,
        schedule: scheduler.ContextAttribute.scheduleArn,
      }),
    }),
  });
  return Template.fromStack(stack).toJSON() as JsonObject;
}

const template = synthesize();

/** A query that is done at its third poll; the first start is throttled. */
function cleanRooms(last: string): { readonly days: JsonValue[]; readonly cleanrooms: ServiceHandler } {
  const days: JsonValue[] = [];
  let calls = 0;
  const statuses = ['SUBMITTED', 'STARTED', last];
  return {
    days,
    cleanrooms: async (action, parameters) => {
      calls += 1;
      if (calls === 1) throw new StateError('CleanRooms.ThrottlingException', 'slower');
      if (action === 'getProtectedQuery') return { ProtectedQuery: { Status: statuses.shift() } };
      days.push(parameters.Day);
      return { ProtectedQuery: { Id: 'q-1' } };
    },
  };
}

function deploy(services: { readonly cleanrooms: ServiceHandler }): LocalStepFunctions {
  const account = new LocalStepFunctions({ services });
  for (const { logicalId, definition, type } of stateMachinesOf(template, resolve)) {
    requireValidAsl(definition);
    account.register(resolve({ Ref: logicalId }) as string, definition, { type });
  }
  return account;
}

function schedule(account: LocalStepFunctions, change: JsonObject = {}): LocalSchedule {
  const resources = Object.values(template.Resources as JsonObject) as { Type: string; Properties: JsonObject }[];
  const resource = resources.find(({ Type }) => Type === 'AWS::Scheduler::Schedule');
  return new LocalSchedule(account, 'arn:aws:scheduler:us-east-1:111122223333:schedule/default/Nightly', { Properties: { ...resource?.Properties, ...change } }, resolve);
}

test('a state machine of the CDK runs as it was synthesised', async () => {
  const { cleanrooms } = cleanRooms('SUCCESS');
  const outcome = await deploy({ cleanrooms }).start(ARN_OF.Query, { input: { day: '2026-01-01' } }).done;
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { id: 'q-1', polls: 3 } });
  // Waits of 10, 20 and 40 seconds, and a retry within 5.
  const seconds = (outcome.endedAt - outcome.startedAt) / 1000;
  expect(seconds).toBeGreaterThan(70);
  expect(seconds).toBeLessThan(75);
  // Start and its retry, three rounds of Wait, Get and Done?, Succeeded.
  expect(outcome.transitions).toBe(2 + 3 * 3 + 1);
});

test('and fails as it was synthesised', async () => {
  const { cleanrooms } = cleanRooms('FAILED');
  const outcome = await deploy({ cleanrooms }).start(ARN_OF.Query, { input: { day: '2026-01-01' } }).done;
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'ProtectedQuery.Failed', cause: 'query q-1 failed' });
});

test('a scheduled time that is delivered twice starts one run', async () => {
  const { cleanrooms, days } = cleanRooms('SUCCESS');
  const account = deploy({ cleanrooms });
  const deliveries = schedule(account).fire(new Date('2026-01-02T03:00:00Z'), { times: 2 });
  const [first, second] = deliveries.map(({ input }) => input as { id: string });
  expect(first).toMatchObject({
    time: '2026-01-02T03:00:00Z', attempt: '1', schedule: 'arn:aws:scheduler:us-east-1:111122223333:schedule/default/Nightly',
  });
  expect(second).toMatchObject({ time: '2026-01-02T03:00:00Z', attempt: '2' });
  expect(second.id).not.toBe(first.id);
  expect((await Promise.all(deliveries.map(async ({ done }) => done))).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  const runs = account.executions(ARN_OF.Query);
  expect(runs.map(({ name }) => name)).toEqual(['2026-01-02T03-00-00Z']);
  expect(await runs[0].done).toMatchObject({ status: 'SUCCEEDED' });
  // Long after the end the name is still taken.
  await account.clock.sleep(24 * 3600 * 1000);
  expect(await schedule(account).fire(new Date('2026-01-02T03:00:00Z'))[0].done).toMatchObject({ status: 'SUCCEEDED' });
  expect(days).toEqual(['2026-01-02']);
});

test('a universal target names its own execution', () => {
  const account = deploy(cleanRooms('SUCCESS'));
  const Target = {
    Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
    Input: JSON.stringify({ StateMachineArn: ARN_OF.Query, Name: 'n-<aws.scheduler.attempt-number>', Input: '{"day":"d"}' }),
  };
  const [execution] = schedule(account, { Target }).fire(new Date());
  expect(execution).toMatchObject({ name: 'n-1', input: { day: 'd' } });
});

test('a disabled schedule, and one without an input, say so', () => {
  const account = deploy(cleanRooms('SUCCESS'));
  expect(() => schedule(account, { State: 'DISABLED' }).fire(new Date())).toThrow('is disabled: it fires no scheduled time');
  expect(() => schedule(account, { Target: { Arn: ARN_OF.Query } }).fire(new Date())).toThrow('needs a target with `Arn` and `Input`');
});

describe('JSONPath, the default of the CDK', () => {
  /** What one of the CDK's conditions renders, whatever it is given. */
  function rendered(name: string): JsonObject {
    const make = (sfn.Condition as unknown as Record<string, (...args: unknown[]) => sfn.Condition>)[name];
    const stack = new Stack(new App(), 'Stack');
    const operand = name.endsWith('JsonPath') ? '$.b' : name.startsWith('number') ? 1 : name.startsWith('boolean') ? true : name.startsWith('timestamp') ? '2026-01-01T00:00:00Z' : 'x';
    const inner = sfn.Condition.isPresent('$.a');
    const condition = name === 'not' ? make(inner) : /^(and|or)$/.test(name) ? make(inner, inner) : make('$.a', operand);
    const choice = new sfn.Choice(stack, 'C').when(condition, new sfn.Pass(stack, 'Yes')).otherwise(new sfn.Pass(stack, 'No'));
    new sfn.StateMachine(stack, 'Query', { definitionBody: sfn.DefinitionBody.fromChainable(choice) });
    return Template.fromStack(stack).toJSON() as JsonObject;
  }

  const conditions = Object.getOwnPropertyNames(sfn.Condition).filter((name) => typeof (sfn.Condition as unknown as Record<string, unknown>)[name] === 'function' && name !== 'jsonata');

  test('has conditions', () => {
    expect(conditions.length).toBeGreaterThan(40);
  });

  test.each(conditions)('%s of a Choice is played', async (name) => {
    const [{ definition }] = stateMachinesOf(rendered(name), resolve);
    const account = new LocalStepFunctions();
    account.register(ARN_OF.Query, definition);
    const input = { a: name.startsWith('number') ? 1 : name.startsWith('boolean') ? true : name.startsWith('timestamp') ? '2026-01-01T00:00:00Z' : 'x', b: 'x' };
    expect(await account.start(ARN_OF.Query, { input }).done).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('renders fields that are played', async () => {
    const stack = new Stack(new App(), 'Stack');
    const say = new tasks.CallAwsService(stack, 'Say', {
      service: 'cleanrooms',
      action: 'say',
      iamResources: ['*'],
      parameters: { Word: sfn.JsonPath.stringAt('$.word'), At: sfn.JsonPath.format('{}/{}', sfn.JsonPath.executionName, sfn.JsonPath.stringAt('$.at')) },
      taskTimeout: sfn.Timeout.at('$.limit'),
      resultSelector: { said: sfn.JsonPath.stringAt('$.Word'), at: sfn.JsonPath.arrayGetItem(sfn.JsonPath.stringSplit(sfn.JsonPath.stringAt('$.At'), '/'), 1) },
      resultPath: '$.result',
      outputPath: '$.result',
      assign: { last: sfn.JsonPath.stringAt('$.Word') },
    });
    const all = new sfn.Map(stack, 'All', {
      itemsPath: '$.words',
      itemSelector: { word: sfn.JsonPath.stringAt('$$.Map.Item.Value'), at: sfn.JsonPath.numberAt('$$.Map.Item.Index'), limit: sfn.JsonPath.numberAt('$.limit') },
      maxConcurrencyPath: '$.limit',
      resultPath: '$.said',
    });
    const both = new sfn.Parallel(stack, 'Both', { parameters: { 'words.$': '$.said[*].said' }, resultSelector: { 'words.$': '$[*].words' }, resultPath: '$.both' })
      .branch(new sfn.Wait(stack, 'Wait', { time: sfn.WaitTime.secondsPath('$states_count') }), new sfn.Succeed(stack, 'Done', { outputPath: '$' }));
    const start = new sfn.Pass(stack, 'Start', { inputPath: '$.in', assign: { states_count: 5 } });
    const failed = new sfn.Fail(stack, 'Failed', { errorPath: '$.both.words[0][1]', causePath: sfn.JsonPath.jsonToString(sfn.JsonPath.objectAt('$.said')) });
    new sfn.StateMachine(stack, 'Query', { definitionBody: sfn.DefinitionBody.fromChainable(start.next(all.itemProcessor(say)).next(both).next(failed)) });
    const [{ definition }] = stateMachinesOf(Template.fromStack(stack).toJSON() as JsonObject, resolve);
    requireValidAsl(definition);
    const account = new LocalStepFunctions({ services: { cleanrooms: async (_action, parameters) => parameters } });
    account.register(ARN_OF.Query, definition);
    const outcome = await account.start(ARN_OF.Query, { name: 'run', input: { in: { words: ['a', 'b'], limit: 3 } } }).done;
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'b', cause: '[{"said":"a","at":"0"},{"said":"b","at":"1"}]', endedAt: outcome.startedAt + 5000 });
  });
});

describe('loading a definition', () => {
  test('joins strings, asks for other intrinsics, substitutes', () => {
    const asked: JsonObject[] = [];
    const definition = loadDefinition({
      DefinitionString: { 'Fn::Join': ['', ['{"StartAt":"', { Ref: 'Name' }, '","States":{"A":{"Type":"Task","Resource":"${Resource}"}}}']] },
      DefinitionSubstitutions: { Resource: { 'Fn::Join': [':', ['arn', { 'Fn::GetAtt': ['Function', 'Arn'] }]] } },
    }, (intrinsic) => {
      asked.push(intrinsic);
      return 'A';
    });
    expect(definition).toEqual({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:A' } } });
    expect(asked).toEqual([{ Ref: 'Name' }, { 'Fn::GetAtt': ['Function', 'Arn'] }]);
  });

  test('finds parts of it in the mappings of the template', () => {
    const withMappings = {
      Mappings: { Parts: { eu: { states: '"A":{"Type":"Succeed"}' } } },
      Resources: {
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            DefinitionString: { 'Fn::Join': ['', ['{"StartAt":"A","States":{', { 'Fn::FindInMap': ['Parts', { Ref: 'Region' }, 'states'] }, '}}']] },
          },
        },
      },
    };
    expect(stateMachinesOf(withMappings, () => 'eu')).toMatchObject([{ definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } }]);
    expect(() => stateMachinesOf(withMappings, () => 'us')).toThrow('the template has no mapping Parts.us.states');
  });

  test('takes a definition that is an object', () => {
    expect(loadDefinition({ Definition: { StartAt: { Ref: 'X' }, States: {} } }, () => 'A')).toEqual({ StartAt: 'A', States: {} });
  });

  test.each<readonly [JsonObject, string]>([
    [{}, 'has neither `DefinitionString` nor `Definition`'],
    [{ DefinitionString: '{' }, 'the definition is not JSON once its intrinsic functions are resolved'],
  ])('%j is refused', (properties, message) => {
    expect(() => loadDefinition(properties, () => '')).toThrow(message);
  });
});
