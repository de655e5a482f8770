import { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import type { CollaborationSeed, MemberSeed } from './collaborations';
import { CleanRoomsEndpoint } from './endpoint';

export const US = '111122223333';
export const PARTNER = '444455556666';
export const STRANGER = '777788889999';

/** Three accounts at one endpoint, each with a client that retries nothing. */
export class Parties {
  static async start(): Promise<Parties> {
    return new Parties(await CleanRoomsEndpoint.start({ accountId: US, accounts: { AKIAPARTNER: PARTNER, AKIASTRANGER: STRANGER } }));
  }

  readonly us: CleanRoomsClient;
  readonly partner: CleanRoomsClient;
  readonly stranger: CleanRoomsClient;
  private readonly clients: CleanRoomsClient[] = [];

  private constructor(readonly endpoint: CleanRoomsEndpoint) {
    this.us = this.client('AKIAUS');
    this.partner = this.client('AKIAPARTNER');
    this.stranger = this.client('AKIASTRANGER');
  }

  client(accessKeyId: string, maxAttempts = 1): CleanRoomsClient {
    const { url, region } = this.endpoint;
    const client = new CleanRoomsClient({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey: 'secret' }, maxAttempts });
    this.clients.push(client);
    return client;
  }

  /** A collaboration of the partner's, to which we are invited to query and to receive results. Its identifier. */
  collaborate(member: Partial<MemberSeed> = {}, seed: Partial<CollaborationSeed> = {}): string {
    return this.endpoint.addCollaboration({
      name: 'Overlap',
      creatorAccountId: PARTNER,
      creatorDisplayName: 'Partner',
      members: [{ accountId: US, displayName: 'Us', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], ...member }],
      ...seed,
    }).id;
  }

  async stop(): Promise<void> {
    this.clients.forEach((client) => client.destroy());
    await this.endpoint.stop();
  }
}

/** The name, status and modelled members of the error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    const { name, message, $metadata, ...rest } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode, ...rest };
  }
  throw new Error('it was expected to fail, and succeeded');
}
