import { Duration } from 'aws-cdk-lib';
import { Fail, INextable, Pass, State } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ProtectedQueryError } from '../../protected-query-error';
import { block, expression, object, when } from '../jsonata';
import { FAILURE_CODES } from '../query-errors';
import { WorkflowNames } from './names';
import { QueryWorkflowProps } from './props';

/** The states in which a run ends: one where the query has succeeded, and one for each way in which it has not. */
export class QueryEnds {
  constructor(private readonly scope: Construct, private readonly names: WorkflowNames, private readonly props: QueryWorkflowProps) {}

  public done(): State & INextable {
    const { earlier, queryId, seen } = this.names;
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
          ...this.props.retryFailures > 0 && { tries: `$count($${earlier}) + 1`, earlierQueryIds: `[$${earlier}]` },
        }),
      )),
    });
  }

  /** The error names the code, so that it can be caught by it; a code that this library does not know can't be. */
  public failed(): Fail {
    const error = `$${this.names.seen}.Error`;
    return this.fail('Failed', 'Failed', expression(`'${ProtectedQueryError.FAILED}' & (${when(`${error}.Code in ${JSON.stringify(FAILURE_CODES)}`, `'.' & ${error}.Code`)})`),
      `' failed' & (${when(`$exists(${error})`, `': ' & ${error}.Code & ': ' & ${error}.Message`, "', and the service gave no reason'")})`);
  }

  public cancelled(): Fail {
    return this.fail('Cancelled', 'Cancelled', ProtectedQueryError.CANCELLED, "' was cancelled, by somebody else than this state machine'");
  }

  public timedOut(): Fail {
    return this.fail('TimedOut', 'Timed out', ProtectedQueryError.TIMED_OUT, `(${when(
      `$${this.names.seen}.Status = 'CANCELLED'`, `' was cancelled after ${this.props.timeout.toHumanString()}, its timeout'`, "' timed out in the service'",
    )})`);
  }

  public outcomeUnknown(grace: Duration): Fail {
    return this.fail('OutcomeUnknown', 'Outcome unknown', ProtectedQueryError.OUTCOME_UNKNOWN,
      `' was not seen to end within ${grace.toHumanString()} of its timeout, ${this.props.timeout.toHumanString()}: look at it, it may still run'`);
  }

  /** Its input is the error of the service. */
  public refused(): Fail {
    const told = '$states.input';
    return Fail.jsonata(this.scope, 'Refused', {
      stateName: this.names.state('Refused'),
      error: expression(`${told}.Error`),
      cause: expression(when(`$exists(${told}.Cause)`, `${told}.Cause`, "'the service refused the query'")),
    });
  }

  private fail(id: string, name: string, error: string, what: string): Fail {
    return Fail.jsonata(this.scope, id, { stateName: this.names.state(name), error, cause: expression(`${this.query()} & ${what}`) });
  }

  private query(): string {
    const { earlier, queryId } = this.names;
    const query = `'query ' & $${queryId}`;
    if (this.props.retryFailures === 0) return query;
    return `${query} & (${when(`$count($${earlier}) > 0`, `', started after ' & $join($${earlier}, ' and ') & ' failed,'`)})`;
  }
}
