import { Duration, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression, object, when } from '../jsonata';
import { SdkCall, SdkTask } from '../sdk-task';
import { SharedStateMachine } from '../shared-state-machine';
import { executionsOf, keyOf } from '../state-machine-access';
import { Look } from './look';

const ID = 'CleanRoomsQueryFinder';

/** A look takes seconds, and one that takes longer is made again. */
const LOOK_TIMEOUT = Duration.seconds(60);

/** So many fit into a managed policy: 6,144 characters, of which each state machine takes 650 at most, 350 of them for a key. */
const STATE_MACHINES_A_POLICY = 9;

/** What is asked of the finder, as JSONata expressions. */
export interface LookInput {
  readonly membershipIdentifier: string;
  /** As `askedBy` has it. */
  readonly asked: string;
  /** The values of parameters that the service takes by default. */
  readonly defaults?: string;
  /** Between these two times, in milliseconds, the query can have been made. */
  readonly since: string;
  readonly until: string;
  /** Queries of earlier tries of the same run. */
  readonly earlier?: string;
  /** The execution that asked, which is none of the others. */
  readonly executionArn?: string;
  /** Whose other executions are read. Without it, what they know as theirs is not known. */
  readonly stateMachineArn?: string;
  /** When the execution that asked was stopped: what it does later, redriven, is another's. */
  readonly stoppedAt?: string;
}

/** The answer of a look that failed. */
export const CANNOT_TELL = { answer: 'UNCLEAR', candidates: [] };

/** The answer, as an expression on the result of the call: the call succeeds also where the look has failed. */
export const LOOK_ANSWER = when("$states.result.Status = 'SUCCEEDED'", '$parse($states.result.Output)', "{'answer': 'UNCLEAR', 'candidates': []}");

/**
 * Answers which query is the one that was asked for and whose start was not answered: one state machine per stack, one look
 * a call. Whoever calls makes the pauses between the looks.
 *
 * The output of a look is `{ answer: 'FOUND', queryId, createdAt }`, `{ answer: 'NONE' }` or `{ answer: 'UNCLEAR', candidates }`.
 */
export class QueryFinder extends Construct {
  public static getOrCreate(scope: Construct): QueryFinder {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof QueryFinder ? existing : new QueryFinder(stack, ID);
  }

  public readonly stateMachine: StateMachine;

  private readonly queries = new PolicyStatement({ actions: ['cleanrooms:GetProtectedQuery', 'cleanrooms:ListProtectedQueries'] });
  private readonly stateMachines: StateMachine[] = [];
  private policy?: { readonly executions: PolicyStatement; readonly histories: PolicyStatement; readonly managed: ManagedPolicy };

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stateMachine = new SharedStateMachine(this, 'Looks for the query of a start that was not answered', new Look(this).startState, LOOK_TIMEOUT);
    this.stateMachine.addToRolePolicy(this.queries);
  }

  /** A call that makes one look; with the permission for it, unless it says another. */
  public look(scope: Construct, id: string, input: LookInput, call: Pick<SdkCall, 'assign' | 'outputs' | 'stateName' | 'statements'>): SdkTask {
    return new SdkTask(scope, id, {
      statements: [this.lookStatement()],
      ...call,
      service: 'sfn',
      action: 'startSyncExecution',
      arguments: { StateMachineArn: this.stateMachine.stateMachineArn, Input: expression(`$string(${object({ ...input })})`) },
      timeout: LOOK_TIMEOUT.plus(Duration.seconds(10)),
    });
  }

  /** Lets a state machine have it look. */
  public lookStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [this.stateMachine.stateMachineArn] });
  }

  /** Lets it look at the queries of a membership. */
  public allowQueries(membership: IMembershipRef): void {
    this.queries.addResources(membership.membershipRef.membershipArn);
  }

  /**
   * Lets it read the executions of a state machine.
   *
   * These permissions are not in the role's default policy, for which its state machine waits: they name state machines
   * which call it, and which can't be made before it.
   */
  public allowExecutions(stateMachine: StateMachine, key?: IKey): void {
    const { executions, histories, managed } = this.policyWithRoom();
    executions.addResources(stateMachine.stateMachineArn);
    histories.addResources(executionsOf(stateMachine));
    if (key) managed.addStatements(keyOf(stateMachine, key, 'kms:Decrypt'));
    this.stateMachines.push(stateMachine);
  }

  private policyWithRoom() {
    if (this.policy === undefined || this.stateMachines.length % STATE_MACHINES_A_POLICY === 0) {
      const executions = new PolicyStatement({ actions: ['states:ListExecutions'] });
      const histories = new PolicyStatement({ actions: ['states:GetExecutionHistory'] });
      const managed = new ManagedPolicy(this, `ReadExecutions${this.stateMachines.length / STATE_MACHINES_A_POLICY || ''}`, {
        roles: [this.stateMachine.role], statements: [executions, histories],
      });
      this.policy = { executions, histories, managed };
    }
    return this.policy;
  }
}
