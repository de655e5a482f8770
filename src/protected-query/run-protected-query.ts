import { INextable, Parallel, SingleStateOptions, State, StateMachineFragment } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { workflowProps } from './private/workflow/run-rules';
import { QueryWorkflow } from './private/workflow/workflow';
import { RunProtectedQueryProps } from './run-protected-query-props';
import { fail } from '../private/validation';

/**
 * States that run one protected query to its end: start, wait, get, choose; and cancel at the deadline. No function
 * is involved.
 *
 * It fits into any STANDARD state machine. The query is started once: only where the service has said that nothing
 * started is it tried again, and where the answer was lost the query is looked for first, by a small EXPRESS state machine
 * that is defined once per stack. It looks for what was asked; the queries of other executions of your state machine are
 * not told apart, so let no two of them start the same query at the same time.
 *
 * Its output is `{ queryId, status, s3Location?, receiverAccountIds?, durationMillis?, billedUnits? }`, and with
 * `retryFailures` also `{ tries, earlierQueryIds }`. It fails with the errors of `ProtectedQueryError`, or with the service's
 * own error where the query was refused. To catch these, wrap it: `fragment.toSingleState().addCatch(…)`.
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
   * The last of the states where the query has succeeded: what comes next follows on it.
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
   * Wraps the query in one state, on which its errors can be caught. Once only: what is returned can be used in one place.
   */
  public toSingleState(options: SingleStateOptions = {}): Parallel {
    if (this.isWrapped) {
      fail(this, 'toSingleState', 'must be called once', 'a second call', 'keep what the first call returned, or make another RunProtectedQuery');
    }
    this.isWrapped = true;
    return super.toSingleState(options);
  }

  /**
   * Prefixes the names of all states. They begin with the construct's id as it is: another prefix is needed only where ids repeat.
   */
  public prefixStates(prefix?: string): StateMachineFragment {
    return prefix === undefined || prefix === `${this.id}: ` ? this : super.prefixStates(prefix);
  }
}
