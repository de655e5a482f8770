import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, INextable, Pass, State, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { block, expression, object, plain, when } from '../jsonata';
import { NOT_STARTED } from '../query-errors';
import { StartQueryRequest } from '../query-request';
import { LostStart } from './lost-start';
import { WorkflowNames, workflowNames } from './names';
import { QueryWorkflowProps } from './props';
import { QueryTasks } from './tasks';

type Values = { readonly [name: string]: string };

/** No query is done sooner: the service starts a cluster first. */
const FIRST_LOOK_SECONDS = 30;

/** Waits grow by a tenth of the time already spent, or spent since the deadline, between these bounds. */
const SHORTEST_WAIT_SECONDS = 15;
const LONGEST_WAIT_SECONDS = 300;

/** How long after its deadline a query must be seen to end. */
const GRACE = Duration.hours(1);

/**
 * The states that run one protected query:
 *
 *     (check input) → prepare → start → wait → get → ended? → done | failed | cancelled | timed out | outcome unknown
 *                                 ↓        ↑_____________|  |
 *                               look for __↑_____ cancel ___|
 */
export class QueryWorkflow {
  public readonly startState: State;
  public readonly endState: State & INextable;

  private readonly names: WorkflowNames;
  private readonly tasks: QueryTasks;

  constructor(private readonly scope: Construct, id: string, private readonly props: QueryWorkflowProps) {
    this.names = workflowNames(props.scheduled ? undefined : id);
    this.tasks = new QueryTasks(scope, this.names, props);

    const start = this.tasks.start();
    const wait = this.wait();
    const get = this.tasks.get();
    const cancel = this.tasks.cancel();
    const lost = new LostStart(scope, this.names, props, { found: wait, startAgain: start });
    this.endState = this.done();

    start.next(wait);
    start.addCatch(this.refused(), { errors: NOT_STARTED, assign: { [this.names.error]: expression('$states.errorOutput') } });
    start.addCatch(lost.startState, { errors: ['States.ALL'], assign: lost.begin() });
    wait.next(get);
    const ended = this.ended(wait, cancel);
    get.next(ended);
    // A deadline holds also for a query that cannot be read.
    get.addCatch(ended, { errors: ['States.ALL'], assign: { [this.names.seen]: { Status: 'UNREAD' } }, outputs: this.queryId() });
    cancel.next(wait);
    cancel.addCatch(wait, { errors: ['States.ALL'], assign: { [this.names.late]: true }, outputs: this.queryId() });

    const prepare = this.prepare();
    prepare.next(start);
    this.startState = this.checkInput(prepare);
  }

  private queryId(): { queryId: string } {
    return { queryId: expression(`$${this.names.queryId}`) };
  }

  /** What a run needs to know is written down before the query starts. */
  private prepare(): Pass {
    const { late, request, since, starts } = this.names;
    return Pass.jsonata(this.scope, 'Prepare', {
      stateName: this.names.state('Prepare'),
      assign: { [request]: this.request(), [starts]: 0, [since]: 0, [late]: false },
      outputs: {},
    });
  }

  private request(): StartQueryRequest {
    const { membership, query } = this.props;
    const [[kind, source]] = Object.entries(query._source);
    const values = Object.entries(query._parameters).map(([name, parameter]) => [name, parameter._field]);
    const output = query._output?._render(this.scope);
    return {
      MembershipIdentifier: membership.membershipRef.membershipIdentifier,
      Type: 'SQL',
      SqlParameters: { [kind]: plain(source as string), ...values.length > 0 && { Parameters: Object.fromEntries(values) as Values } },
      ...output && { ResultConfiguration: { OutputConfiguration: output } },
      ...query._compute && { ComputeConfiguration: query._compute._render(this.scope) },
    };
  }

