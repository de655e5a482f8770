import { State, StateMachineDefinition } from '../definition';
import { StateError } from '../errors';
import { tryMachine } from '../fixtures/try-machine';
import { JsonValue } from '../json';
import { ServiceHandler } from '../runner';

const START = Date.parse('2026-01-01T00:00:00Z');
const echo: ServiceHandler = async (action, parameters) => {
  if (action === 'fail') throw new StateError('Svc.AException', 'it failed');
  return { Action: action, ...parameters };
};
const services = { echo };
const TASK = 'arn:aws:states:::aws-sdk:echo:say';
const FAILING = 'arn:aws:states:::aws-sdk:echo:fail';

/** A state machine of the default language that starts at the first of the states. */
const machineOf = (states: Record<string, State>, more: Partial<StateMachineDefinition> = {}): StateMachineDefinition =>
  ({ StartAt: Object.keys(states)[0], States: states, ...more });

const pass = (fields: object): Record<string, State> => ({ P: { Type: 'Pass', ...fields, End: true } });
const task = (fields: object): Record<string, State> => ({ T: { Type: 'Task', Resource: TASK, ...fields, End: true } });
const inner = (fields: object = {}) => ({ StartAt: 'I', States: { I: { Type: 'Pass', ...fields, End: true } as State } });

