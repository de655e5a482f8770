import type { TemplateSeed } from './analysis-templates';
import type { Call } from './calls';
import type { CollaborationRecord, CollaborationSeed } from './collaborations';
import { EndpointServer } from './endpoint-server';
import type { Faults } from './faults';
import type { MembershipState } from './memberships';
import type { QueryEvent } from './query-events';
import type { ProtectedQueryTruth, QueryError } from './query-record';
import type { TableSeed } from './query-tables';
import type { QueryDurations } from './query-timeline';
import { ResultStore } from './result-store';
import { CleanRoomsService } from './service';
import type { OperationName } from './service-model';
import { DEFAULT_SETTINGS, type Settings } from './settings';
import type { TableFiles } from '../sql/sql-engine';

export interface CleanRoomsEndpointOptions extends Partial<Settings> {
  /** @default 'eu-central-1' */
  readonly region?: string;
  /** The caller's account. @default '111122223333' */
  readonly accountId?: string;
  /** Accounts of other callers, by access key id; anybody else is `accountId`. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** @default 0, any free port */
  readonly port?: number;
}

/** A stand-in for the AWS Clean Rooms service on localhost. */
export class CleanRoomsEndpoint {
  static async start(options: CleanRoomsEndpointOptions = {}): Promise<CleanRoomsEndpoint> {
    const endpoint = new CleanRoomsEndpoint(options);
    await endpoint.server.listen(options.port ?? 0);
    return endpoint;
  }

  readonly faults: Faults;
  readonly settings: Settings;
  readonly region: string;
  readonly accountId: string;
  private readonly initialSettings: Settings;
  private readonly server: EndpointServer;
  private readonly store: ResultStore;
  private service: CleanRoomsService;

  private constructor({ region = 'eu-central-1', accountId = '111122223333', accounts = {}, port, ...settings }: CleanRoomsEndpointOptions) {
    this.region = region;
    this.accountId = accountId;
    this.initialSettings = { ...DEFAULT_SETTINGS, ...settings };
    this.settings = { ...this.initialSettings };
    this.store = new ResultStore(this.settings);
    this.service = new CleanRoomsService(region, this.settings, this.store);
    this.server = new EndpointServer({
      settings: this.settings,
      service: () => this.service,
      accountOf: (accessKeyId) => (Object.hasOwn(accounts, accessKeyId) ? accounts[accessKeyId] : accountId),
    });
    this.faults = this.server.faults;
  }

  get url(): string {
    return this.server.url;
  }

  /** Fails if the endpoint itself made a mistake, so that none passes unseen. */
  async stop(): Promise<void> {
    await this.server.close();
    this.store.clear();
    this.server.requireNoBugs();
  }

  /** As freshly started: nothing in it, nothing recorded, the settings it was started with, the same identifiers again. */
  reset(): void {
    this.server.reset();
    this.store.clear();
    delete this.settings.consistencyDelay;
    delete this.settings.onOperation;
    delete this.settings.rates;
    delete this.settings.resultsRoot;
    Object.assign(this.settings, this.initialSettings);
    this.service = new CleanRoomsService(this.region, this.settings, this.store);
  }

  /** What an operation answers to an account, checked as a request over HTTP is; `ServiceError` where the service refuses. */
  execute(operation: OperationName, input: Readonly<Record<string, unknown>>, accountId = this.accountId): Promise<unknown> {
    return this.service.execute(operation, input, accountId);
  }

  addCollaboration(seed: CollaborationSeed): { readonly id: string; readonly arn: string } {
    const { id, arn } = this.service.collaborations.add(seed);
    return { id, arn };
  }

  /** As its creator would: the memberships stay, as COLLABORATION_DELETED. */
  deleteCollaboration(id: string): void {
    this.collaboration(id);
    this.service.memberships.deleteCollaboration(id);
  }

  /** As the creator would: the member's membership stays, as REMOVED. */
  removeMember(collaborationId: string, accountId: string): void {
    const collaboration = this.collaboration(collaborationId);
    const member = collaboration.members.find((candidate) => candidate.accountId === accountId);
    if (member === undefined) {
      throw new Error(`collaboration ${collaborationId} has no member ${accountId}`);
    }
    this.service.memberships.removeMember(collaboration, member);
  }

  /** Time goes by: reads have caught up with the writes before them. */
  settle(): void {
    this.service.memberships.settle();
    this.service.protectedQueries.settle();
  }

  /** Something that keeps a membership from being deleted. */
  addSubresource(membershipId: string, name: string): void {
    this.service.memberships.subresourcesOf(membershipId).add(name);
  }

  removeSubresource(membershipId: string, name: string): void {
    this.service.memberships.subresourcesOf(membershipId).delete(name);
  }

  /** The memberships there truly are, of all accounts. */
  memberships(): MembershipState[] {
    return this.service.memberships.states();
  }

  /** As the member would whose membership it is. */
  addAnalysisTemplate(seed: TemplateSeed): { readonly id: string; readonly arn: string } {
    const { id, arn } = this.service.addAnalysisTemplate(seed);
    return { id, arn };
  }

  /** The identifiers of all there are. */
  collaborations(): string[] {
    return this.service.collaborations.all().map(({ id }) => id);
  }

  /**
   * Rows that the queries of a collaboration know as a table of that name; a path is that of a CSV file with a header.
   *
   * @param governance its owner's rules, where the service does not know the table; without them everything is allowed
   */
  addTable(collaborationId: string, name: string, files: TableFiles | string, governance?: Omit<TableSeed, 'files'>): void {
    this.collaboration(collaborationId);
    this.service.queryTables.add(collaborationId, name, { files: typeof files === 'string' ? { format: 'CSV', path: files } : files, ...governance });
  }

  /** The next query that starts ends FAILED, without being run. */
  failNextQuery(error: QueryError): void {
    this.service.protectedQueries.failNext(error);
  }

  /** The next query that starts has durations of its own, where they differ from those of the settings. */
  timeNextQuery(durations: Partial<QueryDurations>): void {
    this.service.protectedQueries.timeNext(durations);
  }

  /** The queries there truly are, of all accounts; those that were due by now have been run. */
  queries(): Promise<ProtectedQueryTruth[]> {
    return this.service.protectedQueries.truth();
  }

  /** Best effort, as the service's: a step that time brings is told when somebody next looks at the query. Until `reset`. */
  onQueryEvent(listener: (event: QueryEvent) => void): void {
    this.service.protectedQueries.events.listen(listener);
  }

  /** Every request that reached an operation, in the order in which they were answered. */
  get calls(): readonly Call[] {
    return this.server.calls.all;
  }

  callsOf(operation: OperationName): Call[] {
    return this.server.calls.of(operation);
  }

  /** The calls that were meant to change something, the failed ones too. */
  writes(): Call[] {
    return this.server.calls.writes();
  }

  private collaboration(id: string): CollaborationRecord {
    const collaboration = this.service.collaborations.find(id);
    if (collaboration === undefined) {
      throw new Error(`there is no collaboration ${id}`);
    }
    return collaboration;
  }
}
