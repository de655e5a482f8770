import { JsonValue } from '../json';
import { JsonPath, Sources } from './jsonpath';

const sources: Sources = {
  data: {
    'a': { 'b': [10, 20, 30], 'n': null, 'x-y': 1, 'ünï': 2 },
    'with space': 3,
    'users': [{ id: 1, on: true, name: 'x' }, { id: 2, name: 'y' }, { id: 3, on: false, name: 'z', tags: ['t'] }],
    'deep': [{ id: 4, deep: { id: 5 } }],
  },
  context: { Execution: { Name: 'run' } },
  variables: { v: { w: [1, 2] } },
};

const find = (path: string): JsonValue | undefined => JsonPath.parse(path).find(sources);

test.each<readonly [string, JsonValue | undefined]>([
  ['$.deep', [{ id: 4, deep: { id: 5 } }]],
  ['$.a.b', [10, 20, 30]],
  ['$.a.b[0]', 10],
  ['$.a.b[-1]', 30],
  ['$.a.n', null],
  ['$.a.x-y', 1],
  ['$.a.ünï', 2],
  ["$['with space']", 3],
  ['$["with space"]', 3],
  ["$.a.['b'][1]", 20],
  ["$['a']['b'][1]", 20],
  ['$$.Execution.Name', 'run'],
  ['$v.w[1]', 2],
  ['$v', { w: [1, 2] }],
  // Nothing is there.
  ['$.b', undefined],
  ['$.a.b[3]', undefined],
  ['$.a.b.length', undefined],
  ['$.a.n.m', undefined],
  ['$.a[0]', undefined],
  ['$.toString', undefined],
  ['$w', undefined],
  ['$$.Execution.Id', undefined],
  // Several places: a list, of nothing if nothing is there.
  ['$.a.b[*]', [10, 20, 30]],
  ['$.v[*]', []],
  ['$.v.w[1:]', []],
  ['$.a.b[1:]', [20, 30]],
  ['$.a.b[:1]', [10]],
  ['$.a.b[:-1]', [10, 20]],
  ['$.a.b[-2:]', [20, 30]],
  ['$.a.b[0:2]', [10, 20]],
  ['$.users[*].on', [true, false]],
  ['$.deep[0].*', [4, { id: 5 }]],
  ['$..id', [1, 2, 3, 4, 5]],
  ["$..deep..['id']", [4, 5, 5]],
  ['$w[*]', []],
  ['$v.w[*]', [1, 2]],
  ["$.users[?(@.name == 'y')].id", [2]],
  ['$.users[?(@.name == "y")].id', [2]],
  ['$.users[?(@.id > 1)].id', [2, 3]],
  ['$.users[?(@.id >= 2 && @.id < 3)].id', [2]],
  ["$.users[?(@.id <= 1 || (@.name > 'y' && @.tags))].id", [1, 3]],
  ['$.users[?(@.on)].id', [1, 3]],
  ['$.users[?(@.on == true)].id', [1]],
  ['$.users[?(@.on != true)].id', [2, 3]],
  ['$.users[?(@.on == null)].id', []],
  ["$.users[?(@.tags[0] == 't')].id", [3]],
  ['$.users[?(@.id == @.id)].id', [1, 2, 3]],
])('%s', (path, expected) => {
  expect(find(path)).toEqual(expected);
});

test.each([
  ['a.b', "'a.b' is not a path: it begins with $"],
  ['$.a.length()', "from '()' on: functions of paths are not played, use an intrinsic function"],
  ['$..*', 'it plays `..` before a name only'],
  ['$..[0]', 'it plays `..` before a name only'],
  ["$['a','b']", "brackets hold one 'name', an index, a slice, * or a filter"],
  ['$.a[0,1]', "brackets hold one 'name'"],
  ['$.a[0:4:2]', "brackets hold one 'name'"],
  ['$.a[1:-1]', 'the local runner does not know how the service takes [1:-1]'],
  ['$.a b', "needs brackets: ['…']"],
  ['$.aws:id', "needs brackets: ['…']"],
  ["$.a[?(@.b =~ 'x')]", "cannot read the filter in '$.a[?(@.b =~ 'x')]': it plays comparisons of '@' with literals"],
  ['$.a[?(!@.b)]', 'cannot read the filter'],
  ['$.a[?(1)]', 'cannot read the filter'],
  ['$.a[?(@.b == $.c)]', 'cannot read the filter'],
])('%s is refused', (path, message) => {
  expect(() => JsonPath.parse(path)).toThrow(message);
});

test('a filter that compares a number with a text is not played', () => {
  expect(() => find("$.users[?(@.id == '1')]")).toThrow('does not know how the service takes a filter that compares a number with a text, 1 == "1"');
});

test.each([
  ['$.no', "Invalid path '$.no' : No results for path: $['no']"],
  ['$.no.such.path', "Invalid path '$.no.such.path' : Missing property in path $['no']"],
  ['$.a.no.path', "Invalid path '$.a.no.path' : Missing property in path $['a']['no']"],
  ['$.a.b[7]', "Invalid path '$.a.b[7]' : No results for path: $['a']['b'][7]"],
])('why %s is not found', (path, reason) => {
  expect(JsonPath.parse(path).whyNot(sources)).toBe(reason);
});