/** What a machine of these states gives for an input, by the Amazon States Language and the Step Functions guide. */
const OUTPUTS: readonly (readonly [string, Record<string, State>, JsonValue, JsonValue])[] = [
  ['a Pass gives its input', pass({}), { a: 1 }, { a: 1 }],
  ['its Result, as it stands there', pass({ Result: { 'x.$': '$.a' } }), { a: 1 }, { 'x.$': '$.a' }],
  ['its Parameters', pass({ Parameters: { 'x.$': '$.a', 'y': 1, 'deep': [{ 'z.$': '$.b[1:]' }, 'lit'], 'name.$': '$$.State.Name' } }),
    { a: 1, b: [1, 2, 3] }, { x: 1, y: 1, deep: [{ z: [2, 3] }, 'lit'], name: 'P' }],
  ['a call of an intrinsic function', pass({ Parameters: { 'x.$': "States.Format('{}-{}', $.a, $$.Execution.Name)" } }), { a: 1 }, { x: '1-run' }],
  ['InputPath selects what the fields see', pass({ InputPath: '$.a', Parameters: { 'x.$': '$.b' } }), { a: { b: 1 }, c: 2 }, { x: 1 }],
  ['InputPath null is an empty object', pass({ InputPath: null }), { a: 1 }, {}],
  ['InputPath can lead into the context', pass({ InputPath: '$$.Execution.Input.a' }), { a: 1 }, 1],
  ['ResultPath puts the result into the whole input', pass({ InputPath: '$.a', Result: 5, ResultPath: '$.r' }), { a: { b: 1 }, c: 2 }, { a: { b: 1 }, c: 2, r: 5 }],
  ['ResultPath makes what is not there', pass({ Result: 5, ResultPath: "$.x['y z'].w" }), { a: 1 }, { a: 1, x: { 'y z': { w: 5 } } }],
  ['ResultPath replaces what is there', pass({ Result: 5, ResultPath: '$.a.b' }), { a: { b: 1, c: 2 } }, { a: { b: 5, c: 2 } }],
  ['ResultPath null leaves the input', pass({ Result: 5, ResultPath: null }), { a: 1 }, { a: 1 }],
  ['OutputPath selects from what ResultPath made', pass({ Result: 5, ResultPath: '$.a.b', OutputPath: '$.a' }), { a: { c: 2 } }, { b: 5, c: 2 }],
  ['OutputPath null is an empty object', pass({ OutputPath: null }), { a: 1 }, {}],
  ['a path to several places gives a list', pass({ InputPath: "$.a[?(@.b == 'y')]" }), { a: [{ b: 'x' }, { b: 'y' }] }, [{ b: 'y' }]],
  ['Succeed has InputPath and OutputPath', { S: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' } }, { a: { b: 1 } }, 1],
  ['a Wait too', { W: { Type: 'Wait', Seconds: 1, InputPath: '$.a', OutputPath: '$.b', End: true } }, { a: { b: 1 } }, 1],
  ['a Task gets its input and gives its result', task({}), { Id: 8 }, { Action: 'say', Id: 8 }],
  ['a Task gets what Parameters make of its InputPath', task({ InputPath: '$.a', Parameters: { 'Id.$': '$.id', 'Static': '$.id' } }), { a: { id: 7 } },
    { Action: 'say', Id: 7, Static: '$.id' }],
  ['ResultSelector shapes the result', task({ Parameters: { Id: 1 }, ResultSelector: { 'id.$': '$.Id', 'at.$': '$$.State.Name', 'k': 1 }, ResultPath: '$.r' }), { a: 1 },
    { a: 1, r: { id: 1, at: 'T', k: 1 } }],
  ['Assign sees the result before ResultSelector, the input stays', {
    T: {
      Type: 'Task',
      Resource: TASK,
      Parameters: { Id: 1 },
      ResultSelector: { k: 1 },
      ResultPath: '$.r',
      Assign: { 'id.$': '$.Id', 'deep': { 'all.$': '$' }, 'name.$': '$$.Execution.Name' },
      Next: 'P',
    },
    P: { Type: 'Pass', Parameters: { 'id.$': '$id', 'deep.$': '$deep.all.Action', 'name.$': "States.Format('<{}>', $name)", 'in.$': '$' }, End: true },
  }, { a: 1 }, { id: 1, deep: 'say', name: '<run>', in: { a: 1, r: { k: 1 } } }],
  ['Assign and OutputPath see the old values', {
    A: { Type: 'Pass', Assign: { x: 'old' }, Next: 'B' },
    B: { Type: 'Pass', Assign: { 'x': 'new', 'y.$': '$x' }, OutputPath: '$x', Next: 'C' },
    C: { Type: 'Pass', Parameters: { 'in.$': '$', 'x.$': '$x', 'y.$': '$y' }, End: true },
  }, {}, { in: 'old', x: 'new', y: 'old' }],
  ['Assign of a Pass sees its Result', {
    A: { Type: 'Pass', Result: { a: 42 }, Assign: { 'x.$': '$.a' }, ResultPath: null, Next: 'B' },
    B: { Type: 'Pass', Parameters: { 'x.$': '$x' }, End: true },
  }, {}, { x: 42 }],
  ['a Choice takes the first rule that holds, with its Assign; its paths are the state\'s', {
    C: {
      Type: 'Choice',
      InputPath: '$.in',
      OutputPath: '$.n',
      Choices: [
        { Variable: '$.n', NumericGreaterThan: 5, Next: 'Show', Assign: { size: 'L' } },
        { And: [{ Variable: '$.n', NumericGreaterThan: 0 }, { Not: { Variable: '$.m', IsPresent: true } }], Next: 'Show', Assign: { 'size.$': "States.Format('S{}', $.n)" } },
        { Variable: '$.absent', StringEquals: 'x', Next: 'Show' },
      ],
      Default: 'Show',
      Assign: { size: 'none' },
    },
    Show: { Type: 'Pass', Parameters: { 'in.$': '$', 'size.$': '$size' }, End: true },
  }, { in: { n: 1 } }, { in: 1, size: 'S1' }],
  ['its own Assign belongs to its Default', {
    C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Show' }], Default: 'Show', Assign: { 'size.$': '$.n' } },
    Show: { Type: 'Pass', Parameters: { 'size.$': '$size' }, End: true },
  }, { n: 1 }, { size: 1 }],
  ['a Parallel gives its branches what Parameters make', {
    P: {
      Type: 'Parallel',
      Parameters: { 'n.$': '$.n' },
      ResultSelector: { 'first.$': '$[0].n', 'all.$': '$[*].n' },
      ResultPath: '$.r',
      Branches: ['A', 'B'].map((name) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } })),
      End: true,
    },
  }, { n: 2, m: 3 }, { n: 2, m: 3, r: { first: 2, all: [2, 2] } }],
  ['a Map runs its input', { M: { Type: 'Map', ItemProcessor: inner({ Parameters: { 'v.$': '$' } }), End: true } }, [1, 2], [{ v: 1 }, { v: 2 }]],
  ['ItemsPath and ItemSelector of a Map', {
    M: {
      Type: 'Map',
      InputPath: '$.in',
      ItemsPath: '$.all',
      MaxConcurrency: 1,
      ItemSelector: { 'at.$': '$$.Map.Item.Index', 'item.$': '$$.Map.Item.Value', 'base.$': '$.base' },
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner() },
      ResultPath: '$.out',
      OutputPath: '$.out',
      End: true,
    },
  }, { in: { all: ['x', 'y'], base: 0 } }, [{ at: 0, item: 'x', base: 0 }, { at: 1, item: 'y', base: 0 }]],
  ['Parameters and Iterator of a Map of before', {
    M: { Type: 'Map', Parameters: { 'item.$': '$$.Map.Item.Value' }, Iterator: inner(), End: true },
  }, [1], [{ item: 1 }]],
  ['a Map over an object, with ItemSelector', {
    M: { Type: 'Map', ItemSelector: { 'k.$': '$$.Map.Item.Key', 'v.$': '$$.Map.Item.Value' }, ItemProcessor: inner(), End: true },
  }, { a: 1 }, [{ k: 'a', v: 1 }]],
  ['the context tells the execution', pass({
    Parameters: {
      'id.$': '$$.Execution.Id',
      'input.$': '$$.Execution.Input.a',
      'started.$': '$$.Execution.StartTime',
      'machine.$': '$$.StateMachine.Name',
      'entered.$': '$$.State.EnteredTime',
    },
  }), { a: 1 }, {
    id: 'arn:aws:states:us-east-1:111122223333:execution:Machine:run',
    input: 1,
    started: '2026-01-01T00:00:00.000Z',
    machine: 'Machine',
    entered: '2026-01-01T00:00:00.000Z',
  }],
  ['and how often a Task was tried', task({ Parameters: { 'Tries.$': '$$.State.RetryCount' } }), {}, { Action: 'say', Tries: 0 }],
  ['a catcher gives the error output', {
    T: { Type: 'Task', Resource: FAILING, Parameters: {}, OutputPath: '$.never', Catch: [{ ErrorEquals: ['Svc.AException'], Next: 'Caught' }], End: true },
    Caught: { Type: 'Pass', End: true },
  }, { a: 1 }, { Error: 'Svc.AException', Cause: 'it failed' }],
  ['a catcher puts it into the input by its ResultPath, and assigns from it', {
    T: {
      Type: 'Task',
      Resource: FAILING,
      InputPath: '$.a',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ResultPath: '$.error', Assign: { 'why.$': '$.Error' } }],
      End: true,
    },
    Caught: { Type: 'Pass', Parameters: { 'in.$': '$', 'why.$': '$why' }, End: true },
  }, { a: {} }, { in: { a: {}, error: { Error: 'Svc.AException', Cause: 'it failed' } }, why: 'Svc.AException' }],
  ['a catcher can drop it', {
    T: { Type: 'Task', Resource: FAILING, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ResultPath: null }], End: true },
    Caught: { Type: 'Pass', End: true },
  }, { a: 1 }, { a: 1 }],
  ['a function that fails is caught', {
    T: { Type: 'Task', Resource: TASK, Parameters: { 'x.$': "States.StringToJson('{')" }, Catch: [{ ErrorEquals: ['States.IntrinsicFailure'], Next: 'Caught', ResultPath: null }], End: true },
    Caught: { Type: 'Pass', End: true },
  }, { a: 1 }, { a: 1 }],
];

