import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { excerptOf } from './decoder';
import { Failure } from './service-error';

const REQUEST_TYPES: readonly unknown[] = ['Create', 'Update', 'Delete'];

/** Refuses an event without what CloudFormation always sends. */
export function requireRequest(event: CloudFormationCustomResourceEvent): void {
  if (!REQUEST_TYPES.includes(event.RequestType)) {
    throw new Failure(`the request type must be ${REQUEST_TYPES.join(', ')}, got ${excerptOf(event.RequestType)}`);
  }
  const { StackId, LogicalResourceId } = event;
  const sent = { StackId, LogicalResourceId, ...event.RequestType !== 'Create' && { PhysicalResourceId: event.PhysicalResourceId } };
  for (const [name, value] of Object.entries<unknown>(sent)) {
    if (typeof value !== 'string') throw new Failure(`the event's ${name} must be a string, got ${excerptOf(value)}`);
  }
}
