import { LocalStepFunctionsOptions, StateError } from 'cdk-cleanrooms-rehearsal/step-functions';
import { OverlapPolicy } from '../../src';
import { FakeProtectedQueries, FakeProtectedQueriesOptions } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { accountFor, newScheduled, synthesizedFor } from '../support/query-app';
import { NAME, NIGHT } from '../support/stopped-run';

/** What becomes of a delivery when the name is taken, and when Step Functions does not answer. */

const nightly = newScheduled(newStack(ENV), { overlap: OverlapPolicy.ALLOW });
const careful = newScheduled(newStack(ENV));
const SECOND = 1000;
const HOUR = 3600 * SECOND;

beforeAll(() => [nightly, careful].forEach(({ stateMachine }) => synthesizedFor(stateMachine)));

function account(options: FakeProtectedQueriesOptions = {}, engine: LocalStepFunctionsOptions = {}, scheduled = nightly) {
  const fake = new FakeProtectedQueries(options);
  const local = accountFor(scheduled.stateMachine, fake, engine);
  const until = async (time: number) => local.clock.sleep(Math.max(0, time - local.clock.now()));
  const deliver = async () => {
    await until(Date.parse(NIGHT));
    const [delivery] = local.fire(scheduled.schedule, NIGHT);
    return delivery.done;
  };
  return { fake, local, until, deliver };
}

describe('a name that was used before its time', () => {
  const early = {
    status: 'FAILED',
    error: 'ProtectedQuery.BeganEarly',
    cause: expect.stringContaining(`start an execution named ${NAME}-again if it is missing`) as string,
  };

  test.each([['that has ended', 60], ['that still runs', 30 * 3600]])('by an execution %s: the delivery fails, where alarms see it', async (_what, seconds) => {
    const { local, until, deliver, fake } = account({ course: () => ({ seconds }) });
    await until(Date.parse(NIGHT) - 4 * HOUR);
    local.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME);
    expect(await deliver()).toMatchObject(early);
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(1);
  });

  test('by a clock that is some seconds fast: it was started for it', async () => {
    const { local, until, deliver } = account();
    await until(Date.parse(NIGHT) - 5 * SECOND);
    local.start(nightly.stateMachine, { scheduledTime: NIGHT }, NAME);
    expect(await deliver()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('is no matter after its time: a second delivery is a success', async () => {
    const { deliver, local, fake } = account();
    await deliver();
    await local.clock.sleep(HOUR);
    expect(await deliver()).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.callsOf('startProtectedQuery')).toHaveLength(1);
  });
});

describe('while Step Functions does not answer', () => {
  const outage = (seconds: number, started: { at?: number }): LocalStepFunctionsOptions => ({
    beforeCall: async (service, _action, context) => {
      started.at ??= context.now();
      if (service === 'sfn' && context.now() < started.at + seconds * SECOND) throw new StateError('Sfn.SfnException', 'injected');
    },
  });

  test.each([60, 120, 240])('for %i seconds, the night is not lost', async (seconds) => {
    for (const scheduled of [nightly, careful]) {
      const { deliver, fake, local } = account({}, outage(seconds, {}), scheduled);
      expect(await deliver()).toMatchObject({ status: 'SUCCEEDED' });
      await local.clock.sleep(HOUR);
      expect(fake.queries).toHaveLength(1);
    }
  });

  test('for longer, the delivery fails with its error, where alarms see it', async () => {
    const { deliver } = account({}, outage(600, {}));
    expect(await deliver()).toMatchObject({ status: 'FAILED', error: 'Sfn.SfnException' });
  });
});
