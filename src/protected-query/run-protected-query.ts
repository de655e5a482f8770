import { Annotations, Duration } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { INextable, State, StateMachineFragment } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { fail } from '../private/validation';
import { validateAgainstApp } from './private/app-rules';
import { callerDestinations } from './private/workflow/props';
import { QueryWorkflow } from './private/workflow/workflow';
import { ProtectedQuery } from './protected-query';

/**
 * Properties of a `RunProtectedQuery`.
 */
export interface RunProtectedQueryProps {
  /**
   * The membership that runs the query.
   */
  readonly membership: IMembershipRef;

  /**
   * What runs.
   */
  readonly query: ProtectedQuery;

  /**
   * How long the query may run before it is cancelled, 1 minute to 24 hours.
   *
   * The service delivers results of queries of more than 12 hours only where a role writes them.
   *
   * @default Duration.hours(12)
   */
  readonly timeout?: Duration;

  /**
   * How long to try again while the membership or the account has no room for another query, up to 24 hours. Five
   * queries can be ongoing in a membership.
   *
   * @default Duration.hours(2)
   */
  readonly maxQueueTime?: Duration;
}

/**
 * States that run one protected query to its end: start, wait, get, choose; and cancel at the deadline. No function
 * is involved.
 *
 * It fits into any STANDARD state machine. The query is started once: only where the service has said that nothing
 * started is it tried again, and where the answer was lost the query is looked for first.
 *
 * Its output is `{ queryId, status, s3Location?, receiverAccountIds?, durationMillis?, billedUnits? }`. It fails with
 * `ProtectedQuery.Failed`, `ProtectedQuery.Cancelled`, `ProtectedQuery.TimedOut`, `ProtectedQuery.StartUnknown`,
 * `ProtectedQuery.OutcomeUnknown` where no end could be seen within an hour of the timeout, `ProtectedQuery.InvalidInput`,
 * or the service's own error where the query was refused. To catch these, wrap it: `fragment.toSingleState().addCatch(…)`.
 *
 * @example
 *
 * declare const membership: Membership;
 * declare const template: AnalysisTemplate;
 * declare const publish: stepfunctions.IChainable;
 * const run = new RunProtectedQuery(this, 'Overlap', {
 *   membership,
 *   query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.executionInput('day') } }),
 * });
 * new stepfunctions.StateMachine(this, 'Report', { definitionBody: stepfunctions.DefinitionBody.fromChainable(run.next(publish)) });
 */
export class RunProtectedQuery extends StateMachineFragment {
  /**
   * The first of the states.
   */
  public readonly startState: State;

  /**
   * The last of the states where the query has succeeded: what comes next follows on it.
   */
  public readonly endStates: INextable[];

  constructor(scope: Construct, id: string, props: RunProtectedQueryProps) {
    super(scope, id);
    const timeout = props.timeout ?? Duration.hours(12);
    const maxQueueTime = props.maxQueueTime ?? Duration.hours(2);
    this.validateDuration('timeout', timeout, Duration.minutes(1));
    this.validateDuration('maxQueueTime', maxQueueTime, Duration.seconds(0));
    if (!(props.query instanceof ProtectedQuery)) {
      fail(this, 'query', 'must be a ProtectedQuery', typeof props.query, 'pass ProtectedQuery.fromAnalysisTemplate(…) or sql(…)');
    }
    props.query._validate(this);
    validateAgainstApp(this, props);
    this.warnOfLongQueries(props, timeout);

    const workflow = new QueryWorkflow(this, id, { membership: props.membership, query: props.query, timeout, maxQueueTime });
    this.startState = workflow.startState;
    this.endStates = [workflow.endState];
  }

  /**
   * Prefixes the names of all states. They begin with the construct's id as it is: another prefix is needed only where ids repeat.
   */
  public prefixStates(prefix?: string): StateMachineFragment {
    return prefix === undefined || prefix === `${this.id}: ` ? this : super.prefixStates(prefix);
  }

  private validateDuration(prop: string, duration: Duration, least: Duration): void {
    if (duration.isUnresolved()) {
      fail(this, prop, 'must be known when the app is synthesized', 'a token', 'write the duration out');
    }
    const seconds = duration.toSeconds({ integral: false });
    if (seconds >= least.toSeconds() && seconds <= Duration.hours(24).toSeconds()) {
      if (Number.isInteger(seconds)) return;
      fail(this, prop, 'must be whole seconds', `${seconds} seconds`, 'round it');
    }
    fail(this, prop, `must be ${least.toSeconds()} seconds to 24 hours`, duration.toHumanString(), 'choose another duration');
  }

  private warnOfLongQueries(props: RunProtectedQueryProps, timeout: Duration): void {
    const writtenByCaller = callerDestinations(props).length > 0;
    if (!writtenByCaller || timeout.toSeconds() <= Duration.hours(12).toSeconds()) return;
    Annotations.of(this).addWarningV2('cdk-cleanrooms:runProtectedQuery.timeoutWithoutRole',
      '`timeout` exceeds 12 hours, after which the service delivers results only where a role writes them: ' +
      'use a default result configuration with a role, or shorten the timeout');
  }
}
