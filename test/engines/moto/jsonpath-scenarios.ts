import type { JsonObject, JsonValue, State } from 'cdk-cleanrooms-rehearsal/step-functions';

/** States of JSONPath, of which the first is the start, and what they are entered with. */
export interface JsonPathScenario {
  readonly name: string;
  readonly states: Readonly<Record<string, State>>;
  readonly input?: JsonValue;
}

const pass = (fields: object): Record<string, State> => ({ P: { Type: 'Pass', ...fields, End: true } });
const inner = (fields: object = {}) => ({ StartAt: 'I', States: { I: { Type: 'Pass', ...fields, End: true } as State } });

const DATA: JsonValue = {
  'a': { b: [10, 20, 30], n: null },
  'text': 'input data',
  'json': '{"a":[1,null]}',
  'list': [1, 2, 3, 4, 5],
  'mixed': [null, null, true, 1, 1, '1', [], [], { a: 1, b: 2 }, { b: 2, a: 1 }],
  'one': { a: { x: 1 }, b: 2 },
  'two': { a: { y: 2 }, c: 3 },
  'with space': 3,
  'users': [{ id: 1, on: true, name: 'x' }, { id: 2, name: 'y' }, { id: 3, on: false, name: 'z' }],
};

const VALUES: readonly JsonValue[] = [
  null, true, false, 0, 1, 1.1, -1, '', 'a', 'A', 'b', 'ab', '1', 'log-1.txt', 'a*b', '2026-01-01T08:00:00Z', '2026-01-01T09:00:00+01:00', '2026-01-02', [], [1], {}, { a: 1 },
];
const OPERANDS: readonly (readonly [readonly string[], readonly JsonValue[]])[] = [
  [['StringEquals', 'StringLessThan', 'StringGreaterThan', 'StringLessThanEquals', 'StringGreaterThanEquals'], ['a', '']],
  [['NumericEquals', 'NumericLessThan', 'NumericGreaterThan', 'NumericLessThanEquals', 'NumericGreaterThanEquals'], [1, 1.1]],
  [['TimestampEquals', 'TimestampLessThan', 'TimestampGreaterThan', 'TimestampLessThanEquals', 'TimestampGreaterThanEquals'], ['2026-01-01T08:00:00Z']],
  [['BooleanEquals'], [true, false]],
];
const UNARY = ['IsNull', 'IsString', 'IsNumeric', 'IsBoolean', 'IsTimestamp', 'IsPresent'];

/** Which of the values a rule holds for, in a Map. */
function chosen(name: string, rule: JsonObject, operand: JsonValue = null): JsonPathScenario {
  return {
    name,
    input: VALUES.map((value) => ({ value, operand })),
    states: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'C',
          States: {
            C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
            Yes: { Type: 'Pass', Parameters: { 'yes.$': '$.value' }, End: true },
            No: { Type: 'Pass', Parameters: { 'no.$': '$.value' }, End: true },
          },
        },
        End: true,
      },
    },
  };
}

const CHOICES: readonly JsonPathScenario[] = [
  ...OPERANDS.flatMap(([operators, operands]) => operators.flatMap((operator) => operands.flatMap((operand) => [
    chosen(`${operator} ${JSON.stringify(operand)}`, { Variable: '$.value', [operator]: operand }),
    chosen(`${operator}Path ${JSON.stringify(operand)}`, { Variable: '$.value', [`${operator}Path`]: '$.operand' }, operand),
  ]))),
  ...UNARY.flatMap((operator) => [true, false].map((operand) => chosen(`${operator} ${operand}`, { Variable: '$.value', [operator]: operand }))),
  ...['log-*.txt', '*', 'a\\*b', 'a*'].map((pattern) => chosen(`StringMatches ${pattern}`, { Variable: '$.value', StringMatches: pattern })),
  chosen('And, Or, Not', {
    And: [
      { Variable: '$.none', IsPresent: false },
      { Or: [{ Variable: '$.value', IsString: true }, { Variable: '$.value', IsNumeric: true }] },
      { Not: { Variable: '$.value', NumericEquals: 1 } },
    ],
  }),
  { name: 'a Choice whose Variable is not there', states: { C: { Type: 'Choice', Choices: [{ Variable: '$.no', IsNull: true, Next: 'S' }], Default: 'S' }, S: { Type: 'Succeed' } }, input: {} },
  { name: 'a Choice without a match', states: { C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'S' }] }, S: { Type: 'Succeed' } }, input: { a: 1 } },
];

const PATHS = [
  '$', '$.a.b', '$.a.b[0]', '$.a.n', "$['with space']", "$.a['b'][1]", '$.a.b[*]', '$.a.b[1:]', '$.a.b[:1]', '$.a.b[-2:]', '$.a.b[0:2]', '$.users[*].on', '$..id',
  "$.users[?(@.name == 'y')].id", '$.users[?(@.id > 1)]', '$.users[?(@.on == true)].name', '$.none[*]', '$.none[1:]', '$.none', '$$.Execution.Name', '$$.State.Name',
];

