import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, CfnCondition, CfnParameter, CfnResource, Duration, Fn, NestedStack, type Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke as InvokeFunction, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { DefinitionBody, JsonPath, Pass, StateMachine, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { Rehearsal, type RehearsalOptions } from '..';
import { scheduleJsonPathMachine } from './fixtures/json-path-machine';
import { COLLABORATION, NIGHT, plainApp, PlainMembership, queryMachine, schedule, writeSamples } from './fixtures/plain-app';

let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-plain-'));
  writeSamples(work);
});
afterAll(() => rmSync(work, { recursive: true }));

async function night(app: App, options: Partial<RehearsalOptions> = {}) {
  await using rehearsal = await Rehearsal.of(app, { tables: work, ...options });
  const { runs, refused } = await rehearsal.play({ from: new Date(NIGHT) });
  const { assumed, scheduled } = rehearsal;
  return { rows: runs.map((run) => run.rows()), refused: refused.map(({ query, reason }) => `${query}: ${reason}`), assumed, scheduled };
}

const ROWS = [[{ campaign: 'brand', buyers: 10 }, { campaign: 'sale', buyers: 2 }]];

function handler(stack: Stack): LambdaFunction {
  return new LambdaFunction(stack, 'Handler', { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline('exports.handler = () => {};') });
}

test('an app of L1 constructs and a state machine of its own is played', async () => {
  const { rows, refused, scheduled, assumed } = await night(plainApp());
  expect([rows, refused, scheduled]).toEqual([ROWS, [], ['Reach/Nightly']]);
  expect(assumed).toContain('the schedule of Reach/Nightly has no `Input`: what the scheduler delivers then is not documented, and is not simulated');
});

test('a state machine whose definition is a file is played', async () => {
  const file = join(work, 'machine.asl.json');
  const { rows, refused } = await night(plainApp({
    queries: (stack, membership) => {
      writeFileSync(file, JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Start',
        States: {
          Start: {
            Type: 'Task',
            Resource: 'arn:aws:states:::aws-sdk:cleanrooms:startProtectedQuery',
            Arguments: { Type: 'SQL', MembershipIdentifier: '${Membership}', SqlParameters: { AnalysisTemplateArn: '${Template}' } },
            Next: 'Wait',
          },
          Wait: { Type: 'Wait', Seconds: 3600, End: true },
        },
      }));
      schedule(stack, new StateMachine(stack, 'Machine', {
        definitionBody: DefinitionBody.fromFile(file), definitionSubstitutions: { Membership: membership.id, Template: membership.template },
      }));
    },
  }));
  expect([rows, refused]).toEqual([ROWS, []]);
});

describe('a state machine of JSONPath', () => {
  test('as L1 is played', async () => {
    const { rows, refused, scheduled } = await night(plainApp({ queries: scheduleJsonPathMachine }));
    expect([rows, refused, scheduled]).toEqual([ROWS, [], ['Reach/Nightly']]);
  });

  test('takes the way of a query that fails', async () => {
    await using rehearsal = await Rehearsal.of(plainApp({ queries: scheduleJsonPathMachine }), { tables: work });
    rehearsal.failQuery({ code: 'INSUFFICIENT_COMPUTE' });
    const run = await rehearsal.run('Reach/Nightly', { scheduledTime: NIGHT });
    expect(run).toMatchObject({ status: 'FAILED', error: 'QueryFailed', cause: 'of 2026-11-19: ["INSUFFICIENT_COMPUTE"]' });
  });

  test('as the CDK renders it is played', async () => {
    const { rows, refused } = await night(plainApp({
      queries: (stack, { id, template }) => {
        const start = new CallAwsService(stack, 'Start', {
          service: 'cleanrooms',
          action: 'startProtectedQuery',
          iamResources: ['*'],
          parameters: { Type: 'SQL', MembershipIdentifier: id, SqlParameters: { AnalysisTemplateArn: template } },
          resultSelector: { Id: JsonPath.stringAt('$.ProtectedQuery.Id') },
        });
        const wait = new Wait(stack, 'Wait', { time: WaitTime.duration(Duration.hours(1)) });
        const told = new Pass(stack, 'Tell', { parameters: { text: JsonPath.format('query {}', JsonPath.stringAt('$.Id')) } });
        schedule(stack, new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(start.next(wait).next(told)) }));
      },
    }));
    expect([rows, refused]).toEqual([ROWS, []]);
  });
});

