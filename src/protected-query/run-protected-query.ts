import { INextable, Parallel, SingleStateOptions, State, StateMachineFragment } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { workflowProps } from './private/workflow/run-rules';
import { QueryWorkflow } from './private/workflow/workflow';
import { RunProtectedQueryProps } from './run-protected-query-props';
import { fail } from '../private/validation';

/**
 * States that start one protected query, wait for its end, and cancel it at its timeout, without a Lambda function.
 *
 * They fit into any STANDARD state machine. The query is started once. A start is repeated only if the service has said that
 * nothing was started. If the answer was lost, a small EXPRESS state machine, defined once per stack, first looks for the query
 * by its template or text, values and output. It cannot tell your query from an equal one of another execution of your state
 * machine, so let no two executions start the same query at the same time.
 *
 * Its output is `{ queryId, status, s3Location?, receiverAccountIds?, durationMillis?, billedUnits? }`, and with
 * `retryFailures` also `{ tries, earlierQueryIds }`. It fails with an error of `ProtectedQueryError` or, if the service refused
 * the query, with the service's own error. To catch errors, wrap it: `fragment.toSingleState().addCatch(…)`.
 *
 * @example
 *
 * declare const membership: Membership;
 * declare const template: AnalysisTemplate;
 * declare const publish: stepfunctions.IChainable;
 * const run = new RunProtectedQuery(this, 'Overlap', {
 *   membership,
 *   query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.executionInput('day') } }),
 * });
 * new stepfunctions.StateMachine(this, 'Report', { definitionBody: stepfunctions.DefinitionBody.fromChainable(run.next(publish)) });
 */
export class RunProtectedQuery extends StateMachineFragment {
  /**
   * The first of the states.
   */
  public readonly startState: State;

  /**
   * The last state of a query that succeeded: the next state follows it.
   */
  public readonly endStates: INextable[];

  private isWrapped = false;

  constructor(scope: Construct, id: string, props: RunProtectedQueryProps) {
    super(scope, id);
    const workflow = new QueryWorkflow(this, id, { ...workflowProps(this, props), scheduled: false });
    this.startState = workflow.startState;
    this.endStates = [workflow.endState];
  }

  /**
   * Wraps the query in one state, on which its errors can be caught. Call it once: the returned state can be used in one place.
   */
  public toSingleState(options: SingleStateOptions = {}): Parallel {
    if (this.isWrapped) {
      fail(this, 'toSingleState', 'must be called once', 'a second call', 'keep what the first call returned, or make another RunProtectedQuery');
    }
    this.isWrapped = true;
    return super.toSingleState(options);
  }

  /**
   * Prefixes the names of all states. They already begin with the construct's id: another prefix is needed only if ids repeat.
   */
  public prefixStates(prefix?: string): StateMachineFragment {
    return prefix === undefined || prefix === `${this.id}: ` ? this : super.prefixStates(prefix);
  }
}