  private checkInput(next: State): State {
    const { query, scheduled } = this.props;
    const given = Object.values(query._parameters).flatMap(({ _inputCheck: check }) => check ?? []);
    const all = given.filter(({ ofSchedule }) => !(scheduled && ofSchedule));
    // Two dates of the same scheduled time are checked once.
    const checks = all.filter(({ condition }, index) => all.findIndex((other) => other.condition === condition) === index);
    if (checks.length === 0) return next;
    const choice = Choice.jsonata(this.scope, 'CheckInput', { stateName: this.names.state('Check input') });
    checks.forEach(({ condition, message }, index) => {
      choice.when(Condition.jsonata(expression(`$not(${condition})`)), Fail.jsonata(this.scope, `InvalidInput${index}`, {
        stateName: this.names.state(`Invalid input ${index + 1}`),
        error: 'ProtectedQuery.InvalidInput',
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

  private ended(wait: State, cancel: State): Choice {
    const { seen, late } = this.names;
    const status = `$${seen}.Status`;
    return Choice.jsonata(this.scope, 'Ended', { stateName: this.names.state('Ended?') })
      .when(Condition.jsonata(expression(`${status} = 'SUCCESS'`)), this.endState)
      .when(Condition.jsonata(expression(`${status} = 'FAILED'`)), this.failed())
      .when(Condition.jsonata(expression(`${status} = 'TIMED_OUT' or (${status} = 'CANCELLED' and $${late})`)), this.timedOut())
      .when(Condition.jsonata(expression(`${status} = 'CANCELLED'`)), this.cancelled())
      .when(Condition.jsonata(expression(this.isPast(this.props.timeout.plus(GRACE)))), this.outcomeUnknown())
      .when(Condition.jsonata(expression(`${status} != 'CANCELLING' and ${this.isPast(this.props.timeout)}`)), cancel)
      .otherwise(wait);
  }

  private done(): Pass {
    const { queryId, seen } = this.names;
    return Pass.jsonata(this.scope, 'Done', {
      stateName: this.names.state('Done'),
      outputs: expression(block(
        `$output := $${seen}.Result.Output`,
        `$statistics := $${seen}.Statistics`,
        '$accounts := $distinct($append($output.MemberList.AccountId, $output.Distribute.MemberList.AccountId))',
        object({
          queryId: `$${queryId}`,
          status: `$${seen}.Status`,
          s3Location: when('$exists($output.S3)', '$output.S3.Location', '$output.Distribute.S3.Location'),
          receiverAccountIds: when('$exists($accounts)', '[$accounts]'),
          durationMillis: '$statistics.TotalDurationInMillis',
          billedUnits: '$statistics.BilledResourceUtilization.Units',
        }),
      )),
    });
  }

  private failed(): Fail {
    const { queryId, seen } = this.names;
    return this.fail('Failed', 'Failed', 'ProtectedQuery.Failed',
      `'query ' & $${queryId} & ' failed' & ($exists($${seen}.Error) ? ': ' & $${seen}.Error.Code & ': ' & $${seen}.Error.Message : ', and the service gave no reason')`);
  }

  private cancelled(): Fail {
    return this.fail('Cancelled', 'Cancelled', 'ProtectedQuery.Cancelled',
      `'query ' & $${this.names.queryId} & ' was cancelled, by somebody else than this state machine'`);
  }

  private timedOut(): Fail {
    const { queryId, seen } = this.names;
    return this.fail('TimedOut', 'Timed out', 'ProtectedQuery.TimedOut',
      `'query ' & $${queryId} & ($${seen}.Status = 'CANCELLED' ? ' was cancelled after ${this.props.timeout.toHumanString()}, its timeout' : ' timed out in the service')`);
  }

  private outcomeUnknown(): Fail {
    return this.fail('OutcomeUnknown', 'Outcome unknown', 'ProtectedQuery.OutcomeUnknown',
      `'query ' & $${this.names.queryId} & ' was not seen to end within ${GRACE.toHumanString()} of its timeout, ${this.props.timeout.toHumanString()}: ' & 'look at it, it may still run'`);
  }

  private refused(): Fail {
    const { error } = this.names;
    return Fail.jsonata(this.scope, 'Refused', {
      stateName: this.names.state('Refused'),
      error: expression(`$${error}.Error`),
      cause: expression(`$exists($${error}.Cause) ? $${error}.Cause : 'the service refused the query'`),
    });
  }

  private fail(id: string, name: string, error: string, cause: string): Fail {
    return Fail.jsonata(this.scope, id, { stateName: this.names.state(name), error, cause: expression(cause) });
  }
}
