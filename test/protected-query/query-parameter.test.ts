import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { DefinitionBody, JsonPath, Map, ProvideItems, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { JsonObject, JsonValue } from 'cdk-cleanrooms-rehearsal/step-functions';
import { DateFormat, ProtectedQuery, QueryParameter, ScheduledDateOptions } from '../../src';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, newStack } from '../support/membership-app';
import { accountFor, machineFor, newRun, partnerTemplate, run, started } from '../support/query-app';

/** A machine whose query has these parameters, of a template that declares nothing. */
function machineWith(parameters: { [name: string]: QueryParameter }, stack: Stack = newStack(ENV)): StateMachine {
  return machineFor({ query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), { parameters }) }, stack);
}

const ended = { course: () => ({ seconds: 0 }) };

async function valuesOf(machine: StateMachine, input: JsonValue = {}): Promise<JsonValue> {
  const fake = new FakeProtectedQueries(ended);
  expect(await run(machine, fake, input)).toMatchObject({ status: 'SUCCEEDED' });
  return (started(fake)[0].SqlParameters as JsonObject).Parameters;
}

test('a query without parameters sends none', async () => {
  expect(await valuesOf(machineWith({}))).toBeUndefined();
});

describe('a literal', () => {
  test.each([
    '2026-11-20', '', ' ', "it's", 'a "quoted" \\ value', 'line\nline', '$states.input', '{% $states.input %}', "{% 'a' & \\'b\\' %}", '{%\t\r\n%}', 'größe 雪 🙂',
  ])('%j arrives as it is', async (value) => {
    expect(await valuesOf(machineWith({ p: QueryParameter.literal(value) }))).toEqual({ p: value });
  });
});

