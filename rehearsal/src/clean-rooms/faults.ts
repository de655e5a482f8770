import { answerError } from './answer';
import { ServiceError } from './service-error';
import { type ErrorName, operationNamed, type OperationName } from './service-model';

interface Aim {
  readonly operation: OperationName;
  /** Only calls of this account. */
  readonly account?: string;
  /** How many calls pass unharmed first. */
  readonly skip?: number;
  /** How many calls it hits: 1 by default, `Infinity` for all. */
  readonly times?: number;
}

/** Before: nothing is executed. After: the operation is executed, but its answer is withheld. */
export type Moment = 'before' | 'after';

export interface ErrorFault extends Aim {
  readonly error: ErrorName;
  readonly reason?: string;
  readonly message?: string;
  /** Members of the error besides `message` and `reason`. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly when?: Moment;
}

export interface CutFault extends Aim {
  /** Closes the connection instead of answering. */
  readonly cut: Moment;
}

export interface HangFault extends Aim {
  /** Never answers; `after`: the operation has been executed all the same. */
  readonly hang: Moment;
}

export interface EmptyFault extends Aim {
  /** Executes the operation and answers 200 with this instead of what there is to say. */
  readonly empty: '' | '{}';
}

export interface LatencyFault extends Aim {
  readonly latencyMilliseconds: number;
}

export type Fault = ErrorFault | CutFault | HangFault | EmptyFault | LatencyFault;

/** What a call has to suffer. */
export interface Harm {
  readonly latencyMilliseconds: number;
  readonly cut?: Moment;
  readonly hang?: Moment;
  readonly empty?: '' | '{}';
  readonly error?: { readonly error: ServiceError; readonly when: Moment };
}

interface Pending {
  readonly fault: Fault;
  skip: number;
  left: number;
}

const REQUIRED_DETAILS: Partial<Record<ErrorName, Readonly<Record<string, unknown>>>> = {
  ResourceNotFoundException: { resourceType: 'MEMBERSHIP', resourceId: 'injected' },
  ServiceQuotaExceededException: { quotaName: 'Injected quota', quotaValue: 1 },
};

/** Failures to come, in the order in which they were added: a call meets at most one error or cut. */
export class Faults {
  /** Asked about each call that meets no pending error or cut. Until `clear`. */
  ofEachCall?: (operation: OperationName, account: string) => Fault | undefined;
  private pendingFaults: Pending[] = [];

  /** Refuses an error that the service model does not let the operation give. */
  add(...faults: readonly Fault[]): void {
    for (const fault of faults) {
      operationNamed(fault.operation);
      if ('error' in fault) {
        answerError(fault.operation, errorOf(fault));
      }
      this.pendingFaults.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
    }
  }

  /** Executes the next calls and cuts the connection, so that the caller cannot know. */
  loseAnswer(operation: OperationName, times = 1): void {
    this.add({ operation, times, cut: 'after' });
  }

  /** Cuts the connection of the next calls without executing them. */
  loseRequest(operation: OperationName, times = 1): void {
    this.add({ operation, times, cut: 'before' });
  }

  /** The roles of the next calls are not visible yet. */
  delayRoles(operation: OperationName, times = 1): void {
    this.add({ operation, times, error: 'ValidationException', reason: 'IAM_SYNCHRONIZATION_DELAY' });
  }

  /** What no call has met yet. */
  pending(): readonly Fault[] {
    return this.pendingFaults.map(({ fault }) => fault);
  }

  clear(): void {
    this.pendingFaults = [];
    delete this.ofEachCall;
  }

  take(operation: OperationName, account: string): Harm {
    const isAimedAt = ({ fault }: Pending) => fault.operation === operation && (fault.account ?? account) === account;
    const slow = this.consume((pending) => isAimedAt(pending) && 'latencyMilliseconds' in pending.fault);
    const failing = this.consume((pending) => isAimedAt(pending) && !('latencyMilliseconds' in pending.fault))
      ?? this.ofEachCall?.(operation, account);
    return {
      latencyMilliseconds: slow !== undefined && 'latencyMilliseconds' in slow ? slow.latencyMilliseconds : 0,
      ...failing !== undefined && 'cut' in failing && { cut: failing.cut },
      ...failing !== undefined && 'hang' in failing && { hang: failing.hang },
      ...failing !== undefined && 'empty' in failing && { empty: failing.empty },
      ...failing !== undefined && 'error' in failing && { error: { error: errorOf(failing), when: failing.when ?? 'before' } },
    };
  }

  private consume(matches: (pending: Pending) => boolean): Fault | undefined {
    const pending = this.pendingFaults.find(matches);
    if (pending === undefined) {
      return undefined;
    }
    if (pending.skip > 0) {
      pending.skip -= 1;
      return undefined;
    }
    pending.left -= 1;
    this.pendingFaults = this.pendingFaults.filter(({ left }) => left > 0);
    return pending.fault;
  }
}

function errorOf({ error, reason, message, details }: ErrorFault): ServiceError {
  return new ServiceError(error, message ?? 'Injected by the test.', {
    ...REQUIRED_DETAILS[error],
    ...details,
    ...reason !== undefined && { reason },
  });
}