test('what is run is named where there are several', async () => {
  await using rehearsal = await Rehearsal.of(plainApp({
    queries: (stack, membership) => {
      const machine = queryMachine(stack, membership);
      schedule(stack, machine);
      new Schedule(stack, 'Weekly', { schedule: ScheduleExpression.cron({ minute: '0', hour: '2', weekDay: 'MON' }), target: new StepFunctionsStartExecution(machine, {}) });
      const other = new Construct(stack, 'Other');
      ['One', 'Two'].forEach((id) => new StateMachine(other, id, { definitionBody: DefinitionBody.fromChainable(new Pass(other, `Pass ${id}`)) }));
    },
  }), { tables: work });
  await expect(rehearsal.run('Reach', { scheduledTime: NIGHT })).rejects.toThrow('Reach has more than one schedule, name one of Reach/Nightly, Reach/Weekly');
  await expect(rehearsal.run('Reach/Other')).rejects.toThrow('Reach/Other has several state machines: name one of them; the scheduled queries are Reach/Nightly, Reach/Weekly');
});

describe('what is not simulated', () => {
  test('is played without, and listed', async () => {
    const { rows, assumed } = await night(plainApp({
      queries: (stack, membership) => {
        new CfnResource(stack, 'Subnet', { type: 'AWS::EC2::Subnet', properties: { CidrBlock: Fn.select(1, Fn.cidr(Fn.importValue('Network-Cidr'), 4)) } });
        schedule(stack, queryMachine(stack, membership));
      },
    }));
    expect(rows).toEqual(ROWS);
    expect(assumed).toContainEqual(expect.stringMatching(/^played without AWS::EC2::Subnet \(1\), /));
  });

  test.each<[string, (stack: Stack, membership: PlainMembership) => void, string]>([
    [
      'a function in the middle', (stack, membership) => {
        const after = LambdaInvoke.jsonata(stack, 'Tell', { lambdaFunction: handler(stack) });
        schedule(stack, queryMachine(stack, membership, { after }));
      }, 'state \'Tell\' calls arn:aws:states:::lambda:invoke, which is not simulated',
    ],
    [
      'a path of JSONPath that only the service reads', (stack, membership) =>
        scheduleJsonPathMachine(stack, membership, { after: { Done: { Type: 'Pass', OutputPath: '$.query.id.length()', End: true } } }),
      "state 'Done': the local runner cannot read the path '$.query.id.length()' from '()' on: functions of paths are not played, use an intrinsic function at /OutputPath",
    ],
    [
      'an index past the end of a list, in JSONPath', (stack, membership) =>
        scheduleJsonPathMachine(stack, membership, { after: { Done: { Type: 'Pass', Parameters: { 'first.$': '$.query.errors[0]' }, End: true } } }),
      "state 'Done': the local runner does not know how the service takes '$.query.errors[0]', which leads past the end of an array",
    ],
    [
      'the input that the scheduler delivers by default, where JSONPath puts a result into it', (stack, membership) =>
        scheduleJsonPathMachine(stack, membership, { input: null }),
      'it needs Nightly',
    ],
    [
      'a value that only the deployment resolves', (stack, membership) =>
        schedule(stack, queryMachine(stack, membership, { sqlParameters: { AnalysisTemplateArn: membership.template, Parameters: { day: '{{resolve:ssm:/day}}' } } })),
      'it needs {{resolve:ssm:/day}}, which is not simulated',
    ],
    [
      'the input that the scheduler delivers by default', (stack, membership) =>
        schedule(stack, queryMachine(stack, membership, { sqlParameters: { AnalysisTemplateArn: membership.template, Parameters: { day: '{% $string($states.input) %}' } } })),
      'it needs Nightly',
    ],
  ])('refuses by name a query that needs it: %s', async (_what, queries, reason) => {
    const { rows, refused } = await night(plainApp({ queries }));
    expect([rows, refused]).toEqual([[], [expect.stringContaining(reason)]]);
    expect(refused[0]).toMatch(/^Reach\/Nightly: /);
  });

  test('is named if nothing else is on a schedule', async () => {
    const app = plainApp({
      queries: (stack) => new Schedule(stack, 'Hourly', { schedule: ScheduleExpression.cron({ minute: '0' }), target: new InvokeFunction(handler(stack), {}) }),
    });
    await expect(night(app)).rejects.toThrow(/^the app has no schedule that starts a query of Clean Rooms: add .*; Reach\/Hourly calls arn:aws:lambda:.*:function:Reach-Handler.*, which is not simulated$/);
  });

  test('is named if a condition needs it', async () => {
    const app = plainApp({
      queries: (stack) => {
        const stage = new CfnParameter(stack, 'Stage');
        const isProduction = new CfnCondition(stack, 'IsProduction', { expression: Fn.conditionEquals(stage.valueAsString, 'prod') });
        new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' }).cfnOptions.condition = isProduction;
      },
    });
    await expect(night(app)).rejects.toThrow('the app cannot be deployed: template error: a condition needs parameter.Stage, which is not simulated: give the parameter a value, by `parameters` or `--parameters`');
  });

  test('can be given as a parameter', async () => {
    const app = plainApp({ collaboration: (stack) => StringParameter.valueForStringParameter(stack, '/collaboration') });
    const [name] = Object.keys((app.synth().stacks[0].template as { Parameters: object }).Parameters);
    await expect(night(app)).rejects.toThrow(/^stack Reach cannot be deployed, .*; Membership\w+ was given parameter\.\w+, which is not simulated: give the parameter a value, by `parameters` or `--parameters`$/);
    expect(await night(app, { parameters: { [`Reach:${name}`]: COLLABORATION } })).toMatchObject({ rows: ROWS, refused: [] });
    await expect(night(app, { parameters: { Other: 'x' } })).rejects.toThrow('no stack of the app has the parameter Other: correct the name; there is ');
  });
});

