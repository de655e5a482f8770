import { StateMachineDefinition } from './definition';
import { machineOf } from './fixtures/try-machine';
import { JsonObject } from './json';
import { LocalStepFunctions } from './runner';

const ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine';

/** `aws-sdk:sfn:startSyncExecution`: the answer comes when the execution has ended, and comes however it ended. */
async function called(callee: StateMachineDefinition, type: 'EXPRESS' | 'STANDARD' = 'EXPRESS', timeout = 600) {
  const account = new LocalStepFunctions();
  account.register(`${ARN}:Callee`, callee, { type });
  account.register(`${ARN}:Caller`, machineOf({
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:startSyncExecution',
      Arguments: { StateMachineArn: `${ARN}:Callee`, Input: '{% $string({"day": 1}) %}' },
      TimeoutSeconds: timeout,
      End: true,
    },
  }));
  return account.start(`${ARN}:Caller`).done;
}

test('the output of an execution that succeeded is a text of JSON', async () => {
  const { output, endedAt, startedAt } = await called(machineOf({
    Wait: { Type: 'Wait', Seconds: 30, Next: 'Done' }, Done: { Type: 'Succeed', Output: { day: '{% $states.input.day + 1 %}' } },
  }));
  expect(output).toMatchObject({ Status: 'SUCCEEDED', Output: '{"day":2}', Input: '{"day":1}', StateMachineArn: `${ARN}:Callee` });
  expect((output as JsonObject).ExecutionArn).toMatch(/:express:Callee:/);
  expect(endedAt - startedAt).toBe(30_000);
});

test('the call succeeds where the execution failed, with the error and without an output', async () => {
  const outcome = await called(machineOf({ No: { Type: 'Fail', Error: 'No', Cause: 'way' } }));
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { Status: 'FAILED', Output: null, Error: 'No', Cause: 'way' } });
});

test('and where it timed out', async () => {
  const outcome = await called(machineOf({ Wait: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 10 }));
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { Status: 'TIMED_OUT', Output: null } });
});

test('a caller that waits no longer gives up, and time goes on', async () => {
  const outcome = await called(machineOf({ Wait: { Type: 'Wait', Seconds: 100, End: true } }), 'EXPRESS', 5);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(outcome.endedAt - outcome.startedAt).toBe(5000);
});

test('a STANDARD state machine is refused', async () => {
  expect(await called(machineOf({ Done: { Type: 'Succeed' } }), 'STANDARD')).toMatchObject({ error: 'Sfn.StateMachineTypeNotSupportedException' });
});
