/** What an error of a service or of the way to it can carry; told apart by name and reason, never by message. */
interface ServiceError extends Error {
  readonly reason?: string;
  readonly code?: string;
  readonly quotaName?: string;
  readonly quotaValue?: number;
  readonly fieldList?: readonly { readonly name?: string; readonly message?: string }[];
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $fault?: string;
}

/** Told to the deployer as it is: one sentence. */
export class Failure extends Error {
  public readonly name = 'Failure';
}

/** Waiting has used up what time there was. */
export class OutOfTime extends Failure {
  constructor() {
    super('the function\'s time was used up by waiting for AWS: deploy again');
  }
}

/** An answer without what it is about, perhaps after the effect. */
export class UnreadableAnswer extends Error {
  public readonly name = 'UnreadableAnswer';
}

export const isNotFound = (error: unknown) => named(error, 'ResourceNotFoundException');

export const isAccessDenied = (error: unknown) => named(error, 'AccessDeniedException', 'AccessDenied');

/** The model does not require a reason: what there is says more. */
export const isConflict = (error: unknown, reason?: 'ALREADY_EXISTS') =>
  named(error, 'ConflictException') && (reason === undefined || error.reason === reason);

/** Of a Conflict that a DeleteMembership has met. */
export const isPerhapsNotEmpty = (error: unknown) =>
  named(error, 'ConflictException') && (error.reason === 'SUBRESOURCES_EXIST' || error.reason === undefined);

export const isInvalid = (error: unknown, reason: 'IAM_SYNCHRONIZATION_DELAY' | 'INVALID_CONFIGURATION') =>
  named(error, 'ValidationException') && error.reason === reason;

/** Of a call that hands a role over: no document says how the service refuses one that it cannot see yet. A field error is meant as it is said. */
export const isPerhapsUnseenRole = (error: unknown) => named(error, 'ValidationException')
  && !['IAM_SYNCHRONIZATION_DELAY', 'FIELD_VALIDATION_FAILED'].includes(error.reason ?? '') && (error.fieldList ?? []).length === 0;

export const isThrottling = (error: unknown) =>
  named(error, 'ThrottlingException', 'Throttling', 'TooManyRequestsException') || statusOf(error) === 429;

/** Nothing was sent: no such host, as in a region without the service. */
export const isUnresolved = (error: unknown) => error instanceof Error && (error as ServiceError).code === 'ENOTFOUND';

/** The service may have acted, or may not: an error of its own, or an answer that was lost or cannot be read. */
export function isUncertain(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Failure || isUnresolved(error)) return false;
  if (error instanceof UnreadableAnswer) return true;
  const { code, $fault, $metadata } = error as ServiceError;
  if ($fault !== undefined) return $fault === 'server' || (statusOf(error) ?? 0) >= 500;
  return $metadata !== undefined || error.name === 'TimeoutError' || /^E[A-Z]/.test(code ?? '');
}

/** One word for one kind of failure, such as `ValidationException/IAM_SYNCHRONIZATION_DELAY`. */
export function kindOf(error: unknown): string {
  const { name, reason, code } = error as ServiceError;
  return [name, reason ?? code].filter((part) => part !== undefined).join('/');
}

/** One sentence for the deployer, in one line whatever the service sends, without a stack. */
export function sentenceOf(error: unknown): string {
  return told(error).replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function told(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof Error)) return `the function failed: ${String(error)}`;
  if (named(error, 'ServiceQuotaExceededException')) {
    return `the quota ${error.quotaName ?? '(unnamed)'} of ${error.quotaValue ?? 'an unknown number'} is used up: `
      + 'ask for more in the Service Quotas console or delete what is no longer needed, then deploy again';
  }
  if (isAccessDenied(error)) {
    return `AWS denied access (${messageOf(error)}): allow the function's role what is missing, or find the policy that denies it`;
  }
  if (isUncertain(error)) return `AWS did not answer as it should (${kindOf(error)}: ${messageOf(error)}): deploy again`;
  const fields = (error as ServiceError).fieldList?.map((field) => `; ${field.name}: ${field.message}`).join('') ?? '';
  return `${messageOf(error)}${fields} (${kindOf(error)})`;
}

function named(error: unknown, ...names: string[]): error is ServiceError {
  return error instanceof Error && names.includes(error.name);
}

function statusOf(error: unknown): number | undefined {
  return (error as ServiceError | undefined)?.$metadata?.httpStatusCode;
}

function messageOf(error: Error): string {
  return error.message.trim().replace(/\.$/, '');
}
