import { VirtualClock } from './clock';
import { State } from './definition';
import { Execution } from './execution';
import { MACHINE_ARN, machineOf, requireValidAsl, tryMachine } from './fixtures/try-machine';
import { JsonObject, JsonValue } from './json';
import { LocalStepFunctions, LocalStepFunctionsOptions } from './runner';
import { StateMachineType } from './state-machine';
import { executionStatusChange } from './status-change';

const CHILD_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:Child';
const HOUR: Record<string, State> = { W: { Type: 'Wait', Seconds: 3600, End: true } };
const DAY_MS = 24 * 3600 * 1000;

function accountWith(states: Record<string, State>, type: StateMachineType = 'STANDARD', options: LocalStepFunctionsOptions = {}): LocalStepFunctions {
  const account = new LocalStepFunctions(options);
  const definition = machineOf(states);
  requireValidAsl(definition);
  account.register(MACHINE_ARN, definition, { type });
  return account;
}

describe('names of executions', () => {
  test.each(['', 'x'.repeat(81), 'a b', 'a:b', 'a/b', 'a?', 'a*', '<a>', 'a\u0007', 'a\u0085', '2026-01-01T00:00:00Z'])('%j is refused', (name) => {
    expect(() => accountWith(HOUR).start(MACHINE_ARN, { name })).toThrow(expect.objectContaining({ name: 'InvalidName' }) as Error);
  });

  test.each(['x'.repeat(80), '2026-01-01T00-00-00Z', "it's_a=fine(name)+@!", 'größe'])('%j is accepted', (name) => {
    expect(accountWith(HOUR).start(MACHINE_ARN, { name }).arn).toBe(`arn:aws:states:us-east-1:111122223333:execution:Machine:${name}`);
  });

  test('same name and input while running: the same execution', () => {
    const account = accountWith(HOUR);
    const first = account.start(MACHINE_ARN, { name: 'n', input: { a: 1 } });
    expect(account.start(MACHINE_ARN, { name: 'n', input: { a: 1 } })).toBe(first);
    expect(account.executions(MACHINE_ARN)).toHaveLength(1);
  });

  test('same name, another input: ExecutionAlreadyExists', () => {
    const account = accountWith(HOUR);
    account.start(MACHINE_ARN, { name: 'n', input: { a: 1 } });
    expect(() => account.start(MACHINE_ARN, { name: 'n', input: { a: 2 } }))
      .toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }) as Error);
  });

  test('same name and input after the end: ExecutionAlreadyExists, for 90 days', async () => {
    const clock = new VirtualClock();
    const account = accountWith(HOUR, 'STANDARD', { clock });
    await account.start(MACHINE_ARN, { name: 'n' }).done;
    await clock.sleep(90 * DAY_MS - 1);
    expect(() => account.start(MACHINE_ARN, { name: 'n' })).toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }) as Error);
    await clock.sleep(1);
    expect(account.start(MACHINE_ARN, { name: 'n' }).status).toBe('RUNNING');
  });

  test('EXPRESS executions may share a name', () => {
    const account = accountWith(HOUR, 'EXPRESS');
    const [first, second] = [account.start(MACHINE_ARN, { name: 'n' }), account.start(MACHINE_ARN, { name: 'n' })];
    expect(second).not.toBe(first);
    expect(second.arn).toMatch(/^arn:aws:states:us-east-1:111122223333:express:Machine:n:[0-9a-f-]{36}$/);
  });
});

test('an input that is too large or no JSON is refused', () => {
  const account = accountWith(HOUR);
  const refused = expect.objectContaining({ name: 'InvalidExecutionInput' }) as Error;
  expect(() => account.start(MACHINE_ARN, { input: 'x'.repeat(256 * 1024) })).toThrow(refused);
  expect(() => account.startExecution(MACHINE_ARN, '{')).toThrow(refused);
  expect(account.start(MACHINE_ARN, { input: 'x'.repeat(256 * 1024 - 2) }).status).toBe('RUNNING');
});

test('an unknown state machine is refused', () => {
  expect(() => new LocalStepFunctions().start(MACHINE_ARN)).toThrow(expect.objectContaining({ name: 'StateMachineDoesNotExist' }) as Error);
});

