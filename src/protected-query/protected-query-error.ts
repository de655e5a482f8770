/**
 * The errors with which the run of a query fails, for `addCatch`. If the service refuses the query, the error is the service's
 * own, such as `CleanRooms.ValidationException`.
 *
 * Step Functions compares whole names: to catch every failed query, pass `ProtectedQueryError.ALL_FAILED`.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_ProtectedQueryError.html
 */
export class ProtectedQueryError {
  /** The query failed, and the service gave no code or one that this library does not know. */
  public static readonly FAILED = 'ProtectedQuery.Failed';
  /** The query failed: its SQL is wrong. */
  public static readonly FAILED_MALFORMED_QUERY = 'ProtectedQuery.Failed.MALFORMED_QUERY';
  /** The query failed: something that it names does not exist. */
  public static readonly FAILED_RESOURCE_NOT_FOUND = 'ProtectedQuery.Failed.RESOURCE_NOT_FOUND';
  /** The query failed: something that it names can't be used. */
  public static readonly FAILED_INVALID_RESOURCE = 'ProtectedQuery.Failed.INVALID_RESOURCE';
  /** The query failed: a role may not read a table or write the results. */
  public static readonly FAILED_RESOURCE_ACCESS_DENIED = 'ProtectedQuery.Failed.RESOURCE_ACCESS_DENIED';
  /** The query failed: it needs more compute, see `QueryCompute`. */
  public static readonly FAILED_INSUFFICIENT_COMPUTE = 'ProtectedQuery.Failed.INSUFFICIENT_COMPUTE';
  /** The query failed because of a transient error: trying again may succeed. */
  public static readonly FAILED_TRANSIENT_ERROR = 'ProtectedQuery.Failed.TRANSIENT_ERROR';
  /** The query failed because of an error within the service. */
  public static readonly FAILED_INTERNAL_ERROR = 'ProtectedQuery.Failed.INTERNAL_ERROR';
  /** The query failed, and the service does not know why. */
  public static readonly FAILED_UNKNOWN_ERROR = 'ProtectedQuery.Failed.UNKNOWN_ERROR';
  /** The query failed, whatever its code. */
  public static readonly ALL_FAILED: string[] = [
    ProtectedQueryError.FAILED,
    ProtectedQueryError.FAILED_MALFORMED_QUERY,
    ProtectedQueryError.FAILED_RESOURCE_NOT_FOUND,
    ProtectedQueryError.FAILED_INVALID_RESOURCE,
    ProtectedQueryError.FAILED_RESOURCE_ACCESS_DENIED,
    ProtectedQueryError.FAILED_INSUFFICIENT_COMPUTE,
    ProtectedQueryError.FAILED_TRANSIENT_ERROR,
    ProtectedQueryError.FAILED_INTERNAL_ERROR,
    ProtectedQueryError.FAILED_UNKNOWN_ERROR,
  ];
  /** Somebody else cancelled the query. */
  public static readonly CANCELLED = 'ProtectedQuery.Cancelled';
  /** The query was cancelled at its timeout, or timed out in the service. */
  public static readonly TIMED_OUT = 'ProtectedQuery.TimedOut';
  /** The service did not answer the start, and the query was not found: it may be running. */
  public static readonly START_UNKNOWN = 'ProtectedQuery.StartUnknown';
  /** The query was not seen to end within an hour of its timeout: it may still run. */
  public static readonly OUTCOME_UNKNOWN = 'ProtectedQuery.OutcomeUnknown';
  /** The input of the run lacks what the query needs, and nothing was started. */
  public static readonly INVALID_INPUT = 'ProtectedQuery.InvalidInput';

  private constructor() {}
}
