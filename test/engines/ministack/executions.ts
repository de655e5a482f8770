import { isObject } from 'cdk-cleanrooms-rehearsal/account';
import { JsonObject, LocalStepFunctions, ServiceHandler, StateError, StateMachineDefinition } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Aws } from './aws';
import { DeployedStack } from './deployed-stack';
import { Engine } from './engine';
import { items } from './kind';
import { ANOTHER_RUNS, Answers, QUERY, QUERY_SCENARIOS, RUNS_ON, Scenario, STARTED_BEFORE } from './scenarios';
import { Verdict } from './verdict';

/** How an execution went. */
interface Course {
  readonly path: readonly string[];
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: StateMachineDefinition;
}

interface Execution { readonly status: string; readonly input: string; readonly output?: string; readonly error?: string; readonly cause?: string }
interface Listed { readonly name: string; readonly executionArn: string }
interface Event { readonly type: string; readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string } }

/** Ten a second. */
const LOOKS = 300;

/** MiniStack leaves out the suffix that the names of errors have: see docs/adr/0010-engines.md. */
const UNNAMED = 'Sfn.ExecutionAlreadyExists';

/** Runs the state machines and the dispatcher of a stack's schedules, in the engine and in the local runner. */
export class Executions {
  constructor(
    private readonly stack: DeployedStack, private readonly aws: Aws, private readonly engine: Engine, private readonly verdict: Verdict,
  ) {}

  public async play(): Promise<void> {
    for (const logicalId of this.stack.resources('AWS::Scheduler::Schedule')) {
      const { Target } = this.stack.properties(logicalId);
      if (!isObject(Target)) continue;
      const input = (scheduledTime: string) => JSON.parse(String(Target.Input).replace('<aws.scheduler.scheduled-time>', scheduledTime)) as JsonObject;
      const dispatcher = await this.machine(String(Target.Arn));
      const stateMachine = await this.machine(String(input('').stateMachineArn));

      const time = '2026-11-20T02:00:00Z';
      await this.engine.mock(mockFile(stateMachine, QUERY_SCENARIOS));
      for (const scenario of QUERY_SCENARIOS) await this.compare(stateMachine, scenario, `20261120T020000Z-${scenario.name}`, { scheduledTime: time });
      const deliveries = [STARTED_BEFORE, ANOTHER_RUNS];
      await this.engine.mock(mockFile(dispatcher, deliveries));
      for (const scenario of deliveries) await this.compare(dispatcher, scenario, scenario.name, input(time));
      await this.deliverTwice(dispatcher, stateMachine, input('2026-11-21T02:00:00Z'), '20261121T020000Z');
      await this.stopOne(stateMachine, '2026-11-22T02:00:00Z', '20261122T020000Z');
    }
  }

  private async compare(machine: Machine, scenario: Scenario, name: string, input: JsonObject): Promise<void> {
    const there = await this.run(`${machine.arn}#${scenario.name}`, input, name);
    const here = await runHere(machine, scenario, name, input);
    this.verdict.equal('executions', `${machine.name} ${scenario.name}: ${there.path.at(-1)}, as in the local runner`, there, here);
  }

  /** The scheduler delivers at least once; nothing is mocked here. */
  private async deliverTwice(dispatcher: Machine, stateMachine: Machine, input: JsonObject, name: string): Promise<void> {
    const first = await this.run(dispatcher.arn, input);
    this.verdict.equal('executions', `${dispatcher.name}: the first delivery starts a run`, [first.status, first.error], ['SUCCEEDED', undefined]);
    const second = await this.run(dispatcher.arn, input);
    if (second.error === UNNAMED) this.verdict.fault(`aws-sdk:sfn:startExecution fails as ${UNNAMED}, without the suffix Exception that the service gives`);
    else this.verdict.equal('executions', `${dispatcher.name}: the second delivery is a success`, [second.status, second.error], ['SUCCEEDED', undefined]);
    const runs = (await this.executionsOf(stateMachine.arn)).map((run) => run.name).filter((run) => run.startsWith('20261121'));
    this.verdict.equal('executions', `${stateMachine.name}: two deliveries, one run, named after its time`, runs, [name]);
  }

