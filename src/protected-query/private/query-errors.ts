/** The service's errors, by what they tell of a call, as Step Functions names them. */

export const THROTTLED = 'CleanRooms.ThrottlingException';
export const NO_ROOM = 'CleanRooms.ServiceQuotaExceededException';
export const NOT_FOUND = 'CleanRooms.ResourceNotFoundException';

/** Of a cancellation: the query has ended. */
export const ENDED = 'CleanRooms.ConflictException';

/** No answer that says whether the call took effect. */
export const SERVER_FAULTS = ['CleanRooms.InternalServerException', 'CleanRooms.SdkClientException', 'States.Timeout'];

/** Of a start: they prove that nothing started. */
export const NOT_STARTED = ['CleanRooms.AccessDeniedException', NOT_FOUND, 'CleanRooms.ValidationException', THROTTLED, NO_ROOM];
