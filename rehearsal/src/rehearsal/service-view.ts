import type { Call } from '../clean-rooms/calls';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';

/** A membership in the local Clean Rooms. */
export interface MembershipView {
  readonly id: string;
  readonly account: string;
  readonly collaborationId: string;
  /** `ACTIVE`, `REMOVED` or `COLLABORATION_DELETED`. */
  readonly status: string;
  readonly abilities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** In the form of the Clean Rooms API. */
  readonly defaultResultConfiguration?: {
    readonly roleArn?: string;
    readonly outputConfiguration?: { readonly s3?: { readonly bucket?: string; readonly keyPrefix?: string; readonly resultFormat?: string } };
  };
}

/** A protected query in the local Clean Rooms. */
export interface QueryView {
  readonly id: string;
  /** The account that started it. */
  readonly account: string;
  /** `SUBMITTED`, `STARTED`, `SUCCESS`, `FAILED`, `CANCELLING`, `CANCELLED` or `TIMED_OUT`. */
  readonly status: string;
  readonly createTime: Date;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A call that reached the local Clean Rooms. */
export interface CallView {
  /** The operation, such as `StartProtectedQuery`. */
  readonly operation: string;
  readonly account: string;
  /** Whether it was executed, whatever the answer was. */
  readonly executed: boolean;
}

/** The state of the local Clean Rooms, and the calls that it received. */
export class ServiceView {
  constructor(private readonly endpoint: CleanRoomsEndpoint) {}

  /** All memberships of all accounts. */
  public memberships(): MembershipView[] {
    return this.endpoint.memberships().map(({ id = '', accountId, collaborationId = '', status = '', memberAbilities = [], tags, ...more }) => ({
      id, account: accountId, collaborationId, status, abilities: memberAbilities, tags, defaultResultConfiguration: more.defaultResultConfiguration,
    }));
  }

  /** All protected queries of all accounts. */
  public async queries(): Promise<QueryView[]> {
    return (await this.endpoint.queries()).map(({ id, startedBy, status, createTime, error }) => ({
      id, account: startedBy, status, createTime, error: error && { code: error.code ?? '', message: error.message ?? '' },
    }));
  }

  /** All calls, the first one first. */
  public calls(): CallView[] {
    return this.endpoint.calls.map(viewOf);
  }

  /** The calls of operations that change something, including calls that failed. */
  public writes(): CallView[] {
    return this.endpoint.writes().map(viewOf);
  }
}

function viewOf({ operation, account, executed }: Call): CallView {
  return { operation, account, executed };
}
