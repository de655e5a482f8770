import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CleanRoomsClient, CreateMembershipCommand, GetProtectedQueryCommand, ListProtectedQueriesCommand,
  type MembershipProtectedQueryResultConfiguration, type ProtectedQuery, type ProtectedQuerySQLParameters, type ProtectedQueryStatus,
  StartProtectedQueryCommand, type StartProtectedQueryCommandInput, UpdateProtectedQueryCommand,
} from '@aws-sdk/client-cleanrooms';
import { type Parties, PARTNER, US } from './parties';

const EXAMPLE = join(__dirname, '../../../examples/overlap');

const OVERLAP_SQL = readFileSync(join(EXAMPLE, 'overlap.sql'), 'utf8');

export function s3Results(bucket: string, more: object = {}): MembershipProtectedQueryResultConfiguration {
  return { outputConfiguration: { s3: { bucket, keyPrefix: 'overlap/', resultFormat: 'CSV', singleFileOutput: true, ...more } } };
}

/** The example's two parties with their tables: we, the retailer, query and receive; the partner, a publisher, receives. */
export class Overlap {
  /** @param ours where our results go by default; null for nowhere */
  static async join(parties: Parties, ours: MembershipProtectedQueryResultConfiguration | null = s3Results('retailer-results')): Promise<Overlap> {
    const collaborationId = parties.collaborate({}, {
      members: [
        { accountId: US, displayName: 'Retailer', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] },
        { accountId: PARTNER, displayName: 'Publisher', abilities: ['CAN_RECEIVE_RESULTS'] },
      ],
    });
    const enter = async (client: CleanRoomsClient, configuration: MembershipProtectedQueryResultConfiguration | null) => {
      const { membership } = await client.send(new CreateMembershipCommand({
        collaborationIdentifier: collaborationId, queryLogStatus: 'ENABLED', defaultResultConfiguration: configuration ?? undefined,
      }));
      return membership?.id ?? '';
    };
    const { endpoint } = parties;
    const membershipId = await enter(parties.us, ours);
    const partnerMembershipId = await enter(parties.partner, s3Results('publisher-results', { keyPrefix: 'from-retailer' }));
    for (const table of ['purchases', 'impressions']) {
      endpoint.addTable(collaborationId, table, join(EXAMPLE, 'data', `${table}.csv`));
    }
    const { arn } = endpoint.addAnalysisTemplate({
      membershipId: partnerMembershipId,
      name: 'overlap',
      sql: OVERLAP_SQL,
      parameters: [{ name: 'day', type: 'DATE' }, { name: 'minimum', type: 'INTEGER', defaultValue: '2' }],
    });
    return new Overlap(parties.us, collaborationId, membershipId, partnerMembershipId, arn);
  }

  private constructor(
    private readonly client: CleanRoomsClient,
    readonly collaborationId: string,
    readonly membershipId: string,
    readonly partnerMembershipId: string,
    /** It is the partner's template. */
    readonly templateArn: string,
  ) {}

  start(parameters: Record<string, string> = { day: '2026-11-20' }, more: Partial<StartProtectedQueryCommandInput> = {}): Promise<ProtectedQuery> {
    return this.send({ analysisTemplateArn: this.templateArn, parameters }, more);
  }

  query(queryString: string, more: Partial<StartProtectedQueryCommandInput> = {}): Promise<ProtectedQuery> {
    return this.send({ queryString }, more);
  }

  async send(
    sqlParameters: ProtectedQuerySQLParameters, more: Partial<StartProtectedQueryCommandInput> = {}, client = this.client,
  ): Promise<ProtectedQuery> {
    const { protectedQuery } = await client.send(new StartProtectedQueryCommand({
      type: 'SQL', membershipIdentifier: this.membershipId, sqlParameters, ...more,
    }));
    return protectedQuery as ProtectedQuery;
  }

  async get({ id }: { readonly id: string | undefined }, client = this.client): Promise<ProtectedQuery> {
    const { protectedQuery } = await client.send(new GetProtectedQueryCommand({
      membershipIdentifier: this.membershipId, protectedQueryIdentifier: id,
    }));
    return protectedQuery as ProtectedQuery;
  }

  async cancel({ id }: { readonly id: string | undefined }): Promise<ProtectedQuery> {
    const { protectedQuery } = await this.client.send(new UpdateProtectedQueryCommand({
      membershipIdentifier: this.membershipId, protectedQueryIdentifier: id, targetStatus: 'CANCELLED',
    }));
    return protectedQuery as ProtectedQuery;
  }

  async list(status?: ProtectedQueryStatus): Promise<(string | undefined)[]> {
    const { protectedQueries } = await this.client.send(new ListProtectedQueriesCommand({ membershipIdentifier: this.membershipId, status }));
    return (protectedQueries ?? []).map(({ id }) => id);
  }
}
