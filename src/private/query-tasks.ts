import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { JitterType, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { expression, plain } from './jsonata';
import { CLEAN_ROOMS_PRINCIPAL, READ_SHARED_ACTIONS, RESULT_BUCKET_ACTIONS, RESULT_KEY_ACTIONS, RESULT_OBJECT_ACTIONS } from './permissions';
import { NO_ROOM, NOT_FOUND, SERVER_FAULTS, THROTTLED } from './query-errors';
import { QueryWorkflowProps } from './query-workflow-props';
import { resultObjectsPattern } from './result-location';
import { WorkflowNames } from './workflow-names';

/** A call is answered in seconds or not at all. */
const CALL_TIMEOUT = Duration.seconds(60);

/** Between two tries for a place: a query takes a minute at least. */
const QUEUE_INTERVAL = Duration.minutes(2);

interface Call {
  readonly action: string;
  readonly parameters?: { [key: string]: unknown };
  readonly assign: { [variable: string]: unknown };
  /** From the start on, each state's input names the query: that is where the canceller finds it. */
  readonly outputs?: { [key: string]: unknown };
}

/** The calls of a workflow, each with the retries that are safe for it. */
export class QueryTasks {
  private readonly membershipArn: string;
  private readonly membershipIdentifier: string;

  constructor(private readonly scope: Construct, private readonly names: WorkflowNames, private readonly props: QueryWorkflowProps) {
    const { membershipArn, membershipIdentifier } = props.membership.membershipRef;
    this.membershipArn = membershipArn;
    this.membershipIdentifier = membershipIdentifier;
  }

  /** Retried only where nothing can have started. */
  public start(): CallAwsService {
    const { query, maxQueueTime } = this.props;
    const { parameters, queryId, startedAt } = this.names;
    const source = Object.fromEntries(Object.entries(query._source).map(([key, value]) => [key, plain(value)]));
    const hasParameters = Object.keys(query._parameters).length > 0;
    const output = query._output?._render(this.scope);
    const task = this.call('Start', 'Start query', {
      action: 'startProtectedQuery',
      parameters: {
        Type: 'SQL',
        SqlParameters: hasParameters ? { ...source, Parameters: expression(`$${parameters}`) } : source,
        ResultConfiguration: output && { OutputConfiguration: output },
        ComputeConfiguration: query._compute?._render(this.scope),
      },
      assign: { [queryId]: expression('$states.result.ProtectedQuery.Id'), [startedAt]: expression('$millis()') },
      outputs: { queryId: expression('$states.result.ProtectedQuery.Id') },
    }, this.startStatements());
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

  public get(): CallAwsService {
    const { queryId, seen } = this.names;
    const fields = ['Status', 'Error', 'Result', 'Statistics'].map((field) => `'${field}': $query.${field}`).join(', ');
    return this.retried(this.call('Get', 'Get query', {
      action: 'getProtectedQuery',
      parameters: { ProtectedQueryIdentifier: expression(`$${queryId}`) },
      assign: { [seen]: expression(`($query := $states.result.ProtectedQuery; {${fields}})`) },
    }), [NOT_FOUND]);
  }

  /** A Conflict means that the query has ended: the next read tells how. */
  public cancel(): CallAwsService {
    const { queryId, late } = this.names;
    return this.retried(this.call('Cancel', 'Cancel query', {
      action: 'updateProtectedQuery',
      parameters: { ProtectedQueryIdentifier: expression(`$${queryId}`), TargetStatus: 'CANCELLED' },
      assign: { [late]: true },
    }));
  }

  public list(id: string, name: string, assign: Call['assign'], nextToken?: string): CallAwsService {
    return this.retried(this.call(id, name, {
      action: 'listProtectedQueries',
      parameters: { MaxResults: 100, NextToken: nextToken && expression(`$${nextToken}`) },
      assign,
      outputs: {},
    }));
  }

  public getCandidate(identifier: string, assign: Call['assign']): CallAwsService {
    return this.retried(this.call('GetCandidate', 'Get candidate', {
      action: 'getProtectedQuery',
      parameters: { ProtectedQueryIdentifier: expression(identifier) },
      assign,
      outputs: {},
    }), [NOT_FOUND]);
  }

  private call(id: string, name: string, call: Call, additionalIamStatements?: PolicyStatement[]): CallAwsService {
    return CallAwsService.jsonata(this.scope, id, {
      stateName: this.names.state(name),
      service: 'cleanrooms',
      action: call.action,
      iamAction: `cleanrooms:${call.action.charAt(0).toUpperCase()}${call.action.slice(1)}`,
      iamResources: [this.membershipArn],
      additionalIamStatements,
      parameters: { MembershipIdentifier: this.membershipIdentifier, ...call.parameters },
      assign: call.assign,
      outputs: call.outputs ?? { queryId: expression(`$${this.names.queryId}`) },
      taskTimeout: Timeout.duration(CALL_TIMEOUT),
    });
  }

  private retried(task: CallAwsService, errors: string[] = []): CallAwsService {
    task.addRetry({
      errors: [THROTTLED, ...SERVER_FAULTS, ...errors],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 6,
      maxDelay: Duration.seconds(30),
      jitterStrategy: JitterType.FULL,
    });
    return task;
  }

  /** The runner reads what the query refers to and, for an output of its own, writes through the service. */
  private startStatements(): PolicyStatement[] {
    const conditions = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': [CLEAN_ROOMS_PRINCIPAL] } };
    const destinations = this.props.query._output?._destinations ?? [];
    return [
      new PolicyStatement({ actions: READ_SHARED_ACTIONS, resources: ['*'] }),
      ...destinations.flatMap(({ bucket, keyPrefix }) => [
        new PolicyStatement({ actions: RESULT_BUCKET_ACTIONS, resources: [bucket.bucketArn], conditions }),
        new PolicyStatement({ actions: RESULT_OBJECT_ACTIONS, resources: [bucket.arnForObjects(resultObjectsPattern(keyPrefix))], conditions }),
        ...(bucket.encryptionKey ? [new PolicyStatement({ actions: RESULT_KEY_ACTIONS, resources: [bucket.encryptionKey.keyArn], conditions })] : []),
      ]),
    ];
  }
}