/** What a method says to an argument that only plain JavaScript lets through. */
const refusalOfAny = (make: (value: string) => QueryParameter, value: unknown) => {
  try {
    make(value as string);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('a constant that is none', () => {
  const CONSTANT = 'QueryParameter.literal: `value` must be a constant, because JSONata takes a path of JsonPath as plain text, got \'a JsonPath\': ' +
    'read it with executionInput(…), stateInput(…) or jsonata(…)';

  test.each<[string, string]>([
    ['a field', JsonPath.stringAt('$.day')], ['a part of a text', `day ${JsonPath.stringAt('$.day')}`], ['a function', JsonPath.format('{}', JsonPath.stringAt('$.day'))],
    ['a name of the run', JsonPath.executionName],
  ])('%s that JSONPath would look up is refused', (_what, value) => {
    expect(refusalOfAny(QueryParameter.literal, value)).toBe(CONSTANT);
  });

  test('a number is refused with what to write', () => {
    expect(refusalOfAny(QueryParameter.literal, 7))
      .toBe("QueryParameter.literal: `value` must be a string, got '7 (number)': write '7', or executionInput(…) for what only the run knows");
  });

  test('SQL with such a field is refused too', () => {
    expect(() => machineFor({ query: ProtectedQuery.sql(`SELECT * FROM t WHERE day = '${JsonPath.stringAt('$.day')}'`) })).toThrow(
      "`query.sql` must be a constant, because JSONata takes a path of JsonPath as plain text, got 'a JsonPath': " +
      'make an analysis template of it, and pass what differs as a parameter');
  });
});

describe('the name of a field that is none', () => {
  test.each<[unknown, string]>([
    ['$.day', "must be the name of a field, not a path or an expression, got '$.day': write 'day'"],
    ['$$.Execution.Name', "must be the name of a field, not a path or an expression, got '$$.Execution.Name': write jsonata('$states.context.Execution.Input.…')"],
    ['{% $states.input.day %}', "must be the name of a field, not a path or an expression, got '{% $states.input.day %}': write jsonata('$states.context.Execution.Input.…')"],
    [JsonPath.stringAt('$.day'), "must be known when the app is synthesized, got 'a token': write the name of the field out"],
    [7, "must be a string, got '7 (number)': write the name of the field as a string"],
  ])('%j is refused', (name, message) => {
    expect(refusalOfAny(QueryParameter.executionInput, name)).toBe(`QueryParameter.executionInput: \`name\` ${message}`);
  });

  test('of a state\'s input neither', () => {
    expect(refusalOfAny(QueryParameter.stateInput, '$.a.b'))
      .toBe("QueryParameter.stateInput: `name` must be the name of a field, not a path or an expression, got '$.a.b': write jsonata('$states.input.…')");
  });
});

describe('an item of a Map', () => {
  /** One run for each item, with what makes a parameter of it. */
  function mapOf(parameters: { [name: string]: QueryParameter }): StateMachine {
    const stack = newStack(ENV);
    const query = ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), { parameters });
    const map = Map.jsonata(stack, 'Days', { items: ProvideItems.jsonata('{% $states.input.days %}') });
    map.itemProcessor(newRun(stack, { query }));
    return new StateMachine(stack, 'Machine', { queryLanguage: QueryLanguage.JSONATA, definitionBody: DefinitionBody.fromChainable(map) });
  }
  const sentFor = async (machine: StateMachine, days: JsonValue) => {
    const fake = new FakeProtectedQueries(ended);
    const outcome = await run(machine, fake, { days });
    const values = started(fake).map(({ SqlParameters }) => (SqlParameters as JsonObject).Parameters as { day: string });
    return { outcome, sent: values.map(({ day }) => day).sort() };
  };

  test('is seen by its field', async () => {
    const { sent } = await sentFor(mapOf({ day: QueryParameter.stateInput('day') }), [{ day: '2026-11-20' }, { day: '2026-11-21' }, { day: 7 }]);
    expect(sent).toEqual(['2026-11-20', '2026-11-21', '7']);
  });

  test.each(['$states.input.range[0] & \'!\'', '{% $states.input.range[0] & "!" %}', '$states.context.Map.Item.Value.range[0] & \'!\''])('is seen by %s', async (expression) => {
    const { sent } = await sentFor(mapOf({ day: QueryParameter.jsonata(expression) }), [{ range: ['a'] }, { range: ['b', 'c'] }]);
    expect(sent).toEqual(['a!', 'b!']);
  });

  test.each<[string, QueryParameter, JsonValue, string]>([
    ['a field that is missing', QueryParameter.stateInput('day'), {}, 'the input of the state must have a field day'],
    ['a field that is a list', QueryParameter.stateInput('day'), { day: ['2026-11-20'] }, 'the input of the state must have a field day'],
    ['nothing', QueryParameter.jsonata('$states.input.day'), {}, 'the expression $states.input.day must give a value'],
    ['an object', QueryParameter.jsonata('$states.input'), {}, 'the expression $states.input must give a value'],
    ['too much', QueryParameter.jsonata("$pad('', 1001, 'x')"), {}, "the expression $pad('', 1001, 'x') must give a value"],
  ])('%s fails before a query is started', async (_what, day, item, message) => {
    const { outcome, sent } = await sentFor(mapOf({ day }), [item]);
    expect(outcome).toMatchObject({ error: 'ProtectedQuery.InvalidInput', cause: `${message}: a string, a number or a boolean of 1000 characters at most` });
    expect(sent).toEqual([]);
  });

  test.each<[string, string]>([
    [JsonPath.stringAt('$.day'), "must be JSONata, which has no JsonPath, got 'a JsonPath': write $states.input.day instead of JsonPath.stringAt('$.day')"],
    ['{%  %}', "must not be empty, got '{%  %}': write one, such as $states.input.day"],
  ])('%j is refused', (expression, message) => {
    expect(refusalOfAny(QueryParameter.jsonata, expression)).toBe(`QueryParameter.jsonata: \`expression\` ${message}`);
  });
});

describe('a field of the execution\'s input', () => {
  const machine = machineWith({ p: QueryParameter.executionInput('the "day" it\'s') });
  const input = (value: JsonValue) => ({ 'the "day" it\'s': value });

  test.each<[JsonValue, string]>([
    ['2026-11-20', '2026-11-20'], ['', ''], [7, '7'], [0, '0'], [-1.5, '-1.5'], [true, 'true'], [false, 'false'],
    ['x'.repeat(1000), 'x'.repeat(1000)], ['{% $now() %}', '{% $now() %}'],
  ])('%j is sent as text', async (value, text) => {
    expect(await valuesOf(machine, input(value))).toEqual({ p: text });
  });

  test.each<[string, JsonValue]>([
    ['an input without it', {}], ['no object', 'text'], ['a list', ['a']], ['null', input(null)], ['an object for it', input({})], ['a list for it', input([1])],
    ['1001 characters', input('x'.repeat(1001))],
  ])('%s is refused before any call', async (_which, given) => {
    const fake = new FakeProtectedQueries();
    expect(await run(machine, fake, given)).toMatchObject({
      status: 'FAILED',
      error: 'ProtectedQuery.InvalidInput',
      cause: 'the execution\'s input must have a field the "day" it\'s: a string, a number or a boolean of 1000 characters at most',
    });
    expect(fake.calls).toEqual([]);
  });

  test('several are checked each for itself', async () => {
    const two = machineWith({ a: QueryParameter.executionInput('a'), b: QueryParameter.executionInput('b'), day: QueryParameter.scheduledDate() });
    const outcome = async (given: JsonObject) => (await run(two, new FakeProtectedQueries(ended), given)).cause;
    expect(await outcome({ b: 1 })).toContain('must have a field a:');
    expect(await outcome({ a: 1 })).toContain('must have a field b:');
    expect(await outcome({ a: 1, b: 2, scheduledTime: 'soon' })).toContain('scheduledTime in the execution\'s input must be a point in time');
    expect(await outcome({ a: 1, b: 2 })).toBeUndefined();
  });
});

