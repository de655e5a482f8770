import { ArnFormat, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { EventField, IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CustomState, IStateMachine, State, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ExecutionReader } from './execution-reader';
import { ExpressStateMachine } from './shared-state-machine';
import { UndeliveredStops } from './undelivered-stops';
import { ProtectedQuery } from '../../protected-query';
import { expression } from '../jsonata';
import { ENDED } from '../query-errors';
import { QuerySearch } from './lost-query';
import { sdkTask } from '../sdk-call';

const ID = 'CleanRoomsQueryCanceller';
const INPUT = '$states.context.Execution.Input';

/** Half of what a rule's input can hold. */
const MAX_DEFAULTS_LENGTH = 4096;

/** An execution that may be stopped. */
export interface StoppableQuery {
  readonly worker: IStateMachine;
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
    workers: new PolicyStatement({ actions: ['states:ListExecutions'] }),
    memberships: new PolicyStatement({
      actions: ['cleanrooms:GetProtectedQuery', 'cleanrooms:ListProtectedQueries', 'cleanrooms:UpdateProtectedQuery'],
    }),
  };

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stateMachine = new ExpressStateMachine(this, 'Cancels the query of an execution that was stopped', this.define());
    Object.values(this.rights).forEach((statement) => this.stateMachine.addToRolePolicy(statement));
    this.undelivered = new UndeliveredStops(this, 'Undelivered');
  }

  /** For a rule on the stops of a state machine of this stack. */
  public target({ worker, membership, query, encryptionKey }: StoppableQuery): IRuleTarget {
    const { membershipArn, membershipIdentifier } = membership.membershipRef;
    this.rights.executions.addResources(executionsOf(worker));
    this.rights.workers.addResources(worker.stateMachineArn);
    this.rights.memberships.addResources(membershipArn);
    if (encryptionKey) this.allowReading(worker, encryptionKey);
    return this.undelivered.behind(new SfnStateMachine(this.stateMachine, {
      input: RuleTargetInput.fromObject({
        executionArn: EventField.fromPath('$.detail.executionArn'),
        stateMachineArn: EventField.fromPath('$.detail.stateMachineArn'),
        until: EventField.fromPath('$.detail.stopDate'),
        membershipIdentifier,
        defaults: defaultsOf(query),
      }),
    }));
  }

  /** The history of an encrypted execution is told to those who may decrypt it. */
  private allowReading(worker: IStateMachine, key: IKey): void {
    this.stateMachine.addToRolePolicy(new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': worker.stateMachineArn } },
    }));
  }

  private define(): State {
    const cancel = this.cancel();
    const none = Succeed.jsonata(this, 'No query');
    const lost = new QuerySearch(this, cancel, none).startState;
    return new ExecutionReader(this, 'history', { known: cancel, lost, none }).startState;
  }

  private cancel(): CustomState {
    const cancel = sdkTask(this, 'Cancel', {
      service: 'cleanrooms',
      action: 'updateProtectedQuery',
      arguments: {
        MembershipIdentifier: expression(`${INPUT}.membershipIdentifier`),
        ProtectedQueryIdentifier: expression('$states.input.queryId'),
        TargetStatus: 'CANCELLED',
      },
      final: ENDED,
    }).addCatch(Succeed.jsonata(this, 'Ended before'), { errors: [ENDED] });
    cancel.next(Succeed.jsonata(this, 'Cancelled'));
    return cancel;
  }
}

/** As a string that has no `<`, which would begin a placeholder; an input of more than 8192 characters is refused. */
function defaultsOf(query: ProtectedQuery): string {
  const text = JSON.stringify(query._defaults).replaceAll('<', '\\u003c');
  return text.length > MAX_DEFAULTS_LENGTH ? '{}' : text;
}

function executionsOf(worker: IStateMachine): string {
  const stack = Stack.of(worker);
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const name = stack.splitArn(worker.stateMachineArn, arnFormat).resourceName;
  return stack.formatArn({ service: 'states', resource: 'execution', resourceName: `${name}:*`, arnFormat });
}
