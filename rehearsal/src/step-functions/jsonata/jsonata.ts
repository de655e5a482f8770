import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { seededRandom, seededUuid, VirtualClock } from '../clock';
import { LanguageError } from '../errors';
import { isObject, JsonObject, JsonValue } from '../json';
import { JsonataRecord } from './jsonata-record';
import { expressionOf, parsed } from './parsed-expression';

/** What an expression sees: `$states` and the variables in scope. */
export interface Bindings {
  readonly states: JsonObject;
  readonly variables: JsonObject;
}

const HASHES: Record<string, string> = { 'MD5': 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };

/** Evaluates `{% … %}` by the reference implementation, with the functions that Step Functions adds and those it disables. */
export class JsonataEvaluator {
  private readonly record = JsonataRecord.fromEnvironment();
  private readonly functions: Record<string, unknown>;

  constructor(private readonly clock: VirtualClock) {
    this.functions = this.addedFunctions();
  }

  /** Evaluates every expression in a template; `field` says where it stands, as causes name it: `Arguments/a/b[0]`. */
  async evaluate(template: JsonValue, field: string, bindings: Bindings): Promise<JsonValue> {
    if (typeof template === 'string') {
      const expression = expressionOf(template);
      return expression === undefined ? template : this.expression(expression, field, bindings);
    }
    if (Array.isArray(template)) {
      const items: JsonValue[] = [];
      for (const [index, item] of template.entries()) {
        items.push(await this.evaluate(item as JsonValue, `${field}[${index}]`, bindings));
      }
      return items;
    }
    if (isObject(template)) {
      const members: Record<string, JsonValue> = {};
      for (const [key, member] of Object.entries(template)) {
        members[key] = await this.evaluate(member, `${field}/${key}`, bindings);
      }
      return members;
    }
    return template;
  }

  /** Evaluates a field that must give a boolean, a string or a number. */
  async scalar<T extends 'boolean' | 'string' | 'number'>(template: JsonValue, field: string, bindings: Bindings, type: T) {
    const value = await this.evaluate(template, field, bindings);
    if (typeof value !== type) {
      const got = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
      throw queryError(template as string, field, `returned an unexpected result type. Expected '${type}', but was '${got}'.`);
    }
    return value as T extends 'boolean' ? boolean : T extends 'string' ? string : number;
  }

  /** Evaluates a field that must give a whole number of at least `minimum`. */
  async integer(template: JsonValue, field: string, bindings: Bindings, minimum: number): Promise<number> {
    const value = await this.scalar(template, field, bindings, 'number');
    if (!Number.isInteger(value) || value < minimum || value > 99_999_999) {
      throw queryError(String(template), field, `returned ${value}, but an integer from ${minimum} to 99999999 is expected.`);
    }
    return value;
  }

  private async expression(expression: string, field: string, bindings: Bindings): Promise<JsonValue> {
    let result: unknown;
    try {
      const known = parsed(expression);
      const bound = { ...bindings.variables, states: bindings.states };
      const evaluate = async (): Promise<unknown> => known.evaluate(undefined, { ...this.functions, ...bound });
      result = await (this.record === undefined ? evaluate() : this.record.watch(expression, bound, evaluate));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      throw queryError(expression, field, `threw an error during evaluation. ${code ?? 'Error'}: ${message}`);
    }
    if (result === undefined) throw queryError(expression, field, 'returned nothing (undefined).');
    if (holdsFunction(result)) throw queryError(expression, field, 'returned an unsupported result type: a function.');
    return JSON.parse(JSON.stringify(result)) as JsonValue;
  }

  private addedFunctions(): Record<string, (...args: never[]) => unknown> {
    const { clock } = this;
    const drawn = <T>(value: T): T => (this.record === undefined ? value : this.record.drawn(value));
    return {
      now: async (picture?: string, timezone?: string) =>
        drawn(await jsonata('$fromMillis($at, $picture, $timezone)').evaluate(undefined, { at: clock.now(), picture, timezone })),
      millis: () => drawn(clock.now()),
      uuid: () => drawn(seededUuid(clock.random)),
      random: (seed?: number) => drawn(seed === undefined ? clock.random() : seededRandom(seed)()),
      parse: (text?: string) => (text === undefined ? undefined : JSON.parse(text) as unknown),
      hash: (text?: string, algorithm?: string) => {
        if (text === undefined || algorithm === undefined) return undefined;
        const name = HASHES[algorithm];
        if (name === undefined) throw new Error(`unknown hash algorithm '${algorithm}': one of ${Object.keys(HASHES).join(', ')}`);
        return createHash(name).update(text).digest('hex');
      },
      partition: (array?: unknown[], size?: number) => partition(array, size),
      range: (start?: number, end?: number, step?: number) => range(start, end, step),
    };
  }
}

export function queryError(expression: string, field: string, what: string): LanguageError {
  const text = expressionOf(expression) ?? expression;
  return new LanguageError('States.QueryEvaluationError', `The JSONata expression '${text}' specified for the field '${field}' ${what}`);
}

/** Numbers are cut towards zero; a size of zero and an empty array give nothing. */
function partition(array?: unknown[], size?: number): unknown[][] | undefined {
  const length = Math.trunc(size ?? 0);
  if (array === undefined || array.length === 0 || length <= 0) return undefined;
  return Array.from({ length: Math.ceil(array.length / length) }, (_, index) => array.slice(index * length, (index + 1) * length));
}

/** From `start` to `end`, both included; a range of one element is that number itself. */
function range(start?: number, end?: number, step?: number): number | number[] | undefined {
  if (start === undefined || end === undefined || step === undefined) return undefined;
  const [from, to, by] = [start, end, step].map(Math.trunc);
  if (by === 0 || (to - from) * by < 0) return undefined;
  const numbers = Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
  return numbers.length === 1 ? numbers[0] : numbers;
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return true;
  return Object.values(value).some(holdsFunction);
}
