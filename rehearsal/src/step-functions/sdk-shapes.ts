import { UnfitArguments } from './errors';
import { isObject, JsonObject, JsonValue } from './json';

/** A service model as botocore ships it, as far as the shapes of parameters and results go. */
export interface ServiceModel {
  readonly operations: { readonly [name: string]: { readonly input?: ShapeRef; readonly output?: ShapeRef } };
  readonly shapes: { readonly [name: string]: Shape };
}

interface ShapeRef {
  readonly shape: string;
}

export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: { readonly [name: string]: ShapeRef };
  readonly member?: ShapeRef;
  readonly value?: ShapeRef;
  readonly exception?: boolean;
}

const NUMBERS = ['integer', 'long', 'float', 'double'];

/** Between the PascalCase of Step Functions and the names of the service; the keys of maps are data and stay. */
export class SdkShapes {
  constructor(private readonly model: ServiceModel) {}

  operation(name: string): { readonly input?: ShapeRef; readonly output?: ShapeRef } | undefined {
    return this.model.operations[name];
  }

  isException(name: string): boolean {
    return this.model.shapes[name]?.exception === true;
  }

  /** Parameters for the service; what Step Functions would not even send is a `States.Runtime` error, which nothing catches. */
  toService(shape: ShapeRef, parameters: JsonValue): unknown {
    const problems: string[] = [];
    const converted = this.inward(shape, parameters, '', problems);
    if (problems.length > 0) throw new UnfitArguments(JSON.stringify(parameters), problems);
    return converted;
  }

  /** A result in PascalCase, timestamps as ISO strings; members that are absent stay absent. */
  fromService(shape: ShapeRef, result: unknown): JsonValue {
    const { type, members, member, value } = this.shape(shape);
    if (type === 'structure') {
      const entries = Object.entries(members ?? {}).flatMap(([name, ref]) => {
        const given = (result as Record<string, unknown>)[name];
        return given === undefined || given === null ? [] : [[capital(name), this.fromService(ref, given)] as const];
      });
      return Object.fromEntries(entries);
    }
    if (type === 'list' && member !== undefined) return (result as unknown[]).map((item) => this.fromService(member, item));
    if (type === 'map' && value !== undefined) {
      return Object.fromEntries(Object.entries(result as object).map(([key, item]) => [key, this.fromService(value, item)]));
    }
    return result instanceof Date ? result.toISOString() : result as JsonValue;
  }

  private inward(ref: ShapeRef, given: JsonValue, field: string, problems: string[]): unknown {
    const shape = this.shape(ref);
    switch (shape.type) {
      case 'structure':
        return isObject(given) ? this.structure(shape, given, problems) : wrong(field, 'a STRUCTURE', problems);
      case 'list':
        if (!Array.isArray(given) || shape.member === undefined) return wrong(field, 'a LIST', problems);
        return given.map((item) => this.inward(shape.member as ShapeRef, item as JsonValue, field, problems));
      case 'map': {
        if (!isObject(given) || shape.value === undefined) return wrong(field, 'a MAP', problems);
        const { value } = shape;
        return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, this.inward(value, item, key, problems)]));
      }
      case 'boolean':
        return typeof given === 'boolean' ? given : wrong(field, 'a BOOLEAN', problems);
      case 'timestamp':
        return typeof given === 'string' ? new Date(given) : wrong(field, 'a TIMESTAMP', problems);
      default:
        if (NUMBERS.includes(shape.type)) return typeof given === 'number' ? given : wrong(field, 'a NUMBER', problems);
        return typeof given === 'string' ? given : wrong(field, 'a STRING', problems);
    }
  }

  private structure(shape: Shape, given: JsonObject, problems: string[]): unknown {
    const names = new Map(Object.keys(shape.members ?? {}).map((name) => [capital(name), name]));
    for (const name of shape.required ?? []) {
      if (given[capital(name)] === undefined) problems.push(`The field '${capital(name)}' is required but was missing`);
    }
    const entries = Object.entries(given).flatMap(([field, value]) => {
      const name = names.get(field);
      if (name !== undefined) return [[name, this.inward((shape.members ?? {})[name], value, field, problems)] as const];
      problems.push(`The field '${field}' is not supported by Step Functions`);
      return [];
    });
    return Object.fromEntries(entries);
  }

  private shape(ref: ShapeRef): Shape {
    return this.model.shapes[ref.shape];
  }
}

function wrong(field: string, expected: string, problems: string[]): undefined {
  problems.push(`The value for the field '${field}' must be ${expected}`);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
