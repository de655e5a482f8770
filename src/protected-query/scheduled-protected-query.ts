import { Resource } from 'aws-cdk-lib';
import { Alarm, MathExpression, Metric, MetricOptions, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ContextAttribute, Schedule, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import {
  Choice, Condition, CustomerManagedEncryptionConfiguration, DefinitionBody, Fail, IStateMachine, QueryLanguage, StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from './private/jsonata';
import { QueryCanceller } from './private/schedule/canceller';
import { DispatcherInput, QueryDispatcher } from './private/schedule/dispatcher';
import { inSchedule, validateSchedule, warnOfFullMembership } from './private/schedule/schedule-rules';
import { stateLog } from './private/schedule/state-log';
import { executionName, isScheduledTime, SCHEDULED_TIME } from './private/scheduled-time';
import { RunProtectedQuery } from './run-protected-query';
import { ScheduledProtectedQueryGrants } from './scheduled-protected-query-grants';
import { OverlapPolicy, ScheduledProtectedQueryProps } from './scheduled-protected-query-props';

/**
 * Runs a protected query on a schedule: for each scheduled time once, however often the scheduler delivers it.
 *
 * It defines an `AWS::Scheduler::Schedule`, a STANDARD state machine that runs the query, its role and its log group,
 * and a rule that cancels the query of an execution which somebody stops; and, once a stack, the small state machines
 * which start executions under the name of their scheduled time, and which cancel. All are traced by X-Ray.
 *
 * To run it by hand, or for a past date, start the state machine under that name:
 * `aws stepfunctions start-execution --state-machine-arn … --name 20261121T030000Z --input '{"scheduledTime":"2026-11-21T03:00:00Z"}'`.
 * To run it again for a time that it ran for, add a suffix to the name: `20261121T030000Z-again`.
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
   * Rights on this scheduled query.
   */
  public readonly grants: ScheduledProtectedQueryGrants;

  constructor(scope: Construct, id: string, props: ScheduledProtectedQueryProps) {
    super(scope, id);
    validateSchedule(this, props);
    this.stateMachine = this.createStateMachine(props);
    if (props.encryptionKey) this.allowEncryption(props.encryptionKey);
    // Results have somewhere to go only when the whole membership is done.
    this.stateMachine.node.addDependency(props.membership);
    this.schedule = this.createSchedule(props);
    this.grants = ScheduledProtectedQueryGrants.fromStateMachine(this.stateMachine);
    this.cancelWhenStopped(props);
    warnOfFullMembership(this, props.membership, props.schedule);
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
   * Makes an alarm for runs that failed, and for what no run can tell of: a scheduled time for which none could be
   * started, and a stopped run whose query could not be cancelled. The latter two count for all scheduled queries of
   * the stack. A period without runs is no reason for it.
   *
   * @param alarmId the id of the alarm in the scope of this construct
   */
  public alarmOnFailure(alarmId: string, options?: MetricOptions): Alarm {
    const ofServices = this.services.flatMap((machine) => [machine.metricFailed(options), machine.metricTimedOut(options)]);
    const metrics = [this.metricFailed(options), ...ofServices];
    const ids = metrics.map((_, index) => `m${index}`);
    return new Alarm(this, alarmId, {
      alarmDescription: `the protected query of ${this.node.path} failed, or one of its stack was not started or not cancelled`,
      metric: new MathExpression({
        expression: `SUM([${ids.map((id) => `FILL(${id}, 0)`).join(', ')}])`,
        usingMetrics: Object.fromEntries(metrics.map((metric, index) => [ids[index], metric])),
        label: 'failures',
        period: options?.period,
      }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
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
   * The time from a run's start to its end, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricDuration(options?: MetricOptions): Metric {
    return this.stateMachine.metricTime(options);
  }

  private createStateMachine(props: ScheduledProtectedQueryProps): StateMachine {
    const { membership, timeout, maxQueueTime, encryptionKey } = props;
    const run = new RunProtectedQuery(this, 'Query', { membership, query: inSchedule(this, props), timeout, maxQueueTime });
    return new StateMachine(this, 'StateMachine', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(this.checkScheduledTime().otherwise(run)),
      encryptionConfiguration: encryptionKey && new CustomerManagedEncryptionConfiguration(encryptionKey),
      tracingEnabled: true,
      logs: stateLog(this, props.logRetention),
    });
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
      statements: [new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': this.stateMachine.stateMachineArn } },
      })],
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
      scheduleGroup: props.scheduleGroup,
      description: props.description,
      target: new StepFunctionsStartExecution(dispatcher.stateMachine, {
        input: ScheduleTargetInput.fromObject(input),
        deadLetterQueue: props.deadLetterQueue,
        retryAttempts: props.retryAttempts,
        maxEventAge: props.maxEventAge,
      }),
    });
    // The group is referred to by its name, which says nothing about who is made first.
    if (props.scheduleGroup) schedule.node.addDependency(props.scheduleGroup);
    return schedule;
  }

  private cancelWhenStopped({ membership, query, encryptionKey }: ScheduledProtectedQueryProps): void {
    const target = QueryCanceller.getOrCreate(this).target({ worker: this.stateMachine, membership, query, encryptionKey });
    this.onStatus('Stopped', ['ABORTED', 'TIMED_OUT'], { target });
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
