import { App, CfnDynamicReference, CfnDynamicReferenceService, Fn, Lazy, SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAnalysisTemplate } from 'aws-cdk-lib/aws-cleanrooms';
import { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import {
  AnalysisParameter, AnalysisTemplateQueryOptions, DateFormat, ParameterType, ProtectedQuery, ProtectedQueryOptions, ProtectedQueryOutput,
  ProtectedQueryOutputS3Options, QueryCompute, QueryParameter, ResultFormat, WorkerType,
} from '../../src';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, MEMBERSHIP, MEMBERSHIP_ARN, newStack, PARTNER, warningsOf } from '../support/membership-app';
import { DAY, machineFor, MINIMUM, newRun, partnerTemplate, refusalOf, run, started, TEMPLATE_ARN } from '../support/query-app';

const SQL = 'SELECT 1';
const stack = newStack(ENV);
const bucket = Bucket.fromBucketName(stack, 'Results', 'results');

/** What the service is asked to start. */
async function requestOf(query: ProtectedQuery, machine: StateMachine = machineFor({ query })): Promise<JsonObject> {
  const fake = new FakeProtectedQueries();
  expect(await run(machine, fake)).toMatchObject({ status: 'SUCCEEDED' });
  return started(fake)[0];
}

const refusal = (query: () => ProtectedQuery) => refusalOf(() => newRun(newStack(ENV), { query: query() }));
const refusalOfSql = (options: ProtectedQueryOptions) => refusal(() => ProtectedQuery.sql(SQL, options));

describe('what is asked for', () => {
  const request = { MembershipIdentifier: MEMBERSHIP, Type: 'SQL', SqlParameters: { QueryString: SQL } };

  test('SQL, and as little else as was said', async () => {
    expect(await requestOf(ProtectedQuery.sql(SQL))).toEqual(request);
  });

  test.each(['SELECT\n  \'a\', "b" -- c\n\tFROM t', '{% $states.input %}', '{%\n%}', `SELECT '${'x'.repeat(100_000)}'`])('SQL as it stands: %.30j', async (text) => {
    expect((await requestOf(ProtectedQuery.sql(text))).SqlParameters).toEqual({ QueryString: text });
  });

  test('SQL that is known when deployed', async () => {
    const text = Lazy.string({ produce: () => SQL });
    expect(await requestOf(ProtectedQuery.sql(`${text}, 2`))).toEqual({ ...request, SqlParameters: { QueryString: 'SELECT 1, 2' } });
  });

  test('a template with its values', async () => {
    const parameters = { day: QueryParameter.literal('2026-01-01'), minimum: QueryParameter.literal(Lazy.string({ produce: () => '7' })) };
    expect((await requestOf(ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, [DAY, MINIMUM], 'WithValues'), { parameters }))).SqlParameters)
      .toEqual({ AnalysisTemplateArn: TEMPLATE_ARN, Parameters: { day: '2026-01-01', minimum: '7' } });
  });

  test('a template without values', async () => {
    expect((await requestOf(ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack, undefined, 'WithoutValues')))).SqlParameters)
      .toEqual({ AnalysisTemplateArn: TEMPLATE_ARN });
  });

  test('a template of the CDK\'s own, of whose parameters nothing is known', async () => {
    const template = new CfnAnalysisTemplate(stack, 'Native', { membershipIdentifier: MEMBERSHIP, name: 'native', format: 'SQL', source: { text: SQL } });
    const query = ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.literal('2026-01-01') } });
    expect((await requestOf(query, machineFor({ query }, stack))).SqlParameters)
      .toEqual({ AnalysisTemplateArn: `${MEMBERSHIP_ARN}/analysistemplate/d1b2c3d4-5678-90ab-cdef-111122223333`, Parameters: { day: '2026-01-01' } });
  });

  const S3 = { Bucket: 'results', KeyPrefix: 'a/b', ResultFormat: 'PARQUET', SingleFileOutput: false };
  const s3 = ProtectedQueryOutput.s3(bucket, { keyPrefix: 'a/b', resultFormat: ResultFormat.PARQUET, singleFileOutput: false });

  test.each<[string, ProtectedQueryOutput, JsonObject]>([
    ['a bucket', s3, { S3 }],
    ['a bucket and its format', ProtectedQueryOutput.s3(bucket, { resultFormat: ResultFormat.CSV }), { S3: { Bucket: 'results', ResultFormat: 'CSV' } }],
    ['a member', ProtectedQueryOutput.member(PARTNER), { Member: { AccountId: PARTNER } }],
    ['several', ProtectedQueryOutput.distribute([ProtectedQueryOutput.member(PARTNER), s3, ProtectedQueryOutput.member('777788889999')]),
      { Distribute: { Locations: [{ Member: { AccountId: PARTNER } }, { S3 }, { Member: { AccountId: '777788889999' } }] } }],
    ['one of several', ProtectedQueryOutput.distribute([ProtectedQueryOutput.member(PARTNER)]), { Distribute: { Locations: [{ Member: { AccountId: PARTNER } }] } }],
  ])('results to %s', async (_where, output, configuration) => {
    expect(await requestOf(ProtectedQuery.sql(SQL, { output }))).toEqual({ ...request, ResultConfiguration: { OutputConfiguration: configuration } });
  });

  test.each<[string, QueryCompute, JsonObject]>([
    ['workers', QueryCompute.workers(WorkerType.CR_1X, 2), { Type: 'CR.1X', Number: 2 }],
    ['the most workers of a new type', QueryCompute.workers(WorkerType.of('CR.8X'), 1024), { Type: 'CR.8X', Number: 1024 }],
    ['Spark properties', QueryCompute.workers(WorkerType.CR_4X, 4, { sparkProperties: { 'spark.sql.Shuffle': '{% 8 %}' } }),
      { Type: 'CR.4X', Number: 4, Properties: { Spark: { 'spark.sql.Shuffle': '{% 8 %}' } } }],
    ['no Spark properties', QueryCompute.workers(WorkerType.CR_4X, 4, { sparkProperties: {} }), { Type: 'CR.4X', Number: 4 }],
  ])('%s', async (_what, compute, Worker) => {
    expect(await requestOf(ProtectedQuery.sql(SQL, { compute }))).toEqual({ ...request, ComputeConfiguration: { Worker } });
  });
});

