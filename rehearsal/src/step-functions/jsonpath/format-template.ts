import { NotPlayed } from '../errors';
import { IntrinsicFailure } from './intrinsic-functions';
import { JsonValue } from '../json';
import { plainNumber } from './plain-number';

/** What States.Format fills in: a text with a place for each `{}`. */
export class FormatTemplate {
  /** From a text in the call, in which braces that are none of a place are escaped. */
  static ofLiteral(raw: string): FormatTemplate {
    const pieces = [''];
    for (const [sign] of raw.matchAll(/\{\}|\\.|[^\\]/gs)) {
      if (sign === '{}') pieces.push('');
      else if (sign === '{' || sign === '}') throw new Error(`States.Format: '${raw}' has a '${sign}' that is no part of {}: escape it, as \\\\${sign} in JSON`);
      else pieces[pieces.length - 1] += sign.length === 2 && sign.startsWith('\\') ? sign.slice(1) : sign;
    }
    return new FormatTemplate(pieces);
  }

  /** From what a path or a function gives. */
  static ofValue(value: JsonValue): FormatTemplate {
    if (typeof value !== 'string') throw new IntrinsicFailure(`a string is expected as the template, got ${JSON.stringify(value)}`);
    const pieces = value.split('{}');
    if (pieces.some((piece) => /[{}\\]/.test(piece))) throw new NotPlayed(`other braces than {}, or backslashes, in a template of States.Format that a path gives: '${value}'`);
    return new FormatTemplate(pieces);
  }

  private constructor(private readonly pieces: readonly string[]) {}

  fill(values: readonly JsonValue[]): string {
    const places = this.pieces.length - 1;
    if (values.length !== places) throw new IntrinsicFailure(`${places} arguments are expected for ${places} times {}, got ${values.length}`);
    return this.pieces.slice(1).reduce((text, piece, index) => text + textOf(values[index]) + piece, this.pieces[0]);
  }
}

function textOf(value: JsonValue): string {
  if (typeof value === 'object' && value !== null) {
    throw new NotPlayed('an array or an object in States.Format, which must not be one: use States.JsonToString');
  }
  return String(plainNumber(value));
}
