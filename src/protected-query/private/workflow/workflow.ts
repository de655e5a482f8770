import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, INextable, Pass, State, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ProtectedQueryError } from '../../protected-query-error';
import { all, block, expression, when } from '../jsonata';
import { NOT_STARTED } from '../query-errors';
import { QueryEnds } from './ends';
import { LostStart } from './lost-start';
import { WorkflowNames, workflowNames } from './names';
import { QueryWorkflowProps } from './props';
import { QueryRequest } from './request';
import { ofQuery, QueryTasks } from './tasks';

/** No query is done sooner: the service starts a cluster first. */
const FIRST_LOOK_SECONDS = 30;

/** Waits grow by a tenth of the time already spent, or spent since the deadline, between these bounds. */
const SHORTEST_WAIT_SECONDS = 15;
const LONGEST_WAIT_SECONDS = 300;

/** How long after its deadline a query must be seen to end. */
const GRACE = Duration.hours(1);

/** Between the end of a query that failed and the next try: what is transient needs time to pass. */
const RETRY_PAUSE = Duration.minutes(5);

/**
 * The states that run one protected query:
 *
 *     (check input) → prepare → start → wait → get → ended? → done | failed | cancelled | timed out | outcome unknown
 *                                 ↓        ↑_____________|  |
 *                               look for __↑_____ cancel ___|
 *
 * With `retryFailures`, from a failed query that may succeed back to the start.
 */
export class QueryWorkflow {
  /** Which states of a scheduled query tell what it asks for; the others depend on little else than its timeout. */
  public static readonly OWN_STATES = /^(Prepare|Start query|Check input|Invalid input .*)$/;

  public readonly startState: State;
  public readonly endState: State & INextable;

  private readonly names: WorkflowNames;
  private readonly request: QueryRequest;
  private readonly ends: QueryEnds;

  constructor(private readonly scope: Construct, id: string, private readonly props: QueryWorkflowProps) {
    this.names = workflowNames(props.scheduled ? undefined : id);
    this.request = new QueryRequest(scope, this.names, props);
    this.ends = new QueryEnds(scope, this.names, props);

    const tasks = new QueryTasks(scope, this.names, props, this.request);
    const start = tasks.start();
    const wait = this.wait();
    const get = tasks.get();
    const cancel = tasks.cancel();
    const lost = new LostStart(scope, this.names, props, this.request, { found: wait, startAgain: start });
    this.endState = this.ends.done();

    start.next(wait);
    start.addCatch(this.ends.refused(), { errors: NOT_STARTED });
    start.addCatch(lost.startState, { errors: ['States.ALL'], assign: lost.begin() });
    wait.next(get);
    const ended = this.ended({ start, wait, cancel });
    get.next(ended);
    // A deadline holds also for a query that cannot be read.
    get.addCatch(ended, { errors: ['States.ALL'], assign: { [this.names.seen]: { Status: 'UNREAD' } }, outputs: ofQuery(this.names, props) });
    cancel.next(wait);
    cancel.addCatch(wait, { errors: ['States.ALL'], assign: { [this.names.late]: true }, outputs: ofQuery(this.names, props) });

    const prepare = this.prepare();
    prepare.next(start);
    this.startState = this.checkInput(prepare);
  }

  /** What a run needs to know is written down before the query starts, once for all tries. */
  private prepare(): Pass {
    const { earlier, late, since, starts } = this.names;
    return Pass.jsonata(this.scope, 'Prepare', {
      stateName: this.names.state('Prepare'),
      assign: { ...this.request.variables, [starts]: 0, [since]: 0, [late]: false, ...this.props.retryFailures > 0 && { [earlier]: [] } },
      outputs: {},
    });
  }

