import { VirtualClock } from './clock';
import { Catcher, Retrier, State } from './definition';
import { StateError } from './errors';
import { machineOf, tryMachine } from './fixtures/try-machine';
import { ServiceHandler } from './runner';

const TASK = 'arn:aws:states:::aws-sdk:flaky:call';

/** A service that fails with these errors, one a call (undefined: it succeeds), and then succeeds; it notes when it was called. */
function flaky(...errors: readonly (string | undefined)[]): { readonly calledAt: number[]; readonly services: { readonly flaky: ServiceHandler } } {
  const left = [...errors];
  const calledAt: number[] = [];
  return {
    calledAt,
    services: {
      flaky: async (_action, _parameters, context) => {
        calledAt.push((context.now() - Date.parse('2026-01-01T00:00:00Z')) / 1000);
        const error = left.shift();
        if (error !== undefined) throw new StateError(error, `${error} happened`);
        return { ok: true };
      },
    },
  };
}

const task = (Retry: readonly Retrier[], Catch: readonly Catcher[] = []): Record<string, State> => ({
  T: { Type: 'Task', Resource: TASK, Arguments: {}, Retry, ...(Catch.length > 0 ? { Catch } : {}), End: true },
});
const A = 'Svc.AException';
const B = 'Svc.BException';

describe('Retry', () => {
  test.each<readonly [string, readonly Retrier[], readonly string[], readonly number[], string]>([
    ['defaults: three tries more, after 1, 2 and 4 seconds', [{ ErrorEquals: [A] }], [A, A, A], [0, 1, 3, 7], 'SUCCEEDED'],
    ['no more than three by default', [{ ErrorEquals: [A] }], [A, A, A, A], [0, 1, 3, 7], 'FAILED'],
    ['MaxAttempts 0 never retries', [{ ErrorEquals: [A], MaxAttempts: 0 }], [A], [0], 'FAILED'],
    ['interval and rate', [{ ErrorEquals: [A], IntervalSeconds: 10, BackoffRate: 1.5, MaxAttempts: 4 }], [A, A, A], [0, 10, 25, 47.5], 'SUCCEEDED'],
    ['MaxDelaySeconds caps', [{ ErrorEquals: [A], IntervalSeconds: 10, MaxDelaySeconds: 25, MaxAttempts: 4 }], [A, A, A, A], [0, 10, 30, 55, 80], 'SUCCEEDED'],
    ['an error that no retrier names', [{ ErrorEquals: [B] }], [A], [0], 'FAILED'],
    ['States.ALL names any', [{ ErrorEquals: ['States.ALL'] }], [A, B], [0, 1, 3], 'SUCCEEDED'],
    ['States.TaskFailed names any', [{ ErrorEquals: ['States.TaskFailed'] }], [A], [0, 1], 'SUCCEEDED'],
    ['but not States.Timeout', [{ ErrorEquals: ['States.TaskFailed'] }], ['States.Timeout'], [0], 'FAILED'],
    ['States.ALL names States.Timeout', [{ ErrorEquals: ['States.ALL'] }], ['States.Timeout'], [0, 1], 'SUCCEEDED'],
    ['States.ALL does not name States.Runtime', [{ ErrorEquals: ['States.ALL'] }], ['States.Runtime'], [0], 'FAILED'],
    ['nor States.DataLimitExceeded', [{ ErrorEquals: ['States.ALL'] }], ['States.DataLimitExceeded'], [0], 'FAILED'],
    ['every retrier counts for itself', [{ ErrorEquals: [A], MaxAttempts: 1, IntervalSeconds: 5 }, { ErrorEquals: [B], MaxAttempts: 2, IntervalSeconds: 7 }],
      [A, B, B], [0, 5, 12, 26], 'SUCCEEDED'],
    ['the first retrier that matches decides, even when it is used up', [{ ErrorEquals: [A], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }], [A, A], [0, 1], 'FAILED'],
  ])('%s', async (_, retriers, errors, times, status) => {
    const { calledAt, services } = flaky(...errors);
    const outcome = await tryMachine(machineOf(task(retriers)), { services });
    expect(outcome.status).toBe(status);
    expect(calledAt).toEqual(times);
    // One for the state, one for each try more.
    expect(outcome.transitions).toBe(times.length);
  });

  test('full jitter stays below the delay, differs, and repeats with the seed', async () => {
    const run = async () => {
      const { calledAt, services } = flaky(A, A, A);
      await tryMachine(machineOf(task([{ ErrorEquals: [A], IntervalSeconds: 100, BackoffRate: 1, JitterStrategy: 'FULL' }])), { services });
      return calledAt.slice(1).map((time, index) => time - calledAt[index]);
    };
    const delays = await run();
    expect(new Set(delays).size).toBe(3);
    for (const delay of delays) expect(delay).toBeLessThan(100);
    expect(await run()).toEqual(delays);
  });

  test('a new visit counts anew, and RetryCount tells the tries of this visit', async () => {
    const { services } = flaky(A, A, undefined, A);
    expect(await tryMachine(machineOf({
      Init: { Type: 'Pass', Assign: { seen: [] }, Next: 'T' },
      T: {
        Type: 'Task',
        Resource: TASK,
        Arguments: {},
        Retry: [{ ErrorEquals: [A], MaxAttempts: 2 }],
        Assign: { seen: '{% $append($seen, $states.context.State.RetryCount) %}' },
        Next: 'Again',
      },
      Again: { Type: 'Choice', Choices: [{ Condition: '{% $count($seen) < 2 %}', Next: 'T' }], Default: 'Show' },
      Show: { Type: 'Pass', Output: '{% $seen %}', End: true },
    }), { services })).toMatchObject({ status: 'SUCCEEDED', output: [2, 1] });
  });

  test('a Parallel runs all of its branches again', async () => {
    const { calledAt, services } = flaky(A);
    const outcome = await tryMachine(machineOf({
      P: {
        Type: 'Parallel',
        End: true,
        Retry: [{ ErrorEquals: [A], IntervalSeconds: 3 }],
        Branches: [{ StartAt: 'T', States: task([]) }, { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, End: true } } }],
      },
    }), { services });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: [{ ok: true }, {}] });
    expect(calledAt).toEqual([0, 3]);
    // P, T, W, the retry of P, T, W.
    expect(outcome.transitions).toBe(6);
    expect(outcome.history.map(({ type }) => type)).toContain('WaitStateAborted');
  });
});

