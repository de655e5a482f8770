import { JsonObject } from './json';

export interface HistoryEvent {
  readonly id: number;
  /** Milliseconds since the epoch, in virtual time. */
  readonly timestamp: number;
  /** As the service calls it: `TaskStateEntered`, `TaskScheduled`, `ExecutionSucceeded`, … */
  readonly type: string;
  readonly stateName?: string;
  readonly details: JsonObject;
}

/** A standard execution that comes to this many events fails. */
export const MAX_EVENTS = 25_000;

/** What happened in one execution, and what it costs. */
export class ExecutionHistory {
  readonly events: HistoryEvent[] = [];

  /** State transitions as a STANDARD execution is billed: every state entered, and every retry once more. */
  transitions = 0;

  private closed = false;

  constructor(private readonly now: () => number, private readonly onEvent: (event: HistoryEvent) => void) {}

  record(type: string, stateName?: string, details: JsonObject = {}): number {
    const event = { id: this.events.length + 1, timestamp: this.now(), type, ...(stateName === undefined ? {} : { stateName }), details };
    if (this.closed) return event.id;
    this.events.push(event);
    this.onEvent(event);
    return event.id;
  }

  /** What unwinds after the outcome is no longer history. */
  close(): void {
    this.closed = true;
  }
}
