import { Choice, Condition, IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { all, block, expression, object, when } from '../jsonata';
import { NOT_STARTED } from '../query-errors';
import { askedBy } from '../query-match';
import { SdkTask } from '../sdk-task';

/** One, for an event may hold the text of a query, and 256 KiB must hold a page. */
const EVENTS_A_PAGE = 1;

const INPUT = '$states.input';

interface Exits {
  /** Its input names the query: `queryId`; and those of the tries before: `earlier`. */
  readonly known: IChainable;
  /** Its input has what was `asked` of the service, `since` when, and the tries `earlier`. */
  readonly lost: IChainable;
  readonly none: IChainable;
}

/**
 * Reads in the history of an execution, newest event first, what became of the start of its query.
 *
 * The query is named by the data of each Wait and Task state after the start. Until then there are only attempts to start
 * it: one counts unless it failed in a way which proves that nothing started. What happened after the time `to` belongs
 * to a redrive: only its queries are written down, as `theirs`.
 */
export class ExecutionReader {
  public readonly startState: State;

  /** The input of the first state must have the `executionArn`, the time `from` which events matter, and `to` which if not to the end. */
  constructor(scope: Construct, what: string, exits: Exits, attempts = 7) {
    const read = new SdkTask(scope, `Read ${what}`, {
      service: 'sfn',
      action: 'getExecutionHistory',
      arguments: expression(object({
        ExecutionArn: `${INPUT}.executionArn`,
        IncludeExecutionData: 'true',
        ReverseOrder: 'true',
        MaxResults: `${EVENTS_A_PAGE}`,
        NextToken: `${INPUT}.nextToken`,
      })),
      outputs: expression(this.whatIsKnown()),
    }).retried(['States.ALL'], attempts);
    read.next(Choice.jsonata(scope, `${capital(what)} read?`)
      .when(Condition.jsonata(expression(all(`$exists(${INPUT}.asked)`, `($exists(${INPUT}.queryId) or $not($exists(${INPUT}.nextToken)))`))), exits.lost)
      .when(Condition.jsonata(expression(`$exists(${INPUT}.queryId)`)), exits.known)
      .when(Condition.jsonata(expression(`$exists(${INPUT}.nextToken)`)), read)
      .otherwise(exits.none));
    this.startState = read;
  }

  private whatIsKnown(): string {
    const isCounted = all('$isRecent', '$not($isRedriven)');
    return block(
      '$event := $states.result.Events[0]',
      '$at := $toMillis($event.Timestamp)',
      `$isRecent := $at > ${INPUT}.from`,
      `$isRedriven := $exists(${INPUT}.to) ? $at > ${INPUT}.to : false`,
      '$text := $append($event.StateEnteredEventDetails.Input, $event.StateExitedEventDetails.Output)[0]',
      '$data := $contains($event.Type, /^(Wait|Task)State/) and $exists($text) ? $parse($text)',
      '$failed := $event.TaskFailedEventDetails',
      "$isStart := $event.TaskScheduledEventDetails.Resource = 'startProtectedQuery'",
      `$isLost := ${all('$isStart', isCounted, `$not(${INPUT}.refused)`)}`,
      '$request := $isLost ? $parse($event.TaskScheduledEventDetails.Parameters)',
      object({
        executionArn: `${INPUT}.executionArn`,
        from: `${INPUT}.from`,
        to: `${INPUT}.to`,
        queryId: when(isCounted, '$data.queryId'),
        earlier: when(isCounted, '$data.earlier'),
        theirs: `[$append(${INPUT}.theirs, ${when('$isRedriven', '$append($data.queryId, $data.earlier)')})]`,
        asked: when('$isLost', askedBy('$request'), `${INPUT}.asked`),
        since: when('$isLost', '$at', `${INPUT}.since`),
        refused: `$failed.Resource = 'startProtectedQuery' and $failed.Error in ${JSON.stringify(NOT_STARTED)} or (${INPUT}.refused and $not($isStart))`,
        nextToken: when('$isRecent', '$states.result.NextToken'),
      }),
    );
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
