import { StateMachineDefinition } from './definition';

export type StateMachineType = 'STANDARD' | 'EXPRESS';

/** An EXPRESS execution runs for five minutes at most. */
const EXPRESS_SECONDS = 300;

/** A state machine that is registered with the account. */
export class StateMachine {
  readonly name: string;

  /** Whether it is being deleted: its executions end at their next transition. */
  isDeleting = false;

  constructor(readonly arn: string, readonly definition: StateMachineDefinition, readonly type: StateMachineType) {
    const match = /^arn:aws:states:[^:]+:\d{12}:stateMachine:([^:]+)$/.exec(arn);
    if (match === null) throw new Error(`'${arn}' is not the ARN of a state machine: arn:aws:states:<region>:<account>:stateMachine:<name>`);
    this.name = match[1];
  }

  /** After how many seconds an execution is timed out, if ever. */
  get timeoutSeconds(): number | undefined {
    const own = this.definition.TimeoutSeconds;
    return this.type === 'EXPRESS' ? Math.min(own ?? EXPRESS_SECONDS, EXPRESS_SECONDS) : own;
  }

  /** The ARN of an execution; those of EXPRESS executions end with an id, for their names may repeat. */
  executionArn(executionName: string, id: string): string {
    const [partition, service, region, account] = this.arn.split(':').slice(1, 5);
    const kind = this.type === 'EXPRESS' ? 'express' : 'execution';
    const arn = `arn:${partition}:${service}:${region}:${account}:${kind}:${this.name}:${executionName}`;
    return this.type === 'EXPRESS' ? `${arn}:${id}` : arn;
  }
}