const CALLS = [
  "States.Format('Hello, {}!', $.text)", "States.Format('{} {} {} {}', $.list[0], 1.5, null, $$.State.Name)", "States.Format('\\{\\} it\\'s {}', 1)", "States.Format('{} {}', 1)",
  'States.StringToJson($.json)', "States.StringToJson('{')", 'States.JsonToString($.one)', 'States.JsonToString($.text)', "States.Array('Foo', 2020, $.one, null)", 'States.Array()',
  'States.ArrayPartition($.list, 4)', 'States.ArrayPartition($.list, 0)', 'States.ArrayContains($.list, 5)', "States.ArrayContains($.list, '5')", 'States.ArrayRange(1, 9, 2)',
  'States.ArrayRange(0, 10, 3)', 'States.ArrayRange(1, 9, 0)', 'States.ArrayRange(1, 1001, 1)', 'States.ArrayGetItem($.list, 2)', 'States.ArrayGetItem($.list, 9)', 'States.ArrayLength($.list)',
  'States.ArrayLength($.one)', 'States.ArrayUnique($.mixed)', "States.Base64Encode('Data to encode')", "States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "States.Hash($.text, 'SHA-1')",
  "States.Hash($.text, 'MD5')", "States.Hash($.text, 'SHA-512')", "States.Hash($.text, 'none')", 'States.JsonMerge($.one, $.two, false)', 'States.JsonMerge($.one, $.two, true)',
  'States.MathAdd(111, -1)', 'States.MathAdd(1.49, 1.5)', 'States.MathAdd(-1.5, 0)', "States.StringSplit('1,2,3', ',')",
  "States.StringSplit('This.is+a,test=string', '.+,=')", "States.StringSplit(',,,,', ',')", "States.ArrayGetItem(States.StringSplit($.text, ' '), States.MathAdd(2, -1))",
  "States.Format('{}', $.none)",
];

const FAILING: State = { Type: 'Parallel', Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Mine', Cause: 'c' } } }], End: true };
const caughtBy = (fields: object): Record<string, State> => ({
  P: { ...FAILING, Catch: [{ ErrorEquals: ['Mine'], Next: 'Caught', ...fields }], OutputPath: '$.never' } as State,
  Caught: { Type: 'Pass', End: true },
});
const mapOf = (fields: object): Record<string, State> => ({ M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner() }, ...fields, End: true } });

