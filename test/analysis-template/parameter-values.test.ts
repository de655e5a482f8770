import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lazy } from 'aws-cdk-lib';
import { ParameterType } from '../../src';
import { validateParameterValue } from '../../src/analysis-template/private/parameter-values';
import { newStack } from '../support/membership-app';

const MODEL = JSON.parse(readFileSync(join(__dirname, '../../rehearsal/src/clean-rooms/model/cleanrooms.json'), 'utf8')) as {
  readonly shapes: { readonly ParameterType: { readonly enum: string[] } };
};

const stack = newStack();
const isAccepted = (type: string, value: string): boolean => {
  try {
    validateParameterValue(stack, 'parameters', { name: 'p', type: ParameterType.of(type) }, value);
    return true;
  } catch {
    return false;
  }
};

test.each<[types: string, accepted: string[], refused: string[]]>([
  ['BYTE TINYINT', ['0', '-128', '127', '+1', '007'], ['128', '-129', '1.0', '', 'one', '1e2', ' 1', '0x1', '+-1']],
  ['SHORT SMALLINT', ['-32768', '32767'], ['32768', '-32769']],
  ['INT INTEGER', ['-2147483648', '2147483647'], ['2147483648', '-2147483649']],
  ['LONG BIGINT', ['-9223372036854775808', '9223372036854775807'], ['9223372036854775808', '-9223372036854775809']],
  ['DECIMAL NUMERIC', ['1', '-1.5', '.5', '1.', '+0', '123456789012345678901234567890.5'], ['', '.', '1e3', 'NaN', '1,5', '1.5.']],
  ['REAL FLOAT DOUBLE DOUBLE_PRECISION', ['1', '-1.5', '.5', '1e3', '1.5E-3', 'NaN', 'Infinity', '-Infinity'], ['', 'e3', '1,5', 'inf', '1e']],
  ['BOOLEAN', ['true', 'false', 'TRUE', 'False'], ['', '1', 'yes', 't']],
  ['DATE', ['2026-11-22', '2024-02-29', '0001-01-01', '2000-02-29'], ['2026-02-29', '2026-13-01', '2026-00-01', '2026-11-31', '2026-1-1', '20261122', '', '2026-11-22T00:00:00']],
  ['CHAR CHARACTER VARCHAR STRING TIME TIMETZ TIMESTAMP TIMESTAMP_LTZ TIMESTAMP_NTZ TIMESTAMPTZ BINARY VARBYTE INTERVAL', ['', 'anything', '7'], []],
])('%s', (types, accepted, refused) => {
  for (const type of types.split(' ')) {
    expect([type, accepted.filter((value) => !isAccepted(type, value)), refused.filter((value) => isAccepted(type, value))]).toEqual([type, [], []]);
  }
});

test('every type of the service is one of the library', () => {
  const types = Object.values(ParameterType).filter((type): type is ParameterType => type instanceof ParameterType);
  expect(types.map(({ value }) => value).sort()).toEqual([...MODEL.shapes.ParameterType.enum].sort());
  for (const { value } of types) expect(isAccepted(value, 'x'.repeat(1001))).toBe(false);
  expect(String(ParameterType.DATE)).toBe('DATE');
});

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('of the type %s nothing is known', (type) => {
  expect(isAccepted(type, '7')).toBe(true);
});

test('a token is of any type and length', () => {
  const token = Lazy.string({ produce: () => 'x' });
  expect(isAccepted('INTEGER', token)).toBe(true);
  expect(isAccepted('STRING', `${token}${'x'.repeat(1001)}`)).toBe(true);
});
