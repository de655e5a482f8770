import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TemplateSeed } from './analysis-templates';
import { type Answer, answerError, answerFailure, answerOutput, answerUnmodelled, EndpointBug } from './answer';
import { type Call, Calls, type Outcome } from './calls';
import type { CollaborationRecord, CollaborationSeed } from './collaborations';
import { Faults, type Harm } from './faults';
import { Identifiers } from './identifiers';
import type { MembershipState } from './memberships';
import type { QueryEvent } from './query-events';
import type { ProtectedQueryTruth, QueryError } from './query-record';
import type { TableSeed } from './query-tables';
import type { QueryDurations } from './query-timeline';
import { RateLimits } from './rates';
import { ResultStore } from './result-store';
import { inputOf, type Route, routeOf } from './route';
import { CleanRoomsService } from './service';
import { accessDenied, throttled } from './service-error';
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

const THROTTLED: Harm = { latencyMilliseconds: 0, error: { error: throttled(), when: 'before' } };

/** A stand-in for the AWS Clean Rooms service on localhost. */
export class CleanRoomsEndpoint {
  static async start(options: CleanRoomsEndpointOptions = {}): Promise<CleanRoomsEndpoint> {
    const endpoint = new CleanRoomsEndpoint(options);
    await new Promise<void>((resolve, reject) => {
      endpoint.server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return endpoint;
  }

  readonly faults = new Faults();
  readonly settings: Settings;
  readonly region: string;
  readonly accountId: string;
  private readonly recorder = new Calls();
  private readonly accounts: Readonly<Record<string, string>>;
  private readonly initialSettings: Settings;
  private readonly server: Server;
  private readonly bugs: unknown[] = [];
  private readonly store: ResultStore;
  private requestIds = new Identifiers('request');
  private rateLimits = new RateLimits();
  private service: CleanRoomsService;

  private constructor({ region = 'eu-central-1', accountId = '111122223333', accounts = {}, port, ...settings }: CleanRoomsEndpointOptions) {
    this.region = region;
    this.accountId = accountId;
    this.accounts = accounts;
    this.initialSettings = { ...DEFAULT_SETTINGS, ...settings };
    this.settings = { ...this.initialSettings };
    this.store = new ResultStore(this.settings);
    this.service = new CleanRoomsService(region, this.settings, this.store);
    // A connection that the server closes while a slow client is about to use it again would look like a lost answer.
    this.server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      this.serve(request, response).catch((error: unknown) => this.confess(error, response));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Fails if the endpoint itself made a mistake, so that none passes unseen. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
    this.store.clear();
    if (this.bugs.length > 0) {
      throw this.bugs[0];
    }
  }

  /** As freshly started: nothing in it, nothing recorded, the settings it was started with, the same identifiers again. */
  reset(): void {
    this.faults.clear();
    this.recorder.clear();
    this.store.clear();
    delete this.settings.consistencyDelay;
    delete this.settings.onOperation;
    delete this.settings.rates;
    delete this.settings.resultsRoot;
    Object.assign(this.settings, this.initialSettings);
    this.requestIds = new Identifiers('request');
    this.rateLimits = new RateLimits();
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
   * @param rule its owner's analysis rule, where the service does not know the table; without one everything is allowed
   */
  addTable(collaborationId: string, name: string, files: TableFiles | string, rule?: TableSeed['rule']): void {
    this.collaboration(collaborationId);
    this.service.queryTables.add(collaborationId, name, { files: typeof files === 'string' ? { format: 'CSV', path: files } : files, rule });
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
    return this.recorder.all;
  }

  callsOf(operation: OperationName): Call[] {
    return this.recorder.of(operation);
  }

  /** The calls that were meant to change something, the failed ones too. */
  writes(): Call[] {
    return this.recorder.writes();
  }

  private collaboration(id: string): CollaborationRecord {
    const collaboration = this.service.collaborations.find(id);
    if (collaboration === undefined) {
      throw new Error(`there is no collaboration ${id}`);
    }
    return collaboration;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body = await textOf(request);
    if (body === undefined) {
      return;
    }
    const route = routeOf(request.method ?? '', pathname);
    if (route === undefined) {
      this.send(response, answerUnmodelled(404, 'UnknownOperationException', `no operation is ${request.method} ${pathname}`));
      return;
    }
    const account = this.callerOf(request);
    const { name } = route.operation;
    const { service } = this;
    const harm = this.isTooFast(route, account) ? THROTTLED : this.faults.take(name, account);
    if (harm.latencyMilliseconds > 0) {
      await new Promise((resolve) => setTimeout(resolve, harm.latencyMilliseconds));
    }
    if (service !== this.service) { // overtaken by a reset: whoever asked is no longer there
      request.socket.destroy();
      return;
    }
    const executes = harm.cut !== 'before' && harm.hang !== 'before' && harm.error?.when !== 'before';
    const { input, answer } = await this.perform(route, searchParams, body, account, executes);
    const record = (outcome: Outcome) => this.recorder.add({
      operation: name, input, account, time: this.settings.now(), outcome, executed: answer !== undefined && answer.error === undefined,
    });
    if (harm.cut !== undefined) {
      record({ cut: harm.cut });
      request.socket.destroy();
      return;
    }
    if (harm.hang !== undefined) {
      record({ hang: harm.hang });
      response.writeProcessing();
      return;
    }
    if (harm.empty !== undefined && answer !== undefined && answer.error === undefined) {
      record({ status: answer.status });
      this.send(response, { status: answer.status, body: answer.status === 204 ? '' : harm.empty });
      return;
    }
    const final = harm.error === undefined ? answer : answerError(name, harm.error.error);
    if (final === undefined) {
      throw new EndpointBug(`${name} was neither executed nor given an error`);
    }
    record(outcomeOf(final));
    this.send(response, final);
  }

  private async perform({ operation, labels }: Route, query: URLSearchParams, body: string, account: string, executes: boolean):
  Promise<{ readonly input: Record<string, unknown>; readonly answer?: Answer }> {
    let input: Record<string, unknown> = { ...labels };
    try {
      input = inputOf({ operation, labels }, query, body);
      const isDenied = operation.errors.includes('AccessDeniedException') && !this.settings.isAllowed(operation.name, input, account);
      if (isDenied) throw accessDenied(`cleanrooms:${operation.name} is not allowed.`);
      return { input, ...executes && { answer: answerOutput(operation.name, await this.service.execute(operation.name, input, account)) } };
    } catch (error) {
      return { input, answer: answerFailure(operation.name, error) };
    }
  }

  /** Of the tag operations the model does not say that they are throttled. */
  private isTooFast({ operation: { name, errors } }: Route, account: string): boolean {
    const { rates, now } = this.settings;
    return rates !== undefined && errors.includes('ThrottlingException') && !this.rateLimits.admit(rates, name, account, now().getTime());
  }

  private callerOf({ headers }: IncomingMessage): string {
    const accessKeyId = /Credential=([^/,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
    return Object.hasOwn(this.accounts, accessKeyId) ? this.accounts[accessKeyId] : this.accountId;
  }

  private send(response: ServerResponse, { status, error, body }: Answer): void {
    response.writeHead(status, {
      'x-amzn-requestid': this.requestIds.next(),
      ...body !== '' && { 'content-type': 'application/json' },
      ...error !== undefined && { 'x-amzn-errortype': error },
    });
    response.end(body);
  }

  private confess(error: unknown, response: ServerResponse): void {
    this.bugs.push(error);
    this.send(response, answerUnmodelled(500, 'EndpointBug', error instanceof Error ? error.message : String(error)));
  }
}

function outcomeOf({ status, error, body }: Answer): Outcome {
  const { reason } = (error === undefined ? {} : JSON.parse(body)) as { reason?: string };
  return { status, ...error !== undefined && { error }, ...reason !== undefined && { reason } };
}

/** Undefined if the caller hung up while sending. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}
