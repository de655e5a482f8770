import { Choice, Condition, Fail, Pass, State, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from '../jsonata';
import { CONFLICT } from '../query-errors';
import { SdkTask } from '../sdk-task';

const INPUT = '$states.context.Execution.Input';

/** What a query is that needs no cancelling. */
const OVER = ['CANCELLING', 'CANCELLED', 'FAILED', 'SUCCESS', 'TIMED_OUT'];

/** Pauses before the cancellation is tried again of a query that is read to run on. */
const PAUSES_SECONDS = [5, 10, 15, 30];

/**
 * Cancels a query:
 *
 *     cancel → cancelled
 *      ↑  | Conflict
 *      |  └→ read → ended before
 *      |      | it runs on
 *      └── pause; all pauses over → refused
 *
 * That a Conflict means the query has ended is nowhere said, so the query is asked.
 */
export class CancelQuery {
  public readonly startState: State;

  /** The input of the first state must name the query: `queryId`. */
  constructor(private readonly scope: Construct) {
    const begin = Pass.jsonata(scope, 'Query known', { assign: { refusals: 0 } });
    const cancel = this.call('Cancel', 'updateProtectedQuery', { TargetStatus: 'CANCELLED' }).notRetried([CONFLICT]).retried(['States.ALL'], 7);
    const read = this.call('Read query', 'getProtectedQuery', {}, {
      queryId: expression('$states.input.queryId'), status: expression('$states.result.ProtectedQuery.Status'),
    }).retried(['States.ALL'], 7);
    const pause = Wait.jsonata(scope, 'Pause before cancelling again', {
      time: WaitTime.seconds(expression(`${JSON.stringify(PAUSES_SECONDS)}[$refusals]`)),
      assign: { refusals: expression('$refusals + 1') },
    });
    begin.next(cancel);
    cancel.next(Succeed.jsonata(scope, 'Cancelled'));
    cancel.addCatch(read, { errors: [CONFLICT], outputs: { queryId: expression('$states.input.queryId') } });
    read.next(Choice.jsonata(scope, 'Runs on?')
      .when(Condition.jsonata(expression(`$states.input.status in ${JSON.stringify(OVER)}`)), Succeed.jsonata(scope, 'Ended before'))
      .when(Condition.jsonata(expression(`$refusals < ${PAUSES_SECONDS.length}`)), pause)
      .otherwise(this.refused()));
    pause.next(cancel);
    this.startState = begin;
  }

  private call(id: string, action: string, more: { readonly [name: string]: string }, outputs?: { readonly [name: string]: string }): SdkTask {
    return new SdkTask(this.scope, id, {
      service: 'cleanrooms',
      action,
      arguments: {
        MembershipIdentifier: expression(`${INPUT}.membershipIdentifier`), ProtectedQueryIdentifier: expression('$states.input.queryId'), ...more,
      },
      outputs,
    });
  }

  private refused(): Fail {
    return Fail.jsonata(this.scope, 'Refused', {
      error: 'ProtectedQuery.CancelRefused',
      cause: expression(`'query ' & $states.input.queryId & ' of ' & ${INPUT}.executionArn & ' is ' & $states.input.status `
        + "& ', and AWS Clean Rooms refuses to cancel it: look at it, and cancel it by hand if it must not run'"),
    });
  }
}
