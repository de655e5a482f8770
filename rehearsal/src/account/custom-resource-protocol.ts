import type { RequestType } from './faults';
import { isObject, Json, JsonObject } from './template';

/** The event that CloudFormation sends to the function behind a custom resource. */
export interface CustomResourceRequest {
  readonly RequestType: RequestType;
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: JsonObject;
  readonly OldResourceProperties?: JsonObject;
}

/** What the function answered, once it has passed CloudFormation's rules. */
export interface CustomResourceAnswer {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalId?: string;
  readonly attributes: JsonObject;
  readonly reason?: string;
}

const MAX_ANSWER_BYTES = 4096;
const MAX_PHYSICAL_ID_BYTES = 1024;

/** CloudFormation hands every scalar over as a string; lists and maps keep their shape. */
export function stringifyScalars(value: Json): Json {
  if (value === null) throw new TypeError('null values are not allowed in templates');
  if (Array.isArray(value)) return value.map(stringifyScalars);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stringifyScalars(item)]));
  return String(value);
}

/** Reads an answer as CloudFormation does; an answer that breaks a rule is an error with the rule's name. */
export function readAnswer(request: CustomResourceRequest, body: Buffer): CustomResourceAnswer {
  if (body.byteLength > MAX_ANSWER_BYTES) {
    throw new Error(`Response object is too long: ${body.byteLength} bytes, at most ${MAX_ANSWER_BYTES} are read`);
  }
  const answer = parse(body);
  for (const key of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (answer[key] !== request[key]) throw new Error(`Invalid response: ${key} must be echoed, got ${JSON.stringify(answer[key])}`);
  }
  const { Status, PhysicalResourceId, Reason, Data } = answer;
  if (Status !== 'SUCCESS' && Status !== 'FAILED') {
    throw new Error(`Invalid response: Status must be SUCCESS or FAILED, got ${JSON.stringify(Status)}`);
  }
  if (Reason !== undefined && typeof Reason !== 'string') throw new Error('Invalid response: Reason must be a string');
  if (Status === 'FAILED' && (Reason === undefined || Reason === '')) throw new Error('Invalid response: FAILED needs a Reason');
  if (Data !== undefined && !isObject(Data)) throw new Error('Invalid response: Data must be a map');
  return { status: Status, physicalId: physicalIdOf(PhysicalResourceId, Status), attributes: Data ?? {}, reason: Reason };
}

function parse(body: Buffer): JsonObject {
  let answer: unknown;
  try {
    answer = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Error('Invalid response: the body is not JSON');
  }
  if (!isObject(answer)) throw new Error('Invalid response: the body is not a JSON object');
  return answer;
}

function physicalIdOf(id: Json | undefined, status: 'SUCCESS' | 'FAILED'): string | undefined {
  if (id === undefined && status === 'FAILED') return undefined;
  if (typeof id !== 'string' || id === '') throw new Error(`Invalid PhysicalResourceId: it must be a string, got ${JSON.stringify(id)}`);
  if (Buffer.byteLength(id) > MAX_PHYSICAL_ID_BYTES) {
    throw new Error(`Invalid PhysicalResourceId: ${Buffer.byteLength(id)} bytes, at most ${MAX_PHYSICAL_ID_BYTES} are allowed`);
  }
  return id;
}
