import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerQuery, DescribedStack, THROTTLED } from './query-api';

/** Where the answer to one custom-resource request is PUT, as S3 would take it. */
export class AnswerBox {
  /** Settles with the first answer that counts. */
  public readonly answered: Promise<Buffer>;
  /** Every PUT, refused ones included. */
  public readonly received: { readonly status: number; readonly body: string }[] = [];
  private settle?: (body: Buffer) => void;

  /** @param hangs how many of the first PUTs are never answered */
  constructor(public readonly url: string, private refusals: number, private readonly drops: boolean, private hangs: number) {
    this.answered = new Promise((resolve) => { this.settle = resolve; });
  }

  public put(request: IncomingMessage, body: Buffer): { status: number; body: string } | 'hangs' {
    if (this.hangs > 0) {
      this.hangs -= 1;
      return 'hangs';
    }
    const verdict = this.judge(request);
    this.received.push({ status: verdict.status, body: body.toString('utf8') });
    if (verdict.status === 200 && !this.drops) this.settle?.(body);
    return verdict;
  }

  private judge(request: IncomingMessage): { status: number; body: string } {
    if (this.refusals > 0) {
      this.refusals -= 1;
      return refusal(503, 'SlowDown', 'Please reduce your request rate.');
    }
    if (request.headers['content-type'] !== undefined && request.headers['content-type'] !== '') {
      return refusal(403, 'SignatureDoesNotMatch', 'The URL is signed for an empty content-type.');
    }
    if (request.headers['content-length'] === undefined) {
      return refusal(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented: Transfer-Encoding.');
    }
    return { status: 200, body: '' };
  }
}

/** The HTTP side of the account: pre-signed URLs for answers, and CloudFormation's query API. */
export class AccountEndpoint {
  public static async start(stacks: () => readonly DescribedStack[], now: () => number): Promise<AccountEndpoint> {
    const endpoint = new AccountEndpoint(stacks, now);
    await new Promise<void>((resolve, reject) => {
      endpoint.server.once('error', reject);
      endpoint.server.listen(0, '127.0.0.1', resolve);
    });
    return endpoint;
  }

  /** Requests about stacks that are still to be refused as throttled. */
  public throttledDescriptions = 0;
  /** Requests about stacks that are never to be answered. */
  public hangingDescriptions = 0;
  private readonly server: Server;
  private readonly boxes = new Map<string, AnswerBox>();

  private constructor(private readonly stacks: () => readonly DescribedStack[], private readonly now: () => number) {
    this.server = createServer({ keepAliveTimeout: 0 }, (request, response) => { void this.serve(request, response); });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public openBox(requestId: string, refusals: number, drops: boolean, hangs: number): AnswerBox {
    const path = `/answers/${requestId}`;
    const box = new AnswerBox(`${this.url}${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=7200&X-Amz-Signature=local`, refusals, drops, hangs);
    this.boxes.set(path, box);
    return box;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the function was cut off in the middle of its request
    }
    const answer = this.answer(request, Buffer.concat(chunks));
    if (answer === 'hangs') return response.writeProcessing();
    const { status, body } = answer;
    response.writeHead(status, body === '' ? {} : { 'content-type': 'text/xml' }).end(body);
  }

  private answer(request: IncomingMessage, body: Buffer): { status: number; body: string } | 'hangs' {
    const { pathname } = new URL(request.url ?? '/', this.url);
    const box = this.boxes.get(pathname);
    if (request.method === 'PUT' && box !== undefined) return box.put(request, body);
    if (request.method === 'POST' && pathname === '/') {
      if (this.hangingDescriptions > 0) {
        this.hangingDescriptions -= 1;
        return 'hangs';
      }
      if (this.throttledDescriptions > 0) {
        this.throttledDescriptions -= 1;
        return THROTTLED;
      }
      return answerQuery(new URLSearchParams(body.toString('utf8')), this.stacks(), this.now());
    }
    return refusal(404, 'NoSuchKey', `nothing is at ${request.method} ${pathname}`);
  }
}

function refusal(status: number, code: string, message: string): { status: number; body: string } {
  return { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}
