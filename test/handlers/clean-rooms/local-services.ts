import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export type Reply = { readonly status: number; readonly error?: string; readonly body?: unknown } | 'cut' | 'hang';

/** One HTTP server for whatever the function talks to; a test says what it answers. */
export class LocalServices {
  public readonly exchanges: Exchange[] = [];
  private readonly server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => this.serve(request, response));
  public reply: (exchange: Exchange) => Reply = () => ({ status: 500 });

  public async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  public async stop(): Promise<void> {
    await new Promise((resolve) => { this.server.close(resolve); this.server.closeAllConnections(); });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What makes the function talk to this server. */
  public get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_CLEANROOMS: this.url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: this.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'a-secret-key',
      AWS_SESSION_TOKEN: 'a-session-token',
    };
  }

  public requests(method: string, path: RegExp): Exchange[] {
    return this.exchanges.filter((exchange) => exchange.method === method && path.test(exchange.path));
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams: query } = new URL(request.url!, 'http://local');
      const exchange = { method: request.method!, path: decodeURIComponent(pathname), query, body: Buffer.concat(chunks).toString() };
      this.exchanges.push(exchange);
      const reply = this.reply(exchange);
      if (reply === 'cut') return request.socket.destroy();
      if (reply === 'hang') return undefined;
      const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
      const type = body.startsWith('<') ? 'text/xml' : 'application/json';
      return response.writeHead(reply.status, { 'content-type': type, ...reply.error && { 'x-amzn-errortype': reply.error } }).end(body);
    });
  }
}
