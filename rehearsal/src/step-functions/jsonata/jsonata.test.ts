import { seededRandom, VirtualClock } from '../clock';
import { JsonValue } from '../json';
import { JsonataEvaluator } from './jsonata';

const bindings = { states: { input: { list: [1, 2, 3, 4, 5], text: 'input data' } }, variables: { x: 1 } };
const evaluate = async (expression: string, clock = new VirtualClock()): Promise<JsonValue> =>
  new JsonataEvaluator(clock).evaluate(`{% ${expression} %}`, 'Output', bindings);

test.each<readonly [string, JsonValue]>([
  // The examples of the Step Functions guide.
  ['$partition([1,2,3,4,5,6,7,8,9], 4)', [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
  ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
  ['$hash($states.input.text, "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  ['$parse(\'{"a":[1,null]}\')', { a: [1, null] }],
  // Numbers are cut towards zero.
  ['$partition($states.input.list, 2.9)', [[1, 2], [3, 4], [5]]],
  ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
  ['$range(5, 1, -2)', [5, 3, 1]],
  ['$range(3, 3, 1)', 3],
  ['$hash("", "MD5")', 'd41d8cd98f00b204e9800998ecf8427e'],
  // Time is the clock's.
  ['$now()', '2026-01-01T00:00:00.000Z'],
  ['$now("[Y0001]-[M01]-[D01] [H01]:[m01]", "+0100")', '2026-01-01 01:00'],
  ['$millis()', Date.parse('2026-01-01T00:00:00Z')],
  // A filter that leaves one item leaves the item, not a list.
  ['$states.input.list[$ > 4]', 5],
  ['$x + $count($states.input.list)', 6],
])('%s', async (expression, expected) => {
  expect(await evaluate(expression)).toEqual(expected);
});

test.each<readonly [string, string]>([
  ['$eval("1 + 1")', 'T1006'],
  ['$parse("{")', 'threw an error during evaluation'],
  ['$hash("a", "sha-1")', "unknown hash algorithm 'sha-1'"],
  ['$unknown(1)', 'T1006'],
  ['$range(1, 9)', 'returned nothing (undefined)'],
  ['$range(1, 9, 0)', 'returned nothing (undefined)'],
  ['$range(1, 9, -1)', 'returned nothing (undefined)'],
  ['$partition([], 2)', 'returned nothing (undefined)'],
  ['$partition([1], 0)', 'returned nothing (undefined)'],
  ['$hash("a")', 'returned nothing (undefined)'],
  ['[function() { 1 }]', 'a function'],
  ['($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(1000))', 'threw an error during evaluation'],
])('%s is a States.QueryEvaluationError', async (expression, cause) => {
  await expect(evaluate(expression)).rejects.toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining(cause) as string });
});

test('a sum of 100 terms is not too deep', async () => {
  expect(await evaluate(Array.from({ length: 100 }, () => '1').join('+'))).toBe(100);
});

test('$uuid and $random follow the seed of the clock; a seeded $random always gives the same', async () => {
  const draw = async (seed: number) => evaluate('[$uuid(), $random(), $random(7)]', new VirtualClock({ seed })) as Promise<[string, number, number]>;
  const [one, same, other] = await Promise.all([draw(1), draw(1), draw(2)]);
  expect(same).toEqual(one);
  expect(other.slice(0, 2)).not.toEqual(one.slice(0, 2));
  expect(other[2]).toBe(one[2]);
  expect(one[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('the generator fills [0, 1) evenly', () => {
  const random = seededRandom(42);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 10_000; draw += 1) counts[Math.floor(random() * 10)] += 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