describe('outputs', () => {
  test.each(OUTPUTS)('%s', async (_, states, input, expected) => {
    expect(await tryMachine(machineOf(states), { input, name: 'run', services })).toMatchObject({ status: 'SUCCEEDED', output: expected });
  });
});

/** What fails an execution: the error, and a part of the cause. */
const FAILURES: readonly (readonly [string, Record<string, State>, JsonValue, string, string])[] = [
  ['Fail as it stands there', { F: { Type: 'Fail', Error: '$.e', Cause: 'plain' } }, {}, '$.e', 'plain'],
  ['Fail with ErrorPath and CausePath', { F: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('because of {}', $.c)" } }, { e: 'Mine', c: 1 }, 'Mine', 'because of 1'],
  ['an ErrorPath without a match', { F: { Type: 'Fail', ErrorPath: '$.e' } }, {}, 'States.Runtime',
    "An error occurred while executing the state 'F' (entered at the event id #2). The JSONPath '$.e' specified for the field 'ErrorPath' could not be found in the input '{}'"],
  ['a CausePath that gives no string', { F: { Type: 'Fail', Error: 'E', CausePath: '$.c' } }, { c: 1 }, 'States.Runtime', 'a CausePath that gives no string but 1'],
  ['an InputPath without a match', pass({ InputPath: '$.no' }), {}, 'States.Runtime', "Invalid path '$.no' : No results for path: $['no']"],
  ['an OutputPath without a match', pass({ OutputPath: '$.no.such' }), {}, 'States.Runtime', "Invalid path '$.no.such' : Missing property in path $['no']"],
  ['a path in Parameters without a match', pass({ Parameters: { deep: { 'x.$': '$.no' } } }), { a: 1 }, 'States.Runtime',
    "The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{\"a\":1}'"],
  ['a path into the context without a match', pass({ Parameters: { 'x.$': '$$.Execution.Input.no' } }), { a: 1 }, 'States.Runtime',
    "The JSONPath '$$.Execution.Input.no' specified for the field 'x.$' could not be found in the input '{\"Execution\":"],
  ['an index past the end of a list', pass({ Parameters: { 'x.$': '$.a[1]' } }), { a: [1] }, 'States.Runtime', "does not know how the service takes '$.a[1]', which leads past the end of an array"],
  ['an index into what is no list', pass({ Parameters: { 'x.$': '$.a[1]' } }), { a: 1 }, 'States.Runtime', "The JSONPath '$.a[1]' specified"],
  ['a path in a function without a match', pass({ Parameters: { 'x.$': "States.Format('{}', $.no)" } }), {}, 'States.Runtime', "The JsonPath argument for the field '$.no' could not be found"],
  ['a path in ResultSelector without a match', task({ Parameters: {}, ResultSelector: { 'x.$': '$.no' } }), {}, 'States.Runtime', "could not be found in the input '{\"Action\":\"say\"}'"],
  ['a variable that nobody assigned', pass({ Parameters: { 'x.$': '$v' } }), {}, 'States.Runtime', "The JSONPath '$v' specified for the field 'x.$'"],
  ['a path without a match, though all is caught', task({ Parameters: { 'x.$': '$.no' }, Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }] }), {},
    'States.Runtime', "The JSONPath '$.no'"],
  ['a function that fails', pass({ Parameters: { 'x.$': 'States.ArrayGetItem($.a, 3)' } }), { a: [] }, 'States.IntrinsicFailure', "The function 'States.ArrayGetItem($.a, 3)' had the following error"],
  ['a ResultPath into a text', pass({ Result: 1, ResultPath: '$.x' }), 'foo', 'States.ResultPathMatchFailure', 'Unable to apply ReferencePath $.x to input "foo"'],
  ['a ResultPath into a number', pass({ Result: 1, ResultPath: '$.a.b' }), { a: 1 }, 'States.ResultPathMatchFailure', 'Unable to apply ReferencePath $.a.b'],
  ['a ResultPath into a list', pass({ Result: 1, ResultPath: '$.x' }), [1], 'States.ResultPathMatchFailure', 'Unable to apply ReferencePath $.x'],
  ['a Choice whose Variable is not there', { C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'S' }], Default: 'S' }, S: { Type: 'Succeed' } }, {},
    'States.Runtime', "Invalid path '$.a': The choice state's condition path references an invalid value."],
  ['a Choice without a match and a Default', { C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'S' }] }, S: { Type: 'Succeed' } }, { a: 1 },
    'States.NoChoiceMatched', "executing the state 'C'"],
  ...[[1.5, 'cannot be parsed as a long value: $.s == 1.5'], [-1, 'references a negative value: $.s == -1'], ['5', 'cannot be parsed as a long value: $.s == 5']].map(
    ([s, why]): [string, Record<string, State>, JsonValue, string, string] => [`a Wait of ${JSON.stringify(s)} seconds`, { W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { s }, 'States.Runtime', `The SecondsPath parameter ${why}`]),
  ['a Wait of seconds that are not there', { W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, {}, 'States.Runtime', 'The SecondsPath parameter does not reference an input value: $.s'],
  ['a Wait of too many seconds', { W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { s: 100_000_000 }, 'States.Runtime', 'Wait state delay is too long.'],
  ['a Wait until no timestamp', { W: { Type: 'Wait', TimestampPath: '$.t', End: true } }, { t: '2016-12-05 21:29:29Z' }, 'States.Runtime',
    'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2016-12-05 21:29:29Z'],
  ['a Wait until too late', { W: { Type: 'Wait', Timestamp: '2099-01-01T00:00:00Z', End: true } }, {}, 'States.Runtime', 'Wait state delay is too long.'],
  ['a time-out that is not there', task({ TimeoutSecondsPath: '$.no' }), {}, 'States.Runtime', "Invalid path '$.no' : No results for path: $['no']"],
  ['a time-out of no number', task({ TimeoutSecondsPath: '$.t' }), { t: '1' }, 'States.Runtime', 'The TimeoutSecondsPath parameter does not reference an integer'],
  ['a heartbeat that is not there', task({ HeartbeatSecondsPath: '$.no' }), {}, 'States.Runtime', "Invalid path '$.no'"],
  ['a Map over no list', { M: { Type: 'Map', ItemsPath: '$.a', ItemProcessor: inner(), End: true } }, { a: 3 }, 'States.Runtime', 'Reference path "$.a" must point to array.'],
  ['a Map over an object without ItemSelector', { M: { Type: 'Map', ItemProcessor: inner(), End: true } }, { a: 3 }, 'States.Runtime', 'does not know how the service takes the items of an object in a Map'],
  ['a Map of no concurrency', { M: { Type: 'Map', ItemsPath: '$.a', MaxConcurrencyPath: '$.c', ItemProcessor: inner(), End: true } }, { a: [], c: 'NoNumber' }, 'States.Runtime',
    'The MaxConcurrencyPath field refers to value "NoNumber" which is not a valid integer: $.c'],
];

describe('failures', () => {
  test.each(FAILURES)('%s', async (_, states, input, error, cause) => {
    const outcome = await tryMachine(machineOf(states), { input, services });
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(outcome.cause).toContain(cause);
  });
});

describe('time', () => {
  test.each<readonly [string, object, number]>([
    ['seconds', { Seconds: 3600 }, 3600],
    ['seconds from a path', { SecondsPath: '$.n' }, 2],
    ['seconds from a variable', { SecondsPath: '$seconds' }, 7],
    ['a timestamp', { Timestamp: '2026-01-02T00:00:00Z' }, 86_400],
    ['a timestamp from a path', { TimestampPath: '$.at' }, 90],
    ['a timestamp that has passed', { Timestamp: '2025-01-02T00:00:00+01:00' }, 0],
  ])('a Wait of %s', async (_, fields, seconds) => {
    const states: Record<string, State> = { A: { Type: 'Pass', Assign: { seconds: 7 }, Next: 'W' }, W: { Type: 'Wait', ...fields, End: true } };
    const outcome = await tryMachine(machineOf(states), { input: { n: 2, at: '2026-01-01T00:01:30.5Z' } });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', startedAt: START });
    expect(Math.floor((outcome.endedAt - START) / 1000)).toBe(seconds);
  });

  test('a Task that takes longer than TimeoutSecondsPath says is States.Timeout', async () => {
    const slow: ServiceHandler = async (_action, _parameters, context) => context.sleep(60);
    const outcome = await tryMachine(machineOf(task({ TimeoutSecondsPath: '$.limit', HeartbeatSecondsPath: '$.limit' })), { input: { limit: 20 }, services: { echo: slow } });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout', endedAt: START + 20_000 });
  });

  test('iterations as far as MaxConcurrencyPath lets them', async () => {
    const processor = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } as State } };
    const outcome = await tryMachine(machineOf({ M: { Type: 'Map', ItemsPath: '$.all', MaxConcurrencyPath: '$.c', ItemProcessor: processor, End: true } }), { input: { all: [1, 2, 3], c: 2 } });
    expect(outcome.endedAt).toBe(START + 20_000);
  });
});