describe('Catch', () => {
  const caught: Record<string, State> = { Caught: { Type: 'Pass', Output: { in: '{% $states.input %}', v: '{% $exists($v) ? $v : "none" %}' }, End: true } };

  test.each<readonly [string, readonly Catcher[], unknown]>([
    ['gives the error output', [{ ErrorEquals: [A], Next: 'Caught' }], { in: { Error: A, Cause: `${A} happened` }, v: 'none' }],
    ['gives its Output and assigns, both from the error output', [{
      ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $states.errorOutput.Error %}', Assign: { v: '{% $states.errorOutput.Cause %}' },
    }], { in: A, v: `${A} happened` }],
    ['takes the first catcher that matches', [
      { ErrorEquals: [B], Next: 'Caught', Output: 'b' }, { ErrorEquals: [B, A], Next: 'Caught', Output: 'a' }, { ErrorEquals: ['States.ALL'], Next: 'Caught', Output: 'all' },
    ], { in: 'a', v: 'none' }],
  ])('%s', async (_, catchers, output) => {
    const { services } = flaky(A);
    // The state's own Assign and Output are for its success alone.
    const states: Record<string, State> = {
      T: { Type: 'Task', Resource: TASK, Arguments: {}, Catch: catchers, Output: '{% $states.result %}', Assign: { v: 'success' }, End: true }, ...caught,
    };
    expect(await tryMachine(machineOf(states), { services })).toMatchObject({ status: 'SUCCEEDED', output });
  });

  test('comes after the retries are used up', async () => {
    const { calledAt, services } = flaky(A, A);
    const states = { ...task([{ ErrorEquals: [A], MaxAttempts: 1 }], [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]), ...caught };
    expect(await tryMachine(machineOf(states), { services })).toMatchObject({ status: 'SUCCEEDED' });
    expect(calledAt).toEqual([0, 1]);
  });

  test.each(['Arguments', 'Output', 'Assign'])('catches an expression that fails in %s, and tells where', async (field) => {
    const { services } = flaky();
    const states = machineOf({
      T: {
        Type: 'Task',
        Resource: TASK,
        [field]: { v: '{% $states.input.absent %}' },
        End: true,
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
      },
      ...caught,
    });
    const outcome = await tryMachine(states, { services });
    expect(outcome.output).toMatchObject({
      in: { Error: 'States.QueryEvaluationError', Cause: expect.stringContaining(`executing the state 'T' (entered at the event id #2). The JSONata expression '$states.input.absent' specified for the field '${field}/v'`) as string },
    });
    expect(outcome.history.map(({ type }) => type)).toContain('EvaluationFailed');
  });

  test('an error in a catcher fails the execution', async () => {
    const { services } = flaky(A);
    const states = { ...task([], [{ ErrorEquals: [A], Next: 'Caught', Output: '{% $nope %}' }]), ...caught };
    expect(await tryMachine(machineOf(states), { services })).toMatchObject({
      status: 'FAILED', error: 'States.QueryEvaluationError', cause: expect.stringContaining("'Catch[0]/Output'") as string,
    });
  });

  test.each<readonly [string, State]>([
    ['Parallel', { Type: 'Parallel', Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'c' } } }], End: true }],
    ['Map', { Type: 'Map', Items: [1, 2], ItemProcessor: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'c' } } }, End: true }],
  ])('of a %s sees the error of what is inside', async (_, state) => {
    const states = { P: { ...state, Catch: [{ ErrorEquals: ['Inner'], Next: 'Caught' }] } as State, ...caught };
    expect(await tryMachine(machineOf(states))).toMatchObject({ output: { in: { Error: 'Inner', Cause: 'c' } } });
  });

  test('a failing branch stops its siblings: their next tasks are never called', async () => {
    const { calledAt, services } = flaky();
    const outcome = await tryMachine(machineOf({
      P: {
        Type: 'Parallel',
        End: true,
        Branches: [
          { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, Next: 'T' }, ...task([]) } },
          { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner' } } },
        ],
      },
    }), { services });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Inner' });
    expect(outcome.endedAt).toBe(outcome.startedAt);
    expect(calledAt).toEqual([]);
  });
});

