/** The service's errors, by what they tell of a call, as Step Functions names them. */

export const THROTTLED = 'CleanRooms.ThrottlingException';
export const NO_ROOM = 'CleanRooms.ServiceQuotaExceededException';
const NOT_FOUND = 'CleanRooms.ResourceNotFoundException';

/** Of a cancellation: the query has ended, as far as is known. */
export const CONFLICT = 'CleanRooms.ConflictException';

/** Of a start: they prove that nothing started. */
export const NOT_STARTED = ['CleanRooms.AccessDeniedException', NOT_FOUND, 'CleanRooms.ValidationException', THROTTLED, NO_ROOM];

/** Why a query failed, in the words of the service. */
export const FAILURE_CODES = [
  'MALFORMED_QUERY', 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE', 'RESOURCE_ACCESS_DENIED', 'INSUFFICIENT_COMPUTE', 'TRANSIENT_ERROR', 'INTERNAL_ERROR', 'UNKNOWN_ERROR',
];