const FLOWS: readonly (readonly [string, Readonly<Record<string, State>>, JsonValue])[] = [
  ['InputPath', pass({ InputPath: '$.a' }), DATA],
  ['InputPath null', pass({ InputPath: null }), DATA],
  ['InputPath without a match', pass({ InputPath: '$.no' }), {}],
  ['OutputPath', pass({ OutputPath: '$.a.b' }), DATA],
  ['OutputPath null', pass({ OutputPath: null }), DATA],
  ['OutputPath without a match', pass({ OutputPath: '$.no.such' }), {}],
  ['Result as it stands there', pass({ Result: { 'x.$': '$.a' } }), {}],
  ['ResultPath', pass({ Result: 5, ResultPath: '$.x.y' }), { a: 1 }],
  ['ResultPath over what is there', pass({ Result: 5, ResultPath: '$.a.b' }), { a: { b: 1, c: 2 } }],
  ['ResultPath null', pass({ Result: 5, ResultPath: null }), { a: 1 }],
  ['ResultPath and InputPath', pass({ InputPath: '$.a', ResultPath: '$.r' }), { a: { b: 1 }, c: 2 }],
  ['ResultPath and OutputPath', pass({ Result: 5, ResultPath: '$.a.b', OutputPath: '$.a' }), { a: { c: 2 } }],
  ['Parameters, deep', pass({ Parameters: { x: [{ 'y.$': '$.a.b[1:]' }, 'lit'], z: { 'n.$': '$.a.n' } } }), DATA],
  ['Parameters without a match', pass({ Parameters: { 'x.$': '$.no' } }), { a: 1 }],
  ['Succeed with paths', { S: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' } }, DATA],
  ['Parallel with all of them', {
    P: {
      Type: 'Parallel',
      InputPath: '$.a',
      Parameters: { 'n.$': '$.b[0]' },
      ResultSelector: { 'first.$': '$[0].n', 'all.$': '$[*].n' },
      ResultPath: '$.r',
      OutputPath: '$.r',
      Branches: ['A', 'B'].map((name) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } as State } })),
      End: true,
    },
  }, DATA],
  ['Catch', caughtBy({}), { a: 1 }],
  ['Catch with ResultPath', caughtBy({ ResultPath: '$.error' }), { a: 1 }],
  ['Catch with ResultPath null', caughtBy({ ResultPath: null }), { a: 1 }],
  ['Map', mapOf({}), [1, 2]],
  ['Map of nothing', mapOf({}), []],
  ['Map with ItemsPath and ItemSelector', mapOf({
    InputPath: '$.in',
    ItemsPath: '$.all',
    MaxConcurrencyPath: '$.c',
    ResultPath: '$.out',
    OutputPath: '$.out',
    ItemSelector: { 'at.$': '$$.Map.Item.Index', 'item.$': '$$.Map.Item.Value', 'base.$': '$.base' },
  }), { in: { all: ['x', 'y'], base: 0, c: 1 } }],
  ['Map with Parameters of before', mapOf({ Parameters: { 'item.$': '$$.Map.Item.Value' } }), [1, 2]],
  ['Map over a number', mapOf({ ItemsPath: '$.a' }), { a: 1 }],
  ['Fail with ErrorPath and CausePath', { F: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('because of {}', $.c)" } }, { e: 'Mine', c: 1 }],
  ['ErrorPath without a match', { F: { Type: 'Fail', ErrorPath: '$.e' } }, {}],
  ['Wait with SecondsPath', { W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { s: 3 }],
  ['Wait with TimestampPath', { W: { Type: 'Wait', TimestampPath: '$.t', End: true } }, { t: '2026-11-21T03:00:00Z' }],
  ['SecondsPath of a negative number', { W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { s: -1 }],
  ['TimestampPath to no timestamp', { W: { Type: 'Wait', TimestampPath: '$.t', End: true } }, { t: '2016-12-05 21:29:29Z' }],
  ['Assign, and variables in each field', {
    A: { Type: 'Pass', Parameters: { k: 1 }, Assign: { 'x.$': '$.k', 'deep': { 'all.$': '$' }, 'name.$': '$$.Execution.Name' }, Next: 'B' },
    B: { Type: 'Pass', Assign: { 'x': 2, 'y.$': '$x' }, Next: 'C' },
    C: { Type: 'Choice', Choices: [{ Variable: '$x', NumericGreaterThanPath: '$y', Next: 'D', Assign: { bigger: true } }], Default: 'D' },
    D: { Type: 'Pass', Parameters: { 'all.$': "States.Array($x, $y, $bigger, $deep.all.k, States.Format('<{}>', $name))" }, OutputPath: '$.all', End: true },
  }, {}],
  ['a variable of JSONata', {
    A: { Type: 'Pass', QueryLanguage: 'JSONata', Assign: { x: '{% 1 + 1 %}' }, Output: { b: 3 }, Next: 'B' },
    B: { Type: 'Pass', Parameters: { 'x.$': '$x', 'b.$': '$.b' }, Next: 'C' },
    C: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $x + $states.input.b %}', End: true },
  }, {}],
];

/** Where moto is not as the Amazon States Language, the Step Functions guide or recorded answers of the service are: the two must differ there. */
export const DEVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/^(Timestamp\w*Equals(Path)?|IsTimestamp) /, 'a timestamp with another offset than Z is none'],
  [/^StringMatches a\\/, 'a backslash does not escape *'],
  [/^a Choice whose Variable is not there/, 'no rule holds for what is not there'],
  [/^a Choice without a match/, 'States.Runtime instead of the States.NoChoiceMatched of the guide'],
  [/^States\..*[ (]-?\d\.\d/, 'a fraction in a call cannot be read'],
  [/^States\.Format\('\\/, 'braces are places also where they are escaped'],
  [
    /^States\.(Format\('\{\} \{\}', 1|StringToJson\('|ArrayPartition\(\$\.list, 0|ArrayRange\(1, (9, 0|1001)|ArrayGetItem\(\$\.list, 9|ArrayLength\(\$\.one|Hash\(\$\.text, 'none|JsonMerge.*true)/,
    'a function fails as States.Runtime instead of the States.IntrinsicFailure of the guide',
  ],
  [/^States\.Array\('Foo/, 'null in a call is nothing'],
  [/^States\.ArrayUnique/, 'objects have no equals'],
  [/^OutputPath without a match/, 'the cause names the whole path, not the first field that is missing'],
  [/^Parallel with/, 'an index at the beginning of a path gives a list'],
  [/^Map over a number/, 'the error is that of JSONata'],
  [/^Assign, and variables/, 'true in an Assign is null'],
];

/** Everything of JSONPath that the local runner plays, but for the tasks: those are the same in both languages. */
export const JSONPATH_SCENARIOS: readonly JsonPathScenario[] = [
  ...CHOICES,
  ...PATHS.map((path) => ({ name: `path ${path}`, states: pass({ Parameters: { 'found.$': path } }), input: DATA })),
  ...CALLS.map((call) => ({ name: call, states: pass({ Parameters: { 'found.$': call } }), input: DATA })),
  ...FLOWS.map(([name, states, input]) => ({ name, states, input })),
];
