import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, answerError, answerFailure, answerOutput, answerUnmodelled, EndpointBug } from './answer';
import { Calls, type Outcome } from './calls';
import { Faults, type Harm } from './faults';
import { Identifiers } from './identifiers';
import { RateLimits } from './rates';
import { inputOf, type Route, routeOf } from './route';
import type { CleanRoomsService } from './service';
import { accessDenied, throttled } from './service-error';
import type { Settings } from './settings';

const THROTTLED: Harm = { latencyMilliseconds: 0, error: { error: throttled(), when: 'before' } };

/** Whom the server answers for, and how. */
export interface EndpointServerOptions {
  readonly settings: Settings;
  /** The service of now: a reset makes another. */
  readonly service: () => CleanRoomsService;
  /** The account of an access key id, which is empty where a request has none. */
  readonly accountOf: (accessKeyId: string) => string;
}

/** Clean Rooms over HTTP: routes, callers, rates and faults, and a record of each call. */
export class EndpointServer {
  readonly faults = new Faults();
  readonly calls = new Calls();
  private readonly server: Server;
  private readonly bugs: unknown[] = [];
  private requestIds = new Identifiers('request');
  private rateLimits = new RateLimits();

  constructor(private readonly options: EndpointServerOptions) {
    // A connection that the server closes while a slow client is about to use it again would look like a lost answer.
    this.server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      this.serve(request, response).catch((error: unknown) => this.confess(error, response));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** Fails if the server itself made a mistake, so that none passes unseen. */
  requireNoBugs(): void {
    if (this.bugs.length > 0) throw this.bugs[0];
  }

  reset(): void {
    this.faults.clear();
    this.calls.clear();
    this.requestIds = new Identifiers('request');
    this.rateLimits = new RateLimits();
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
    const service = this.options.service();
    const harm = this.isTooFast(route, account) ? THROTTLED : this.faults.take(name, account);
    if (harm.latencyMilliseconds > 0) {
      await new Promise((resolve) => setTimeout(resolve, harm.latencyMilliseconds));
    }
    if (service !== this.options.service()) { // overtaken by a reset: whoever asked is no longer there
      request.socket.destroy();
      return;
    }
    const executes = harm.cut !== 'before' && harm.hang !== 'before' && harm.error?.when !== 'before';
    const { input, answer } = await this.perform(route, searchParams, body, account, executes);
    const record = (outcome: Outcome) => this.calls.add({
      operation: name, input, account, time: this.options.settings.now(), outcome, executed: answer !== undefined && answer.error === undefined,
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
      const isDenied = operation.errors.includes('AccessDeniedException') && !this.options.settings.isAllowed(operation.name, input, account);
      if (isDenied) throw accessDenied(`cleanrooms:${operation.name} is not allowed.`);
      return { input, ...executes && { answer: answerOutput(operation.name, await this.options.service().execute(operation.name, input, account)) } };
    } catch (error) {
      return { input, answer: answerFailure(operation.name, error) };
    }
  }

  /** Of the tag operations the model does not say that they are throttled. */
  private isTooFast({ operation: { name, errors } }: Route, account: string): boolean {
    const { rates, now } = this.options.settings;
    return rates !== undefined && errors.includes('ThrottlingException') && !this.rateLimits.admit(rates, name, account, now().getTime());
  }

  private callerOf({ headers }: IncomingMessage): string {
    const accessKeyId = /Credential=([^/,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
    return this.options.accountOf(accessKeyId);
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
