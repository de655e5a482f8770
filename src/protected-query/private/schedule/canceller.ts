import { Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { EventField, IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, IChainable, Pass, State, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ProtectedQuery } from '../../protected-query';
import { ExecutionReader } from '../finder/execution-reader';
import { expression, object } from '../jsonata';
import { SdkTask } from '../sdk-task';
import { SharedStateMachine } from '../shared-state-machine';
import { executionsOf, keyOf } from '../state-machine-access';
import { CancelQuery } from './cancel-query';
import { StoppedStart } from './stopped-start';
import { UndeliveredStops } from './undelivered-stops';

const ID = 'CleanRoomsQueryCanceller';
const INPUT = '$states.context.Execution.Input';

/** How far back an unanswered start is searched for: whoever looks for its query has found it or given up long before. */
const REACH_MILLIS = 3_600_000;

/** Half of what a rule's input can hold. */
const MAX_DEFAULTS_LENGTH = 4096;

/** What no state can catch. Any other failure is the run's own decision, and says what became of its query. */
const UNCAUGHT = ['States.DataLimitExceeded', 'States.Runtime'];

/** How executions end that had no time to cancel their query, or may have had none. */
export const STOPS = ['ABORTED', 'FAILED', 'TIMED_OUT'];

/** An execution that may be stopped. */
export interface StoppableQuery {
  readonly stateMachine: StateMachine;
  readonly membership: IMembershipRef;
  readonly query: ProtectedQuery;
  readonly encryptionKey?: IKey;
}

/**
 * Cancels the query of an execution that somebody stopped, or that failed with an error it could not catch: one per stack.
 *
 * Such an execution can do nothing more itself. Its history names the query; where its start was not answered yet, the
 * history has what was asked of the service, and the query is looked for.
 */
export class QueryCanceller extends Construct {
  public static getOrCreate(scope: Construct): QueryCanceller {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof QueryCanceller ? existing : new QueryCanceller(stack, ID);
  }

  public readonly stateMachine: StateMachine;

  private readonly undelivered: UndeliveredStops;

  /** One statement for all that it serves, as a role's policies must not grow too large. */
  private readonly rights = {
    executions: new PolicyStatement({ actions: ['states:DescribeExecution', 'states:GetExecutionHistory'] }),
    memberships: new PolicyStatement({ actions: ['cleanrooms:GetProtectedQuery', 'cleanrooms:UpdateProtectedQuery'] }),
  };

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stateMachine = new SharedStateMachine(this, 'Cancels the query of an execution that was stopped', this.define());
    Object.values(this.rights).forEach((statement) => this.stateMachine.addToRolePolicy(statement));
    this.undelivered = new UndeliveredStops(this, 'Undelivered');
  }

  /** For a rule on the stops of a state machine of this stack. */
  public target({ stateMachine, membership, query, encryptionKey }: StoppableQuery): IRuleTarget {
    const { membershipArn, membershipIdentifier } = membership.membershipRef;
    this.rights.executions.addResources(executionsOf(stateMachine));
    this.rights.memberships.addResources(membershipArn);
    // The history of an encrypted execution is told to those who may decrypt it.
    if (encryptionKey) this.stateMachine.addToRolePolicy(keyOf(stateMachine, encryptionKey, 'kms:Decrypt'));
    return this.undelivered.behind(new SfnStateMachine(this.stateMachine, {
      input: RuleTargetInput.fromObject({
        executionArn: EventField.fromPath('$.detail.executionArn'),
        status: EventField.fromPath('$.detail.status'),
        to: EventField.fromPath('$.detail.stopDate'),
        membershipIdentifier,
        defaults: defaultsOf(query),
      }),
    }));
  }

  private define(): State {
    const cancel = new CancelQuery(this).startState;
    const none = Succeed.jsonata(this, 'No query');
    const lost = new StoppedStart(this, { found: cancel, none }).startState;
    const begin = Pass.jsonata(this, 'Begin', {
      outputs: { executionArn: expression(`${INPUT}.executionArn`), to: expression(`${INPUT}.to`), from: expression(`${INPUT}.to - ${REACH_MILLIS}`) },
    });
    const known = Choice.jsonata(this, 'Goes on?')
      .when(Condition.jsonata(expression('$states.input.queryId in $states.input.theirs')), none)
      .otherwise(cancel);
    begin.next(new ExecutionReader(this, 'history', { known, lost, none }).startState);
    return Choice.jsonata(this, 'Failed?')
      .when(Condition.jsonata(expression(`${INPUT}.status = 'FAILED'`)), this.ifNothingCaught(begin, none))
      .otherwise(begin);
  }

  /** The events that EventBridge has a schema of don't tell the error, so Step Functions is asked. One that was redriven meanwhile has none. */
  private ifNothingCaught(then: IChainable, otherwise: IChainable): State {
    const describe = new SdkTask(this, 'Read error', {
      service: 'sfn',
      action: 'describeExecution',
      arguments: { ExecutionArn: expression(`${INPUT}.executionArn`) },
      outputs: expression(object({ failure: '$states.result.Error' })),
    }).retried(['States.ALL'], 7);
    describe.next(Choice.jsonata(this, 'Caught?')
      .when(Condition.jsonata(expression(`$states.input.failure in ${JSON.stringify(UNCAUGHT)}`)), then)
      .otherwise(otherwise));
    return describe;
  }
}

/** As a string that has no `<`, which would begin a placeholder; an input of more than 8192 characters is refused. */
function defaultsOf(query: ProtectedQuery): string | undefined {
  const text = JSON.stringify(query._defaults).replaceAll('<', '\\u003c');
  return text === '{}' || text.length > MAX_DEFAULTS_LENGTH ? undefined : text;
}
