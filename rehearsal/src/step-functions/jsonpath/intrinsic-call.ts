import { LanguageError } from '../errors';
import { FormatTemplate } from './format-template';
import { IntrinsicFailure, INTRINSIC_FUNCTIONS } from './intrinsic-functions';
import { JsonValue } from '../json';
import { JsonPath, Sources } from './jsonpath';
import { TextScanner } from './text-scanner';

/** A text, a number or the like that stands in a call. */
interface Literal {
  readonly value: JsonValue;
  /** Of a text as it stands there, with escapes. */
  readonly raw?: string;
}

type Argument = JsonPath | IntrinsicCall | Literal;

const FORMAT = 'States.Format';
const NAME = /(States\.\w+)\(/y;
const TEXT = /'((?:[^'\\]|\\['{}\\])*)'/y;
const OTHER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b/y;
const SPACE = /\s*/y;
const MOST_CALLS = 10;

/** A call of an intrinsic function, with what stands in its parentheses. */
export class IntrinsicCall {
  /** @throws what the service would not take, or the local runner does not know */
  static parse(text: string): IntrinsicCall {
    const scanner = new TextScanner(text);
    const call = IntrinsicCall.read(scanner);
    if (call === undefined || !scanner.isAtEnd) throw new Error(`'${text}' must be a valid JSONPath or a valid intrinsic function call`);
    if (call.calls > MOST_CALLS) throw new Error(`'${text}' nests more than ${MOST_CALLS} intrinsic functions`);
    return call;
  }

  private static read(scanner: TextScanner): IntrinsicCall | undefined {
    const start = scanner.at;
    const name = scanner.match(NAME)?.[1];
    if (name === undefined) return undefined;
    const args: Argument[] = [];
    scanner.match(SPACE);
    if (!scanner.skip(')')) {
      do {
        scanner.match(SPACE);
        const argument = readArgument(scanner, () => IntrinsicCall.read(scanner));
        if (argument === undefined) return undefined;
        args.push(argument);
        scanner.match(SPACE);
      } while (scanner.skip(','));
      if (!scanner.skip(')')) return undefined;
    }
    return new IntrinsicCall(scanner.since(start), name, args);
  }

  private constructor(readonly text: string, private readonly name: string, readonly args: readonly Argument[]) {
    const takes = name === FORMAT ? [1, Infinity] : INTRINSIC_FUNCTIONS[name]?.takes;
    if (takes === undefined) throw new Error(`${name} is none of the intrinsic functions that the local runner knows: ${FORMAT}, ${Object.keys(INTRINSIC_FUNCTIONS).join(', ')}`);
    const [least, most] = takes;
    if (args.length < least || args.length > most) {
      throw new Error(`${name} takes ${least === most ? least : `${least} to ${most}`}, got ${args.length} arguments`);
    }
    const [first] = args;
    if (name === FORMAT && 'raw' in first) FormatTemplate.ofLiteral(first.raw ?? '');
  }

  /** The paths in it. */
  get paths(): readonly JsonPath[] {
    return this.args.flatMap((argument) => (argument instanceof JsonPath ? [argument] : argument instanceof IntrinsicCall ? argument.paths : []));
  }

  /** @param whole the call in which this one stands, as causes name it */
  evaluate(sources: Sources, random: () => number, whole = this.text): JsonValue {
    const values = this.args.map((argument) => valueOf(argument, sources, random, whole));
    try {
      return this.name === FORMAT ? this.format(values) : INTRINSIC_FUNCTIONS[this.name].apply(values, random);
    } catch (error) {
      if (!(error instanceof IntrinsicFailure)) throw error;
      throw new LanguageError('States.IntrinsicFailure', `The function '${whole}' had the following error: ${error.message}`);
    }
  }

  private get calls(): number {
    return this.args.reduce((sum, argument) => sum + (argument instanceof IntrinsicCall ? argument.calls : 0), 1);
  }

  private format([template, ...values]: readonly JsonValue[]): string {
    const [first] = this.args;
    return ('raw' in first ? FormatTemplate.ofLiteral(first.raw ?? '') : FormatTemplate.ofValue(template)).fill(values);
  }
}

function readArgument(scanner: TextScanner, readCall: () => IntrinsicCall | undefined): Argument | undefined {
  const text = scanner.match(TEXT)?.[1];
  if (text !== undefined) return { value: text.replace(/\\(.)/gs, '$1'), raw: text };
  const other = scanner.match(OTHER)?.[0];
  if (other !== undefined) return { value: JSON.parse(other) as JsonValue };
  return scanner.rest.startsWith('$') ? JsonPath.read(scanner) : readCall();
}

function valueOf(argument: Argument, sources: Sources, random: () => number, whole: string): JsonValue {
  if (argument instanceof IntrinsicCall) return argument.evaluate(sources, random, whole);
  if (!(argument instanceof JsonPath)) return argument.value;
  const value = argument.find(sources);
  if (value !== undefined) return value;
  // Of a path into the context the service names the rest, and the input all the same.
  const path = argument.isOfContext ? argument.text.slice(1) : argument.text;
  throw new LanguageError('States.Runtime', `The function '${whole}' had the following error: `
    + `The JsonPath argument for the field '${path}' could not be found in the input '${JSON.stringify(sources.data)}'`);
}
