import { State } from './definition';
import { Execution } from './execution';
import { MACHINE_ARN, machineOf, requireValidAsl } from './fixtures/try-machine';
import { JsonObject, JsonValue } from './json';
import { LocalStepFunctions } from './runner';
import { StateMachineType } from './state-machine';

const STOPPED_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:Stopped';
const START = '2026-01-01T00:00:00.000Z';

const STOPPED: Record<string, State> = {
  P: { Type: 'Pass', Output: { b: 2 }, Next: 'T' },
  T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:cleanrooms:getProtectedQuery', Arguments: { Id: 'q' }, Output: { status: '{% $states.result.Status %}' }, Next: 'W' },
  W: { Type: 'Wait', Seconds: 60, End: true },
};

/** The history of an execution that is stopped in its Wait, as the task `aws-sdk:sfn:getExecutionHistory` is answered. */
async function historyOf(more: JsonObject = {}, type: StateMachineType = 'STANDARD'): Promise<{ readonly output?: JsonValue; readonly error?: string; readonly cause?: string }> {
  const account = new LocalStepFunctions({ services: { cleanrooms: async () => ({ Status: 'STARTED' }) } });
  account.register(STOPPED_ARN, machineOf(STOPPED), { type });
  const execution: Execution = account.start(STOPPED_ARN, { input: { a: 1 } });
  await account.clock.sleep(10_000);
  account.stop(execution.arn, { error: 'Person' });
  const reader = machineOf({
    T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:getExecutionHistory', Arguments: { ExecutionArn: execution.arn, ...more }, End: true },
  });
  requireValidAsl(reader);
  account.register(MACHINE_ARN, reader);
  return account.start(MACHINE_ARN).done;
}

async function eventsOf(more: JsonObject = {}): Promise<JsonObject[]> {
  const { output } = await historyOf(more) as { output: { Events: JsonObject[] } };
  return output.Events;
}

const TRUNCATED = { Truncated: false };
const RESOURCE = { ResourceType: 'aws-sdk:cleanrooms', Resource: 'getProtectedQuery' };

test('the history of an execution, in the words of the service', async () => {
  const told = (await eventsOf()).map(({ Id, PreviousEventId, Timestamp, Type, ...details }, index) => {
    expect([Id, PreviousEventId]).toEqual([index + 1, index]);
    return [Type, details, Timestamp];
  });
  expect(told).toEqual([
    ['ExecutionStarted', { ExecutionStartedEventDetails: { Input: '{"a":1}', InputDetails: TRUNCATED } }, START],
    ['PassStateEntered', { StateEnteredEventDetails: { Name: 'P', Input: '{"a":1}', InputDetails: TRUNCATED } }, START],
    ['PassStateExited', { StateExitedEventDetails: { Name: 'P', Output: '{"b":2}', OutputDetails: TRUNCATED } }, START],
    ['TaskStateEntered', { StateEnteredEventDetails: { Name: 'T', Input: '{"b":2}', InputDetails: TRUNCATED } }, START],
    ['TaskScheduled', { TaskScheduledEventDetails: { ...RESOURCE, Parameters: '{"Id":"q"}' } }, START],
    ['TaskStarted', { TaskStartedEventDetails: RESOURCE }, START],
    ['TaskSucceeded', { TaskSucceededEventDetails: { ...RESOURCE, Output: '{"Status":"STARTED"}', OutputDetails: TRUNCATED } }, START],
    ['TaskStateExited', { StateExitedEventDetails: { Name: 'T', Output: '{"status":"STARTED"}', OutputDetails: TRUNCATED } }, START],
    ['WaitStateEntered', { StateEnteredEventDetails: { Name: 'W', Input: '{"status":"STARTED"}', InputDetails: TRUNCATED } }, START],
    ['ExecutionAborted', { ExecutionAbortedEventDetails: { Error: 'Person' } }, '2026-01-01T00:00:10.000Z'],
  ]);
});

test('the newest first, in pages', async () => {
  const ids = async (more: JsonObject) => {
    const { Events, NextToken } = (await historyOf(more)).output as { Events: { Id: number }[]; NextToken?: string };
    return [...Events.map(({ Id }) => Id), NextToken];
  };
  expect(await ids({ ReverseOrder: true, MaxResults: 3 })).toEqual([10, 9, 8, '3']);
  expect(await ids({ ReverseOrder: true, MaxResults: 3, NextToken: '9' })).toEqual([1, undefined]);
  expect(await ids({ MaxResults: 2 })).toEqual([1, 2, '2']);
});

test('without the data that passed', async () => {
  const events = await eventsOf({ IncludeExecutionData: false });
  expect(JSON.stringify(events)).not.toMatch(/Input|Output|Parameters/);
  expect(events[1]).toMatchObject({ StateEnteredEventDetails: { Name: 'P' } });
});

test('a token that was never given, and an EXPRESS execution, are refused', async () => {
  expect(await historyOf({ NextToken: '99' })).toMatchObject({ error: 'Sfn.InvalidTokenException' });
  expect(await historyOf({}, 'EXPRESS')).toMatchObject({ error: 'Sfn.InvalidArnException' });
});