  private checkInput(next: State): State {
    const { query, scheduled } = this.props;
    const given = Object.values(query._parameters).flatMap(({ _inputCheck: check }) => check ?? []);
    const due = given.filter(({ ofSchedule }) => !(scheduled && ofSchedule));
    // Two dates of the same scheduled time are checked once.
    const checks = due.filter(({ condition }, index) => due.findIndex((other) => other.condition === condition) === index);
    if (checks.length === 0) return next;
    const choice = Choice.jsonata(this.scope, 'CheckInput', { stateName: this.names.state('Check input') });
    checks.forEach(({ condition, message }, index) => {
      choice.when(Condition.jsonata(expression(`$not(${condition})`)), Fail.jsonata(this.scope, `InvalidInput${index}`, {
        stateName: this.names.state(`Invalid input ${index + 1}`),
        error: ProtectedQueryError.INVALID_INPUT,
        cause: message,
      }));
    });
    return choice.otherwise(next);
  }

  private wait(): Wait {
    const { startedAt, late } = this.names;
    const deadline = this.props.timeout.toSeconds();
    return Wait.jsonata(this.scope, 'Wait', {
      stateName: this.names.state('Wait'),
      time: WaitTime.seconds(expression(block(
        `$left := ${deadline} - ($millis() - $${startedAt}) / 1000`,
        `$spent := ${when(`$${late}`, '0 - $left', `${deadline} - $left`)}`,
        `$wait := $min([$max([${FIRST_LOOK_SECONDS} - $spent, ${SHORTEST_WAIT_SECONDS}, $spent / 10]), ${LONGEST_WAIT_SECONDS}])`,
        `$max([$ceil(${when(`$${late}`, '$wait', '$min([$wait, $left])')}), 1])`,
      ))),
    });
  }

  private isPast(deadline: Duration): string {
    return `$millis() - $${this.names.startedAt} >= ${deadline.toMilliseconds()}`;
  }

  private ended({ start, wait, cancel }: { start: State; wait: State; cancel: State }): Choice {
    const { seen, late } = this.names;
    const status = `$${seen}.Status`;
    const ended = Choice.jsonata(this.scope, 'Ended', { stateName: this.names.state('Ended?') })
      .when(Condition.jsonata(expression(`${status} = 'SUCCESS'`)), this.endState);
    if (this.props.retryFailures > 0) ended.when(Condition.jsonata(expression(this.mayTryAgain())), this.tryAgain(start));
    return ended
      .when(Condition.jsonata(expression(`${status} = 'FAILED'`)), this.ends.failed())
      .when(Condition.jsonata(expression(`${status} = 'TIMED_OUT' or (${status} = 'CANCELLED' and $${late})`)), this.ends.timedOut())
      .when(Condition.jsonata(expression(`${status} = 'CANCELLED'`)), this.ends.cancelled())
      .when(Condition.jsonata(expression(this.isPast(this.props.timeout.plus(GRACE)))), this.ends.outcomeUnknown(GRACE))
      .when(Condition.jsonata(expression(`${status} != 'CANCELLING' and ${this.isPast(this.props.timeout)}`)), cancel)
      .otherwise(wait);
  }

  /** Only what the service itself says may succeed, in so many words; and nothing that had its time. */
  private mayTryAgain(): string {
    const { earlier, late, seen } = this.names;
    return all(
      `$${seen}.Status = 'FAILED'`,
      `$${seen}.Error.Retry.Retryable = true`,
      `$count($${earlier}) < ${this.props.retryFailures}`,
      `$not($${late})`,
    );
  }

  /** The query that failed is written down before the next one starts, so that it is never taken for that. */
  private tryAgain(start: State): Wait {
    const { earlier, queryId, starts } = this.names;
    const pause = Wait.jsonata(this.scope, 'TryAgain', {
      stateName: this.names.state('Wait to try again'),
      time: WaitTime.duration(RETRY_PAUSE),
      assign: { [earlier]: expression(`[$append($${earlier}, $${queryId})]`), [starts]: 0 },
      outputs: {},
    });
    pause.next(start);
    return pause;
  }
}
