import { Choice, Condition, Fail, State, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from '../jsonata';
import { QueryOutputConfiguration, S3OutputLocation } from '../query-request';
import { WorkflowNames } from './names';
import { QueryTasks } from './tasks';
import { ProtectedQuery } from '../../protected-query';

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

interface Exits {
  readonly found: State;
  readonly startAgain: State;
}

/**
 * Looks for a query whose start was not answered, as a second start would cost money and privacy budget twice:
 *
 *     pause → list → found? → get candidate → found? → go on with it
 *       ↑______________________________________________|  | none, all pauses over → start again, once
 *
 * It looks at queries of any status: a short one may have ended by now.
 */
export class QueryLookup {
  public readonly startState: State;

  constructor(
    private readonly scope: Construct,
    private readonly names: WorkflowNames,
    tasks: QueryTasks,
    query: ProtectedQuery,
    exits: Exits,
  ) {
    const { candidates } = names;
    const pause = this.pause();
    const list = tasks.list(this.collect());
    const unknown = this.unknown();
    const candidate = tasks.getCandidate(`$${candidates}[0]`, {
      [names.found]: expression(this.isOwn(query)),
      [names.queryId]: expression(`$${candidates}[0]`),
      [names.startedAt]: expression('$toMillis($states.result.ProtectedQuery.CreateTime)'),
      [candidates]: expression(`[$filter($${candidates}, function($id, $index) { $index > 0 })]`),
    });
    const next = this.next(pause, list, candidate, unknown, exits);

    pause.next(list);
    for (const task of [list, candidate]) {
      task.next(next);
      task.addCatch(unknown, { errors: ['States.ALL'] });
    }
    this.startState = pause;
  }

  /** What a lost start writes down. */
  public begin(): { [variable: string]: unknown } {
    const { candidates, found, looks, nextToken, since, starts } = this.names;
    return {
      // The first of two lost starts counts for both: what came of it may be seen late.
      [since]: expression(
        `$${starts} > 0 ? $${since} : $max([$millis() - ${LOOK_BACK_MILLIS}, $toMillis($states.context.State.EnteredTime) - ${CLOCK_SKEW_MILLIS}])`,
      ),
      [starts]: expression(`$${starts} + 1`),
      [looks]: 0,
      [candidates]: [],
      [nextToken]: '',
      [found]: false,
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

  private collect(): { [variable: string]: unknown } {
    const { candidates, nextToken, since } = this.names;
    const young = `$states.result.ProtectedQueries[$toMillis(CreateTime) >= $${since}].Id`;
    return {
      [candidates]: expression(`[$append($${candidates}, ${young})]`),
      [nextToken]: expression('$exists($states.result.NextToken) ? $states.result.NextToken : \'\''),
    };
  }

  private next(pause: State, list: State, candidate: State, unknown: State, exits: Exits): Choice {
    const { candidates, found, looks, nextToken, queryId, starts } = this.names;
    return Choice.jsonata(this.scope, 'Found', { stateName: this.names.state('Found?') })
      .when(Condition.jsonata(expression(`$${found}`)), exits.found, { outputs: { queryId: expression(`$${queryId}`) } })
      .when(Condition.jsonata(expression(`$${nextToken} != ''`)), list)
      .when(Condition.jsonata(expression(`$count($${candidates}) > 0`)), candidate)
      .when(Condition.jsonata(expression(`$${looks} < ${PAUSES_SECONDS.length}`)), pause)
      .when(Condition.jsonata(expression(`$${starts} < ${MAX_STARTS}`)), exits.startAgain)
      .otherwise(unknown);
  }

  private unknown(): Fail {
    return Fail.jsonata(this.scope, 'StartUnknown', {
      stateName: this.names.state('Start unknown'),
      error: 'ProtectedQuery.StartUnknown',
      cause: 'the service did not answer the start of the query, and the query was not found: look at the queries of the membership before you run it again',
    });
  }

  /** Whether the query that was read has the template or text, the parameters and the output of this one. */
  private isOwn(query: ProtectedQuery): string {
    const { output, parameters, source } = this.names;
    const [kind] = Object.keys(query._source);
    const defaults = Object.keys(query._defaults).length > 0 ? JSON.stringify(query._defaults) : undefined;
    // The service may name the values that it took by default.
    const values = (given: string) => `$merge([${[defaults, given].filter((part) => part !== undefined).join(', ')}])`;
    return '(' + [
      '$query := $states.result.ProtectedQuery',
      '$output := $query.ResultConfiguration.OutputConfiguration',
      [
        `$query.SqlParameters.${kind} = $${source}`,
        `${values('$query.SqlParameters.Parameters')} = ${values(`$${parameters}`)}`,
        ...sameOutput(query._output?._render(this.scope), `$${output}`),
      ].join(' and '),
    ].join('; ') + ')';
  }
}

/** Only what the request says: the service may fill in the rest, such as the bucket of the member's default. */
function sameOutput(output: QueryOutputConfiguration | undefined, requested: string): string[] {
  if (output === undefined) return ['$count($keys($output)[$ != \'S3\']) = 0'];
  if ('Member' in output) return [`$output.Member.AccountId = ${requested}.Member.AccountId`];
  if ('S3' in output) return sameS3(output, '$output', requested);
  const [actual, asked] = ['$output', requested].map((configuration) => `${configuration}.Distribute.Locations`);
  return [
    `$count(${actual}) = ${output.Distribute.Locations.length}`,
    `[$sort(${actual}.Member.AccountId)] = [$sort(${asked}.Member.AccountId)]`,
    ...output.Distribute.Locations.flatMap((location) => ('S3' in location ? sameS3(location, actual, asked) : [])),
  ];
}

function sameS3({ S3: { Bucket, KeyPrefix, ResultFormat } }: S3OutputLocation, actual: string, requested: string): string[] {
  return Object.entries({ Bucket, KeyPrefix, ResultFormat })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${actual}.S3.${key} = ${requested}.S3.${key}`]));
}
