import { State, StateMachineDefinition } from './definition';
import { MACHINE_ARN, machineOf, tryMachine } from './fixtures/try-machine';
import { JsonValue } from './json';
import { LocalStepFunctions, ServiceHandler } from './runner';

const START = Date.parse('2026-01-01T00:00:00Z');
const echo: ServiceHandler = async (action, parameters) => ({ Action: action, ...parameters });
const services = { echo };
const TASK = 'arn:aws:states:::aws-sdk:echo:say';

/** What a machine of these states gives for an input, by the Amazon States Language and the Step Functions guide. */
const OUTPUTS: readonly (readonly [string, Record<string, State>, JsonValue, JsonValue])[] = [
  ['a Pass without Output gives its input', { P: { Type: 'Pass', End: true } }, { a: 1 }, { a: 1 }],
  ['Output replaces, expressions stand anywhere in it', {
    P: { Type: 'Pass', Output: { 'x': ['{% $states.input.a + 1 %}', 'a'], 'not {% one %}': '{ % %}' }, End: true },
  }, { a: 1 }, { 'x': [2, 'a'], 'not {% one %}': '{ % %}' }],
  ['an expression that gives null is a value', { P: { Type: 'Pass', Output: { a: '{% $states.input.a %}' }, End: true } }, { a: null }, { a: null }],
  ['Succeed has an Output', { S: { Type: 'Succeed', Output: '{% $states.input.a %}' } }, { a: [1] }, [1]],
  ['Assign and Output both see the old values', {
    A: { Type: 'Pass', Assign: { x: 1, y: 'old' }, Next: 'B' },
    B: { Type: 'Pass', Assign: { x: '{% $x + 1 %}', y: '{% $x %}' }, Output: { x: '{% $x %}', y: '{% $y %}' }, Next: 'C' },
    C: { Type: 'Pass', Output: { before: '{% $states.input %}', x: '{% $x %}', y: '{% $y %}' }, End: true },
  }, {}, { before: { x: 1, y: 'old' }, x: 2, y: 1 }],
  ['a Task without Output gives its result', { T: { Type: 'Task', Resource: TASK, Arguments: { Id: '{% $states.input.id %}' }, End: true } },
    { id: 7 }, { Action: 'say', Id: 7 }],
  ['a Task without Arguments gets its input', { T: { Type: 'Task', Resource: TASK, End: true } }, { Id: 8 }, { Action: 'say', Id: 8 }],
  ['Assign and Output of a Task see input and result', {
    T: {
      Type: 'Task',
      Resource: TASK,
      Arguments: { Id: 1 },
      Assign: { sent: '{% $states.input %}' },
      Output: '{% $states.result.Id %}',
      Next: 'P',
    },
    P: { Type: 'Pass', Output: { id: '{% $states.input %}', sent: '{% $sent %}' }, End: true },
  }, { in: 1 }, { id: 1, sent: { in: 1 } }],
  ['a Wait gives its input', { W: { Type: 'Wait', Seconds: 5, End: true } }, { a: 1 }, { a: 1 }],
  ['a Choice takes the first rule that holds, with its Assign and Output', {
    C: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 5 %}', Next: 'Show', Output: 'big', Assign: { size: 'L' } },
        { Condition: '{% $states.input.n > 0 %}', Next: 'Show', Output: 'small', Assign: { size: 'S' } },
        { Condition: '{% $states.input.absent %}', Next: 'Show' },
      ],
      Default: 'Show',
      Output: '{% "default" %}',
      Assign: { size: 'none' },
    },
    Show: { Type: 'Pass', Output: '{% [$states.input, $size] %}', End: true },
  }, { n: 1 }, ['small', 'S']],
  ['the Assign and Output of the Choice itself belong to its Default', {
    C: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.n > 5 %}', Next: 'Show' }],
      Default: 'Show',
      Output: '{% "default" %}',
      Assign: { size: 'none' },
    },
    Show: { Type: 'Pass', Output: '{% [$states.input, $size] %}', End: true },
  }, { n: 1 }, ['default', 'none']],
  ['a rule without Output gives the input, not the Output of the Choice', {
    C: {
      Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Show' }], Default: 'Show', Output: '{% "default" %}',
    },
    Show: { Type: 'Pass', End: true },
  }, { n: 1 }, { n: 1 }],
  ['branches see outer variables and Arguments; the result keeps their order', {
    A: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'P' },
    P: {
      Type: 'Parallel',
      Arguments: { n: '{% $states.input.n * 2 %}' },
      End: true,
      Branches: [
        { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, Next: 'L' }, L: { Type: 'Pass', Output: '{% $outer & $states.input.n %}', End: true } } },
        { StartAt: 'Q', States: { Q: { Type: 'Pass', Assign: { inner: 1 }, Output: '{% $states.context.State.Name %}', End: true } } },
      ],
    },
  }, { n: 2 }, ['o4', 'Q']],
  ['branches may assign the same name, each for itself', {
    P: {
      Type: 'Parallel',
      End: true,
      Branches: ['a', 'b'].map((name) => ({
        StartAt: `${name}1`,
        States: {
          [`${name}1`]: { Type: 'Pass', Assign: { mine: name }, Next: `${name}2` },
          [`${name}2`]: { Type: 'Pass', Output: '{% $mine %}', End: true },
        },
      })),
    },
  }, {}, ['a', 'b']],
  ['a Map runs its input', {
    M: { Type: 'Map', ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', Output: '{% $states.input * 10 %}', End: true } } }, End: true },
  }, [1, 2], [10, 20]],
  ['Items and ItemSelector of a Map see the item', {
    M: {
      Type: 'Map',
      Items: '{% $states.input.all %}',
      MaxConcurrency: 1,
      End: true,
      ItemSelector: { at: '{% $states.context.Map.Item.Index %}', item: '{% $states.context.Map.Item.Value %}', base: '{% $states.input.base %}' },
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
      Output: '{% $states.result[1] %}',
    },
  }, { all: ['x', 'y'], base: 0 }, { at: 1, item: 'y', base: 0 }],
  ['a Map over an object sees its keys', {
    M: {
      Type: 'Map',
      End: true,
      ItemSelector: '{% $states.context.Map.Item.Key & "=" & $states.context.Map.Item.Value %}',
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
    },
  } as unknown as Record<string, State>, { a: 1, b: 2 }, ['a=1', 'b=2']],
  ['a Map over nothing gives nothing', {
    M: { Type: 'Map', ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true },
  }, [], []],
  ['the context tells the execution', {
    P: {
      Type: 'Pass',
      End: true,
      Output: {
        id: '{% $states.context.Execution.Id %}',
        name: '{% $states.context.Execution.Name %}',
        input: '{% $states.context.Execution.Input.a %}',
        started: '{% $states.context.Execution.StartTime %}',
        machine: '{% $states.context.StateMachine.Id %}',
        state: '{% $states.context.State.Name %}',
        entered: '{% $states.context.State.EnteredTime %}',
        retries: '{% $states.context.State.RetryCount %}',
      },
    },
  }, { a: 1 }, {
    id: 'arn:aws:states:us-east-1:111122223333:execution:Machine:run',
    name: 'run',
    input: 1,
    started: '2026-01-01T00:00:00.000Z',
    machine: MACHINE_ARN,
    state: 'P',
    entered: '2026-01-01T00:00:00.000Z',
    retries: 0,
  }],
];

