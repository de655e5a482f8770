import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, Condition, IStateMachine, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from '../jsonata';
import { executionName } from '../scheduled-time';
import { SdkTask } from '../sdk-task';
import { SharedStateMachine } from '../shared-state-machine';

const ID = 'CleanRoomsQueryDispatcher';
const ALREADY_EXISTS = 'Sfn.ExecutionAlreadyExistsException';

/** What the dispatcher counts: once for each delivery of a time that it left out. */
export const SKIPPED_METRIC = { namespace: 'CleanRooms/ScheduledProtectedQuery', metricName: 'Skipped' };

/** What the scheduler sends. */
export interface DispatcherInput {
  readonly stateMachineArn: string;
  readonly overlap: 'SKIP' | 'ALLOW';
  readonly scheduledTime: string;
}

/**
 * Starts the execution of a scheduled time: one a stack.
 *
 * The scheduler delivers at least once. The execution's name is made of the scheduled time, and an execution of that
 * name that exists already is a success.
 */
export class QueryDispatcher extends Construct {
  public static getOrCreate(scope: Construct): QueryDispatcher {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof QueryDispatcher ? existing : new QueryDispatcher(stack, ID);
  }

  public readonly stateMachine: StateMachine;

  /** One statement for all that it starts, as a role's policies must not grow too large. */
  private readonly rights = new PolicyStatement({ actions: ['states:ListExecutions', 'states:StartExecution'] });

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stateMachine = new SharedStateMachine(this, 'Starts one execution for one scheduled time', this.define());
    this.stateMachine.addToRolePolicy(this.rights);
    this.stateMachine.addToRolePolicy(new PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': SKIPPED_METRIC.namespace } },
    }));
  }

  /** Allows to start a state machine of this stack. */
  public allow(stateMachine: IStateMachine): void {
    this.rights.addResources(stateMachine.stateMachineArn);
  }

  private define(): Choice {
    const started = new Succeed(this, 'Started');
    const start = this.start();
    start.next(started);
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
          Dimensions: [{ Name: 'StateMachineArn', Value: expression('$states.context.Execution.Input.stateMachineArn') }],
          Value: 1,
          Unit: 'Count',
        }],
      },
    }).retried(['States.ALL'], 7);
    skip.next(Succeed.jsonata(this, 'Skipped'));
    return skip;
  }

  private listRunning(): SdkTask {
    const own = executionName('$states.context.Execution.Input.scheduledTime');
    return new SdkTask(this, 'List running', {
      service: 'sfn',
      action: 'listExecutions',
      arguments: { StateMachineArn: expression('$states.input.stateMachineArn'), StatusFilter: 'RUNNING', MaxResults: 10 },
      outputs: { running: expression(`[$states.result.Executions[Name != ${own}].Name]`) },
    }).retried(['States.ALL'], 7);
  }

  private start(): SdkTask {
    const input = '$states.context.Execution.Input';
    const start = new SdkTask(this, 'Start', {
      service: 'sfn',
      action: 'startExecution',
      arguments: {
        StateMachineArn: expression(`${input}.stateMachineArn`),
        Name: expression(executionName(`${input}.scheduledTime`)),
        Input: expression(`$string({'scheduledTime': ${input}.scheduledTime})`),
      },
    }).notRetried([ALREADY_EXISTS]).retried(['States.ALL'], 7);
    start.addCatch(new Succeed(this, 'Started before'), { errors: [ALREADY_EXISTS] });
    return start;
  }
}
