import type { Fault } from '../clean-rooms/faults';
import type { ErrorName, OperationName } from '../clean-rooms/service-model';

/** An operation of Clean Rooms as Step Functions calls it, such as `startProtectedQuery`. */
export type CleanRoomsAction = Uncapitalize<OperationName>;

/** What goes wrong with calls of an operation. */
export interface CallFault {
  /** The service's error. It must be one that the operation can give. @default 'InternalServerException' */
  readonly error?: ErrorName;
  readonly message?: string;
  /** The reason that a `ValidationException` or `ConflictException` tells. */
  readonly reason?: string;
  /** Instead of an error: the connection breaks before the call takes place, or after it. */
  readonly lost?: 'request' | 'answer';
  /** How many calls pass first. @default 0 */
  readonly skip?: number;
  /** How many calls it hits. @default 1 */
  readonly times?: number;
}

/** How a query fails. */
export interface QueryFailure {
  /** One of the service's codes, such as `INSUFFICIENT_MEMORY`. */
  readonly code: string;
  readonly message?: string;
}

export function callFault(action: CleanRoomsAction, { error = 'InternalServerException', lost, ...more }: CallFault): Fault {
  const operation = `${action.charAt(0).toUpperCase()}${action.slice(1)}` as OperationName;
  const { message, reason, ...aim } = more;
  return lost === undefined ? { operation, error, message, reason, ...aim } : { operation, cut: lost === 'answer' ? 'after' : 'before', ...aim };
}
