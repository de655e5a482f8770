import type { Fault } from '../clean-rooms/faults';
import type { ErrorName, OperationName } from '../clean-rooms/service-model';

/** An operation of Clean Rooms as Step Functions calls it, such as `startProtectedQuery`. */
export type CleanRoomsAction = Uncapitalize<OperationName>;

/** What goes wrong with calls of an operation. */
export interface CallFault {
  /** The service's error. It must be one that the service documents for the operation. @default 'InternalServerException' */
  readonly error?: ErrorName;
  /** The message of the error. */
  readonly message?: string;
  /** The `reason` of a `ValidationException` or `ConflictException`. */
  readonly reason?: string;
  /** Instead of an error: the connection breaks before the call is executed (`request`), or after it (`answer`). */
  readonly lost?: 'request' | 'answer';
  /** How many calls succeed first. @default 0 */
  readonly skip?: number;
  /** How many calls fail. @default 1 */
  readonly times?: number;
}

/** How a query fails. */
export interface QueryFailure {
  /** One of the service's codes, such as `INSUFFICIENT_COMPUTE`. */
  readonly code: string;
  /** The service's message. @default - says that the rehearsal made the query fail */
  readonly message?: string;
}

export function callFault(action: CleanRoomsAction, { error = 'InternalServerException', lost, ...more }: CallFault): Fault {
  const operation = `${action.charAt(0).toUpperCase()}${action.slice(1)}` as OperationName;
  const { message, reason, ...aim } = more;
  return lost === undefined ? { operation, error, message, reason, ...aim } : { operation, cut: lost === 'answer' ? 'after' : 'before', ...aim };
}
