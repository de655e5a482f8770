import { fieldValidationFailed } from './service-error';

export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** One page of a list. A page may hold fewer than were asked for, as the service's may. */
export function pageOf<T>(items: readonly T[], { nextToken, maxResults = 100 }: PageRequest, pageSize: number):
{ readonly items: T[]; readonly nextToken?: string } {
  const start = nextToken === undefined ? 0 : offsetOf(nextToken);
  const end = start + Math.min(maxResults, pageSize);
  return { items: items.slice(start, end), ...end < items.length && { nextToken: tokenOf(end) } };
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset ${offset}`).toString('base64url');
}

function offsetOf(token: string): number {
  const offset = /^offset (\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (offset === null) {
    throw fieldValidationFailed([{ name: 'nextToken', message: 'Member must be a token that this operation returned' }]);
  }
  return Number(offset[1]);
}