describe('stopping', () => {
  test('ends as ABORTED at once, with error and cause; nothing more happens', async () => {
    const called: number[] = [];
    const account = accountWith({
      W: { Type: 'Wait', Seconds: 60, Next: 'T' },
      T: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:noted:call', Retry: [{ ErrorEquals: ['States.ALL'] }], End: true },
    }, 'STANDARD', { services: { noted: async (_action, _parameters, context) => { called.push(context.now()); } } });
    const execution = account.start(MACHINE_ARN);
    await account.clock.sleep(30_000);
    account.stop(execution.arn, { error: 'Person', cause: 'changed my mind' });
    const outcome = await execution.done;
    expect(outcome).toMatchObject({ status: 'ABORTED', error: 'Person', cause: 'changed my mind' });
    expect(outcome.endedAt - outcome.startedAt).toBe(30_000);
    await account.clock.sleep(DAY_MS);
    expect(called).toEqual([]);
    expect(outcome.history.at(-1)).toMatchObject({ type: 'ExecutionAborted' });
  });

  test('an execution that has ended stays as it is', async () => {
    const account = accountWith({ P: { Type: 'Pass', End: true } });
    const execution = account.start(MACHINE_ARN);
    await execution.done;
    account.stop(execution.arn);
    expect(execution.status).toBe('SUCCEEDED');
  });
});

