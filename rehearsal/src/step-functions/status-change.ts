import { Execution } from './execution';
import { JsonObject, toJson } from './json';

/** The event that EventBridge gets when a STANDARD execution starts or ends; EXPRESS executions send none. */
export function executionStatusChange(execution: Execution): JsonObject | undefined {
  const { stateMachine, outcome } = execution;
  if (stateMachine.type === 'EXPRESS') return undefined;
  const [region, account] = execution.arn.split(':').slice(3, 5);
  return toJson({
    'version': '0',
    'source': 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    account,
    region,
    'time': new Date(outcome?.endedAt ?? execution.startedAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'resources': [execution.arn],
    'detail': {
      executionArn: execution.arn,
      stateMachineArn: stateMachine.arn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: outcome?.endedAt ?? null,
      input: execution.inputText,
      output: outcome?.output === undefined ? null : JSON.stringify(outcome.output),
      error: outcome?.error ?? null,
      cause: outcome?.cause ?? null,
    },
  }) as JsonObject;
}
