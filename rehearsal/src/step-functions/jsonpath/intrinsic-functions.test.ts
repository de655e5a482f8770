import { seededRandom } from '../clock';
import { IntrinsicCall } from './intrinsic-call';
import { JsonValue } from '../json';

const sources = {
  data: {
    name: 'Ada',
    n: 3,
    list: [1, 2, 3, 4, 5],
    text: 'input data',
    json: '{"a":[1,null]}',
    one: { a: { x: 1 }, b: 2 },
    two: { a: { y: 2 }, c: 3 },
    mixed: [null, null, true, 1, 1, '1', [], [], { a: 1, b: 2 }, { b: 2, a: 1 }],
    template: 'Hi {}',
    broken: 'Hi {',
    long: 'x'.repeat(10_001),
    nothing: null,
  },
  context: { Execution: { Name: 'run-1' } },
  variables: { v: 7 },
};

const evaluate = (text: string, seed = 1): JsonValue => IntrinsicCall.parse(text).evaluate(sources, seededRandom(seed));

test.each<readonly [string, JsonValue]>([
  ["States.Format('Hello, {}!', $.name)", 'Hello, Ada!'],
  ["States.Format('{} {} {} {} {}', $.n, 1.5, true, null, $v)", '3 1.5 true null 7'],
  ["States.Format('{}', $.nothing)", 'null'],
  ['States.Format($.template, $.name)', 'Hi Ada'],
  ["States.Format('{} {} {}', 12345678, -0.25, 1234567.5)", '12345678 -0.25 1234567.5'],
  ["States.Format('no place')", 'no place'],
  ["States.Format('\\{\\} it\\'s a \\\\ {}', $$.Execution.Name)", "{} it's a \\ run-1"],
  ["States.Format('{}{}', States.Format('<{}>', 1), 2)", '<1>2'],
  ['States.StringToJson($.json)', { a: [1, null] }],
  ["States.StringToJson('{\"a\": \"false\"}')", { a: 'false' }],
  ["States.StringToJson('')", null],
  ["States.StringToJson(' ')", null],
  ["States.StringToJson('1.1')", 1.1],
  ['States.JsonToString($.one)', '{"a":{"x":1},"b":2}'],
  ['States.JsonToString($.name)', '"Ada"'],
  ['States.JsonToString($.nothing)', 'null'],
  ["States.Array('Foo', 2020, $.one, null)", ['Foo', 2020, { a: { x: 1 }, b: 2 }, null]],
  ['States.Array()', []],
  ['States.ArrayPartition($.list, 4)', [[1, 2, 3, 4], [5]]],
  ['States.ArrayPartition($.list, 1.5)', [[1, 2], [3, 4], [5]]],
  ['States.ArrayPartition(States.Array(), 2)', []],
  ['States.ArrayContains($.list, 5)', true],
  ["States.ArrayContains($.list, '5')", false],
  ["States.ArrayContains($.mixed, States.StringToJson('{\"b\":2,\"a\":1}'))", true],
  ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
  ['States.ArrayRange(0, 10, 3)', [0, 3, 6, 9]],
  ['States.ArrayRange(1, 9, 9)', [1]],
  ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
  ['States.ArrayGetItem($.list, 2)', 3],
  ['States.ArrayLength($.list)', 5],
  ['States.ArrayUnique($.mixed)', [null, true, 1, '1', [], { a: 1, b: 2 }]],
  ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
  ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
  ["States.Base64Encode('')", ''],
  // The example of the Step Functions guide.
  ["States.Hash($.text, 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  ["States.Hash('input data', 'MD5')", '812f45842bc6d66ee14572ce20db8e86'],
  ['States.JsonMerge($.one, $.two, false)', { a: { y: 2 }, b: 2, c: 3 }],
  ['States.MathAdd(111, -1)', 110],
  ['States.MathAdd(1.49, 1.5)', 3],
  ['States.MathAdd(-1.5, -1.51)', -3],
  ['States.MathAdd(-0.5, 0)', 0],
  ['States.MathRandom(5, 6)', 5],
  ["States.StringSplit('1,2,3', ',')", ['1', '2', '3']],
  ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
  ["States.StringSplit(', , ,', ',')", [' ', ' ']],
  ["States.StringSplit(',,,,', ',')", []],
  ["States.ArrayGetItem(States.StringSplit($$.Execution.Name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($$.Execution.Name, '-')), -1))", '1'],
])('%s', (text, expected) => {
  expect(evaluate(text)).toEqual(expected);
});

test.each<readonly [string, string, string]>([
  ["States.Format('{} {}', 1)", 'States.IntrinsicFailure', "The function 'States.Format('{} {}', 1)' had the following error: 2 arguments are expected for 2 times {}, got 1"],
  ['States.Format($.n)', 'States.IntrinsicFailure', 'a string is expected as the template, got 3'],
  ['States.Format($.broken)', 'States.Runtime', 'does not know how the service takes other braces than {}'],
  ["States.Format('{}', $.list)", 'States.Runtime', 'does not know how the service takes an array or an object in States.Format, which must not be one: use States.JsonToString'],
  ["States.Format('{}', 12345678.9)", 'States.Runtime', 'does not know how the service takes the number 12345678.9 as a text'],
  ['States.JsonToString(States.Array(0.0001))', 'States.Runtime', 'the number 0.0001 as a text'],
  ["States.Format('{}', $.no)", 'States.Runtime', "The JsonPath argument for the field '$.no' could not be found in the input '{\"name\":\"Ada\""],
  ["States.Array(States.Format('{}', $.list[9]))", 'States.Runtime', "The function 'States.Array(States.Format('{}', $.list[9]))' had the following error: The JsonPath argument for the field '$.list[9]'"],
  ["States.Format('{}', $$.Execution.Id)", 'States.Runtime', "The JsonPath argument for the field '$.Execution.Id' could not be found in the input '{\"name\":\"Ada\""],
  ['States.Array(States.ArrayLength($.one))', 'States.IntrinsicFailure', "The function 'States.Array(States.ArrayLength($.one))' had the following error"],
  ["States.StringToJson('{')", 'States.IntrinsicFailure', "The function 'States.StringToJson('{')' had the following error"],
  ['States.StringToJson($.n)', 'States.IntrinsicFailure', 'a string is expected, got 3'],
  ['States.ArrayPartition($.list, 0)', 'States.IntrinsicFailure', 'a size of 1 or more is expected, got 0'],
  ['States.ArrayLength($.one)', 'States.IntrinsicFailure', 'an array is expected, got {"a":{"x":1},"b":2}'],
  ['States.ArrayRange(1, 9, 0)', 'States.IntrinsicFailure', 'a step other than 0'],
  ['States.ArrayRange(1, 1001, 1)', 'States.IntrinsicFailure', '1000 items at most are expected, got 1001'],
  ['States.ArrayRange(1, 9, -1)', 'States.Runtime', 'States.ArrayRange(1, 9, -1), which leads away from its end'],
  ['States.ArrayGetItem($.list, 5)', 'States.IntrinsicFailure', 'an index from 0 to 4 is expected, got 5'],
  ['States.ArrayGetItem($.list, -1)', 'States.IntrinsicFailure', 'an index from 0 to 4'],
  ['States.Base64Encode($.long)', 'States.IntrinsicFailure', 'a string of 10000 characters at most is expected, got one of 10001'],
  ["States.Base64Encode('0123456789012345678901234567890123456789012345678901234567')", 'States.Runtime', 'more than 57 bytes'],
  ["States.Base64Decode('a*b=')", 'States.IntrinsicFailure', 'Base64 is expected'],
  ["States.Hash('a', 'sha-1')", 'States.IntrinsicFailure', 'one of MD5, SHA-1, SHA-256, SHA-384, SHA-512 is expected'],
  ['States.JsonMerge($.one, $.two, true)', 'States.IntrinsicFailure', 'merges no deeper'],
  ['States.JsonMerge($.one, $.list, false)', 'States.IntrinsicFailure', 'an object is expected'],
  ['States.MathRandom(2, 2)', 'States.IntrinsicFailure', 'an end after 2 is expected'],
  ["States.MathAdd('1', 2)", 'States.IntrinsicFailure', 'a number is expected, got "1"'],
  ['States.MathAdd(2147483648, 2)', 'States.IntrinsicFailure', 'from -2147483648 to 2147483647'],
])('%s is %s', (text, error, cause) => {
  expect(() => evaluate(text)).toThrow(expect.objectContaining({ error, cause: expect.stringContaining(cause) as string }) as Error);
});

test.each([
  ["States.Formats('a')", 'States.Formats is none of the intrinsic functions that the local runner knows: States.Format, States.StringToJson'],
  ['States.ArrayLength()', 'States.ArrayLength takes 1, got 0 arguments'],
  ['States.MathRandom(1)', 'States.MathRandom takes 2 to 3, got 1 arguments'],
  ["States.Format('a { b')", "States.Format: 'a { b' has a '{' that is no part of {}: escape it"],
  ["States.Format('a \\\" b')", 'must be a valid JSONPath or a valid intrinsic function call'],
  ['States.Format("a")', 'must be a valid JSONPath or a valid intrinsic function call'],
  ["States.Format('a'", 'must be a valid'],
  ["States.Format('a') b", 'must be a valid'],
  ["Format('a')", 'must be a valid'],
  ['States.Array($.a b)', 'must be a valid'],
  [`${'States.JsonToString('.repeat(11)}1${')'.repeat(11)}`, 'nests more than 10 intrinsic functions'],
])('%s is refused', (text, message) => {
  expect(() => IntrinsicCall.parse(text)).toThrow(message);
});

test('States.UUID and States.MathRandom follow the seed; one with a seed of its own always gives the same', () => {
  const draw = (seed: number) => evaluate('States.Array(States.UUID(), States.MathRandom(0, 1000000), States.MathRandom(0, 1000000, 7))', seed) as [string, number, number];
  const [one, same, other] = [draw(1), draw(1), draw(2)];
  expect(same).toEqual(one);
  expect(other.slice(0, 2)).not.toEqual(one.slice(0, 2));
  expect(other[2]).toBe(one[2]);
  expect(one[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('States.MathRandom gives its start, but never its end', () => {
  const random = seededRandom(1);
  const call = IntrinsicCall.parse('States.MathRandom(-1, 1)');
  expect(new Set(Array.from({ length: 50 }, () => call.evaluate(sources, random)))).toEqual(new Set([-1, 0]));
});
