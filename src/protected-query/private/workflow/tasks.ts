import { Duration } from 'aws-cdk-lib';
import { JitterType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression, object } from '../jsonata';
import { NO_ROOM, THROTTLED } from '../query-errors';
import { SdkCall, SdkTask } from '../sdk-task';
import { WorkflowNames } from './names';
import { membershipStatements, resultStatements } from './permissions';
import { QueryWorkflowProps } from './props';
import { QueryRequest } from './request';

/** A call is answered in seconds or not at all. */
const CALL_TIMEOUT = Duration.seconds(60);

/** Between two tries for a place: a query takes a minute at least. */
const QUEUE_INTERVAL = Duration.minutes(2);

/** The calls of a workflow, each with the retries that are safe for it. */
export class QueryTasks {
  constructor(
    private readonly scope: Construct,
    private readonly names: WorkflowNames,
    private readonly props: QueryWorkflowProps,
    private readonly request: QueryRequest,
  ) {}

  /** Retried only where nothing can have started. */
  public start(): SdkTask {
    const { queryId, startedAt } = this.names;
    const id = expression('$states.result.ProtectedQuery.Id');
    const task = this.call('Start', 'Start query', {
      action: 'startProtectedQuery',
      arguments: { ...this.request.arguments },
      assign: { [queryId]: id, [startedAt]: expression('$millis()') },
      outputs: ofQuery(this.names, this.props, id),
      statements: [...this.props.scheduled ? [] : membershipStatements(this.props.membership), ...resultStatements(this.scope, this.props)],
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
    return this.call('Get', 'Get query', {
      action: 'getProtectedQuery',
      arguments: this.own(),
      // All of an answer but its text.
      assign: {
        [this.names.seen]: expression(`$states.result.ProtectedQuery.${object({
          Status: 'Status', Error: 'Error', Result: 'Result', Statistics: 'Statistics',
        })}`),
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

  private call(id: string, name: string, call: Omit<SdkCall, 'service'>): SdkTask {
    return new SdkTask(this.scope, id, {
      service: 'cleanrooms',
      stateName: this.names.state(name),
      outputs: ofQuery(this.names, this.props),
      timeout: CALL_TIMEOUT,
      ...call,
    });
  }
}

/** The data of each state from the start on: that is where the canceller finds the query, and those of the tries before. */
export function ofQuery(names: WorkflowNames, { retryFailures }: QueryWorkflowProps, queryId = expression(`$${names.queryId}`)): { [name: string]: string } {
  return { queryId, ...retryFailures > 0 && { earlier: expression(`$${names.earlier}`) } };
}
