import type {
  Membership, ProtectedQueryOutput, ProtectedQueryOutputConfiguration, ProtectedQueryS3OutputConfiguration,
} from '@aws-sdk/client-cleanrooms';
import { invalidConfiguration } from './service-error';

/** A place that results go to. */
export interface Destination {
  /** Whose results these are. */
  readonly accountId: string;
  readonly s3: ProtectedQueryS3OutputConfiguration;
  readonly roleArn?: string;
  /** How the query was asked to write there: to a bucket, or to whatever a member has configured. */
  readonly by: 's3' | 'member';
}

export interface QueryOutput {
  /** What the run said, or what it took by default. */
  readonly configuration: ProtectedQueryOutputConfiguration;
  readonly destinations: readonly Destination[];
}

/** Finds out where results go, and refuses what the service would: somewhere nobody may receive them. */
export class QueryOutputs {
  constructor(
    private readonly runner: Membership,
    private readonly runnerAccountId: string,
    private readonly participation: (accountId: string) => Membership | undefined,
  ) {}

  of(given: ProtectedQueryOutputConfiguration | undefined): QueryOutput {
    if (given === undefined) {
      const { s3, roleArn } = this.configured(this.runnerAccountId);
      return { configuration: { s3 }, destinations: [{ accountId: this.runnerAccountId, s3, roleArn, by: 's3' }] };
    }
    const locations = given.distribute?.locations ?? [given];
    if (locations.filter(({ s3 }) => s3 !== undefined).length > 1) {
      throw invalidConfiguration('Results can be distributed to one S3 location at most.');
    }
    const destinations = locations.map(({ s3, member }) => s3 === undefined ? this.toMember(member?.accountId ?? '') : this.toBucket(s3));
    if (new Set(destinations.map(({ by, accountId }) => `${by} ${accountId}`)).size < destinations.length) {
      throw invalidConfiguration('Results cannot be distributed to the same member twice.');
    }
    return { configuration: given, destinations };
  }

  private toBucket(s3: ProtectedQueryS3OutputConfiguration): Destination {
    this.checkReceives(this.runner, this.runnerAccountId);
    return { accountId: this.runnerAccountId, s3, by: 's3' };
  }

  private toMember(accountId: string): Destination {
    return { accountId, ...this.configured(accountId), by: 'member' };
  }

  private configured(accountId: string): Pick<Destination, 's3' | 'roleArn'> {
    const membership = this.participation(accountId);
    this.checkReceives(membership, accountId);
    const { outputConfiguration, roleArn } = membership?.defaultResultConfiguration ?? {};
    if (outputConfiguration?.s3 === undefined) {
      throw invalidConfiguration(`Account ${accountId} has no default result configuration: give it one, or the query an output.`);
    }
    return { s3: outputConfiguration.s3, roleArn };
  }

  private checkReceives(membership: Membership | undefined, accountId: string): void {
    if (membership?.memberAbilities?.includes('CAN_RECEIVE_RESULTS') !== true) {
      throw invalidConfiguration(`Account ${accountId} is not an active member who can receive results.`);
    }
  }
}

/** What a key begins with: the prefix, closed by a slash where it has none, and the query's identifier. */
export function keyFolderOf({ keyPrefix = '' }: ProtectedQueryS3OutputConfiguration, queryId: string): string {
  return `${keyPrefix === '' || keyPrefix.endsWith('/') ? keyPrefix : `${keyPrefix}/`}${queryId}/`;
}

/** Where the results are, as a query that succeeded tells. */
export function resultOutputOf({ configuration, destinations }: QueryOutput, queryId: string): ProtectedQueryOutput {
  const bucket = destinations.find(({ by }) => by === 's3');
  const members = destinations.filter(({ by }) => by === 'member').map(({ accountId }) => ({ accountId }));
  const s3 = bucket && { location: `s3://${bucket.s3.bucket}/${keyFolderOf(bucket.s3, queryId)}` };
  if (configuration.distribute !== undefined) {
    return { distribute: { ...s3 && { s3 }, ...members.length > 0 && { memberList: members } } };
  }
  return s3 === undefined ? { memberList: members } : { s3 };
}
