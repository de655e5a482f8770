import { Choice, Condition, IChainable, Map, Pass, ProvideItems, State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { all, block, expression, object, when } from '../jsonata';
import { askedBy, isAsked } from '../query-match';
import { SdkCall, SdkTask } from '../sdk-task';
import { ExecutionReader } from './execution-reader';

const INPUT = '$states.context.Execution.Input';

/** Clocks differ. */
const CLOCK_SKEW_MILLIS = 10_000;

/** So old is a query before it is judged: whoever else may have started it is listed by then. */
const SETTLED_MILLIS = 15_000;

/** How long before the window an execution can have done what concerns it: a start takes a minute at most, and clocks differ. */
const REACH_MILLIS = 180_000;

/** Not many: whoever calls looks again. */
const MAX_RETRIES = 3;

/** No run takes longer: a day of waiting and one of running, for each of four tries, and some hours more. */
const LONGEST_RUN_MILLIS = 9 * 86_400_000;

/**
 * The states of one look:
 *
 *     list → (list more) → compare → any? → list executions → (list more) → read the others → found, none or unclear
 *
 * What another execution of the same state machine knows as its own query is never taken.
 */
export class Look {
  public readonly startState: State;

  constructor(private readonly scope: Construct) {
    const list = this.list();
    const compare = this.compare();
    const others = this.readOthers();
    const executions = this.listExecutions();
    const alone = Pass.jsonata(scope, 'No others known', { outputs: { matches: expression('$states.input.matches'), others: [] } });

    list.next(Choice.jsonata(scope, 'Whole list?')
      .when(Condition.jsonata(expression('$exists($states.input.nextToken)')), list)
      .otherwise(compare));
    compare.next(Choice.jsonata(scope, 'Any?')
      .when(Condition.jsonata(expression('$count($states.input.matches) = 0')), this.answer('None', object({ answer: "'NONE'" })))
      .when(Condition.jsonata(expression(`$exists(${INPUT}.stateMachineArn)`)), executions)
      .otherwise(alone));
    executions.next(Choice.jsonata(scope, 'All executions?')
      .when(Condition.jsonata(expression('$exists($states.input.nextToken)')), executions)
      .otherwise(others));
    alone.next(others);
    others.next(this.whichIsIt());
    this.startState = list;
  }

  private list(): SdkTask {
    return this.read('List queries', {
      service: 'cleanrooms',
      action: 'listProtectedQueries',
      arguments: expression(object({ MembershipIdentifier: `${INPUT}.membershipIdentifier`, MaxResults: '100', NextToken: '$states.input.nextToken' })),
      outputs: expression(block(
        `$young := $states.result.ProtectedQueries[${all(
          `$toMillis(CreateTime) >= ${INPUT}.since - ${CLOCK_SKEW_MILLIS}`,
          `$toMillis(CreateTime) <= ${INPUT}.until`,
          `$not(Id in ${INPUT}.earlier)`,
        )}].{'queryId': Id, 'createdAt': $toMillis(CreateTime)}`,
        object({ young: '[$append($states.input.young, $young)]', nextToken: '$states.result.NextToken' }),
      )),
    });
  }

  private compare(): Map {
    const get = this.read('Get candidate', {
      service: 'cleanrooms',
      action: 'getProtectedQuery',
      arguments: { MembershipIdentifier: expression(`${INPUT}.membershipIdentifier`), ProtectedQueryIdentifier: expression('$states.input.queryId') },
      outputs: expression(block(
        '$query := $states.result.ProtectedQuery',
        object({
          queryId: '$states.input.queryId',
          createdAt: '$states.input.createdAt',
          isAsked: isAsked(askedBy('$query'), `${INPUT}.asked`, `${INPUT}.defaults`),
        }),
      )),
    });
    return Map.jsonata(this.scope, 'Compare', {
      items: ProvideItems.jsonata(expression('$states.input.young')),
      maxConcurrency: 5,
      outputs: { matches: expression('[$states.result[isAsked]]') },
    }).itemProcessor(get);
  }

  /** Those of the same state machine that ran while the query can have been started; and the own one, from its stop on. */
  private listExecutions(): SdkTask {
    return this.read('List executions', {
      service: 'sfn',
      action: 'listExecutions',
      arguments: expression(object({ StateMachineArn: `${INPUT}.stateMachineArn`, MaxResults: '100', NextToken: '$states.input.nextToken' })),
      outputs: expression(block(
        `$from := ${INPUT}.since - ${REACH_MILLIS}`,
        `$redriven := ${when(`$exists(${INPUT}.stoppedAt)`, object({ executionArn: `${INPUT}.executionArn`, from: `${INPUT}.stoppedAt` }))}`,
        `$others := $states.result.Executions[${all(
          `ExecutionArn != ${INPUT}.executionArn`,
          `$toMillis(StartDate) <= ${INPUT}.until`,
          '($exists(StopDate) ? $toMillis(StopDate) >= $from : true)',
        )}].{'executionArn': ExecutionArn, 'from': $from}`,
        '$oldest := $toMillis($states.result.Executions[-1].StartDate)',
        object({
          matches: '$states.input.matches',
          others: `[$append(${when('$exists($states.input.others)', '$states.input.others', '$redriven')}, $others)]`,
          nextToken: when(`$oldest > ${INPUT}.since - ${LONGEST_RUN_MILLIS}`, '$states.result.NextToken'),
        }),
      )),
    });
  }

  private readOthers(): Map {
    const [known, lost, none] = ['Knows its query', 'Lost its start', 'Started none'].map((id) => Succeed.jsonata(this.scope, id));
    return Map.jsonata(this.scope, 'Read the others', {
      items: ProvideItems.jsonata(expression('$states.input.others')),
      maxConcurrency: 5,
      outputs: {
        own: expression(block(
          '$theirs := $append($states.result.queryId, $states.result.earlier)',
          '[$states.input.matches[$not(queryId in $theirs)]]',
        )),
        rivals: expression('[$states.result[$exists(asked)].since]'),
      },
    }).itemProcessor(new ExecutionReader(this.scope, 'another', { known, lost, none }, MAX_RETRIES).startState);
  }

  /** Another execution that has lost its start may be whose query it is, unless the query is older than that start. */
  private whichIsIt(): IChainable {
    const own = '$states.input.own';
    const rivals = `$filter($states.input.rivals, function($since) { $since <= ${own}[0].createdAt + ${CLOCK_SKEW_MILLIS} })`;
    return Choice.jsonata(this.scope, 'Which is it?')
      .when(Condition.jsonata(expression(`$count(${own}) = 0`)), this.answer('Not theirs', object({ answer: "'NONE'" })))
      .when(Condition.jsonata(expression(all(`$count(${own}) = 1`, `$count(${rivals}) = 0`, `${own}[0].createdAt <= $millis() - ${SETTLED_MILLIS}`))),
        this.answer('Found', object({ answer: "'FOUND'", queryId: `${own}[0].queryId`, createdAt: `${own}[0].createdAt` })))
      .otherwise(this.answer('Unclear', object({ answer: "'UNCLEAR'", candidates: `[${own}.queryId]` })));
  }

  private answer(id: string, answer: string): Succeed {
    return Succeed.jsonata(this.scope, id, { outputs: expression(answer) });
  }

  private read(id: string, call: SdkCall): SdkTask {
    return new SdkTask(this.scope, id, call).retried(['States.ALL'], MAX_RETRIES);
  }
}
