import type { ProtectedQueryStatus } from '@aws-sdk/client-cleanrooms';
import type { QueryRecord } from './query-record';

/** An EventBridge event. The service has documented its types, but not its detail. */
export interface QueryEvent {
  readonly 'source': 'aws.cleanrooms';
  readonly 'detail-type': string;
  readonly 'account': string;
  readonly 'region': string;
  readonly 'time': string;
  readonly 'resources': readonly string[];
  readonly 'detail': Readonly<Record<string, unknown>>;
}

const DETAIL_TYPES: Readonly<Record<ProtectedQueryStatus, string>> = {
  SUBMITTED: 'Protected Query Submitted',
  STARTED: 'Protected Query Started',
  CANCELLING: 'Protected Query Cancelling',
  CANCELLED: 'Protected Query Cancelled',
  SUCCESS: 'Protected Query Succeeded',
  FAILED: 'Protected Query Failed',
  TIMED_OUT: 'Protected Query Timed Out',
};

export class QueryEvents {
  private readonly listeners: ((event: QueryEvent) => void)[] = [];

  constructor(private readonly region: string) {}

  listen(listener: (event: QueryEvent) => void): void {
    this.listeners.push(listener);
  }

  tell({ id, accountId, membership }: QueryRecord, status: ProtectedQueryStatus, time: number): void {
    const event: QueryEvent = {
      'source': 'aws.cleanrooms',
      'detail-type': DETAIL_TYPES[status],
      'account': accountId,
      'region': this.region,
      'time': new Date(time).toISOString(),
      'resources': [membership.arn ?? ''],
      'detail': { membershipIdentifier: membership.id, protectedQueryIdentifier: id, status },
    };
    this.listeners.forEach((listener) => listener(event));
  }
}
