import { Choice, Condition, Fail, IChainable, Pass, State, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CANNOT_TELL, LOOK_ANSWER, QueryFinder } from '../finder/query-finder';
import { expression, when } from '../jsonata';
import { AFTER_MILLIS } from '../workflow/lost-start';

/**
 * Pauses between the looks: longer in all than the time-out of a start and the 60 seconds for which AWS's own CloudFormation
 * handler waits until a list shows what was made.
 */
const PAUSES_SECONDS = [15, 10, 20, 30, 45, 60];

const INPUT = '$states.context.Execution.Input';

interface Exits {
  /** Its input names the query: `queryId`. */
  readonly found: IChainable;
  readonly none: IChainable;
}

/**
 * Looks for the query of a stopped execution whose start was not answered:
 *
 *     pause → look → found? → cancel it
 *       ↑______________|  all pauses over → none, or can't tell
 *
 * A start that was under way at the stop can take effect until its time-out. A search that can't tell takes no query and fails.
 */
export class StoppedStart {
  public readonly startState: State;

  /** The input of the first state must have what was `asked`, `since` when, and the queries of `earlier` tries. */
  constructor(private readonly scope: Construct, exits: Exits) {
    const begin = this.begin();
    const pause = Wait.jsonata(scope, 'Pause', {
      time: WaitTime.seconds(expression(`${JSON.stringify(PAUSES_SECONDS)}[$looks]`)),
      assign: { looks: expression('$looks + 1') },
    });
    const look = this.look();
    const found = Choice.jsonata(scope, 'Found?')
      .when(Condition.jsonata(expression("$look.answer = 'FOUND'")), exits.found, { outputs: { queryId: expression('$look.queryId') } })
      .when(Condition.jsonata(expression(`$looks < ${PAUSES_SECONDS.length}`)), pause)
      .when(Condition.jsonata(expression("$look.answer = 'NONE'")), exits.none)
      .otherwise(this.unclear());
    begin.next(pause);
    pause.next(look);
    look.next(found);
    look.addCatch(found, { errors: ['States.ALL'], assign: { look: CANNOT_TELL } });
    this.startState = begin;
  }

  private begin(): Pass {
    return Pass.jsonata(this.scope, 'Lost start', {
      assign: {
        looks: 0,
        asked: expression('$states.input.asked'),
        since: expression('$states.input.since'),
        earlier: expression('[$append($append($states.input.queryId, $states.input.earlier), $states.input.theirs)]'),
      },
    });
  }

  private look() {
    const stateMachineArn = `$replace($replace(${INPUT}.executionArn, /:[^:]*$/, ''), ':execution:', ':stateMachine:')`;
    return QueryFinder.getOrCreate(this.scope).look(this.scope, 'Look', {
      membershipIdentifier: `${INPUT}.membershipIdentifier`,
      asked: '$asked',
      defaults: `$parse(${when(`$exists(${INPUT}.defaults)`, `${INPUT}.defaults`, "'{}'")})`,
      since: '$since',
      until: `${INPUT}.to + ${AFTER_MILLIS}`,
      earlier: '$earlier',
      executionArn: `${INPUT}.executionArn`,
      stateMachineArn,
      stoppedAt: `${INPUT}.to`,
    }, { assign: { look: expression(LOOK_ANSWER) } });
  }

  private unclear(): Fail {
    const candidates = '$look.candidates';
    return Fail.jsonata(this.scope, 'Cannot tell', {
      error: 'ProtectedQuery.CancelUnknown',
      cause: expression(when(
        `$count(${candidates}) > 0`,
        `'of ' & $join(${candidates}, ', ') & ', which may be the query of ' & ${INPUT}.executionArn & ', none is certain: look at them, and cancel what must not run'`,
        `'the query of ' & ${INPUT}.executionArn & ' could not be looked for: look at the queries of the membership, and cancel what must not run'`,
      )),
    });
  }
}
