import type { ConflictExceptionReason } from '@aws-sdk/client-cleanrooms';
import type { ErrorName } from './service-model';
import type { Problem } from './validate';

/** An error that the service gives. What it may be is the model's to say: see `answerError`. */
export class ServiceError extends Error {
  constructor(readonly errorName: ErrorName, message: string, readonly details: Readonly<Record<string, unknown>> = {}) {
    super(message);
  }
}

export function accessDenied(message: string): ServiceError {
  return new ServiceError('AccessDeniedException', message, { reason: 'INSUFFICIENT_PERMISSIONS' });
}

/** Of a template or a query: the model's resource types have no word for either. */
export function notInMembership(resourceId: string): ServiceError {
  return resourceNotFound('MEMBERSHIP', resourceId);
}

export function resourceNotFound(resourceType: 'MEMBERSHIP' | 'COLLABORATION', resourceId: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Resource ${resourceId} was not found.`, { resourceType, resourceId });
}

export function membershipConflict(reason: ConflictExceptionReason | undefined, resourceId: string, message: string): ServiceError {
  return new ServiceError('ConflictException', message, { resourceType: 'MEMBERSHIP', resourceId, ...reason !== undefined && { reason } });
}

/** The model's resource types have no word for a query or a template, and this member is optional. */
export function conflict(reason: ConflictExceptionReason, resourceId: string, message: string): ServiceError {
  return new ServiceError('ConflictException', message, { resourceId, reason });
}

export function serviceQuotaExceeded(quotaName: string, quotaValue: number): ServiceError {
  return new ServiceError('ServiceQuotaExceededException', `${quotaName} are limited to ${quotaValue}.`, { quotaName, quotaValue });
}

export function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 'Rate exceeded.');
}

export function invalidQuery(message: string): ServiceError {
  return new ServiceError('ValidationException', message, { reason: 'INVALID_QUERY' });
}

export function invalidConfiguration(message: string): ServiceError {
  return new ServiceError('ValidationException', message, { reason: 'INVALID_CONFIGURATION' });
}

export function iamSynchronizationDelay(roleArn: string): ServiceError {
  return new ServiceError('ValidationException', `Role ${roleArn} cannot be assumed yet, IAM changes take time to propagate.`,
    { reason: 'IAM_SYNCHRONIZATION_DELAY' });
}

/** Of a role that cannot be seen yet, as the service might say it too. */
export function unusableRole(roleArn: string): ServiceError {
  return new ServiceError('ValidationException', `Role ${roleArn} cannot be used.`);
}

export function fieldValidationFailed(problems: readonly Problem[]): ServiceError {
  const list = problems.map(({ name, message }) => `Value at '${name}' failed to satisfy constraint: ${message}`).join('; ');
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return new ServiceError('ValidationException', `${count} detected: ${list}`,
    { reason: 'FIELD_VALIDATION_FAILED', fieldList: problems });
}