describe('the order in which values are given', () => {
  const definitionOf = (query: (scope: Stack) => ProtectedQuery): unknown => {
    const scope = newStack(ENV);
    machineFor({ query: query(scope) }, scope);
    return Object.values(Template.fromStack(scope).findResources('AWS::StepFunctions::StateMachine'))[0].Properties.DefinitionString;
  };
  const [day, minimum] = [QueryParameter.scheduledDate(), QueryParameter.literal('2')];
  const sorted = definitionOf((scope) => ProtectedQuery.fromAnalysisTemplate(partnerTemplate(scope), { parameters: { day, minimum } }));
  const compute = (sparkProperties: { [key: string]: string }) => definitionOf(() =>
    ProtectedQuery.sql(SQL, { compute: QueryCompute.workers(WorkerType.CR_1X, 2, { sparkProperties }) }));

  // Java's maps have another one each time that an app is synthesized.
  test('does not change the template', () => {
    expect(definitionOf((scope) => ProtectedQuery.fromAnalysisTemplate(partnerTemplate(scope), { parameters: { minimum, day } }))).toEqual(sorted);
    expect(compute({ b: '1', a: '2' })).toEqual(compute({ a: '2', b: '1' }));
  });
});

describe('SQL that is refused', () => {
  test.each([['', 'nothing'], [' \n ', 'white space']])('nothing: %j', (text, got) => {
    expect(refusal(() => ProtectedQuery.sql(text))).toBe(`\`query.sql\` must not be empty, got '${got}': write a query`);
  });

  const message = (bytes: number) => '`query.sql` must be 200000 bytes at most where Step Functions carries it, as JSON quoted in JSON: '
    + `a line break takes 3 of them, a quotation mark 4, got '${bytes} bytes': make an analysis template of it`;

  test.each<[string, string, number]>([
    ['too much', 'x'.repeat(200_001), 200_022],
    ['too many bytes', 'ü'.repeat(100_001), 200_023],
    // As raw bytes they would pass: the query would start, its answer would not fit into a state, and nobody would follow it.
    ['too many line breaks', `SELECT 1${'\n'.repeat(130_900)}`, 392_729],
    ['too many quotation marks', '"'.repeat(60_000), 240_021],
    ['too much, of which some is known only when deployed', `${Lazy.string({ produce: () => 'x' })}${'x'.repeat(200_001)}`, 200_022],
  ])('%s', (_what, text, bytes) => {
    expect(refusal(() => ProtectedQuery.sql(text))).toBe(message(bytes));
  });

  test('too much in the values of a template', () => {
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const declared = names.map((name) => ({ name, type: ParameterType.STRING }));
    const query = (scope: Stack) => ProtectedQuery.fromAnalysisTemplate(partnerTemplate(scope, declared), {
      parameters: Object.fromEntries(names.map((name) => [name, QueryParameter.literal('"'.repeat(1_000))])),
    });
    expect(refusal(() => query(newStack(ENV))))
      .toMatch(/^`query` must be 200000 bytes at most where .*, got '\d{6} bytes': shorten its values or Spark properties$/);
  });

  test.each(['x', '\n', '"'])('but not as much as fits, which really runs: of %j', async (unit) => {
    const text = 'x'.padEnd(Math.floor(199_900 / (JSON.stringify(JSON.stringify(unit)).length - 6)), unit);
    expect((await requestOf(ProtectedQuery.sql(text))).SqlParameters).toEqual({ QueryString: text });
  });

  test('is refused with the name of what is large: Spark properties', () => {
    const sparkProperties = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${index}`.padEnd(200, 'k'), '"'.repeat(500)]));
    expect(refusalOfSql({ compute: QueryCompute.workers(WorkerType.CR_1X, 2, { sparkProperties }) })).toBe('accepted');
    expect(refusal(() => ProtectedQuery.sql('x'.repeat(100_000), { compute: QueryCompute.workers(WorkerType.CR_1X, 2, { sparkProperties }) }))).toMatch(/^`query.sql` must be 200000 bytes/);
  });
});

describe('values that are refused', () => {
  const withParameters = (parameters: AnalysisTemplateQueryOptions['parameters'], declared?: AnalysisParameter[]) => refusal(() =>
    ProtectedQuery.fromAnalysisTemplate(partnerTemplate(newStack(ENV), declared), { parameters }));
  const literal = QueryParameter.literal;
  const declared = [DAY, MINIMUM];

  test.each<[string, { [name: string]: QueryParameter }, AnalysisParameter[] | undefined, string]>([
    ['one that is not declared', { day: literal('2026-01-01'), date: literal('x') }, declared,
      '`query.parameters` must be declared by the template, which declares day DATE, minimum INTEGER, got \'date\': rename or remove it'],
    ['one where none is declared', { day: literal('x') }, [], '`query.parameters` must be declared by the template, which declares none, got \'day\': rename or remove it'],
    ['a missing one', { minimum: literal('3') }, declared,
      '`query.parameters` must give day, because the template declares day DATE, minimum INTEGER, got \'minimum\': add it'],
    ['a missing one of none', {}, declared, '`query.parameters` must give day, because the template declares day DATE, minimum INTEGER, got \'none\': add it'],
    ['a missing one of a name that every object has', {}, [{ name: 'constructor', type: ParameterType.STRING }],
      '`query.parameters` must give constructor, because the template declares constructor STRING, got \'none\': add it'],
    ['one of another type', { day: literal('1 January') }, declared, '`query.parameters.day` must be a value of type DATE, got \'1 January\': correct the value or the declared type'],
    ['a number that is too great', { day: literal('2026-01-01'), minimum: literal('2147483648') }, declared,
      '`query.parameters.minimum` must be a value of type INTEGER, got \'2147483648\': correct the value or the declared type'],
    ['a long one of a declared type', { text: literal('x'.repeat(1001)) }, [{ name: 'text', type: ParameterType.STRING }],
      '`query.parameters.text` must be 1000 characters at most, got \'1001 characters\': shorten the value'],
    ['a long one of an unknown type', { text: literal('x'.repeat(1001)) }, undefined,
      '`query.parameters.text` must be 1000 characters at most, got \'1001 characters\': shorten the value'],
    ['a name that is none', { 'a b': literal('') }, undefined,
      '`query.parameters` must have names of 1 to 100 letters, digits and underscores, got \'a b\': rename the parameter'],
    ['a long name', { ['a'.repeat(101)]: literal('') }, undefined,
      `\`query.parameters\` must have names of 1 to 100 letters, digits and underscores, got '${'a'.repeat(101)}': rename the parameter`],
  ])('%s', (_what, parameters, known, message) => {
    expect(withParameters(parameters, known)).toBe(message);
  });

  test('but not those that fit, or that only the run knows', () => {
    const token = Lazy.string({ produce: () => 'x' });
    expect(withParameters({ day: literal('2026-01-01') }, declared)).toBe('accepted');
    expect(withParameters({ day: literal(token), minimum: QueryParameter.executionInput('minimum') }, declared)).toBe('accepted');
    expect(withParameters({ day: QueryParameter.scheduledDate() }, declared)).toBe('accepted');
    expect(withParameters({ anything: literal('x'.repeat(1000)) }, undefined)).toBe('accepted');
    expect(withParameters(undefined, undefined)).toBe('accepted');
    expect(withParameters(undefined, [MINIMUM])).toBe('accepted');
  });
});

