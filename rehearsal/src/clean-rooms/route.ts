import { type Operation, OPERATIONS, shapeOf } from './service-model';

export type Labels = Readonly<Record<string, string>>;

export interface Route {
  readonly operation: Operation;
  readonly labels: Labels;
}

/** The operation of a method and path. An empty label, as in `GET /memberships/`, belongs to none. */
export function routeOf(method: string, pathname: string): Route | undefined {
  const segments = pathname.split('/').slice(1);
  for (const operation of OPERATIONS.values()) {
    const labels = operation.method === method ? labelsOf(operation.segments, segments) : undefined;
    if (labels !== undefined) {
      return { operation, labels };
    }
  }
  return undefined;
}

/** A body that cannot even be read. */
export class MalformedBody extends Error {}

/** Labels, query and body put together; nothing is checked here. */
export function inputOf({ operation, labels }: Route, query: URLSearchParams, body: string): Record<string, unknown> {
  const input: Record<string, unknown> = { ...bodyOf(body), ...labels };
  for (const [name, member] of Object.entries(operation.input.members)) {
    const values = query.getAll(member.locationName ?? name);
    if (member.location === 'querystring' && values.length > 0) {
      input[name] = queryValue(member.shape, values);
    }
  }
  return input;
}

function labelsOf(template: readonly string[], segments: readonly string[]): Labels | undefined {
  if (template.length !== segments.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index];
    if (part.startsWith('{') && segment !== '') {
      labels[part.slice(1, -1)] = decoded(segment);
    } else if (part !== segment) {
      return undefined;
    }
  }
  return labels;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What is no number stays a string, for the validation to refuse. */
function queryValue(shapeName: string, values: readonly string[]): unknown {
  const shape = shapeOf(shapeName);
  switch (shape.type) {
    case 'list': return values;
    case 'integer': return /^-?\d+$/.test(values[0]) ? Number(values[0]) : values[0];
    default: return values[0];
  }
}

function bodyOf(text: string): object {
  if (text === '') {
    return {};
  }
  const body = parsed(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new MalformedBody('the body is no JSON object');
  }
  return body;
}

function parsed(text: string): unknown {
  try {
    // A null is as good as absent.
    return JSON.parse(text, (_, value: unknown) => value === null ? undefined : value);
  } catch {
    throw new MalformedBody('the body is no JSON');
  }
}