describe('outputs', () => {
  test.each(OUTPUTS)('%s', async (_, states, input, expected) => {
    const outcome = await tryMachine(machineOf(states), { input, name: 'run', services });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: expected });
  });
});

/** What fails an execution: the error, and a part of the cause. */
const FAILURES: readonly (readonly [string, Record<string, State>, JsonValue, string, string | undefined])[] = [
  ['Fail with Error and Cause from expressions', { F: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: '{% "because of " & $states.input.c %}' } },
    { e: 'Mine', c: 'c' }, 'Mine', 'because of c'],
  ['Fail whose Error is no string', { F: { Type: 'Fail', Error: '{% 1 %}' } }, {}, 'States.QueryEvaluationError', "specified for the field 'Error' returned an unexpected result type. Expected 'string', but was 'number'."],
  ['an expression that gives nothing', { P: { Type: 'Pass', Output: { a: ['{% $states.input.absent %}'] }, End: true } }, {}, 'States.QueryEvaluationError',
    "An error occurred while executing the state 'P' (entered at the event id #2). The JSONata expression '$states.input.absent' specified for the field 'Output/a[0]' returned nothing (undefined)."],
  ['an expression that throws', { P: { Type: 'Pass', Assign: { v: '{% 1 + "a" %}' }, End: true } }, {}, 'States.QueryEvaluationError', "'Assign/v' threw an error during evaluation. T2002"],
  ['an expression that gives a function', { P: { Type: 'Pass', Output: '{% function($x) { $x } %}', End: true } }, {}, 'States.QueryEvaluationError', 'a function'],
  ['a result that is asked for before there is one', { T: { Type: 'Task', Resource: TASK, Arguments: '{% $states.result %}', End: true } }, {}, 'States.QueryEvaluationError', "'Arguments' returned nothing"],
  ['a Condition that is no boolean', { C: { Type: 'Choice', Choices: [{ Condition: '{% "true" %}', Next: 'P' }], Default: 'P' }, P: { Type: 'Pass', End: true } }, {},
    'States.QueryEvaluationError', "'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string'."],
  ['a Choice without a match and a Default', { C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'P' }] }, P: { Type: 'Pass', End: true } }, {}, 'States.NoChoiceMatched', "executing the state 'C'"],
  ['a Wait of a fraction', { W: { Type: 'Wait', Seconds: '{% 1.5 %}', End: true } }, {}, 'States.QueryEvaluationError', "'Seconds' returned 1.5, but an integer from 0 to 99999999 is expected"],
  ['a Wait of a string', { W: { Type: 'Wait', Seconds: '{% "3" %}', End: true } }, {}, 'States.QueryEvaluationError', "'Seconds' returned an unexpected result type"],
  ['a Wait until no timestamp', { W: { Type: 'Wait', Timestamp: '{% "tomorrow" %}', End: true } }, {}, 'States.QueryEvaluationError', "'Timestamp' returned 'tomorrow'"],
  ['a Task time-out of zero', { T: { Type: 'Task', Resource: TASK, TimeoutSeconds: '{% 0 %}', End: true } }, {}, 'States.QueryEvaluationError', "'TimeoutSeconds' returned 0"],
  ['a Map over no list', { M: { Type: 'Map', Items: '{% 3 %}', ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true } }, {}, 'States.QueryEvaluationError', "'Items' returned an unexpected result type"],
  ['the failure of a branch, under its own name', {
    P: { Type: 'Parallel', End: true, Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'c' } } }] },
  }, {}, 'Inner', 'c'],
  ['a variable of a branch outside of it', {
    P: { Type: 'Parallel', Next: 'After', Branches: [{ StartAt: 'I', States: { I: { Type: 'Pass', Assign: { inner: 1 }, End: true } } }] },
    After: { Type: 'Pass', Output: '{% $inner %}', End: true },
  }, {}, 'States.QueryEvaluationError', "'$inner'"],
  ['an output that is too large', { P: { Type: 'Pass', Output: '{% $pad("", 262144, "x") %}', End: true } }, {}, 'States.DataLimitExceeded', 'of 262146 bytes'],
];

