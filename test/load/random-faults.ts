import type { Fault, OperationName } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { type JsonValue, type ServiceHandler, StateError } from 'cdk-cleanrooms-rehearsal/step-functions';

/** What can happen to a call, each as likely as the others. */
const TROUBLES = ['throttled', 'server error before execution', 'answer lost after execution', 'socket cut before execution'] as const;

type Trouble = typeof TROUBLES[number];

/** Faults that strike a share of all calls, at random. */
export class RandomFaults {
  /** How often each struck. */
  readonly struck = new Map<Trouble, number>(TROUBLES.map((trouble) => [trouble, 0]));

  constructor(private readonly share: number, private readonly random: () => number) {}

  /** Of the Clean Rooms endpoint, over HTTP. */
  readonly ofEachCall = (operation: OperationName): Fault | undefined => {
    switch (this.next()) {
      case 'throttled': return { operation, error: 'ThrottlingException' };
      case 'server error before execution': return { operation, error: 'InternalServerException' };
      case 'answer lost after execution': return { operation, cut: 'after' };
      case 'socket cut before execution': return { operation, cut: 'before' };
      default: return undefined;
    }
  };

  /** Of Step Functions, which its own tasks call. */
  async through(prefix: string, call: () => Promise<JsonValue>): Promise<JsonValue> {
    switch (this.next()) {
      case 'throttled': throw new StateError(`${prefix}.${prefix}Exception`, 'Rate exceeded');
      case 'server error before execution': throw new StateError(`${prefix}.${prefix}Exception`, 'Internal error');
      case 'answer lost after execution':
        await call();
        throw new StateError(`${prefix}.SdkClientException`, 'Unable to execute HTTP request: socket hang up');
      case 'socket cut before execution': throw new StateError(`${prefix}.SdkClientException`, 'Unable to execute HTTP request: socket hang up');
      default: return call();
    }
  }

  private next(): Trouble | undefined {
    const luck = this.random();
    if (luck >= this.share) return undefined;
    const trouble = TROUBLES[Math.floor(luck / this.share * TROUBLES.length)];
    this.struck.set(trouble, (this.struck.get(trouble) ?? 0) + 1);
    return trouble;
  }
}

/** A service of Step Functions' tasks, seen through faults. */
export const throughFaults = (faults: RandomFaults, prefix: string, serve: ServiceHandler): ServiceHandler =>
  async (action, parameters, context) => faults.through(prefix, async () => serve(action, parameters, context) as Promise<JsonValue>);
