import { createServer, IncomingMessage, request as send, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { OperationName, routeOf } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { JsonValue } from 'cdk-cleanrooms-rehearsal/step-functions';

/** A request as it went over the wire, whoever's SDK sent it. */
export interface WireRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonValue;
  /** Virtual milliseconds since the epoch. */
  readonly at: number;
  /** The status of the answer. */
  answer: number | 'none' | 'cut';
  told?: JsonValue;
}

/** A call that never gets an answer, executed or not. */
export interface Silence {
  readonly operation: OperationName;
  readonly executed: boolean;
  /** Whether the connection is cut. @default - it stays open */
  readonly cut?: boolean;
}

/** Stands between an engine and the endpoint, and writes down what passes. */
export class WireTap {
  static async start(target: string, now: () => number): Promise<WireTap> {
    const tap = new WireTap(target, now);
    await new Promise<void>((resolve, reject) => {
      tap.server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return tap;
  }

  readonly requests: WireRequest[] = [];
  readonly silences: Silence[] = [];
  /** Called for each call that never gets an answer on a connection that stays open. */
  onSilence?: () => void;
  private readonly server: Server;

  private constructor(private readonly target: string, private readonly now: () => number) {
    this.server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const text = await textOf(request);
    const operation = routeOf(request.method ?? '', pathname)?.operation.name;
    const entry: WireRequest = {
      operation: operation ?? 'unknown',
      method: request.method ?? '',
      path: decodeURIComponent(pathname),
      query: Object.fromEntries([...searchParams].sort(([one], [other]) => (one < other ? -1 : 1))),
      body: jsonOf(text),
      at: this.now(),
      answer: 'none',
    };
    this.requests.push(entry);
    const index = this.silences.findIndex((silence) => silence.operation === operation);
    const [silence] = index === -1 ? [] : this.silences.splice(index, 1);
    if (silence?.executed === false) return this.keepSilent(silence, request, entry);
    let answer: { readonly message: IncomingMessage; readonly text: string };
    try {
      answer = await this.forward(request, text);
    } catch {
      this.keepSilent({ cut: true }, request, entry);
      return;
    }
    if (silence !== undefined) return this.keepSilent(silence, request, entry);
    entry.answer = answer.message.statusCode ?? 0;
    entry.told = jsonOf(answer.text);
    response.writeHead(entry.answer, answer.message.headers).end(answer.text);
  }

  private keepSilent({ cut }: Pick<Silence, 'cut'>, { socket }: IncomingMessage, entry: WireRequest): void {
    if (!cut) return this.onSilence?.();
    entry.answer = 'cut';
    socket.destroy();
  }

  private async forward({ method, url, headers }: IncomingMessage, text: string) {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      send(`${this.target}${url}`, { method, headers, agent: false }, resolve).once('error', reject).end(text);
    });
    return { message, text: await textOf(message) };
  }
}

function jsonOf(text: string): JsonValue {
  return text === '' ? null : JSON.parse(text) as JsonValue;
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
