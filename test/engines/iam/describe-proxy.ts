import { createServer, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before CloudFormation's local API and tells which stacks are asked for. */
export class DescribeProxy {
  public static async start(onDescribe: (action: string, stack: string) => void): Promise<DescribeProxy> {
    const proxy = new DescribeProxy(onDescribe);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** Where requests go; known once the account has started. */
  public target = '';
  private readonly server: Server;

  private constructor(onDescribe: (action: string, stack: string) => void) {
    this.server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      void (async () => {
        const body = await textOf(request);
        const query = new URLSearchParams(body);
        const [action, stack] = [query.get('Action'), query.get('StackName')];
        if (action !== null && stack !== null) onDescribe(action, stack);
        const answer = await fetch(this.target, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
        response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text());
      })();
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