describe('both languages in one machine', () => {
  test('share input and variables, each way', async () => {
    const states: Record<string, State> = {
      A: { Type: 'Pass', Parameters: { 'a.$': '$.n' }, Assign: { 'n.$': '$.a' }, Next: 'B' },
      B: { Type: 'Pass', QueryLanguage: 'JSONata', Output: { b: '{% $n + $states.input.a %}' }, Assign: { m: '{% $n + 10 %}' }, Next: 'C' },
      C: { Type: 'Pass', Parameters: { 'b.$': '$.b', 'm.$': '$m' }, End: true },
    };
    expect(await tryMachine(machineOf(states), { input: { n: 1 } })).toMatchObject({ output: { b: 2, m: 11 } });
  });

  test('a call that does not fit is told of the field of its language', async () => {
    const call = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:describeExecution', End: true } as const;
    const causeOf = async (state: State) => (await tryMachine(machineOf({ T: state }))).cause;
    expect(await causeOf({ ...call, Parameters: { Arn: 'x' } })).toContain("The Parameters '{\"Arn\":\"x\"}' could not be used to start the Task: [");
    expect(await causeOf({ ...call, QueryLanguage: 'JSONata', Arguments: { Arn: 'x' } })).toContain("The Arguments '{\"Arn\":\"x\"}' could not be used to start the Task: [");
  });
});
