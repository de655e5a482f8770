import { Choice, Condition, Fail, State, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ProtectedQueryError } from '../../protected-query-error';
import { CANNOT_TELL, LOOK_ANSWER, QueryFinder } from '../finder/query-finder';
import { expression, when } from '../jsonata';
import { SdkTask } from '../sdk-task';
import { WorkflowNames } from './names';
import { QueryWorkflowProps } from './props';
import { QueryRequest } from './request';
import { ofQuery } from './tasks';

/**
 * Pauses between the looks. Together they are longer than the 60 seconds for which AWS's own CloudFormation handler
 * waits until a list shows what was made.
 */
const PAUSES_SECONDS = [2, 5, 10, 20, 30, 40];

/** A lost start and, if nothing came of it, one more. */
const MAX_STARTS = 2;

/** How long before its failure a call can have taken effect: its time-out, with room for clocks that differ. */
const LOOK_BACK_MILLIS = 180_000;
const CLOCK_SKEW_MILLIS = 10_000;

/** How long after its failure: what the service has accepted, it may make later. */
export const AFTER_MILLIS = 70_000;

interface Exits {
  readonly found: State;
  readonly startAgain: State;
}

/**
 * Looks for a query whose start was not answered, as a second start would cost money and privacy budget twice:
 *
 *     pause → look → found? → go on with it
 *       ↑______________|  | none, all pauses over → start again, once
 *
 * Where a look can't tell, nothing is started.
 */
export class LostStart {
  public readonly startState: State;

  constructor(
    private readonly scope: Construct,
    private readonly names: WorkflowNames,
    private readonly props: QueryWorkflowProps,
    private readonly request: QueryRequest,
    exits: Exits,
  ) {
    const pause = this.pause();
    const look = this.look();
    const found = this.found(pause, exits);
    pause.next(look);
    look.next(found);
    look.addCatch(found, { errors: ['States.ALL'], assign: { [names.look]: CANNOT_TELL }, outputs: {} });
    this.startState = pause;
  }

  /** What a lost start writes down. */
  public begin(): { [variable: string]: unknown } {
    const { looks, since, starts, until } = this.names;
    const first = `$max([$millis() - ${LOOK_BACK_MILLIS}, $toMillis($states.context.State.EnteredTime) - ${CLOCK_SKEW_MILLIS}])`;
    return {
      // The first of two lost starts counts for both: what came of it may be seen late.
      [since]: expression(when(`$${starts} > 0`, `$${since}`, first)),
      [until]: expression(`$millis() + ${AFTER_MILLIS}`),
      [starts]: expression(`$${starts} + 1`),
      [looks]: 0,
    };
  }

  private pause(): Wait {
    const { looks } = this.names;
    return Wait.jsonata(this.scope, 'Pause', {
      stateName: this.names.state('Pause before looking'),
      time: WaitTime.seconds(expression(`${JSON.stringify(PAUSES_SECONDS)}[$${looks}]`)),
      assign: { [looks]: expression(`$${looks} + 1`) },
    });
  }

  private look(): SdkTask {
    const { earlier, look, since, until } = this.names;
    const { membership, query, retryFailures, scheduled } = this.props;
    const finder = QueryFinder.getOrCreate(this.scope);
    finder.allowQueries(membership);
    return finder.look(this.scope, 'Look', {
      membershipIdentifier: `'${membership.membershipRef.membershipIdentifier}'`,
      asked: this.request.askedOfFinder,
      ...Object.keys(query._defaults).length > 0 && { defaults: JSON.stringify(query._defaults) },
      since: `$${since}`,
      until: `$${until}`,
      // A start that is lost must not take the query of a try before, which was asked for in the same words.
      ...retryFailures > 0 && { earlier: `$${earlier}` },
      ...scheduled && { executionArn: '$states.context.Execution.Id', stateMachineArn: '$states.context.StateMachine.Id' },
    }, { stateName: this.names.state('Look for query'), assign: { [look]: expression(LOOK_ANSWER) }, outputs: {}, ...scheduled && { statements: [] } });
  }

  private found(pause: State, exits: Exits): Choice {
    const { look, looks, queryId, startedAt, starts } = this.names;
    return Choice.jsonata(this.scope, 'Found', { stateName: this.names.state('Found?') })
      .when(Condition.jsonata(expression(`$${look}.answer = 'FOUND'`)), exits.found, {
        assign: { [queryId]: expression(`$${look}.queryId`), [startedAt]: expression(`$${look}.createdAt`) },
        outputs: ofQuery(this.names, this.props, expression(`$${look}.queryId`)),
      })
      .when(Condition.jsonata(expression(`$${looks} < ${PAUSES_SECONDS.length}`)), pause)
      .when(Condition.jsonata(expression(`$${look}.answer = 'NONE' and $${starts} < ${MAX_STARTS}`)), exits.startAgain)
      .otherwise(this.unknown());
  }

  private unknown(): Fail {
    const { look } = this.names;
    return Fail.jsonata(this.scope, 'StartUnknown', {
      stateName: this.names.state('Start unknown'),
      error: ProtectedQueryError.START_UNKNOWN,
      cause: expression(`'the service did not answer the start of the query, and the query was not found: look at the queries of the membership' & (${when(
        `$count($${look}.candidates) > 0`, `', ' & $join($${look}.candidates, ' and ') & ' above all,'`,
      )}) & ' before you run it again'`),
    });
  }
}
