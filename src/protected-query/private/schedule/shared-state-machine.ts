import { Duration } from 'aws-cdk-lib';
import { DefinitionBody, IChainable, QueryLanguage, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { stateLog } from './state-log';

/**
 * A small state machine that serves all scheduled queries of a stack, with its log group.
 *
 * EXPRESS: it takes minutes at most, nobody can stop it, and it keeps no history of what passes through it.
 */
export class ExpressStateMachine extends StateMachine {
  constructor(scope: Construct, comment: string, definition: IChainable) {
    super(scope, 'StateMachine', {
      comment,
      stateMachineType: StateMachineType.EXPRESS,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(definition),
      timeout: Duration.minutes(5),
      tracingEnabled: true,
      logs: stateLog(scope),
    });
  }
}