  /** A stopped execution can't clean up after itself: a rule starts the canceller, which finds the query in the history. */
  private async stopOne(stateMachine: Machine, scheduledTime: string, name: string): Promise<void> {
    const canceller = await this.machine(this.cancellerOf(stateMachine));
    await this.engine.mock(mockFile(stateMachine, [RUNS_ON]));
    const executionArn = await this.start(`${stateMachine.arn}#${RUNS_ON.name}`, { scheduledTime }, name);
    await until(async () => (await this.course(executionArn)).path.some((state) => isNamed(state, 'Get query')));
    await this.aws.call(this.stack, 'stepfunctions', 'stop_execution', { executionArn });
    const cancelling = await until(async () => this.startedFor(executionArn, canceller));
    // There is no Clean Rooms in the engine, so it fails; what it asked for is in its history.
    const { path } = await this.ended(cancelling);
    // How many pages of the history it reads depends on how long the engine let the query run.
    const actions = new Set(path.flatMap((state) => actionOf(canceller, state)));
    this.verdict.equal('executions', `${stateMachine.name} is stopped: the canceller finds its query in the history and cancels it`,
      { actions: [...actions], queryId: (await this.lastInput(cancelling)).queryId },
      { actions: ['getExecutionHistory', 'updateProtectedQuery'], queryId: QUERY });
  }

  /** The canceller's execution which the stop of another one has started. */
  private async startedFor(executionArn: string, canceller: Machine): Promise<string | undefined> {
    for (const listed of await this.executionsOf(canceller.arn)) {
      const { input } = await this.aws.call<Execution>(this.stack, 'stepfunctions', 'describe_execution', { executionArn: listed.executionArn });
      if ((JSON.parse(input) as JsonObject).executionArn === executionArn) return listed.executionArn;
    }
    return undefined;
  }

  private cancellerOf(stateMachine: Machine): string {
    const rules = this.stack.resources('AWS::Events::Rule').map((rule) => this.stack.properties(rule));
    const rule = rules.find(({ EventPattern }) => JSON.stringify(EventPattern).includes(stateMachine.arn) && JSON.stringify(EventPattern).includes('ABORTED'));
    const [target] = items(rule?.Targets);
    if (target === undefined) throw new Error(`no rule starts a canceller for ${stateMachine.name}`);
    return String(target.Arn);
  }

  private async run(stateMachineArn: string, input: JsonObject, name?: string): Promise<Course> {
    return this.ended(await this.start(stateMachineArn, input, name));
  }

  private async start(stateMachineArn: string, input: JsonObject, name?: string): Promise<string> {
    const { executionArn } = await this.aws.call<{ executionArn: string }>(
      this.stack, 'stepfunctions', 'start_execution', { stateMachineArn, input: JSON.stringify(input), ...name !== undefined && { name } });
    return executionArn;
  }

  private async ended(executionArn: string): Promise<Course> {
    // The engine tells the end before the last states are in its history: the same twice is all there is.
    let seen = '';
    return until(async () => {
      const course = await this.course(executionArn);
      const before = seen;
      seen = JSON.stringify(course);
      return course.status !== 'RUNNING' && seen === before ? course : undefined;
    });
  }

  private async course(executionArn: string): Promise<Course> {
    const { status, output, error, cause } = await this.aws.call<Execution>(this.stack, 'stepfunctions', 'describe_execution', { executionArn });
    const events = await this.events(executionArn);
    return {
      path: events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
      status,
      // A failed execution has no output in the service; here it repeats the error.
      ...status === 'SUCCEEDED' && { output: JSON.parse(output ?? 'null') as unknown },
      error,
      cause,
    };
  }

