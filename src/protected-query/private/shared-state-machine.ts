import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine, DefinitionBody, IChainable, LogLevel, LogOptions, QueryLanguage, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { stateMachineRole } from './state-machine-role';

/**
 * A small state machine that serves all queries of a stack, with its log group.
 *
 * EXPRESS: it takes minutes at most, nobody can stop it, and it keeps no history of what passes through it.
 */
export class SharedStateMachine extends StateMachine {
  constructor(scope: Construct, comment: string, definition: IChainable, timeout = Duration.minutes(5)) {
    super(scope, 'StateMachine', {
      comment,
      stateMachineType: StateMachineType.EXPRESS,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(definition),
      role: stateMachineRole(scope),
      timeout,
      tracingEnabled: true,
      logs: stateLog(scope),
    });
  }
}

/** A name has 512 characters, with the stack's. */
const MAX_PATH_LENGTH = 300;

/** The service enables these once for all; any other log group takes room in a resource policy, of which a region has few. */
const VENDED = '/aws/vendedlogs/states';

/** The log of a state machine: the states that were entered, neither SQL nor values. */
export function stateLog(scope: Construct, retention = RetentionDays.ONE_YEAR): LogOptions {
  return {
    destination: new LogGroup(scope, 'LogGroup', { logGroupName: logGroupName(scope), retention, removalPolicy: RemovalPolicy.DESTROY }),
    level: LogLevel.ALL,
    includeExecutionData: false,
  };
}

/** Turns on a log and traces. The CDK's own props would add the permissions to the role, which has them by a policy that it shares. */
export function observe(stateMachine: StateMachine, { destination, includeExecutionData, level }: LogOptions): void {
  const resource = stateMachine.node.defaultChild as CfnStateMachine;
  resource.tracingConfiguration = { enabled: true };
  resource.loggingConfiguration = {
    destinations: destination && [{ cloudWatchLogsLogGroup: { logGroupArn: destination.logGroupRef.logGroupArn } }],
    includeExecutionData,
    level,
  };
}

/** Unique by the name of the stack, which an account and region have once, and by the path in it. */
function logGroupName(scope: Construct): string {
  const stack = Stack.of(scope);
  const path = scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id).join('-');
  return `${VENDED}/${stack.stackName}/${path.replace(/[^\w.-]/g, '-').slice(0, MAX_PATH_LENGTH)}-${scope.node.addr.slice(-8)}`;
}
