/** Why a query ended FAILED. The service's codes are not documented: these are the endpoint's own. */
export class QueryFailed extends Error {
  constructor(readonly code: 'INVALID_QUERY' | 'ACCESS_DENIED' | 'DELIVERY_TIMED_OUT', message: string) {
    super(message);
  }
}
