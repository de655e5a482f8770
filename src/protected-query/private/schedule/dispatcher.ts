import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, Condition, Fail, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from '../jsonata';
import { executionName } from '../scheduled-time';
import { SdkTask } from '../sdk-task';
import { SharedStateMachine } from '../shared-state-machine';
import { executionsOf } from '../state-machine-access';
import { warnOfFullStack } from './schedule-rules';

const ID = 'CleanRoomsQueryDispatcher';
const ALREADY_EXISTS = 'Sfn.ExecutionAlreadyExistsException';

const INPUT = '$states.context.Execution.Input';

/** Clocks differ. What began earlier before its time was started by somebody else. */
const CLOCK_SKEW_MILLIS = 60_000;

/** What the dispatcher counts: once for each delivery of a time that it left out. */
export const SKIPPED_METRIC = { namespace: 'CleanRooms/ScheduledProtectedQuery', metricName: 'Skipped' };

/** What the scheduler sends. */
export interface DispatcherInput {
  readonly stateMachineArn: string;
  readonly overlap: 'SKIP' | 'ALLOW';
  readonly scheduledTime: string;
}

/**
 * Starts the execution of a scheduled time: one per stack.
 *
 * The scheduler delivers at least once. The execution's name is made of the scheduled time, and an execution of that
 * name that exists already is a success, unless it began before its time: then it was not started for it.
 */
export class QueryDispatcher extends Construct {
  public static getOrCreate(scope: Construct): QueryDispatcher {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof QueryDispatcher ? existing : new QueryDispatcher(stack, ID);
  }

  public readonly stateMachine: StateMachine;

  /** One statement for all that it starts, as a role's policies must not grow too large. */
  private readonly rights = {
    stateMachines: new PolicyStatement({ actions: ['states:ListExecutions', 'states:StartExecution'] }),
    executions: new PolicyStatement({ actions: ['states:DescribeExecution'] }),
  };

  /** How many state machines it starts: one for each scheduled query of the stack. */
  private count = 0;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stateMachine = new SharedStateMachine(this, 'Starts one execution for one scheduled time', this.define());
    Object.values(this.rights).forEach((statement) => this.stateMachine.addToRolePolicy(statement));
    this.stateMachine.addToRolePolicy(new PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': SKIPPED_METRIC.namespace } },
    }));
    // Told once, with the number of all.
    this.node.addValidation({
      validate: () => {
        warnOfFullStack(this, this.count);
        return [];
      },
    });
  }

  /** Lets it start a state machine of this stack. */
  public allow(stateMachine: StateMachine): void {
    this.count += 1;
    this.rights.stateMachines.addResources(stateMachine.stateMachineArn);
    this.rights.executions.addResources(executionsOf(stateMachine));
  }

  private define(): Choice {
    const early = this.early();
    const start = this.start();
    const describe = this.describe();
    start.next(this.inTime('Started in time?', 'Started', early));
    start.addCatch(describe, { errors: [ALREADY_EXISTS] });
    describe.next(this.inTime('Began in time?', 'Started before', early));
    const runs = Choice.jsonata(this, 'Another runs?')
      .when(Condition.jsonata(expression('$count($states.input.running) > 0')), this.skip())
      .otherwise(start);
    const list = this.listRunning();
    list.next(runs);
    return Choice.jsonata(this, 'May overlap?')
      .when(Condition.jsonata(expression("$states.input.overlap = 'ALLOW'")), start)
      .otherwise(list);
  }

  /** What cannot be counted makes the dispatcher fail: nobody would know of the time that was left out. */
  private skip(): SdkTask {
    const skip = new SdkTask(this, 'Count skipped', {
      service: 'cloudwatch',
      action: 'putMetricData',
      arguments: {
        Namespace: SKIPPED_METRIC.namespace,
        MetricData: [{
          MetricName: SKIPPED_METRIC.metricName,
          Dimensions: [{ Name: 'StateMachineArn', Value: expression(`${INPUT}.stateMachineArn`) }],
          Value: 1,
          Unit: 'Count',
        }],
      },
    }).retriedFor5Minutes();
    skip.next(Succeed.jsonata(this, 'Skipped'));
    return skip;
  }

  private listRunning(): SdkTask {
    const own = executionName(`${INPUT}.scheduledTime`);
    return new SdkTask(this, 'List running', {
      service: 'sfn',
      action: 'listExecutions',
      arguments: { StateMachineArn: expression('$states.input.stateMachineArn'), StatusFilter: 'RUNNING', MaxResults: 10 },
      outputs: { running: expression(`[$states.result.Executions[Name != ${own}].Name]`) },
    }).retriedFor5Minutes();
  }

  /** Of the execution that runs under that name already, with the same input, it answers what it would of a new one. */
  private start(): SdkTask {
    return new SdkTask(this, 'Start', {
      service: 'sfn',
      action: 'startExecution',
      arguments: {
        StateMachineArn: expression(`${INPUT}.stateMachineArn`),
        Name: expression(executionName(`${INPUT}.scheduledTime`)),
        Input: expression(`$string({'scheduledTime': ${INPUT}.scheduledTime})`),
      },
      outputs: { began: expression('$states.result.StartDate') },
    }).notRetried([ALREADY_EXISTS]).retriedFor5Minutes();
  }

  private describe(): SdkTask {
    const executionArn = `$replace(${INPUT}.stateMachineArn, ':stateMachine:', ':execution:') & ':' & ${executionName(`${INPUT}.scheduledTime`)}`;
    return new SdkTask(this, 'Describe', {
      service: 'sfn',
      action: 'describeExecution',
      arguments: { ExecutionArn: expression(executionArn) },
      outputs: { began: expression('$states.result.StartDate') },
    }).retriedFor5Minutes();
  }

  private inTime(id: string, started: string, early: Fail): Choice {
    return Choice.jsonata(this, id)
      .when(Condition.jsonata(expression(`$toMillis($states.input.began) >= $toMillis(${INPUT}.scheduledTime) - ${CLOCK_SKEW_MILLIS}`)),
        new Succeed(this, started))
      .otherwise(early);
  }

  private early(): Fail {
    const name = executionName(`${INPUT}.scheduledTime`);
    return Fail.jsonata(this, 'Began early', {
      error: 'ProtectedQuery.BeganEarly',
      cause: expression(`'the execution ' & ${name} & ' of ' & ${INPUT}.stateMachineArn & ' began at ' & $states.input.began & ', before the time in its name, `
        + `so no query was started for that time: start an execution named ' & ${name} & '-again if it is missing'`),
    });
  }
}
