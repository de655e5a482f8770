import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';
import type { BoundParameter } from './sql-engine';
import { decimal, exactType, type Kind, type Type } from './types';

/** Spark's types, by the words of a template's declaration. */
const KINDS: Readonly<Record<string, Kind>> = {
  SMALLINT: 'SMALLINT',
  SHORT: 'SMALLINT',
  INTEGER: 'INT',
  INT: 'INT',
  BIGINT: 'BIGINT',
  LONG: 'BIGINT',
  TINYINT: 'TINYINT',
  BYTE: 'TINYINT',
  DOUBLE: 'DOUBLE',
  DOUBLE_PRECISION: 'DOUBLE',
  FLOAT: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  CHAR: 'STRING',
  CHARACTER: 'STRING',
  VARCHAR: 'STRING',
  STRING: 'STRING',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
  TIMESTAMP_LTZ: 'TIMESTAMP',
  TIMESTAMP_NTZ: 'TIMESTAMP_NTZ',
};

/** What values look like; the rest, such as a 30th of February, shows when the query runs. */
const FORMS: Readonly<Partial<Record<Kind | 'DECIMAL', RegExp>>> = {
  TINYINT: /^[+-]?\d+$/,
  SMALLINT: /^[+-]?\d+$/,
  INT: /^[+-]?\d+$/,
  BIGINT: /^[+-]?\d+$/,
  DECIMAL: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  DOUBLE: /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i,
  BOOLEAN: /^(true|false)$/i,
  DATE: /^\d{4}-\d{2}-\d{2}$/,
  TIMESTAMP: /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$/,
  TIMESTAMP_NTZ: /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$/,
};

/** The type that a parameter's value is bound as: what its template declares; of a DECIMAL, with as many digits as the value has. */
export function boundTypeOf({ name, type: declared, value }: BoundParameter): Type {
  const word = declared.toUpperCase();
  const kind = word === 'DECIMAL' || word === 'NUMERIC' ? 'DECIMAL' : KINDS[word];
  if (kind === undefined) {
    throw new NotPlayable(`the parameter ${name} of type ${declared}`);
  }
  if (FORMS[kind]?.test(value) === false) {
    throw QueryFailed.malformed('INVALID_PARAMETER', `The value of parameter ${name} is not a valid ${declared}.`);
  }
  if (kind !== 'DECIMAL') {
    return { kind };
  }
  const { precision, scale } = exactType(value);
  return decimal(precision, scale);
}
