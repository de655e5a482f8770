import type { DescribedStack } from './query-api';
import type { Reported } from './stack-operation';

export type StackStatus =
  | 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS' | 'DELETE_COMPLETE' | 'DELETE_FAILED';

/** One line of the stack's history; the stack's own lines have its name as logical id. */
export interface StackEvent {
  readonly timestamp: Date;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly physicalId?: string;
  readonly reason?: string;
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** What has happened to the stacks of one name, and the state that the present one is in. */
export class StackHistory {
  /** Absent until the stack is first created. */
  public status?: StackStatus;
  public readonly events: StackEvent[] = [];
  private readonly past: DescribedStack[] = [];
  private creationTime = new Date(0);
  private reason?: string;

  constructor(
    public stackId: string,
    private readonly stackName: string,
    private readonly rootId: () => string | undefined,
    private readonly now: () => number,
    private readonly onEvent: (event: StackEvent) => void,
  ) {}

  /** A stack of this name begins its life. */
  public begin(stackId: string): void {
    this.past.push(...this.present());
    this.stackId = stackId;
    this.status = undefined;
    this.creationTime = new Date(this.now());
  }

  public enter(status: StackStatus, reason?: string): void {
    this.status = status;
    this.reason = reason;
    this.report({ logicalId: this.stackName, type: STACK_TYPE, physicalId: this.stackId }, status, reason);
  }

  public report({ logicalId, type, physicalId }: Reported, status: string, reason?: string): void {
    const event = { timestamp: new Date(this.now()), stackId: this.stackId, stackName: this.stackName, logicalId, type, status, physicalId, reason };
    this.events.push(event);
    this.onEvent(event);
  }

  public describe(): readonly DescribedStack[] {
    return [...this.past, ...this.present()];
  }

  private present(): DescribedStack[] {
    if (this.status === undefined) return [];
    const { stackId, stackName, status, reason, creationTime } = this;
    const events = this.events.filter((event) => event.stackId === stackId);
    return [{ stackId, stackName, status, reason, creationTime, rootId: this.rootId(), events }];
  }
}

/** The last reason that the stack itself gave. */
export function reasonIn(events: readonly StackEvent[]): string | undefined {
  return events.filter(({ type, reason }) => type === STACK_TYPE && reason !== undefined).at(-1)?.reason;
}
