import { State } from '../definition';
import { MACHINE_ARN } from '../fixtures/try-machine';
import { LocalStepFunctions } from '../runner';

const services = { echo: async () => ({}) };
const TASK = 'arn:aws:states:::aws-sdk:echo:say';

const pass = (fields: object): Record<string, State> => ({ P: { Type: 'Pass', ...fields, End: true } });
const task = (fields: object): Record<string, State> => ({ T: { Type: 'Task', Resource: TASK, ...fields, End: true } });
const inner = (fields: object = {}) => ({ StartAt: 'I', States: { I: { Type: 'Pass', ...fields, End: true } as State } });
const machineOf = (states: Record<string, State>) => ({ StartAt: Object.keys(states)[0], States: states });

describe('refused when registered', () => {
  const choice = (rule: object): Record<string, State> => ({ C: { Type: 'Choice', Choices: [{ ...rule, Next: 'S' }] } as unknown as State, S: { Type: 'Succeed' } });
  const jsonata = { QueryLanguage: 'JSONata' };
  test.each<readonly [string, Record<string, State>, string]>([
    ['Arguments', task({ Arguments: {} }), "state 'T': the field 'Arguments' is not for JSONPath"],
    ['Output', pass({ Output: {} }), "state 'P': the field 'Output' is not for JSONPath"],
    ['Items', { M: { Type: 'Map', Items: [], ItemProcessor: inner(), End: true } }, "state 'M': the field 'Items' is not for JSONPath"],
    ['Condition', choice({ Condition: '{% true %}' }), "state 'C': the field 'Condition' is not for JSONPath"],
    ['Output of a catcher', task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T', Output: 1 }] }), "the field 'Output' is not for JSONPath"],
    ['ResultPath of a catcher of JSONata', task({ ...jsonata, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T', ResultPath: null }] }), "the field 'ResultPath' is not for JSONata"],
    ['Variable in JSONata', { ...choice({}), C: { Type: 'Choice', ...jsonata, Choices: [{ Variable: '$.a', IsNull: true, Next: 'S' }] } }, "the field 'Variable' is not for JSONata"],
    ['another language', pass({ QueryLanguage: 'JMESPath' }), "state 'P': there is no query language 'JMESPath'"],
    ['a path that cannot be read', pass({ InputPath: '$.a.length()' }), "state 'P': the local runner cannot read the path '$.a.length()' from '()' on: functions of paths are not played, use an intrinsic function at /InputPath"],
    ['a path of no text', pass({ OutputPath: 1 }), 'a path is expected, got 1 at /OutputPath'],
    ['a path in a template', pass({ Parameters: { a: [{ 'b.$': "$['x','y']" }] } }), "cannot read the path '$['x','y']'"],
    ['a template field of no path', pass({ Parameters: { 'b.$': 'x' } }), "'x' must be a valid JSONPath or a valid intrinsic function call at /Parameters"],
    ['a template field of no text', pass({ Parameters: { 'b.$': 1 } }), "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /Parameters"],
    ['a template field twice', pass({ Parameters: { c: { 'b.$': '$', 'b': 1 } } }), "it has both 'b' and 'b.$' at /Parameters"],
    ['an unknown function', pass({ Assign: { 'b.$': 'States.Sum(1)' } }), 'States.Sum is none of the intrinsic functions'],
    ['ItemsPath to several places', { M: { Type: 'Map', ItemsPath: '$.a[*]', ItemProcessor: inner(), End: true } }, "'$.a[*]' is not a Reference Path at /ItemsPath"],
    ['ResultPath into the context', pass({ ResultPath: '$$.Execution' }), "'$$.Execution' does not lead into the input at /ResultPath"],
    ['ResultPath into a variable', pass({ ResultPath: '$v' }), "'$v' does not lead into the input at /ResultPath"],
    ['ResultPath into an array', pass({ ResultPath: '$.a[0]' }), "the local runner puts results into fields only, '$.a[0]' leads into an array at /ResultPath"],
    ['what the context has not', pass({ Parameters: { 'r.$': '$$.Execution.RoleArn' } }), "the local runner does not know '$$.Execution.RoleArn': the context object has Execution.Id, "],
    ['a task token', task({ Parameters: { 'token.$': "States.Format('{}', $$.Task.Token)" } }), "the local runner does not know '$$.Task.Token'"],
    ['$states', pass({ InputPath: '$states.input' }), "'$states.input': $states is for JSONata, $$ is the context object at /InputPath"],
    ['an assignment to $states', pass({ Assign: { 'states.$': '$' } }), "'states' cannot name a variable"],
    ['an assignment in a catcher', task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T', Assign: { 'v.$': 'x' } }] }), 'at /Catch[0]/Assign'],
    ['what every object has, as an operator', choice({ Variable: '$.a', constructor: 'x' }), "'constructor' is no operator of a Choice at /Choices[0]"],
    ['an unknown operator', choice({ Variable: '$.a', StringEqual: 'x' }), "'StringEqual' is no operator of a Choice at /Choices[0]"],
    ['no operator', choice({ Variable: '$.a' }), 'a rule needs one operator, got none at /Choices[0]'],
    ['two operators', choice({ Variable: '$.a', IsNull: true, IsString: true }), 'a rule needs one operator, got IsNull, IsString at /Choices[0]'],
    ['no Variable', choice({ Or: [{ IsNull: true }] }), 'a path is expected, got null at /Choices[0]/Or[0]/Variable'],
    ['a Next within a rule', choice({ Not: { Variable: '$.a', IsNull: true, Next: 'S' } }), 'only the rule itself has a Next at /Choices[0]/Not'],
    ['an operand of another type', choice({ Variable: '$.a', NumericEquals: '1' }), 'a number is expected, got "1" at /Choices[0]/NumericEquals'],
    ['an operand that is no timestamp', choice({ Variable: '$.a', TimestampEquals: 'noon' }), 'a timestamp is expected, got "noon" at /Choices[0]/TimestampEquals'],
    ['an operand that is no path', choice({ Variable: '$.a', NumericEqualsPath: 1 }), 'a path is expected, got 1 at /Choices[0]/NumericEqualsPath'],
    ['the tries of a Pass', pass({ Parameters: { 'tries.$': '$$.State.RetryCount' } }), 'the context object has no State.RetryCount in a Pass'],
    ['a result of a Wait', { W: { Type: 'Wait', Seconds: 1, ResultPath: '$.a', End: true } as State }, "state 'W': the field 'ResultPath' is not for a Wait"],
    ['ResultSelector of a Pass', pass({ ResultSelector: {} }), "the field 'ResultSelector' is not for a Pass"],
    ['Assign of a Succeed', { S: { Type: 'Succeed', Assign: { a: 1 } } as State }, "the field 'Assign' is not for a Succeed"],
    ['Error and ErrorPath', { F: { Type: 'Fail', Error: 'a', ErrorPath: '$.a' } }, 'it has both `Error` and `ErrorPath`'],
    ['a Wait of two times', { W: { Type: 'Wait', Seconds: 1, SecondsPath: '$.a', End: true } }, 'a Wait needs one of `Seconds`, `SecondsPath`, `Timestamp` and `TimestampPath`'],
    ['a Wait until no timestamp', { W: { Type: 'Wait', Timestamp: '2026-13-01T00:00:00Z', End: true } }, 'String does not match RFC3339 timestamp at /Timestamp'],
    ['an expression of JSONata', { W: { Type: 'Wait', Seconds: '{% 1 %}', End: true } }, 'an integer of at least 0 is expected, got "{% 1 %}" at /Seconds'],
    ['a time-out of nothing', task({ TimeoutSeconds: 0 }), 'an integer of at least 1 is expected, got 0 at /TimeoutSeconds'],
    ['a distributed Map', { M: { Type: 'Map', Iterator: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...inner() }, End: true } }, 'the local runner knows no distributed Map'],
    ['a Map without a processor', { M: { Type: 'Map', End: true } }, 'a Map needs an `ItemProcessor`'],
  ])('%s', (_, states, message) => {
    expect(() => new LocalStepFunctions({ services }).register(MACHINE_ARN, machineOf(states))).toThrow(message);
  });

  test('one variable inside and outside of a branch, whatever the languages', () => {
    const states: Record<string, State> = {
      P: { Type: 'Parallel', Assign: { 'v.$': '$' }, Branches: [inner({ QueryLanguage: 'JSONata', Assign: { v: 1 } })], End: true },
    };
    expect(() => new LocalStepFunctions().register(MACHINE_ARN, machineOf(states))).toThrow('variable $v is assigned both inside and outside of a branch');
  });
});