describe('the scheduled date', () => {
  const dates = async (options: ScheduledDateOptions, times: string[]) => {
    const machine = machineWith({ day: QueryParameter.scheduledDate(options) });
    return Promise.all(times.map(async (scheduledTime) => ((await valuesOf(machine, { scheduledTime })) as JsonObject).day));
  };

  test('is that of the time that was scheduled, in UTC where no schedule has a zone', async () => {
    expect(await dates({}, ['2026-11-22T00:00:00Z', '2026-11-22T23:59:59Z', '2024-02-29T12:00:00Z'])).toEqual(['2026-11-22', '2026-11-22', '2024-02-29']);
  });

  test('is that of the start where nothing was scheduled, however late the query gets its place', async () => {
    const machine = machineWith({ day: QueryParameter.scheduledDate({ format: DateFormat.TIMESTAMP }) });
    const fake = new FakeProtectedQueries(ended).failNext('startProtectedQuery', ...Array.from({ length: 9 }, () => ({ error: 'ServiceQuotaExceededException' })));
    const account = accountFor(machine, fake);
    await account.clock.sleep(3_600_000);
    expect((await account.start(machine).done).status).toBe('SUCCEEDED');
    expect(started(fake).map(({ SqlParameters }) => SqlParameters)).toEqual(Array.from({ length: 10 }, () => expect.objectContaining({ Parameters: { day: '2026-01-01 01:00:00' } }) as JsonObject));
  });

  test.each<[string, DateFormat, string]>([
    ['DATE', DateFormat.DATE, '2026-03-04'],
    ['TIMESTAMP', DateFormat.TIMESTAMP, '2026-03-04 05:06:07'],
    ['MONTH', DateFormat.MONTH, '2026-03'],
    ['COMPACT_DATE', DateFormat.COMPACT_DATE, '20260304'],
    ['another', DateFormat.of("[D01].[M01].[Y0001], '[H01]' o'clock"), "04.03.2026, '05' o'clock"],
  ])('is written as %s', async (_name, format, text) => {
    expect(await dates({ format }, ['2026-03-04T05:06:07Z'])).toEqual([text]);
  });

  describe.each<[string, TimeZone, [scheduledTime: string, today: string, yesterday: string, dayOfHours: string, hour: string][]]>([
    ['Europe/Berlin', TimeZone.EUROPE_BERLIN, [
      // The clocks go forward on 29 March at 01:00 UTC, and back on 25 October at 01:00 UTC.
      ['2026-03-28T22:59:59Z', '2026-03-28', '2026-03-27', '2026-03-28', '2026-03-28 22:59:59'],
      ['2026-03-28T23:00:00Z', '2026-03-29', '2026-03-28', '2026-03-28', '2026-03-28 23:00:00'],
      ['2026-03-29T00:59:59Z', '2026-03-29', '2026-03-28', '2026-03-28', '2026-03-29 00:59:59'],
      ['2026-03-29T01:00:00Z', '2026-03-29', '2026-03-28', '2026-03-28', '2026-03-29 01:00:00'],
      // Half an hour into 30 March: a minute less than 24 hours before was 23:31 on the 28th, for the 29th had 23 hours only.
      ['2026-03-29T22:30:00Z', '2026-03-30', '2026-03-29', '2026-03-28', '2026-03-29 23:30:00'],
      ['2026-10-24T22:30:00Z', '2026-10-25', '2026-10-24', '2026-10-24', '2026-10-24 23:30:00'],
      ['2026-10-25T01:30:00Z', '2026-10-25', '2026-10-24', '2026-10-24', '2026-10-25 02:30:00'],
      // Half an hour before the end of 25 October, which had 25 hours.
      ['2026-10-25T22:30:00Z', '2026-10-25', '2026-10-24', '2026-10-25', '2026-10-25 22:30:00'],
    ]],
    ['America/New_York', TimeZone.AMERICA_NEW_YORK, [
      // Forward on 8 March at 07:00 UTC, back on 1 November at 06:00 UTC.
      ['2026-03-08T04:59:59Z', '2026-03-07', '2026-03-06', '2026-03-07', '2026-03-07 22:59:59'],
      ['2026-03-08T07:00:00Z', '2026-03-08', '2026-03-07', '2026-03-07', '2026-03-08 01:00:00'],
      ['2026-03-09T04:30:00Z', '2026-03-09', '2026-03-08', '2026-03-07', '2026-03-08 23:30:00'],
      ['2026-11-01T06:30:00Z', '2026-11-01', '2026-10-31', '2026-10-31', '2026-11-01 01:30:00'],
      ['2026-11-02T04:30:00Z', '2026-11-01', '2026-10-31', '2026-11-01', '2026-11-01 22:30:00'],
    ]],
    ['Asia/Kolkata', TimeZone.ASIA_KOLKATA, [
      ['2026-03-28T18:29:59Z', '2026-03-28', '2026-03-27', '2026-03-28', '2026-03-28 22:59:59'],
      ['2026-03-28T18:30:00Z', '2026-03-29', '2026-03-28', '2026-03-28', '2026-03-28 23:00:00'],
    ]],
  ])('in %s', (_zone, timeZone, rows) => {
    const machine = machineWith({
      today: QueryParameter.scheduledDate({ timeZone }),
      yesterday: QueryParameter.scheduledDate({ timeZone, ago: Duration.days(1) }),
      hoursAgo: QueryParameter.scheduledDate({ timeZone, ago: Duration.minutes(24 * 60 - 1) }),
      hourAgo: QueryParameter.scheduledDate({ timeZone, ago: Duration.hours(1), format: DateFormat.TIMESTAMP }),
    });

    test.each(rows)('%s: today %s, yesterday %s, a day of minutes less one ago %s, an hour ago %s', async (scheduledTime, today, yesterday, hoursAgo, hourAgo) => {
      expect(await valuesOf(machine, { scheduledTime })).toEqual({ today, yesterday, hoursAgo, hourAgo });
    });
  });

  test('a month ago is so many days of the calendar ago', async () => {
    expect(await dates({ ago: Duration.days(31), timeZone: TimeZone.EUROPE_BERLIN }, ['2026-03-31T22:30:00Z'])).toEqual(['2026-03-01']);
  });

  test('is known for years, back to when the service began', async () => {
    const times = ['2023-07-01T22:30:00Z', '2024-01-01T23:30:00Z', '2040-07-01T22:30:00Z', '2045-12-31T23:30:00Z'];
    expect(await dates({ timeZone: TimeZone.EUROPE_BERLIN, format: DateFormat.TIMESTAMP }, times))
      .toEqual(['2023-07-02 00:30:00', '2024-01-02 00:30:00', '2040-07-02 00:30:00', '2046-01-01 00:30:00']);
  });

  test.each<[string, JsonValue]>([
    ['text', 'tomorrow'], ['a date alone', '2026-11-22'], ['a time with an offset', '2026-11-22T03:00:00+01:00'], ['fractions of a second', '2026-11-22T03:00:00.000Z'],
    ['a month that is none', '2026-13-01T00:00:00Z'], ['a day that its month does not have', '2026-02-29T00:00:00Z'], ['hour 24', '2026-02-28T24:00:00Z'],
    ['a number', 1767225600], ['null', null], ['an object', {}], ['a list', ['2026-11-22T03:00:00Z', '2026-11-22T03:00:00Z']],
  ])('%s is refused before any call', async (_what, scheduledTime) => {
    const fake = new FakeProtectedQueries();
    expect(await run(machineWith({ day: QueryParameter.scheduledDate() }), fake, { scheduledTime })).toMatchObject({
      error: 'ProtectedQuery.InvalidInput', cause: "scheduledTime in the execution's input must be a point in time such as 2026-11-22T03:00:00Z",
    });
    expect(fake.calls).toEqual([]);
  });
});