  /** What the last state was given. */
  private async lastInput(executionArn: string): Promise<JsonObject> {
    const inputs = (await this.events(executionArn)).flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.input ?? []);
    return JSON.parse(inputs.at(-1) ?? '{}') as JsonObject;
  }

  private async events(executionArn: string): Promise<Event[]> {
    const { events } = await this.aws.call<{ events: Event[] }>(
      this.stack, 'stepfunctions', 'get_execution_history', { executionArn, maxResults: 1000 });
    return events;
  }

  private async executionsOf(stateMachineArn: string): Promise<Listed[]> {
    const { executions } = await this.aws.call<{ executions: Listed[] }>(this.stack, 'stepfunctions', 'list_executions', { stateMachineArn });
    return executions;
  }

  private async machine(arn: string): Promise<Machine> {
    const { name, type, definition } = await this.aws.call<{ name: string; type: Machine['type']; definition: string }>(
      this.stack, 'stepfunctions', 'describe_state_machine', { stateMachineArn: arn });
    return { arn, name, type, definition: JSON.parse(definition) as StateMachineDefinition };
  }
}

/** In the format of Step Functions Local. */
function mockFile(machine: Machine, scenarios: readonly Scenario[]): object {
  const cases = scenarios.map(({ name, answers }) => [name, Object.fromEntries(
    Object.keys(answers).map((state) => [stateNamed(machine, state), `${name} ${state}`]))]);
  const responses = scenarios.flatMap(({ name, answers }) => Object.entries(answers).map(([state, tries]) => [
    `${name} ${state}`, Object.fromEntries(tries.map((answer, index) => [index < tries.length - 1 ? `${index}` : `${index}-999`, answer])),
  ]));
  return { StateMachines: { [machine.name]: { TestCases: Object.fromEntries(cases) } }, MockedResponses: Object.fromEntries(responses) };
}

async function runHere({ arn, definition, type }: Machine, { answers }: Scenario, name: string, input: JsonObject): Promise<Course> {
  const tries = new Map<string, number>();
  const answer: ServiceHandler = async (_action, _parameters, { stateName }) => {
    const [, given]: [string, Answers] | [] = Object.entries(answers).find(([state]) => isNamed(stateName, state)) ?? [];
    if (given === undefined) throw new Error(`no answer is given for ${stateName}`);
    const attempt = tries.get(stateName) ?? 0;
    tries.set(stateName, attempt + 1);
    const reply = given[Math.min(attempt, given.length - 1)];
    if ('Throw' in reply) throw new StateError(reply.Throw.Error, reply.Throw.Cause);
    return reply.Return;
  };
  const account = new LocalStepFunctions({ services: { cleanrooms: answer, sfn: answer } });
  account.register(arn, definition, { type });
  const execution = account.start(arn, { name, input });
  const { status, output, error, cause } = await execution.done;
  const path = execution.events.filter((event) => event.type.endsWith('StateEntered')).map(({ stateName }) => stateName ?? '');
  return { path, status, ...status === 'SUCCEEDED' && { output }, error, cause };
}

/** Looks until there is something to see. */
async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < LOOKS; tries += 1) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the engine has not come to an end of it in ${LOOKS / 10} seconds`);
}

/** What a task asks of which service; nothing for other states. */
function actionOf({ definition }: Machine, state: string): string[] {
  const found = definition.States[state];
  return found?.Type === 'Task' ? [found.Resource.split(':').at(-1)!] : [];
}

function stateNamed({ name, definition }: Machine, state: string): string {
  const found = Object.keys(definition.States).find((candidate) => isNamed(candidate, state));
  if (found === undefined) throw new Error(`state machine ${name} has no state ${state}`);
  return found;
}

function isNamed(candidate: string, state: string): boolean {
  return candidate === state || candidate.endsWith(`: ${state}`);
}
