import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { JitterType, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from '../jsonata';
import { QueryCall } from '../query-call';
import { NO_ROOM, SERVER_FAULTS, THROTTLED } from '../query-errors';
import { WorkflowNames } from './names';
import { queryStatements } from './permissions';
import { QueryWorkflowProps } from './props';

/** A call is answered in seconds or not at all. */
const CALL_TIMEOUT = Duration.seconds(60);

/** Between two tries for a place: a query takes a minute at least. */
const QUEUE_INTERVAL = Duration.minutes(2);

interface Call {
  readonly action: string;
  readonly arguments: { readonly [name: string]: unknown } | string;
  readonly assign: { [variable: string]: unknown };
  /** From the start on, each state's input names the query: that is where the canceller finds it. */
  readonly outputs?: { [key: string]: unknown };
  readonly statements?: PolicyStatement[];
}

/** The calls of a workflow, each with the retries that are safe for it. */
export class QueryTasks {
  private readonly membershipIdentifier: string;

  constructor(private readonly scope: Construct, private readonly names: WorkflowNames, private readonly props: QueryWorkflowProps) {
    this.membershipIdentifier = props.membership.membershipRef.membershipIdentifier;
  }

  /** Retried only where nothing can have started. */
  public start(): QueryCall {
    const { query, maxQueueTime } = this.props;
    const { parameters, queryId, source, startedAt } = this.names;
    const [kind] = Object.keys(query._source);
    const hasParameters = Object.keys(query._parameters).length > 0;
    const output = query._output?._render(this.scope);
    const task = this.call('Start', 'Start query', {
      action: 'startProtectedQuery',
      arguments: {
        MembershipIdentifier: this.membershipIdentifier,
        Type: 'SQL',
        SqlParameters: { [kind]: expression(`$${source}`), Parameters: hasParameters ? expression(`$${parameters}`) : undefined },
        ResultConfiguration: output && { OutputConfiguration: output },
        ComputeConfiguration: query._compute?._render(this.scope),
      },
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
    const tries = Math.floor(maxQueueTime.toSeconds() / QUEUE_INTERVAL.toSeconds());
    if (tries > 0) task.addRetry({ errors: [NO_ROOM], interval: QUEUE_INTERVAL, backoffRate: 1, maxAttempts: tries });
    return task;
  }

  public get(): QueryCall {
    const { queryId, seen } = this.names;
    const fields = ['Status', 'Error', 'Result', 'Statistics'].map((field) => `'${field}': $query.${field}`).join(', ');
    return this.read(this.call('Get', 'Get query', {
      action: 'getProtectedQuery',
      arguments: this.of(`$${queryId}`),
      assign: { [seen]: expression(`($query := $states.result.ProtectedQuery; {${fields}})`) },
    }));
  }

  /** A Conflict means that the query has ended: the next read tells how. */
  public cancel(): QueryCall {
    const { queryId, late } = this.names;
    return this.retried(this.call('Cancel', 'Cancel query', {
      action: 'updateProtectedQuery',
      arguments: { ...this.of(`$${queryId}`), TargetStatus: 'CANCELLED' },
      assign: { [late]: true },
    }), [THROTTLED, ...SERVER_FAULTS]);
  }

  public list(assign: Call['assign']): QueryCall {
    const token = `$${this.names.nextToken}`;
    const more = `'NextToken': ${token} != '' ? ${token}`;
    return this.read(this.call('List', 'List queries', {
      action: 'listProtectedQueries',
      arguments: expression(`{'MembershipIdentifier': '${this.membershipIdentifier}', 'MaxResults': 100, ${more}}`),
      assign,
      outputs: {},
    }));
  }

  public getCandidate(identifier: string, assign: Call['assign']): QueryCall {
    return this.read(this.call('GetCandidate', 'Get candidate', { action: 'getProtectedQuery', arguments: this.of(identifier), assign, outputs: {} }));
  }

  private of(identifier: string): { [name: string]: string } {
    return { MembershipIdentifier: this.membershipIdentifier, ProtectedQueryIdentifier: expression(identifier) };
  }

  private call(id: string, name: string, { action, arguments: given, assign, outputs, statements = [] }: Call): QueryCall {
    return new QueryCall(this.scope, id, {
      stateName: this.names.state(name),
      action,
      arguments: given,
      assign,
      outputs: outputs ?? { queryId: expression(`$${this.names.queryId}`) },
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
      statements,
    });
  }

  /** A read is tried again whatever happens. */
  private read(task: QueryCall): QueryCall {
    return this.retried(task, ['States.ALL']);
  }

  private retried(task: QueryCall, errors: string[]): QueryCall {
    task.addRetry({ errors, interval: Duration.seconds(2), maxAttempts: 6, maxDelay: Duration.seconds(30), jitterStrategy: JitterType.FULL });
    return task;
  }
}