describe('values that only plain JavaScript lets through', () => {
  test('no SQL is refused', () => {
    expect(refusal(() => ProtectedQuery.sql(undefined as unknown as string)))
      .toBe('ProtectedQuery.sql: `text` must be a string, got \'undefined (undefined)\': pass the SQL');
  });

  const withAny = (parameters: unknown) => refusal(() =>
    ProtectedQuery.fromAnalysisTemplate(partnerTemplate(newStack(ENV)), { parameters: parameters as AnalysisTemplateQueryOptions['parameters'] }));
  const OF = 'ProtectedQuery.fromAnalysisTemplate:';

  test.each<[unknown, string]>([
    [{ day: '2026-01-01' }, `${OF} \`parameters.day\` must be a QueryParameter, got '2026-01-01 (string)': write QueryParameter.literal('2026-01-01')`],
    [{ day: 7 }, `${OF} \`parameters.day\` must be a QueryParameter, got '7 (number)': write QueryParameter.literal('7')`],
    [{ day: undefined }, `${OF} \`parameters.day\` must be a QueryParameter, got 'undefined (undefined)': make one by a static method of QueryParameter`],
    [{ day: {} }, `${OF} \`parameters.day\` must be a QueryParameter, got '[object Object] (object)': make one by a static method of QueryParameter`],
    [new Map([['day', QueryParameter.literal('x')]]), `${OF} \`parameters\` must be an object with a QueryParameter for each name, got 'Map': write { day: QueryParameter.literal(…) }`],
    [[QueryParameter.literal('x')], `${OF} \`parameters\` must be an object with a QueryParameter for each name, got 'Array': write { day: QueryParameter.literal(…) }`],
    ['day=x', `${OF} \`parameters\` must be an object with a QueryParameter for each name, got 'String': write { day: QueryParameter.literal(…) }`],
    [{ __proto__: QueryParameter.literal('x') }, `${OF} \`parameters\` must not have the name __proto__, which JavaScript loses, got '__proto__': rename the parameter`],
    [{ ['__proto__']: QueryParameter.literal('x') }, '`query.parameters` must not have the name __proto__, which JavaScript loses, got \'__proto__\': rename the parameter'],
  ])('%j is refused', (parameters, message) => {
    expect(withAny(parameters)).toBe(message);
  });

  test.each<[unknown, string]>([
    [undefined, 'undefined (undefined)'],
    [null, 'null (object)'],
    [TEMPLATE_ARN, `${TEMPLATE_ARN} (string)`],
    [{ arn: TEMPLATE_ARN }, '[object Object] (object)'],
  ])('the template %j is refused', (template, got) => {
    expect(refusal(() => ProtectedQuery.fromAnalysisTemplate(template as CfnAnalysisTemplate)))
      .toBe(`${OF} \`template\` must be an analysis template, got '${got}': pass an AnalysisTemplate, or AnalysisTemplate.fromAnalysisTemplateArn(…)`);
  });
});

