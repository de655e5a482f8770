import { Choice, Condition, CustomState, Fail, IChainable, Map, Pass, ProvideItems, State, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ExecutionReader } from './execution-reader';
import { expression } from '../jsonata';
import { isSameQuery } from '../query-match';
import { sdkTask } from '../sdk-call';

/**
 * Pauses between the looks: longer in all than the time-out of a start and the 60 seconds for which AWS's own CloudFormation
 * handler waits until a list shows what was made.
 */
const PAUSES_SECONDS = [15, 10, 20, 30, 45, 60];

/** A start that was under way when its execution was stopped can take effect until its time-out; clocks differ besides. */
const AFTER_MILLIS = 70_000;
const CLOCK_SKEW_MILLIS = 10_000;

/** So old is a query before it is judged: whoever else may have started it is listed by then. */
const SETTLED_MILLIS = 15_000;

const INPUT = '$states.context.Execution.Input';

/**
 * Looks for the query of a stopped execution whose start was not answered:
 *
 *     pause → list → (list more) → compare → any? → list executions → read the others → which? → found
 *       ↑_______________________________________|____________________________________________|  all pauses over → none, or can't tell
 *
 * What another execution of the same state machine knows as its own query is never taken. A search that cannot tell
 * takes none and fails.
 */
export class QuerySearch {
  public readonly startState: State;

  /** The input of the first state must have what was `asked`, and `since` when. */
  constructor(private readonly scope: Construct, found: IChainable, none: IChainable) {
    const again = Choice.jsonata(scope, 'Look again?');
    const pause = this.pause();
    const list = this.list();
    const compare = this.compare();
    const executions = this.listExecutions();
    const others = this.readOthers();

    pause.next(list);
    list.next(Choice.jsonata(scope, 'Whole list?')
      .when(Condition.jsonata(expression('$exists($states.input.nextToken)')), list)
      .otherwise(compare));
    compare.next(Choice.jsonata(scope, 'Any?')
      .when(Condition.jsonata(expression('$count($states.input.matches) > 0')), executions)
      .otherwise(again));
    executions.next(others);
    others.next(Choice.jsonata(scope, 'Which is it?')
      .when(Condition.jsonata(expression('$count($states.input.own) = 1 and $not($states.input.isUnclear)')), found, {
        outputs: { queryId: expression('$states.input.own[0]') },
      })
      .otherwise(again));
    again
      .when(Condition.jsonata(expression(`$looks < ${PAUSES_SECONDS.length}`)), pause)
      .when(Condition.jsonata(expression('$count($states.input.own) > 0')), this.unclear())
      .otherwise(none);
    this.startState = this.begin(pause);
  }

  private begin(pause: State): State {
    const begin = Pass.jsonata(this.scope, 'Lost start', {
      assign: {
        looks: 0,
        asked: expression('$states.input.asked'),
        since: expression('$states.input.since'),
        until: expression('$states.input.until'),
      },
    });
    begin.next(pause);
    return begin;
  }

  private pause(): Wait {
    return Wait.jsonata(this.scope, 'Pause', {
      time: WaitTime.seconds(expression(`${JSON.stringify(PAUSES_SECONDS)}[$looks]`)),
      assign: { looks: expression('$looks + 1') },
      outputs: { young: [] },
    });
  }

  private list(): CustomState {
    return sdkTask(this.scope, 'List queries', {
      service: 'cleanrooms',
      action: 'listProtectedQueries',
      arguments: expression(`{'MembershipIdentifier': ${INPUT}.membershipIdentifier, 'MaxResults': 100, 'NextToken': $states.input.nextToken}`),
      output: expression('(' + [
        `$until := $min([$until + ${AFTER_MILLIS}, $millis() - ${SETTLED_MILLIS}])`,
        `$young := $states.result.ProtectedQueries[$toMillis(CreateTime) >= $since - ${CLOCK_SKEW_MILLIS} and $toMillis(CreateTime) <= $until].Id`,
        "{'young': [$append($states.input.young, $young)], 'nextToken': $states.result.NextToken}",
      ].join('; ') + ')'),
    });
  }

  private compare(): Map {
    const get = sdkTask(this.scope, 'Get candidate', {
      service: 'cleanrooms',
      action: 'getProtectedQuery',
      arguments: { MembershipIdentifier: expression(`${INPUT}.membershipIdentifier`), ProtectedQueryIdentifier: expression('$states.input') },
      output: expression(`${isSameQuery('$states.result.ProtectedQuery', '$asked', `$parse(${INPUT}.defaults)`)} ? $states.input : ''`),
    });
    const compare = Map.jsonata(this.scope, 'Compare', {
      items: ProvideItems.jsonata(expression('$states.input.young')),
      maxConcurrency: 5,
      outputs: { matches: expression("[$states.result[$ != '']]") },
    });
    return compare.itemProcessor(get);
  }

  /** Those of the same state machine that ran while the query can have been started. */
  private listExecutions(): CustomState {
    return sdkTask(this.scope, 'List executions', {
      service: 'sfn',
      action: 'listExecutions',
      arguments: { StateMachineArn: expression(`${INPUT}.stateMachineArn`), MaxResults: 100 },
      output: {
        matches: expression('$states.input.matches'),
        others: expression('[$states.result.Executions[' + [
          `ExecutionArn != ${INPUT}.executionArn`,
          `$toMillis(StartDate) <= $until + ${AFTER_MILLIS}`,
          '($exists(StopDate) ? $toMillis(StopDate) >= $since : true)',
        ].join(' and ') + '].ExecutionArn]'),
      },
    });
  }

  private readOthers(): Map {
    const [known, lost, none] = ['Knows its query', 'Lost its start', 'Started none'].map((id) => Succeed.jsonata(this.scope, id));
    const others = Map.jsonata(this.scope, 'Read the others', {
      items: ProvideItems.jsonata(expression('$states.input.others')),
      itemSelector: { executionArn: expression('$states.context.Map.Item.Value'), until: expression('$millis()') },
      maxConcurrency: 5,
      outputs: {
        own: expression('[$states.input.matches[$not($ in $states.result.queryId)]]'),
        isUnclear: expression('$count($states.result[$exists(asked) and $not($exists(queryId))]) > 0'),
      },
    });
    return others.itemProcessor(new ExecutionReader(this.scope, 'another', { known, lost, none }).startState);
  }

  private unclear(): Fail {
    return Fail.jsonata(this.scope, 'Cannot tell', {
      error: 'ProtectedQuery.CancelUnknown',
      cause: expression(`'of ' & $join($states.input.own, ', ') & ', which may be the query of ' & ${INPUT}.executionArn & ', none is certain: look at them, and cancel what must not run'`),
    });
  }
}
