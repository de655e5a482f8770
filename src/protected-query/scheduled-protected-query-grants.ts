import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Grants permissions on a `ScheduledProtectedQuery`.
 */
export class ScheduledProtectedQueryGrants {
  /**
   * Grants permissions on the state machine of a scheduled query.
   */
  public static fromStateMachine(stateMachine: IStateMachine): ScheduledProtectedQueryGrants {
    return new ScheduledProtectedQueryGrants(stateMachine);
  }

  private constructor(private readonly stateMachine: IStateMachine) {}

  /**
   * Allows the grantee to run the query by hand.
   *
   * Actions: `states:StartExecution`, on the state machine.
   *
   * @param grantee who gets the permission
   */
  public startExecution(grantee: IGrantable): Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /**
   * Allows the grantee to stop a run, which cancels its query.
   *
   * Actions: `states:StopExecution`, on the executions of the state machine.
   *
   * @param grantee who gets the permission
   */
  public stopExecution(grantee: IGrantable): Grant {
    return this.stateMachine.grantExecution(grantee, 'states:StopExecution');
  }
}
