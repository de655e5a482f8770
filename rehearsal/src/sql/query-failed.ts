import type { ProtectedQueryError } from '@aws-sdk/client-cleanrooms';

/** The service's categories. Which of them a cause falls into is its readers' guess: the service documents the words only. */
export type QueryErrorCode =
  | 'MALFORMED_QUERY' | 'RESOURCE_NOT_FOUND' | 'INVALID_RESOURCE' | 'RESOURCE_ACCESS_DENIED'
  | 'INSUFFICIENT_COMPUTE' | 'TRANSIENT_ERROR' | 'INTERNAL_ERROR' | 'UNKNOWN_ERROR';

/** Why a query ended FAILED. */
export class QueryFailed extends Error implements ProtectedQueryError {
  /**
   * The statement itself is at fault: it does not parse, it names what is not there, or it meets a value that it cannot convert
   * or divide by.
   *
   * @param condition Spark's name of the error, such as `DIVIDE_BY_ZERO`
   */
  static malformed(condition: string, message: string): QueryFailed {
    return new QueryFailed('MALFORMED_QUERY', `[${condition}] ${message}`);
  }

  constructor(readonly code: QueryErrorCode, message: string) {
    super(message);
  }
}