describe('a date in a format that its type does not take', () => {
  const withDate = (type: ParameterType, format: DateFormat) => refusal(() => ProtectedQuery.fromAnalysisTemplate(
    partnerTemplate(newStack(ENV), [{ name: 'day', type }]), { parameters: { day: QueryParameter.scheduledDate({ format }) } }));

  test.each<[ParameterType, DateFormat, string]>([
    [ParameterType.DATE, DateFormat.MONTH, '2026-11, by its format [Y0001]-[M01]'],
    [ParameterType.DATE, DateFormat.COMPACT_DATE, '20261122, by its format [Y0001][M01][D01]'],
    [ParameterType.DATE, DateFormat.TIMESTAMP, '2026-11-22 03:04:05, by its format [Y0001]-[M01]-[D01] [H01]:[m01]:[s01]'],
    [ParameterType.INTEGER, DateFormat.DATE, '2026-11-22, by its format [Y0001]-[M01]-[D01]'],
    [ParameterType.SMALLINT, DateFormat.COMPACT_DATE, '20261122, by its format [Y0001][M01][D01]'],
    [ParameterType.DOUBLE, DateFormat.MONTH, '2026-11, by its format [Y0001]-[M01]'],
    [ParameterType.BOOLEAN, DateFormat.of('[D].'), '22., by its format [D].'],
  ])('%s: %j is refused', (type, format, got) => {
    expect(withDate(type, format)).toBe(`\`query.parameters.day\` must be written as a value of type ${type.value}, got '${got}': ` +
      'choose another DateFormat or correct the declared type');
  });

  test.each<[ParameterType, DateFormat]>([
    [ParameterType.DATE, DateFormat.DATE], [ParameterType.INTEGER, DateFormat.COMPACT_DATE], [ParameterType.INT, DateFormat.of('[Y]')],
    [ParameterType.TIMESTAMP, DateFormat.TIMESTAMP], [ParameterType.STRING, DateFormat.MONTH], [ParameterType.DATE, DateFormat.of('[Y0001]-[M01]-[D1o]')],
    [ParameterType.of('INTERVAL'), DateFormat.MONTH],
  ])('%s: %j is taken, or not judged', (type, format) => {
    expect(withDate(type, format)).toBe('accepted');
  });
});

