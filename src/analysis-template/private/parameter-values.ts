import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validateNoDynamicReference } from '../../private/dynamic-reference';
import { fail } from '../../private/validation';
import { AnalysisParameter } from '../analysis-parameter';

/** The service's limit on the value of a parameter. */
const MAX_VALUE_LENGTH = 1000;

const NAME = /^[0-9a-zA-Z_]{1,100}$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const FLOAT = /^[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|Infinity|NaN)$/i;

const WHOLE_NUMBER_BITS: { [type: string]: number } = {
  BYTE: 8, TINYINT: 8, SHORT: 16, SMALLINT: 16, INT: 32, INTEGER: 32, LONG: 64, BIGINT: 64,
};

const FORMS: { [type: string]: (value: string) => boolean } = {
  DECIMAL: (value) => DECIMAL.test(value),
  NUMERIC: (value) => DECIMAL.test(value),
  REAL: (value) => FLOAT.test(value),
  FLOAT: (value) => FLOAT.test(value),
  DOUBLE: (value) => FLOAT.test(value),
  DOUBLE_PRECISION: (value) => FLOAT.test(value),
  BOOLEAN: (value) => /^(true|false)$/i.test(value),
  DATE: isDate,
};

export function validateParameterName(scope: IConstruct, prop: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (name === '__proto__') fail(scope, prop, 'must not have the name __proto__, which JavaScript loses', name, 'rename the parameter');
  if (NAME.test(name)) return;
  fail(scope, prop, 'must have names of 1 to 100 letters, digits and underscores', name, 'rename the parameter');
}

/** A literal of the declared type, within the service's limit. Types whose form SQL decides pass. */
export function validateParameterValue(scope: IConstruct, prop: string, declared: AnalysisParameter, value: string): void {
  validateNoDynamicReference(scope, `${prop}.${declared.name}`, value);
  if (Token.isUnresolved(value)) return;
  validateParameterLength(scope, `${prop}.${declared.name}`, value);
  if (isOfType(declared.type.value, value)) return;
  fail(scope, `${prop}.${declared.name}`, `must be a value of type ${declared.type.value}`, value, 'correct the value or the declared type');
}

export function validateParameterLength(scope: IConstruct, prop: string, value: string): void {
  if (Token.isUnresolved(value) || value.length <= MAX_VALUE_LENGTH) return;
  fail(scope, prop, `must be ${MAX_VALUE_LENGTH} characters at most`, `${value.length} characters`, 'shorten the value');
}

/** Whether a text has the form of a type; what SQL decides is taken to have it. */
export function isOfType(type: string, value: string): boolean {
  // A type of a newer service may have any name, also one that every object has.
  if (Object.hasOwn(WHOLE_NUMBER_BITS, type)) return isWholeNumber(value, WHOLE_NUMBER_BITS[type]);
  return Object.hasOwn(FORMS, type) ? FORMS[type](value) : true;
}

function isWholeNumber(value: string, bits: number): boolean {
  if (!/^[+-]?\d+$/.test(value)) return false;
  const number = BigInt(value.replace(/^\+/, ''));
  return BigInt.asIntN(bits, number) === number;
}

function isDate(value: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
