import { Duration, Resource } from 'aws-cdk-lib';
import { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Policy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ContextAttribute, IScheduleGroup, Schedule, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import {
  Choice, Condition, CustomerManagedEncryptionConfiguration, Fail, IStateMachine, QueryLanguage, StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FailureAlarmOptions } from './failure-alarm-options';
import { QueryFinder } from './private/finder/query-finder';
import { expression } from './private/jsonata';
import { QueryCanceller, STOPS } from './private/schedule/canceller';
import { DispatcherInput, QueryDispatcher, SKIPPED_METRIC } from './private/schedule/dispatcher';
import { DueQueries } from './private/schedule/due-queries';
import { failureAlarm, validatePeriod } from './private/schedule/failure-alarm';
import { scheduleGroupOf } from './private/schedule/schedule-group';
import { inSchedule, validateSchedule } from './private/schedule/schedule-rules';
import { executionName, isScheduledTime, SCHEDULED_TIME } from './private/scheduled-time';
import { observe, stateLog } from './private/shared-state-machine';
import { keyOf, logKeyOf } from './private/state-machine-access';
import { stateMachineRole } from './private/state-machine-role';
import { QueryPolicy } from './private/workflow/query-policy';
import { workflowProps } from './private/workflow/run-rules';
import { SharedStatesBody } from './private/workflow/shared-states';
import { QueryWorkflow } from './private/workflow/workflow';
import { ScheduledProtectedQueryGrants } from './scheduled-protected-query-grants';
import { OverlapPolicy, ScheduledProtectedQueryProps } from './scheduled-protected-query-props';
import { waitFor } from '../private/other-stack';
import { rememberSchedule } from '../tables/private/table-schedules';

/**
 * Runs a protected query on a schedule: once for each scheduled time, however often the scheduler delivers it.
 *
 * It defines an `AWS::Scheduler::Schedule`, a STANDARD state machine that runs the query, with its role and its log group,
 * and an EventBridge rule. The rule has the query of an execution cancelled that somebody stops or Step Functions itself ends.
 *
 * Once per stack it defines three small state machines: one starts executions under the name of their scheduled time, one
 * cancels queries, and one finds a query whose start was not answered. It also defines a queue for stops that could not be
 * delivered, and a schedule group. X-Ray traces the state machines.
 *
 * To run it by hand, or for a past date, start the state machine under that name:
 * `aws stepfunctions start-execution --state-machine-arn … --name 20261121T030000Z --input '{"scheduledTime":"2026-11-21T03:00:00Z"}'`.
 * To run it for the same time again, add a suffix to the name: `20261121T030000Z-again`.
 *
 * Before you remove or rename it, disable it (`enabled: false`), and let its runs end or stop them. If a deployment deletes the
 * state machine of a running execution, the query goes on to its end, and no alarm says so.
 *
 * @example
 *
 * declare const membership: Membership;
 * declare const template: AnalysisTemplate;
 * new ScheduledProtectedQuery(this, 'NightlyOverlap', {
 *   membership,
 *   schedule: scheduler.ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN }),
 *   query: ProtectedQuery.fromAnalysisTemplate(template, {
 *     parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) },
 *   }),
 * });
 */
export class ScheduledProtectedQuery extends Resource {
  /**
   * The state machine that runs the query.
   */
  public readonly stateMachine: StateMachine;

  /**
   * The schedule.
   */
  public readonly schedule: Schedule;

  /**
   * The group of the schedule. EventBridge Scheduler counts undelivered times per group only: `scheduleGroup.metricDropped()`.
   */
  public readonly scheduleGroup: IScheduleGroup;

  /**
   * Grants permissions on this scheduled query.
   */
  public readonly grants: ScheduledProtectedQueryGrants;

  /** Tells the canceller of stopped runs. */
  private readonly stopped: Rule;

  constructor(scope: Construct, id: string, props: ScheduledProtectedQueryProps) {
    super(scope, id);
    validateSchedule(this, props);
    this.stateMachine = this.createStateMachine(props);
    if (props.encryptionKey) this.allowEncryption(props.encryptionKey);
    // Results have somewhere to go only when the whole membership is done.
    this.stateMachine.node.addDependency(props.membership);
    props.query._tables.forEach((table) => waitFor(this.stateMachine, table));
    if (props.enabled !== false) new Set(props.query._tables).forEach((table) => rememberSchedule(table, props.schedule));
    this.scheduleGroup = props.scheduleGroup ?? scheduleGroupOf(this);
    this.schedule = this.createSchedule(props);
    this.grants = ScheduledProtectedQueryGrants.fromStateMachine(this.stateMachine);
    this.stopped = this.cancelWhenStopped(props);
    DueQueries.of(props.membership).add(this, props.membership, props.schedule);
  }

  /**
   * Calls a target whenever a run has succeeded.
   */
  public onSucceeded(id: string, options: OnEventOptions = {}): Rule {
    return this.onStatus(id, ['SUCCEEDED'], options);
  }

  /**
   * Calls a target whenever a run has failed, timed out or was stopped. The cause is in the event.
   */
  public onFailed(id: string, options: OnEventOptions = {}): Rule {
    return this.onStatus(id, ['FAILED', 'TIMED_OUT', 'ABORTED'], options);
  }

  /**
   * Defines an alarm for runs that failed or were stopped. It also goes off if a scheduled time was not delivered, if no run could
   * be started for it, and if the query of a stopped run could not be cancelled. These count for all scheduled queries of the
   * stack; undelivered times count for the whole `scheduleGroup`. A period without runs and a metric that arrives late do not
   * set it off.
   *
   * @param alarmId the id of the alarm in the scope of this construct
   */
  public alarmOnFailure(alarmId: string, options: FailureAlarmOptions = {}): Alarm {
    const period = options.period ?? Duration.minutes(5);
    validatePeriod(this, period);
    const { includeAborted = true, includeSkipped = false } = options;
    return failureAlarm(this, alarmId, `the protected query of ${this.node.path} failed, or one of its stack was not started or not cancelled`, [
      this.metricFailed({ period }),
      ...(includeAborted ? [this.metricAborted({ period })] : []),
      ...(includeSkipped ? [this.metricSkipped({ period })] : []),
      new Metric({ namespace: 'AWS/Events', metricName: 'FailedInvocations', dimensionsMap: { RuleName: this.stopped.ruleName }, statistic: 'Sum', period }),
      ...this.services.flatMap((machine) => [machine.metricFailed({ period }), machine.metricTimedOut({ period })]),
      this.scheduleGroup.metricDropped({ period, statistic: 'Sum' }),
      this.scheduleGroup.metricTargetErrors({ period, statistic: 'Sum' }),
    ]);
  }

  /**
   * The number of runs that succeeded.
   *
   * @default - sum over 5 minutes
   */
  public metricSucceeded(options?: MetricOptions): Metric {
    return this.stateMachine.metricSucceeded(options);
  }

  /**
   * The number of runs that failed, those cancelled at their timeout included.
   *
   * @default - sum over 5 minutes
   */
  public metricFailed(options?: MetricOptions): Metric {
    return this.stateMachine.metricFailed(options);
  }

  /**
   * The number of runs that somebody stopped.
   *
   * @default - sum over 5 minutes
   */
  public metricAborted(options?: MetricOptions): Metric {
    return this.stateMachine.metricAborted(options);
  }

  /**
   * The number of deliveries that were skipped because an earlier run had not ended, in the namespace
   * `CleanRooms/ScheduledProtectedQuery`.
   *
   * @default - sum over 5 minutes
   */
  public metricSkipped(options?: MetricOptions): Metric {
    const { stateMachineArn } = this.stateMachine;
    return new Metric({ ...SKIPPED_METRIC, dimensionsMap: { StateMachineArn: stateMachineArn }, statistic: 'Sum', ...options }).attachTo(this);
  }

  /**
   * The time from a run's start to its end, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricDuration(options?: MetricOptions): Metric {
    return this.stateMachine.metricTime(options);
  }

  private createStateMachine(props: ScheduledProtectedQueryProps): StateMachine {
    const { encryptionKey } = props;
    const scope = new Construct(this, 'Query');
    const run = new QueryWorkflow(scope, scope.node.id, { ...workflowProps(scope, { ...props, query: inSchedule(this, props) }), scheduled: true });
    const stateMachine = new StateMachine(this, 'StateMachine', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: new SharedStatesBody(this.checkScheduledTime().otherwise(run.startState), QueryWorkflow.OWN_STATES),
      encryptionConfiguration: encryptionKey && new CustomerManagedEncryptionConfiguration(encryptionKey),
      role: stateMachineRole(this),
    });
    stateMachine.role.addManagedPolicy(QueryPolicy.getOrCreate(this, props.membership));
    observe(stateMachine, stateLog(this, props.logRetention));
    QueryFinder.getOrCreate(this).allowExecutions(stateMachine, encryptionKey);
    return stateMachine;
  }

  /** What works for it besides its own state machine. */
  private get services(): IStateMachine[] {
    return [QueryDispatcher.getOrCreate(this).stateMachine, QueryCanceller.getOrCreate(this).stateMachine];
  }

  /**
   * The CDK's own grant names the state machine by its physical name, which is empty unless it is set. The right needs a policy of
   * its own: the state machine waits for its role's default policy.
   */
  private allowEncryption(key: IKey): void {
    this.stateMachine.role.attachInlinePolicy(new Policy(this, 'UseKey', {
      statements: [keyOf(this.stateMachine, key, 'kms:Decrypt', 'kms:GenerateDataKey'), logKeyOf(this, key)],
    }));
    key.addToResourcePolicy(new PolicyStatement({
      actions: ['kms:Decrypt*'], resources: ['*'], principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
    }));
  }

  /** The name keeps a scheduled time from running twice, so a run under another name is refused. */
  private checkScheduledTime(): Choice {
    const name = '$states.context.Execution.Name';
    const due = executionName(SCHEDULED_TIME);
    return Choice.jsonata(this, 'Check scheduled time')
      .when(Condition.jsonata(expression(`$not(${isScheduledTime(SCHEDULED_TIME)})`)), Fail.jsonata(this, 'No scheduled time', {
        error: 'ProtectedQuery.InvalidInput',
        cause: 'the input must have a field scheduledTime, a point in time in UTC such as 2026-11-22T03:00:00Z',
      }))
      .when(Condition.jsonata(expression(`${name} != ${due} and $substring(${name}, 0, 17) != ${due} & '-'`)), Fail.jsonata(this, 'Other name', {
        error: 'ProtectedQuery.InvalidInput',
        cause: expression(`'an execution for ' & ${SCHEDULED_TIME} & ' must be named ' & ${due} & ', or so with a suffix such as -again to run once more'`),
      }));
  }

  private createSchedule(props: ScheduledProtectedQueryProps): Schedule {
    const dispatcher = QueryDispatcher.getOrCreate(this);
    dispatcher.allow(this.stateMachine);
    const input: DispatcherInput = {
      stateMachineArn: this.stateMachine.stateMachineArn,
      overlap: props.overlap ?? OverlapPolicy.SKIP,
      scheduledTime: ContextAttribute.scheduledTime,
    };
    const schedule = new Schedule(this, 'Schedule', {
      schedule: props.schedule,
      enabled: props.enabled,
      start: props.start,
      end: props.end,
      timeWindow: props.timeWindow,
      scheduleGroup: this.scheduleGroup,
      description: props.description,
      target: new StepFunctionsStartExecution(dispatcher.stateMachine, {
        input: ScheduleTargetInput.fromObject(input),
        deadLetterQueue: props.deadLetterQueue,
        retryAttempts: props.retryAttempts,
        maxEventAge: props.maxEventAge,
      }),
    });
    // The group is referred to by its name, which says nothing about who is made first.
    schedule.node.addDependency(this.scheduleGroup);
    return schedule;
  }

  private cancelWhenStopped({ membership, query, encryptionKey }: ScheduledProtectedQueryProps): Rule {
    const target = QueryCanceller.getOrCreate(this).target({ stateMachine: this.stateMachine, membership, query, encryptionKey });
    return this.onStatus('Stopped', STOPS, { target });
  }

  private onStatus(id: string, status: string[], options: OnEventOptions): Rule {
    const rule = new Rule(this, id, options);
    rule.addTarget(options.target);
    rule.addEventPattern({
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [this.stateMachine.stateMachineArn], status },
    });
    return rule;
  }
}
