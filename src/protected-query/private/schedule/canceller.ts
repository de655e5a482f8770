import { Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { EventField, IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Choice, Condition, Pass, State, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ProtectedQuery } from '../../protected-query';
import { ExecutionReader } from '../finder/execution-reader';
import { expression } from '../jsonata';
import { ENDED } from '../query-errors';
import { SdkTask } from '../sdk-task';
import { SharedStateMachine } from '../shared-state-machine';
import { executionsOf, keyOf } from '../state-machine-access';
import { StoppedStart } from './stopped-start';
import { UndeliveredStops } from './undelivered-stops';

const ID = 'CleanRoomsQueryCanceller';
const INPUT = '$states.context.Execution.Input';

/** How far back an unanswered start is searched for: whoever looks for its query has found it or given up long before. */
const REACH_MILLIS = 3_600_000;

/** Half of what a rule's input can hold. */
const MAX_DEFAULTS_LENGTH = 4096;

/** An execution that may be stopped. */
export interface StoppableQuery {
  readonly stateMachine: StateMachine;
  readonly membership: IMembershipRef;
  readonly query: ProtectedQuery;
  readonly encryptionKey?: IKey;
}

/**
 * Cancels the query of an execution that somebody stopped: one a stack.
 *
 * A stopped execution can do nothing more itself. Its history names the query; where its start was not answered yet, the
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
    executions: new PolicyStatement({ actions: ['states:GetExecutionHistory'] }),
    memberships: new PolicyStatement({ actions: ['cleanrooms:UpdateProtectedQuery'] }),
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
        to: EventField.fromPath('$.detail.stopDate'),
        membershipIdentifier,
        defaults: defaultsOf(query),
      }),
    }));
  }

  private define(): State {
    const cancel = this.cancel();
    const none = Succeed.jsonata(this, 'No query');
    const lost = new StoppedStart(this, { found: cancel, none }).startState;
    const begin = Pass.jsonata(this, 'Begin', {
      outputs: { executionArn: expression(`${INPUT}.executionArn`), to: expression(`${INPUT}.to`), from: expression(`${INPUT}.to - ${REACH_MILLIS}`) },
    });
    const known = Choice.jsonata(this, 'Goes on?')
      .when(Condition.jsonata(expression('$states.input.queryId in $states.input.theirs')), none)
      .otherwise(cancel);
    return begin.next(new ExecutionReader(this, 'history', { known, lost, none }).startState).startState;
  }

  private cancel(): SdkTask {
    const cancel = new SdkTask(this, 'Cancel', {
      service: 'cleanrooms',
      action: 'updateProtectedQuery',
      arguments: {
        MembershipIdentifier: expression(`${INPUT}.membershipIdentifier`),
        ProtectedQueryIdentifier: expression('$states.input.queryId'),
        TargetStatus: 'CANCELLED',
      },
    }).notRetried([ENDED]).retried(['States.ALL'], 7);
    cancel.addCatch(Succeed.jsonata(this, 'Ended before'), { errors: [ENDED] });
    cancel.next(Succeed.jsonata(this, 'Cancelled'));
    return cancel;
  }
}

/** As a string that has no `<`, which would begin a placeholder; an input of more than 8192 characters is refused. */
function defaultsOf(query: ProtectedQuery): string | undefined {
  const text = JSON.stringify(query._defaults).replaceAll('<', '\\u003c');
  return text === '{}' || text.length > MAX_DEFAULTS_LENGTH ? undefined : text;
}
