import { setImmediate as nextTurn, setTimeout as realSleep } from 'node:timers/promises';
import { VirtualClock } from './clock';
import { MACHINE_ARN, machineOf } from './fixtures/try-machine';
import { LocalStepFunctions } from './runner';

const START = Date.parse('2026-01-01T00:00:00Z');

test('sleepers wake in the order of their times, then of their beginning', async () => {
  const clock = new VirtualClock();
  const woken: string[] = [];
  const sleep = async (name: string, seconds: number) => {
    await clock.sleep(seconds * 1000);
    woken.push(`${name} ${(clock.now() - START) / 1000}`);
  };
  await Promise.all([sleep('a', 3), sleep('b', 1), sleep('c', 3), sleep('d', 2).then(async () => sleep('e', 1))]);
  expect(woken).toEqual(['b 1', 'd 2', 'a 3', 'c 3', 'e 3']);
});

test('time stands still during real work, and work takes turns', async () => {
  const clock = new VirtualClock();
  const order: string[] = [];
  const slept = clock.sleep(1000).then(() => order.push('sleeper'));
  const work = async (name: string, real: number) => clock.realTime(async () => {
    await realSleep(real);
    order.push(`${name} at ${clock.now() - START}`);
  });
  await Promise.all([work('slow', 20), work('fast', 1), slept]);
  expect(order).toEqual(['slow at 0', 'fast at 0', 'sleeper']);
});

test('work that suspends itself lets time and others go on', async () => {
  const clock = new VirtualClock();
  const order: string[] = [];
  await Promise.all([
    clock.realTime(async (suspend) => {
      await suspend(async () => clock.sleep(5000));
      order.push(`first at ${clock.now() - START}`);
    }),
    clock.realTime(async () => { order.push(`second at ${clock.now() - START}`); }),
  ]);
  expect(order).toEqual(['second at 0', 'first at 5000']);
});

test('a sleep ends with its signal, at once', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const slept = clock.sleep(1_000_000, controller.signal);
  await Promise.all([expect(slept).rejects.toThrow('enough'), clock.sleep(10).then(() => controller.abort(new Error('enough')))]);
  await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough');
  expect(clock.now() - START).toBe(10);
});

test('held, time does not move', async () => {
  const clock = new VirtualClock();
  const release = clock.hold();
  let awake = false;
  const slept = clock.sleep(1).then(() => { awake = true; });
  await realSleep(5);
  expect(awake).toBe(false);
  release();
  await slept;
});

describe('at a scale', () => {
  beforeEach(() => { jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate'] }); });
  afterEach(() => { jest.useRealTimers(); });

  /** Real time passes, once everything that can go on has done so. */
  const pass = async (milliseconds: number) => {
    await nextTurn();
    await jest.advanceTimersByTimeAsync(milliseconds);
    await nextTurn();
  };

  test('waits take real time in proportion, and the clock runs meanwhile', async () => {
    const clock = new VirtualClock({ scale: 100_000 });
    const woken: string[] = [];
    const sleep = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      woken.push(`${name} at ${clock.now() - START}`);
    };
    const slept = sleep('long', 6_000_000);
    await pass(20);
    expect(clock.now() - START).toBe(2_000_000);
    // Sooner than what is being waited for.
    const sooner = sleep('short', 1_000_000);
    await pass(9);
    expect(woken).toEqual([]);
    await pass(1);
    expect(woken).toEqual(['short at 3000000']);
    await pass(29);
    expect(clock.now() - START).toBe(5_900_000);
    await pass(1);
    expect(woken).toEqual(['short at 3000000', 'long at 6000000']);
    await Promise.all([slept, sooner]);
  });
});

test('concurrent executions run alike every time', async () => {
  const run = async () => {
    const events: string[] = [];
    const account = new LocalStepFunctions({
      clock: new VirtualClock({ seed: 9 }),
      services: {
        uneven: async (_action, { Real }) => {
          await realSleep(Math.random() * 3);
          return { Real };
        },
      },
      onEvent: ({ type, stateName, timestamp }, { name }) => events.push(`${timestamp} ${name} ${type} ${stateName}`),
    });
    account.register(MACHINE_ARN, machineOf({
      T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:uneven:call', Arguments: { Real: '{% $random() %}' }, Next: 'W' },
      W: { Type: 'Wait', Seconds: '{% $floor($states.input.Real * 5) %}', End: true },
    }));
    await Promise.all(Array.from({ length: 5 }, async () => account.start(MACHINE_ARN).done));
    return events;
  };
  const first = await run();
  expect(first).toHaveLength(5 * 9);
  expect(await run()).toEqual(first);
});
