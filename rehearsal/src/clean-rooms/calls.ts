import type { Moment } from './faults';
import { operationNamed, type OperationName } from './service-model';

export type Outcome =
  | { readonly status: number; readonly error?: string; readonly reason?: string }
  | { readonly cut: Moment }
  | { readonly hang: Moment };

export interface Call {
  readonly operation: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
  readonly account: string;
  readonly time: Date;
  /** Whether the operation took place, whatever was answered. */
  readonly executed: boolean;
  readonly outcome: Outcome;
}

export class Calls {
  private recorded: Call[] = [];

  get all(): readonly Call[] {
    return this.recorded;
  }

  add(call: Call): void {
    this.recorded.push(call);
  }

  of(operation: OperationName): Call[] {
    return this.recorded.filter((call) => call.operation === operation);
  }

  writes(): Call[] {
    return this.recorded.filter(({ operation }) => !operationNamed(operation).readonly);
  }

  clear(): void {
    this.recorded = [];
  }
}