describe('time-outs', () => {
  const slow = (seconds: number): ServiceHandler => async (_action, _parameters, context) => {
    await context.sleep(seconds);
    return { took: seconds };
  };

  test('a Task that takes too long is States.Timeout, without a cause, and its call is dropped', async () => {
    let dropped: boolean | undefined;
    const services: Record<string, ServiceHandler> = {
      flaky: async (_action, _parameters, context) => {
        context.signal.addEventListener('abort', () => { dropped = true; });
        await context.sleep(60);
        dropped = false;
        return {};
      },
    };
    const states: Record<string, State> = {
      T: {
        Type: 'Task',
        Resource: TASK,
        Arguments: {},
        TimeoutSeconds: '{% $states.input.limit %}',
        End: true,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }],
      },
      Caught: { Type: 'Pass', End: true },
    };
    const outcome = await tryMachine(machineOf(states), { services, input: { limit: 20 } });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } });
    expect(outcome.endedAt - outcome.startedAt).toBe(20_000);
    expect(outcome.history.map(({ type }) => type)).toContain('TaskTimedOut');
    expect(dropped).toBe(true);
  });

  test('every try has the whole time, and a Task in time is not touched', async () => {
    const states: Record<string, State> = {
      T: { Type: 'Task', Resource: TASK, Arguments: {}, TimeoutSeconds: 20, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }], End: true },
    };
    const late = await tryMachine(machineOf(states), { services: { flaky: slow(21) } });
    expect(late).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(late.cause).toBeUndefined();
    expect(late.endedAt - late.startedAt).toBe(41_000);
    expect(await tryMachine(machineOf(states), { services: { flaky: slow(19) } })).toMatchObject({ status: 'SUCCEEDED', output: { took: 19 } });
  });

  test('a call that never answers in real time lets the time-out strike', async () => {
    const definition = machineOf({ T: { Type: 'Task', Resource: TASK, TimeoutSeconds: 30, End: true } });
    const services = { flaky: async () => new Promise(() => undefined) };
    expect(await tryMachine(definition, { services, clock: new VirtualClock({ patience: 20 }) })).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('the machine times out: no error of its own, only the event names it', async () => {
    const definition = machineOf({ W: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 60 });
    const outcome = await tryMachine(definition);
    expect(outcome).toMatchObject({ status: 'TIMED_OUT' });
    expect(outcome.error).toBeUndefined();
    expect(outcome.endedAt - outcome.startedAt).toBe(60_000);
    expect(outcome.history.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', details: { error: 'States.Timeout' } });
  });

  test('an EXPRESS execution has five minutes', async () => {
    const definition = machineOf({ W: { Type: 'Wait', Seconds: 301, End: true } });
    expect(await tryMachine(definition, { type: 'EXPRESS' })).toMatchObject({ status: 'TIMED_OUT' });
    expect(await tryMachine(definition)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

test('a loop without an end fails at 25000 events', async () => {
  const definition = machineOf({
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Choice', Choices: [{ Condition: '{% $exists($states.input.stop) %}', Next: 'End' }], Default: 'A' },
    End: { Type: 'Succeed' },
  });
  const outcome = await tryMachine(definition);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining('25000') as string });
  expect(outcome.history.at(-1)?.type).toBe('ExecutionFailed');
});

test('a fault of the stand-in is no error of the service: nothing catches it', async () => {
  const states: Record<string, State> = {
    T: {
      Type: 'Task',
      Resource: TASK,
      Arguments: {},
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      End: true,
    },
    Caught: { Type: 'Pass', End: true },
  };
  const services = { flaky: async () => { throw new TypeError('x is not a function'); } };
  expect(await tryMachine(machineOf(states), { services })).toMatchObject({
    status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining("The local service 'flaky' is at fault: TypeError: x is not a function") as string,
  });
});