describe('nested stacks', () => {
  test('are deployed, with parameters and outputs', async () => {
    const { rows, refused, scheduled, assumed } = await night(plainApp({ memberships: (stack) => new NestedStack(stack, 'Nested') }));
    expect([rows, refused, scheduled]).toEqual([ROWS, [], ['Reach/Nightly']]);
    expect(assumed).not.toContainEqual(expect.stringContaining('AWS::CloudFormation::Stack'));
  });

  test('have schedules, and resources that are found by their paths', async () => {
    let nested: NestedStack;
    const app = plainApp({
      queries: (stack, membership) => {
        nested = new NestedStack(new NestedStack(stack, 'Outer'), 'Inner');
        schedule(nested, queryMachine(nested, membership));
      },
    });
    await using rehearsal = await Rehearsal.of(app, { tables: work });
    expect(rehearsal.scheduled).toEqual(['Reach/Outer/Inner/Nightly']);
    expect((await rehearsal.run('Reach/Outer/Inner/Nightly', { scheduledTime: NIGHT })).rows()).toEqual(ROWS[0]);
    expect(rehearsal.resource('Reach/Outer/Inner/Machine').properties).toMatchObject({ DefinitionString: expect.stringContaining('startProtectedQuery') as string });
    await expect(rehearsal.deploy(app, { fail: 'Reach/Outer/Inner/Machine' })).rejects.toThrow('Reach/Outer/Inner/Machine is in a nested stack, in which nothing can be made to fail: name a resource of the stack around it');
  });
});

describe('a table of Glue', () => {
  const SQL = 'SELECT user_id, amount, day, at, views, note FROM purchases ORDER BY user_id';

  /** The rows of one line, whose columns are these. */
  async function read(line: string, columns: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(join(work, 'typed-'));
    writeFileSync(join(folder, 'purchases.csv'), `user_id,amount,day,at,views,note\n${line}\n`);
    const sqlParameters = { QueryString: SQL };
    const app = plainApp({ columns, queries: (stack, membership) => schedule(stack, queryMachine(stack, membership, { sqlParameters })) });
    return { ...await night(app, { tables: folder }), file: join(folder, 'purchases.csv') };
  }

  const COLUMNS = { user_id: 'string', amount: 'decimal(10,2)', day: 'date', at: 'timestamp', views: 'bigint', note: 'varchar(20)' };

  test('says what the columns of a CSV file are', async () => {
    const { rows, refused } = await read('00123,7,2026-11-20,2026-11-20 01:02:03,12,2026-11-20', COLUMNS);
    expect([rows, refused]).toEqual([[[{ user_id: '00123', amount: '7.00', day: '2026-11-20', at: '2026-11-20 01:02:03+00', views: 12, note: '2026-11-20' }]], []]);
  });

  test('of other types than are played leaves them to the file', async () => {
    const { rows } = await read('00123,7,2026-11-20,,12,x', { ...COLUMNS, views: 'array<int>', user_id: 'int', amount: 'decimal(5)' });
    expect(rows).toEqual([[{ user_id: 123, amount: '7', day: '2026-11-20', at: null, views: 12, note: 'x' }]]);
  });

  test.each([
    ['amount', 'DECIMAL(10,2)', '1.555', 'u1,1.555,2026-11-20,,1,x'],
    ['amount', 'DECIMAL(10,2)', '1e3', 'u1,1e3,2026-11-20,,1,x'],
    ['day', 'DATE', '20.11.2026', 'u1,1,20.11.2026,,1,x'],
    ['day', 'DATE', '2026-02-30', 'u1,1,2026-02-30,,1,x'],
    ['at', 'TIMESTAMP', 'noon', 'u1,1,,noon,1,x'],
    ['views', 'BIGINT', '2.5', 'u1,1,,,2.5,x'],
    ['views', 'BIGINT', '12345678901234567890', 'u1,1,,,12345678901234567890,x'],
  ])('refuses a value of %s that is no %s: %s', async (column, type, value, line) => {
    await expect(read(line, COLUMNS)).rejects.toThrow(`purchases.csv: column ${column} is ${type} by its Glue table, got '${value}': correct the value, or the type of the column`);
  });
});
