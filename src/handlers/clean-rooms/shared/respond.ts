import * as http from 'node:http';
import * as https from 'node:https';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Clock } from './clock';

/** What CloudFormation is told. */
export type Response =
  | { readonly Status: 'SUCCESS'; readonly PhysicalResourceId: string; readonly Data: Record<string, string> }
  | { readonly Status: 'FAILED'; readonly PhysicalResourceId: string; readonly Reason: string };

export type Respond = (event: CloudFormationCustomResourceEvent, response: Response, logStreamName: string) => Promise<void>;

/** CloudFormation drops a longer answer, and the deployer waits for the time-out. */
const MAX_BODY_BYTES = 4096;
const ATTEMPTS = 4;
/** With the pauses between them all attempts fit into the time that is kept for the answer (`retry.ts`). */
const ATTEMPT_LIMIT = 5_000;

/**
 * Refuses, before anything is done, what cannot be answered: an invocation by somebody else than CloudFormation. Node's own
 * error would tell the URL.
 */
export function requireAnswerable(event: unknown): asserts event is CloudFormationCustomResourceEvent {
  const { ResponseURL: url } = (event ?? {}) as { readonly ResponseURL?: unknown };
  if (typeof url === 'string' && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return;
  throw new Error('the event has no ResponseURL to answer to, as those of CloudFormation have: nothing was done');
}

/** PUTs the answer to the pre-signed URL, which is a credential: it is in no message. */
export function respondWith(clock: Clock): Respond {
  return async (event, response, logStreamName) => {
    const body = bodyOf(event, response, logStreamName);
    for (let attempt = 0; ; attempt += 1) {
      const refused = await tryToAnswer(clock, event.ResponseURL, body);
      if (refused === undefined) return;
      if (refused.final || attempt + 1 === ATTEMPTS) throw new Error(`CloudFormation could not be answered: ${refused.reason}`);
      await clock.sleep(1_000 * 2 ** attempt);
    }
  };
}

/** Only the reason can be long, so only it is cut; where to read on stays. */
function bodyOf({ StackId, RequestId, LogicalResourceId }: CloudFormationCustomResourceEvent, response: Response, logStreamName: string): string {
  const echo = { StackId, RequestId, LogicalResourceId };
  if (response.Status === 'SUCCESS') return JSON.stringify({ ...response, ...echo });
  const bodyWith = (reason: string) => JSON.stringify({ ...response, ...echo, Reason: `${reason} (log stream ${logStreamName})` });
  let body = bodyWith(response.Reason);
  let characters = [...response.Reason];
  while (Buffer.byteLength(body) > MAX_BODY_BYTES && characters.length > 0) {
    characters = characters.slice(0, Math.floor(characters.length * 0.9));
    body = bodyWith(`${characters.join('')}…`);
  }
  return body;
}

interface Refused {
  readonly reason: string;
  /** The same request would be refused again. */
  readonly final: boolean;
}

async function tryToAnswer(clock: Clock, responseUrl: string, body: string): Promise<Refused | undefined> {
  try {
    const status = await clock.limit(ATTEMPT_LIMIT, (signal) => put(responseUrl, body, signal));
    return status < 300 ? undefined : { reason: `status ${status}`, final: status < 500 };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return { reason: code ?? name, final: false };
  }
}

async function put(responseUrl: string, body: string, signal: AbortSignal): Promise<number> {
  const { request } = new URL(responseUrl).protocol === 'http:' ? http : https;
  // An empty content type is what the URL was signed for.
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request(responseUrl, { method: 'PUT', headers, signal }, (incoming) => {
      incoming.on('error', reject);
      incoming.on('end', () => resolve(incoming.statusCode ?? 0));
      incoming.resume();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
