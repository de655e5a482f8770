import { type ListShape, type MapShape, type NumberShape, shapeOf, type StringShape, type StructureShape } from './service-model';

/** A rule of the service model that a value breaks, worded as the service does. */
export interface Problem {
  /** Where in the request or answer, e.g. `defaultResultConfiguration.outputConfiguration.s3.bucket`. */
  readonly name: string;
  readonly message: string;
}

/** Everything that is wrong with a value, by the shape of that name. Timestamps are `Date`s here, `undefined` is absent. */
export function problemsOf(shapeName: string, value: unknown, path: string): Problem[] {
  if (value === undefined) {
    return [problem(path, 'Member must not be null')];
  }
  const shape = shapeOf(shapeName);
  switch (shape.type) {
    case 'structure': return structureProblems(shape, value, path);
    case 'list': return listProblems(shape, value, path);
    case 'map': return mapProblems(shape, value, path);
    case 'string': return stringProblems(shape, value, path);
    case 'boolean': return typeof value === 'boolean' ? [] : [problem(path, 'Member must be a boolean')];
    case 'timestamp': return value instanceof Date && !isNaN(value.getTime()) ? [] : [problem(path, 'Member must be a timestamp')];
    default: return numberProblems(shape, value, path);
  }
}

export function structureProblems(shape: StructureShape, value: unknown, path = ''): Problem[] {
  if (!isRecord(value)) {
    return [problem(path, 'Member must be a structure')];
  }
  const given = Object.keys(value).filter((name) => value[name] !== undefined);
  const missing = (shape.required ?? []).filter((name) => !given.includes(name));
  return [
    ...missing.map((name) => problem(join(path, name), 'Member must not be null')),
    ...given.flatMap((name) => Object.hasOwn(shape.members, name)
      ? problemsOf(shape.members[name].shape, value[name], join(path, name))
      : [problem(join(path, name), 'Member is not in the service model')]),
    ...shape.union && given.length !== 1
      ? [problem(path, `Member must have exactly one of ${Object.keys(shape.members).join(', ')}`)]
      : [],
  ];
}

function listProblems(shape: ListShape, value: unknown, path: string): Problem[] {
  if (!Array.isArray(value)) {
    return [problem(path, 'Member must be a list')];
  }
  const items: unknown[] = Array.from(value);
  return [
    ...lengthProblems(shape, items.length, path),
    ...items.flatMap((item, index) => problemsOf(shape.member.shape, item, join(path, `${index + 1}.member`))),
  ];
}

function mapProblems(shape: MapShape, value: unknown, path: string): Problem[] {
  if (!isRecord(value)) {
    return [problem(path, 'Member must be a map')];
  }
  const keys = Object.keys(value);
  return [
    ...lengthProblems(shape, keys.length, path),
    ...keys.flatMap((key) => problemsOf(shape.key.shape, key, `${path}.key`)),
    ...keys.flatMap((key) => problemsOf(shape.value.shape, value[key], join(path, `${key}.value`))),
  ];
}

function stringProblems(shape: StringShape, value: unknown, path: string): Problem[] {
  if (typeof value !== 'string') {
    return [problem(path, 'Member must be a string')];
  }
  const problems = lengthProblems(shape, [...value].length, path);
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    problems.push(problem(path, `Member must satisfy enum value set: [${shape.enum.join(', ')}]`));
  }
  if (shape.pattern !== undefined && !anchored(shape.pattern).test(value)) {
    problems.push(problem(path, `Member must satisfy regular expression pattern: ${shape.pattern}`));
  }
  return problems;
}

function numberProblems(shape: NumberShape, value: unknown, path: string): Problem[] {
  const whole = shape.type === 'integer' || shape.type === 'long';
  if (typeof value !== 'number' || !Number.isFinite(value) || whole && !Number.isInteger(value)) {
    return [problem(path, whole ? 'Member must be an integer' : 'Member must be a number')];
  }
  return boundProblems(shape, value, 'value', path);
}

function lengthProblems(shape: { readonly min?: number; readonly max?: number }, length: number, path: string): Problem[] {
  return boundProblems(shape, length, 'length', path);
}

function boundProblems(shape: { readonly min?: number; readonly max?: number }, size: number, what: string, path: string): Problem[] {
  if (shape.min !== undefined && size < shape.min) {
    return [problem(path, `Member must have ${what} greater than or equal to ${shape.min}`)];
  }
  if (shape.max !== undefined && size > shape.max) {
    return [problem(path, `Member must have ${what} less than or equal to ${shape.max}`)];
  }
  return [];
}

const PATTERNS = new Map<string, RegExp>();

/** The model's patterns have lost the anchors that the service checks with. */
function anchored(pattern: string): RegExp {
  const known = PATTERNS.get(pattern) ?? new RegExp(`^(?:${pattern})$`, 'u');
  PATTERNS.set(pattern, known);
  return known;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function problem(name: string, message: string): Problem {
  return { name, message };
}
