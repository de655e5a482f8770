import { Choice, Condition, IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from '../jsonata';
import { NOT_STARTED } from '../query-errors';
import { sdkTask } from '../sdk-call';

/** One, for an event may hold the text of a query, and 256 KiB must hold a page. */
const EVENTS_A_PAGE = 1;

/** How far back an unanswered start is searched for: whoever looks for its query has found it or given up long before. */
const REACH_MILLIS = 3_600_000;

interface Exits {
  /** Its input names the query: `queryId`. */
  readonly known: IChainable;
  /** Its input has what was `asked` of the service, and `since` when. */
  readonly lost: IChainable;
  readonly none: IChainable;
}

/**
 * Reads in the history of an execution, newest event first, what became of the start of its query.
 *
 * The query is named by the data of each Wait and Task state after the start. Until then there are only attempts to start it: one
 * counts unless it failed in a way which proves that nothing started.
 */
export class ExecutionReader {
  public readonly startState: State;

  /** The input of the first state must have the `executionArn`, and the time `until` which the execution ran. */
  constructor(scope: Construct, what: string, exits: Exits) {
    const read = sdkTask(scope, `Read ${what}`, {
      service: 'sfn',
      action: 'getExecutionHistory',
      arguments: expression('{' + [
        "'ExecutionArn': $states.input.executionArn",
        "'IncludeExecutionData': true",
        "'ReverseOrder': true",
        `'MaxResults': ${EVENTS_A_PAGE}`,
        "'NextToken': $states.input.nextToken",
      ].join(', ') + '}'),
      output: expression('(' + [
        '$event := $states.result.Events[0]',
        '$at := $toMillis($event.Timestamp)',
        '$data := $append($event.StateEnteredEventDetails.Input, $event.StateExitedEventDetails.Output)[0]',
        '$failed := $event.TaskFailedEventDetails',
        "$isStart := $event.TaskScheduledEventDetails.Resource = 'startProtectedQuery'",
        '$isLost := $isStart and $not($states.input.refused)',
        '{' + [
          "'executionArn': $states.input.executionArn",
          "'until': $states.input.until",
          "'queryId': $contains($event.Type, /^(Wait|Task)State/) and $exists($data) ? $parse($data).queryId",
          "'asked': $isLost ? $parse($event.TaskScheduledEventDetails.Parameters) : $states.input.asked",
          "'since': $isLost ? $at : $states.input.since",
          `'refused': $failed.Resource = 'startProtectedQuery' and $failed.Error in ${JSON.stringify(NOT_STARTED)} or ($states.input.refused and $not($isStart))`,
          `'nextToken': $at > $states.input.until - ${REACH_MILLIS} ? $states.result.NextToken`,
        ].join(', ') + '}',
      ].join('; ') + ')'),
    });
    read.next(Choice.jsonata(scope, `${capital(what)} read?`)
      .when(Condition.jsonata(expression('$exists($states.input.queryId)')), exits.known)
      .when(Condition.jsonata(expression('$exists($states.input.nextToken)')), read)
      .when(Condition.jsonata(expression('$exists($states.input.asked)')), exits.lost)
      .otherwise(exits.none));
    this.startState = read;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
