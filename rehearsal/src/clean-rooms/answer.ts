import { NotSimulated } from './not-simulated';
import { MalformedBody } from './route';
import { ServiceError } from './service-error';
import { operationNamed, type OperationName, structureOf } from './service-model';
import { type Problem, structureProblems } from './validate';

/** What goes over the wire. */
export interface Answer {
  readonly status: number;
  /** The error's name, for the `x-amzn-errortype` header. */
  readonly error?: string;
  readonly body: string;
}

/** The endpoint would have answered what the service cannot: a mistake in this folder, never in what is tested with it. */
export class EndpointBug extends Error {}

export function answerOutput(name: OperationName, output: unknown): Answer {
  const operation = operationNamed(name);
  assertValid(`the output of ${name}`, structureProblems(operation.output, output));
  return { status: operation.responseCode, body: operation.responseCode === 204 ? '' : toJson(output) };
}

export function answerError(name: OperationName, error: ServiceError): Answer {
  const operation = operationNamed(name);
  if (!operation.errors.includes(error.errorName)) {
    throw new EndpointBug(`${name} cannot give ${error.errorName}, the service model allows ${operation.errors.join(', ')}`);
  }
  const shape = structureOf(error.errorName);
  const body = { message: error.message, ...error.details };
  assertValid(`the ${error.errorName} of ${name}`, structureProblems(shape, body));
  return { status: shape.error?.httpStatusCode ?? 500, error: error.errorName, body: toJson(body) };
}

/** What a request is answered that could not be performed; a mistake of the endpoint's own is thrown on. */
export function answerFailure(name: OperationName, error: unknown): Answer {
  if (error instanceof ServiceError) {
    return answerError(name, error);
  }
  if (error instanceof MalformedBody) {
    return answerUnmodelled(400, 'SerializationException', error.message);
  }
  if (error instanceof NotSimulated) {
    return answerUnmodelled(501, 'NotSimulated', error.message);
  }
  throw error;
}

/** An error that no service model lists, such as that of an unknown route. */
export function answerUnmodelled(status: number, error: string, message: string): Answer {
  return { status, error, body: toJson({ message }) };
}

function assertValid(what: string, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new EndpointBug(`${what} breaks the service model: ${problems.map((p) => `'${p.name}' ${p.message}`).join('; ')}`);
  }
}

function toJson(value: unknown): string {
  return JSON.stringify(wireForm(value));
}

/** restJson1 writes a timestamp as a number of seconds. */
function wireForm(value: unknown): unknown {
  if (value instanceof Date) {
    return value.getTime() / 1000;
  }
  if (Array.isArray(value)) {
    return value.map(wireForm);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wireForm(item)]));
  }
  return value;
}
