import model from './model/cleanrooms.json';

export type OperationName = keyof typeof model.operations;
export type ErrorName = Extract<keyof typeof model.shapes, `${string}Exception`>;

export interface Member {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring';
  readonly locationName?: string;
}

export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly error?: { readonly httpStatusCode: number };
}

export interface ListShape {
  readonly type: 'list';
  readonly member: Member;
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape {
  readonly type: 'map';
  readonly key: Member;
  readonly value: Member;
  readonly min?: number;
  readonly max?: number;
}

export interface StringShape {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface NumberShape {
  readonly type: 'integer' | 'long' | 'float' | 'double';
  readonly min?: number;
  readonly max?: number;
}

export interface PlainShape {
  readonly type: 'boolean' | 'timestamp';
}

export type Shape = StructureShape | ListShape | MapShape | StringShape | NumberShape | PlainShape;

export interface Operation {
  readonly name: OperationName;
  readonly method: string;
  /** The segments of the request URI; a label is written in braces. */
  readonly segments: readonly string[];
  readonly responseCode: number;
  readonly input: StructureShape;
  readonly output: StructureShape;
  readonly errors: readonly string[];
  readonly readonly: boolean;
}

interface ModelledOperation {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode: number };
  readonly input: Member;
  readonly output: Member;
  readonly errors: readonly Member[];
  readonly readonly?: boolean;
}

const SHAPES: Readonly<Record<string, unknown>> = model.shapes;

export function shapeOf(name: string): Shape {
  const shape = SHAPES[name];
  if (shape === undefined) {
    throw new Error(`the service model has no shape '${name}'`);
  }
  return shape as Shape;
}

export function structureOf(name: string): StructureShape {
  const shape = shapeOf(name);
  if (shape.type !== 'structure') {
    throw new Error(`shape '${name}' of the service model is a ${shape.type}, not a structure`);
  }
  return shape;
}

function operationOf(name: OperationName): Operation {
  const modelled: ModelledOperation = model.operations[name];
  return {
    name,
    method: modelled.http.method,
    segments: modelled.http.requestUri.split('/').slice(1),
    responseCode: modelled.http.responseCode,
    input: structureOf(modelled.input.shape),
    output: structureOf(modelled.output.shape),
    errors: modelled.errors.map(({ shape }) => shape),
    readonly: modelled.readonly === true,
  };
}

export const OPERATIONS: ReadonlyMap<OperationName, Operation> = new Map(
  (Object.keys(model.operations) as OperationName[]).map((name) => [name, operationOf(name)]),
);

export function operationNamed(name: OperationName): Operation {
  const operation = OPERATIONS.get(name);
  if (operation === undefined) {
    throw new Error(`the service model has no operation '${name}', it has ${[...OPERATIONS.keys()].join(', ')}`);
  }
  return operation;
}