describe('secrets that CloudFormation would write out', () => {
  const MUST_NOT = 'must not hold a dynamic reference, which CloudFormation replaces by the secret for others to read';
  const remedy = 'pass what they may read, and what is no secret as a CfnParameter';
  const written = '{{resolve:ssm:/key}}';
  const secret = SecretValue.secretsManager('key').unsafeUnwrap();
  const resolved = '{{resolve:secretsmanager:key:SecretString:::}}';
  const literal = (value: string) => refusal(() => ProtectedQuery.fromAnalysisTemplate(partnerTemplate(newStack(ENV)), {
    parameters: { key: QueryParameter.literal(value) },
  }));
  const spark = (value: string) => refusalOfSql({ compute: QueryCompute.workers(WorkerType.CR_1X, 2, { sparkProperties: { key: value } }) });

  test.each([[written, written], [`a${secret}`, resolved]])('%j is refused', (text, got) => {
    expect(literal(text)).toBe(`\`query.parameters.key\` ${MUST_NOT}, got '${got}': ${remedy}`);
    expect(refusal(() => ProtectedQuery.sql(`SELECT '${text}'`))).toBe(`\`query.sql\` ${MUST_NOT}, got '${got}': ${remedy}`);
    expect(spark(text)).toBe(`\`compute.sparkProperties.key\` ${MUST_NOT}, got '${got}': ${remedy}`);
  });

  test.each([['joined', Fn.join('', ["SELECT '", secret, "'"])], ['told later', Lazy.string({ produce: () => secret })]])('one that is %s is refused at synthesis', (_how, text) => {
    const other = newStack(ENV);
    newRun(other, { query: ProtectedQuery.sql(text) });
    expect(() => App.of(other)?.synth()).toThrow(`\`query.sql\` ${MUST_NOT}, got '${resolved}': ${remedy}`);
  });

  test('but not a parameter of the Systems Manager, which is no secret', () => {
    expect(literal(new CfnDynamicReference(CfnDynamicReferenceService.SSM, '/key:1').toString())).toBe('accepted');
  });
});

