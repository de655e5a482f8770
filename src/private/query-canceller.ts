import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { EventField, IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Choice, Condition, CustomState, DefinitionBody, IStateMachine, LogLevel, QueryLanguage, StateMachine, StateMachineType, Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { expression } from './jsonata';
import { sdkTask } from './sdk-task';

const ID = 'CleanRoomsQueryCanceller';

/** What a cancel meets where the query has ended. */
const ENDED = 'CleanRooms.ConflictException';

/** One, for an event may hold the text of a query, and 256 KiB must hold a page. */
const EVENTS_A_PAGE = 1;

/** What came into a state or out of it, as a JSONata expression on an event; most events are of neither kind. */
const STATE_DATA = '$append($states.result.Events.StateEnteredEventDetails.Input, $states.result.Events.StateExitedEventDetails.Output)[0]';

/**
 * Cancels the query of an execution that somebody stopped: one a stack.
 *
 * A stopped execution can do nothing more itself. Its history names the query in the input of each state after the
 * start, so the newest state that was entered or left tells. Of a start without an answer it knows nothing.
 */
export class QueryCanceller extends Construct {
  public static getOrCreate(scope: Construct): QueryCanceller {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof QueryCanceller ? existing : new QueryCanceller(stack, ID);
  }

  private readonly stateMachine: StateMachine;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Cancels the query of an execution that was stopped',
      stateMachineType: StateMachineType.EXPRESS,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(this.define()),
      timeout: Duration.minutes(5),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'LogGroup', { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
  }

  /** For a rule on the stops of a state machine of this stack. */
  public target(worker: IStateMachine, membership: IMembershipRef, encryptionKey?: IKey): IRuleTarget {
    const { membershipArn, membershipIdentifier } = membership.membershipRef;
    this.allow('states:GetExecutionHistory', executionsOf(worker));
    this.allow('cleanrooms:UpdateProtectedQuery', membershipArn);
    // The history of an encrypted execution is told to those who may decrypt it.
    encryptionKey?.grantDecrypt(this.stateMachine);
    return new SfnStateMachine(this.stateMachine, {
      input: RuleTargetInput.fromObject({ executionArn: EventField.fromPath('$.detail.executionArn'), membershipIdentifier }),
    });
  }

  private define(): CustomState {
    const read = this.readHistory('Read history');
    const readOn = this.readHistory('Read on', '$states.input.nextToken');
    const cancel = this.cancel();
    const choice = Choice.jsonata(this, 'Which query?')
      .when(Condition.jsonata(expression("$states.input.queryId != ''")), cancel)
      .when(Condition.jsonata(expression("$not($states.input.told) and $states.input.nextToken != ''")), readOn)
      .otherwise(Succeed.jsonata(this, 'No query'));
    read.next(choice);
    readOn.next(choice);
    return read;
  }

  private readHistory(id: string, nextToken?: string): CustomState {
    return sdkTask(this, id, {
      service: 'sfn',
      action: 'getExecutionHistory',
      arguments: {
        ExecutionArn: expression('$states.context.Execution.Input.executionArn'),
        IncludeExecutionData: true,
        ReverseOrder: true,
        MaxResults: EVENTS_A_PAGE,
        NextToken: nextToken && expression(nextToken),
      },
      output: {
        told: expression(`$exists(${STATE_DATA})`),
        queryId: expression(`($data := ${STATE_DATA}; $id := $exists($data) ? $parse($data).queryId; $exists($id) ? $id : '')`),
        nextToken: expression("$exists($states.result.NextToken) ? $states.result.NextToken : ''"),
      },
    }, ENDED);
  }

  private cancel(): CustomState {
    const cancel = sdkTask(this, 'Cancel', {
      service: 'cleanrooms',
      action: 'updateProtectedQuery',
      arguments: {
        MembershipIdentifier: expression('$states.context.Execution.Input.membershipIdentifier'),
        ProtectedQueryIdentifier: expression('$states.input.queryId'),
        TargetStatus: 'CANCELLED',
      },
    }, ENDED).addCatch(Succeed.jsonata(this, 'Ended before'), { errors: [ENDED] });
    cancel.next(Succeed.jsonata(this, 'Cancelled'));
    return cancel;
  }

  private allow(action: string, resource: string): void {
    this.stateMachine.addToRolePolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  }
}

function executionsOf(worker: IStateMachine): string {
  const stack = Stack.of(worker);
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const name = stack.splitArn(worker.stateMachineArn, arnFormat).resourceName;
  return stack.formatArn({ service: 'states', resource: 'execution', resourceName: `${name}:*`, arnFormat });
}
