import { Duration } from 'aws-cdk-lib';
import { JitterType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { block, expression, object } from '../jsonata';
import { NO_ROOM, THROTTLED } from '../query-errors';
import { SdkCall, SdkTask } from '../sdk-task';
import { WorkflowNames } from './names';
import { queryStatements } from './permissions';
import { QueryWorkflowProps } from './props';

/** A call is answered in seconds or not at all. */
const CALL_TIMEOUT = Duration.seconds(60);

/** Between two tries for a place: a query takes a minute at least. */
const QUEUE_INTERVAL = Duration.minutes(2);

/** The calls of a workflow, each with the retries that are safe for it. */
export class QueryTasks {
  constructor(private readonly scope: Construct, private readonly names: WorkflowNames, private readonly props: QueryWorkflowProps) {}

  /** Retried only where nothing can have started. */
  public start(): SdkTask {
    const { queryId, request, startedAt } = this.names;
    const task = this.call('Start', 'Start query', {
      action: 'startProtectedQuery',
      arguments: expression(`$${request}`),
      assign: { [queryId]: expression('$states.result.ProtectedQuery.Id'), [startedAt]: expression('$millis()') },
      outputs: { queryId: expression('$states.result.ProtectedQuery.Id') },
      statements: queryStatements(this.scope, this.props),
    });
    task.addRetry({
      errors: [THROTTLED],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 8,
      maxDelay: Duration.seconds(60),
      jitterStrategy: JitterType.FULL,
    });
    const tries = Math.floor(this.props.maxQueueTime.toSeconds() / QUEUE_INTERVAL.toSeconds());
    if (tries > 0) task.addRetry({ errors: [NO_ROOM], interval: QUEUE_INTERVAL, backoffRate: 1, maxAttempts: tries });
    return task;
  }

  /** Tried again whatever happens. */
  public get(): SdkTask {
    const fields = ['Status', 'Error', 'Result', 'Statistics'].map((field) => [field, `$query.${field}`]);
    return this.call('Get', 'Get query', {
      action: 'getProtectedQuery',
      arguments: this.own(),
      assign: {
        [this.names.seen]: expression(block('$query := $states.result.ProtectedQuery', object(Object.fromEntries(fields) as { [field: string]: string }))),
      },
    }).retried(['States.ALL']);
  }

  /** Not tried again here: the query is read next, and cancelled again if it still runs. */
  public cancel(): SdkTask {
    return this.call('Cancel', 'Cancel query', {
      action: 'updateProtectedQuery',
      arguments: { ...this.own(), TargetStatus: 'CANCELLED' },
      assign: { [this.names.late]: true },
    });
  }

  private own(): { [name: string]: string } {
    const { membershipIdentifier } = this.props.membership.membershipRef;
    return { MembershipIdentifier: membershipIdentifier, ProtectedQueryIdentifier: expression(`$${this.names.queryId}`) };
  }

  /** From the start on, each state's input names the query: that is where the canceller finds it. */
  private call(id: string, name: string, call: Omit<SdkCall, 'service'>): SdkTask {
    return new SdkTask(this.scope, id, {
      service: 'cleanrooms',
      stateName: this.names.state(name),
      outputs: { queryId: expression(`$${this.names.queryId}`) },
      timeout: CALL_TIMEOUT,
      ...call,
    });
  }
}