describe('outputs that are refused', () => {
  const toBucket = (bucketName: string, options: Partial<ProtectedQueryOutputS3Options> = {}) => {
    // The CDK has rules of its own for names that it is given.
    const named = Object.create(bucket, { bucketName: { value: bucketName } }) as IBucket;
    return ProtectedQueryOutput.s3(named, { resultFormat: ResultFormat.CSV, ...options });
  };
  const { distribute, member } = ProtectedQueryOutput;

  test.each<[string, () => ProtectedQueryOutput, string]>([
    ['a prefix with a space', () => toBucket('results', { keyPrefix: 'a b' }),
      '`output.keyPrefix` must be up to 512 characters out of letters, digits and _ ! . = * / - (no space, no +), got \'a b\': choose another prefix'],
    ['no bucket', () => toBucket('re'),
      '`output.bucket` must be a general purpose bucket\'s name of 3 to 63 characters, got \'re\': pass the bucket that is to receive the results'],
    ['no account', () => member('12345'), '`output.accountId` must be an AWS account id of 12 digits, got \'12345\': write it as a string, with its leading zeros'],
    ['no account in a distribution', () => distribute([member('12345')]),
      '`output.accountId` must be an AWS account id of 12 digits, got \'12345\': write it as a string, with its leading zeros'],
    ['a distribution to nobody', () => distribute([]), '`output` must distribute to one place at least, got \'none\': pass ProtectedQueryOutput.s3(…) or member(…)'],
    ['a distribution of a distribution', () => distribute([distribute([member(PARTNER)])]),
      '`output` must not distribute a distribution, got \'distribute([distribute(…)])\': list its places themselves'],
    ['two buckets', () => distribute([toBucket('one'), toBucket('two')]), '`output` must name one bucket at most, got \'2 buckets\': keep one of them'],
    ['a member twice', () => distribute([member(PARTNER), member(PARTNER)]), `\`output\` must name each member once, got '${PARTNER}': keep one of the two`],
  ])('%s', (_what, output, message) => {
    expect(refusalOfSql({ output: output() })).toBe(message);
  });

  test('but no token', () => {
    const token = Lazy.string({ produce: () => 'x' });
    expect(refusalOfSql({ output: distribute([toBucket(token, { keyPrefix: token }), member(token)]) })).toBe('accepted');
  });
});

describe('compute that is refused', () => {
  const workers = (count: number, sparkProperties?: { [key: string]: string }) =>
    refusalOfSql({ compute: QueryCompute.workers(WorkerType.CR_1X, count, { sparkProperties }) });

  test.each([0, 1, 2.5, NaN])('%d workers', (count) => {
    expect(workers(count)).toBe(`\`compute.count\` must be a whole number of 2 or more workers, got '${count}': choose another number`);
  });

  test.each<[WorkerType, number]>([[WorkerType.CR_1X, 128], [WorkerType.CR_4X, 32], [WorkerType.of('CR.8X'), 16]])(
    'more %j than the guide\'s %i, which the model allows, are only warned of', (type, most) => {
      const warnings = (count: number) => {
        const scope = newStack(ENV);
        machineFor({ query: ProtectedQuery.sql(SQL, { compute: QueryCompute.workers(type, count) }) }, scope);
        return warningsOf(scope);
      };
      expect(warnings(most)).toEqual([]);
      expect(warnings(most + 1)).toEqual([
        `${most + 1} workers of type ${type.value} are more than the ${most} of the user guide (https://docs.aws.amazon.com/clean-rooms/latest/userguide/quotas.html), ` +
        'and the service\'s model allows 1024: choose fewer, or larger ones, if the query is refused [ack: cdk-cleanrooms:queryCompute.count]',
      ]);
    });

  test('but not a type that nobody knows', () => {
    expect(refusalOfSql({ compute: QueryCompute.workers(WorkerType.of('constructor'), 5000) })).toBe('accepted');
  });

  test('properties of Spark', () => {
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${'k'.repeat(198)}${index + 10}`, 'v'.repeat(500)]));
    expect(workers(2, fifty)).toBe('accepted');
    expect(workers(2, { ...fifty, more: '' })).toBe('`compute.sparkProperties` must be 50 at most, got \'51 properties\': remove some');
    const rule = '`compute.sparkProperties` must have keys of 1 to 200 and values of up to 500 characters';
    expect(workers(2, { '': 'v' })).toBe(`${rule}, got '': shorten it`);
    expect(workers(2, { ['k'.repeat(201)]: 'v' })).toBe(`${rule}, got '${'k'.repeat(201)}': shorten it`);
    expect(workers(2, { ['__proto__']: 'v' })).toBe('`compute.sparkProperties` must not have the key __proto__, which JavaScript loses, got \'__proto__\': remove it');
    expect(workers(2, { k: 'v'.repeat(501) })).toBe(`${rule}, got 'k': shorten it`);
  });

  test('but no token', () => {
    expect(workers(Lazy.number({ produce: () => 4 }), { k: `${Lazy.string({ produce: () => 'x' })}${'v'.repeat(501)}` })).toBe('accepted');
  });
});