describe('Step Functions as a task', () => {
  const task = (action: string, Arguments: JsonValue, more: object = {}): Record<string, State> => ({
    T: { Type: 'Task', Resource: action.startsWith('arn') ? action : `arn:aws:states:::aws-sdk:sfn:${action}`, Arguments, End: true, ...more },
  });
  const withChild = async (
    parent: Record<string, State>,
    child: Record<string, State>,
    prepare: (account: LocalStepFunctions) => unknown = () => undefined,
  ) => {
    const account = accountWith(parent);
    account.register(CHILD_ARN, machineOf(child));
    await prepare(account);
    return { account, outcome: await account.start(MACHINE_ARN, { name: 'parent' }).done };
  };
  const start = { StateMachineArn: CHILD_ARN, Name: 'n', Input: '{% $string({ "a": 1 }) %}' };
  const childExecution = 'arn:aws:states:us-east-1:111122223333:execution:Child:n';

  test('startExecution does not wait', async () => {
    const { account, outcome } = await withChild(task('startExecution', start), HOUR);
    expect(outcome.output).toEqual({ ExecutionArn: childExecution, StartDate: '2026-01-01T00:00:00.000Z' });
    expect(outcome.endedAt).toBe(outcome.startedAt);
    const execution = account.execution(childExecution);
    expect(execution.input).toEqual({ a: 1 });
    expect(await execution.done).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  });

  test.each<readonly [string, JsonObject, string, string]>([
    ['a taken name', start, 'Sfn.ExecutionAlreadyExistsException', "Execution Already Exists: 'arn:aws:states:us-east-1:111122223333:execution:Child:n' (Service: Sfn, Status Code: 400, Request ID: "],
    ['a forbidden name', { ...start, Name: 'a:b' }, 'Sfn.InvalidNameException', "Invalid Name: 'a:b'"],
    ['an input that is no JSON', { ...start, Input: '{' }, 'Sfn.InvalidExecutionInputException', 'Invalid State Machine Execution Input'],
    ['an unknown machine', { ...start, StateMachineArn: `${CHILD_ARN}2` }, 'Sfn.StateMachineDoesNotExistException', 'State Machine Does Not Exist'],
    ['an input that is no string', { ...start, Input: { a: 1 } }, 'States.Runtime', "could not be used to start the Task: [The value for the field 'Input' must be a STRING]"],
    ['a field that is not known', { ...start, Tag: 'x' }, 'States.Runtime', "[The field 'Tag' is not supported by Step Functions]"],
    ['no machine', { Name: 'n' }, 'States.Runtime', "[The field 'StateMachineArn' is required but was missing]"],
  ])('%s', async (_, Arguments, error, cause) => {
    const { outcome } = await withChild(task('startExecution', Arguments), HOUR, (account) => account.start(CHILD_ARN, { name: 'n', input: 'other' }));
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(outcome.cause).toContain(cause);
  });

  test('the optimised integration takes an object, and has a prefix of its own', async () => {
    const resource = 'arn:aws:states:::states:startExecution';
    const { account } = await withChild(task(resource, { ...start, Input: { a: 1 } }), HOUR);
    expect(account.execution(childExecution).input).toEqual({ a: 1 });
    const { outcome } = await withChild(task(resource, start), HOUR, (other) => other.start(CHILD_ARN, { name: 'n', input: 'other' }));
    expect(outcome.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  });

  test('.sync:2 waits for the output, and fails with the execution', async () => {
    const resource = 'arn:aws:states:::states:startExecution.sync:2';
    const { outcome } = await withChild(task(resource, start), HOUR);
    expect(outcome.output).toMatchObject({ ExecutionArn: childExecution, Status: 'SUCCEEDED', Output: { a: 1 } });
    expect(outcome.endedAt - outcome.startedAt).toBe(3_600_000);
    const failed = await withChild(task(resource, start), { F: { Type: 'Fail', Error: 'Mine', Cause: 'c' } });
    expect(failed.outcome).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(failed.outcome.cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Mine', Cause: 'c' });
  });

  test('who gives up waiting stops the execution', async () => {
    const { account, outcome } = await withChild(task('arn:aws:states:::states:startExecution.sync:2', start, { TimeoutSeconds: 10 }), HOUR);
    expect(outcome.error).toBe('States.Timeout');
    expect(account.execution(childExecution).status).toBe('ABORTED');
  });

  test('describeExecution', async () => {
    const child: Record<string, State> = { F: { Type: 'Fail', Error: 'Mine', Cause: 'c' } };
    const { outcome } = await withChild(task('describeExecution', { ExecutionArn: childExecution }), child, async (account) => account.start(CHILD_ARN, { name: 'n' }).done);
    expect(outcome.output).toEqual({
      ExecutionArn: childExecution,
      StateMachineArn: CHILD_ARN,
      Name: 'n',
      Status: 'FAILED',
      Input: '{}',
      Error: 'Mine',
      Cause: 'c',
      StartDate: '2026-01-01T00:00:00.000Z',
      StopDate: '2026-01-01T00:00:00.000Z',
    });
    const unknown = await withChild(task('describeExecution', { ExecutionArn: childExecution }), child);
    expect(unknown.outcome.error).toBe('Sfn.ExecutionDoesNotExistException');
  });

  test('stopExecution', async () => {
    const { account, outcome } = await withChild(
      task('stopExecution', { ExecutionArn: childExecution, Error: 'E', Cause: 'C' }), HOUR, (other) => other.start(CHILD_ARN, { name: 'n' }),
    );
    expect(outcome.output).toEqual({ StopDate: '2026-01-01T00:00:00.000Z' });
    expect(account.execution(childExecution).outcome).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
  });

  test('listExecutions: the newest first, by status, in pages', async () => {
    const names = async (more: JsonObject, options: LocalStepFunctionsOptions = {}) => {
      const account = accountWith(task('listExecutions', { StateMachineArn: CHILD_ARN, ...more }), 'STANDARD', options);
      account.register(CHILD_ARN, machineOf({ W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } }));
      for (const [name, seconds] of [['a', 100], ['b', 10], ['c', 100]] as const) {
        account.start(CHILD_ARN, { name, input: seconds });
        await account.clock.sleep(20_000);
      }
      const { output } = await account.start(MACHINE_ARN).done;
      const { Executions, NextToken } = output as { Executions: { Name: string }[]; NextToken?: string };
      return [...Executions.map(({ Name }) => Name), ...(NextToken === undefined ? [] : [`then ${NextToken}`])];
    };
    expect(await names({})).toEqual(['c', 'b', 'a']);
    expect(await names({ StatusFilter: 'RUNNING' })).toEqual(['c', 'a']);
    expect(await names({ MaxResults: 2 })).toEqual(['c', 'b', 'then 2']);
    expect(await names({ MaxResults: 2, NextToken: '2' })).toEqual(['a']);
    // What began less than 35 s ago is not seen yet, nor that b has ended.
    expect(await names({ StatusFilter: 'RUNNING' }, { listLagSeconds: 35 })).toEqual(['b', 'a']);
  });

  test('listExecutions of an EXPRESS machine is refused', async () => {
    const account = accountWith(task('listExecutions', { StateMachineArn: CHILD_ARN }));
    account.register(CHILD_ARN, machineOf(HOUR), { type: 'EXPRESS' });
    expect(await account.start(MACHINE_ARN).done).toMatchObject({ error: 'Sfn.StateMachineTypeNotSupportedException' });
  });
});

describe('a state machine that is deleted', () => {
  const TWO: Record<string, State> = { W: { Type: 'Wait', Seconds: 3600, Next: 'P' }, P: { Type: 'Pass', End: true } };

  test('ends its executions at their next transition, and starts no more', async () => {
    const account = accountWith(TWO);
    const running = account.start(MACHINE_ARN);
    await account.clock.sleep(1000);
    account.delete(MACHINE_ARN);
    expect(() => account.start(MACHINE_ARN)).toThrow(expect.objectContaining({ name: 'StateMachineDeleting' }) as Error);
    expect(running.status).toBe('RUNNING');
    const { status, error, startedAt, endedAt } = await running.done;
    expect({ status, error, seconds: (endedAt - startedAt) / 1000 }).toEqual({ status: 'FAILED', error: 'States.Runtime', seconds: 3600 });
  });

  test('lets an execution end that is in its last state', async () => {
    const account = accountWith(HOUR);
    const running = account.start(MACHINE_ARN);
    account.delete(MACHINE_ARN);
    expect(await running.done).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('is unknown some time after its last execution, which is so, too, until it is made again', async () => {
    const account = accountWith(TWO, 'STANDARD', { deletionSeconds: 10 });
    const running = account.start(MACHINE_ARN, { name: 'n' });
    account.delete(MACHINE_ARN);
    await running.done;
    await account.clock.sleep(9_000);
    expect(account.execution(running.arn)).toBe(running);
    await account.clock.sleep(2_000);
    expect(() => account.execution(running.arn)).toThrow(expect.objectContaining({ name: 'ExecutionDoesNotExist' }) as Error);
    expect(() => account.stateMachine(MACHINE_ARN)).toThrow(expect.objectContaining({ name: 'StateMachineDoesNotExist' }) as Error);
    account.register(MACHINE_ARN, machineOf(TWO));
    expect(account.executions(MACHINE_ARN)).toEqual([]);
  });
});

describe('status changes', () => {
  const changesOf = async (type: StateMachineType) => {
    const changes: Execution[] = [];
    const events: (JsonObject | undefined)[] = [];
    const onStatusChange = (execution: Execution) => {
      changes.push(execution);
      events.push(executionStatusChange(execution));
    };
    await tryMachine(machineOf({ F: { Type: 'Fail', Error: 'Mine', Cause: 'c' } }), { type, onStatusChange, name: 'n', input: { a: 1 } });
    return events;
  };

  test('of a STANDARD execution are the events of EventBridge', async () => {
    const [started, ended] = await changesOf('STANDARD');
    const time = Date.parse('2026-01-01T00:00:00Z');
    const detail = {
      executionArn: 'arn:aws:states:us-east-1:111122223333:execution:Machine:n', stateMachineArn: MACHINE_ARN, name: 'n', input: '{"a":1}', startDate: time,
    };
    expect(started).toMatchObject({
      'source': 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      'account': '111122223333',
      'region': 'us-east-1',
      'detail': { ...detail, status: 'RUNNING', stopDate: null, output: null, error: null, cause: null },
    });
    expect(ended).toMatchObject({ detail: { ...detail, status: 'FAILED', stopDate: time, output: null, error: 'Mine', cause: 'c' } });
  });

  test('of an EXPRESS execution are no events', async () => {
    expect(await changesOf('EXPRESS')).toEqual([undefined, undefined]);
  });
});