describe('failures', () => {
  test.each(FAILURES)('%s', async (_, states, input, error, cause) => {
    const outcome = await tryMachine(machineOf(states), { input, services });
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(outcome.cause).toContain(cause);
    expect(outcome.output).toBeUndefined();
  });

  test('the largest output passes', async () => {
    const states: Record<string, State> = { P: { Type: 'Pass', Output: '{% $pad("", 262142, "x") %}', End: true } };
    expect(await tryMachine(machineOf(states))).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('refused when registered', () => {
  const pass: State = { Type: 'Pass', End: true };
  const output = (expression: string) => machineOf({ P: { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true } });
  test.each<readonly [string, StateMachineDefinition, string]>([
    ['a state of JSONPath in a machine of JSONata', machineOf({ P: { ...pass, QueryLanguage: 'JSONPath' } }), "state 'P': 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"],
    ['a field of JSONPath', machineOf({ P: { ...pass, InputPath: '$' } as State }), "state 'P': the field 'InputPath' is not for JSONata"],
    ['a target that is not there', machineOf({ P: { Type: 'Pass', Next: 'Q' } }), "state 'P' names the state 'Q', which is not among its siblings"],
    ['no target at all', machineOf({ P: { Type: 'Pass' } }), "state 'P' names the state ''"],
    ['a bare name in an expression', output('phone'), "state 'P': UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /Output/v"],
    ['a bare name in a function', output('$map($states.input.a, function($x) { b })'), "Reference to 'b' at the top level"],
    ['the root context', output('$$.a'), "Reference to '$$' is not supported."],
    ['the context', output('$.a'), "Reference to '$' is not supported."],
    ['an error output outside of a Catch', output('$states.errorOutput.Error'), "Reference to '$states.errorOutput' outside of a Catch"],
    ['an expression that is none', output('a[1,2)'), 'INVALID_JSONATA_EXPRESSION'],
    ['an assignment to $states', machineOf({ P: { ...pass, Assign: { states: 1 } } }), "'states' cannot name a variable"],
    ['one name inside and outside of a branch', machineOf({
      P: { Type: 'Parallel', Assign: { v: 1 }, Branches: [{ StartAt: 'I', States: { I: { ...pass, Assign: { v: 1 } } } }], End: true },
    }), 'variable $v is assigned both inside and outside of a branch'],
    ['one name for two states', machineOf({
      P: { Type: 'Parallel', Branches: [{ StartAt: 'P', States: { P: pass } }], End: true },
    }), "two states are called 'P'"],
    ['a service that nobody plays', machineOf({ T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:getObject', End: true } }), "state 'T' calls arn:aws:states:::aws-sdk:s3:getObject, which is not simulated"],
    ['a distributed Map', machineOf({
      M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: pass } }, End: true },
    }), 'no distributed Map'],
  ])('%s', (_, definition, message) => {
    expect(() => new LocalStepFunctions().register(MACHINE_ARN, definition)).toThrow(message);
  });

  test.each([
    '$states.input.items[value > 3]^(price).name', '$states.input.items{ key: $sum(value) }', '$x.a.$f(b)',
    '$states.input ~> | items | { "a": b } |', '($y := $states.input.z; $y)', '$states.input.items.(a & $string(b))', '$count($states.input.items.*)',
  ])('but not %s', (expression) => {
    expect(() => new LocalStepFunctions().register(MACHINE_ARN, output(expression))).not.toThrow();
  });
});

describe('time', () => {
  test.each<readonly [string, State, number]>([
    ['seconds', { Type: 'Wait', Seconds: 3600, End: true }, 3600],
    ['seconds from an expression', { Type: 'Wait', Seconds: '{% $states.input.n * 60 %}', End: true }, 120],
    ['no seconds', { Type: 'Wait', Seconds: 0, End: true }, 0],
    ['a timestamp', { Type: 'Wait', Timestamp: '2026-01-02T00:00:00Z', End: true }, 86_400],
    ['a timestamp from an expression', { Type: 'Wait', Timestamp: '{% $fromMillis($millis() + 90000) %}', End: true }, 90],
    ['a timestamp that has passed', { Type: 'Wait', Timestamp: '2025-01-02T00:00:00+01:00', End: true }, 0],
  ])('a Wait of %s', async (_, state, seconds) => {
    const outcome = await tryMachine(machineOf({ W: state }), { input: { n: 2 } });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', startedAt: START, endedAt: START + seconds * 1000 });
  });

  test('branches wait at the same time, iterations as far as MaxConcurrency lets them', async () => {
    const wait: State = { Type: 'Wait', Seconds: 10, End: true };
    const map = async (MaxConcurrency: number) => {
      const definition = machineOf({ M: { Type: 'Map', MaxConcurrency, ItemProcessor: { StartAt: 'W', States: { W: wait } }, End: true } });
      const outcome = await tryMachine(definition, { input: [1, 2, 3, 4, 5] });
      return (outcome.endedAt - outcome.startedAt) / 1000;
    };
    expect(await Promise.all([map(0), map(1), map(2)])).toEqual([10, 50, 30]);
  });
});

test('history and transitions of a run', async () => {
  const outcome = await tryMachine(machineOf({
    C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'T' }] },
    T: { Type: 'Task', Resource: TASK, Arguments: {}, Next: 'P' },
    P: { Type: 'Parallel', Branches: [{ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, End: true } } }], Next: 'S' },
    S: { Type: 'Succeed' },
  }), { services });
  expect(outcome.history.map(({ type, stateName }) => (stateName === undefined ? type : `${type} ${stateName}`))).toEqual([
    'ExecutionStarted',
    'ChoiceStateEntered C', 'ChoiceStateExited C',
    'TaskStateEntered T', 'TaskScheduled T', 'TaskStarted T', 'TaskSucceeded T', 'TaskStateExited T',
    'ParallelStateEntered P', 'ParallelStateStarted P', 'WaitStateEntered W', 'WaitStateExited W', 'ParallelStateSucceeded P', 'ParallelStateExited P',
    'SucceedStateEntered S', 'SucceedStateExited S',
    'ExecutionSucceeded',
  ]);
  expect(outcome.history.map(({ id }) => id)).toEqual(outcome.history.map((_, index) => index + 1));
  expect(outcome.transitions).toBe(5);
});
