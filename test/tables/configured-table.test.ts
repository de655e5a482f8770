import { App, Aws, Lazy, Stack, Tags, Token } from 'aws-cdk-lib';
import { CfnAnalysisTemplate, CfnConfiguredTable } from 'aws-cdk-lib/aws-cleanrooms';
import { Database, DataFormat, S3Table, S3TableEncryption, S3TableStorage, Schema } from 'aws-cdk-lib/aws-glue';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AdditionalAnalyses, Aggregate, AggregateExpression, AllowedAnalyses, AnalysisMethod, AnalysisRule, AnalysisTemplate, AnalysisTemplateSql,
  Comparisons, ConfiguredTable, ConfiguredTableProps, DataLocation, JoinOperator, MinimumIdentities, ScalarFunction, TableSource,
} from '../../src';
import { factsOfTable } from '../../src/tables/private/table-facts';
import { ACCOUNT, ENV, newMembership, newStack, PARTNER, REGION, resourceOf, warningsOf } from '../support/membership-app';
import { athena, COLUMNS, custom, glue, newTable, SCHEMA, snowflake, TABLE, TABLE_ARN, TEMPLATE_ARN } from '../support/table-app';

const TYPE = 'AWS::CleanRooms::ConfiguredTable';
const propertiesOf = (stack: Stack) => resourceOf(stack, TYPE).Properties;

function rendered(props: Partial<ConfiguredTableProps>): Record<string, unknown> {
  const stack = newStack(ENV);
  newTable(stack, props);
  return propertiesOf(stack);
}

const policyOf = (rule: AnalysisRule, props: Partial<ConfiguredTableProps> = {}) =>
  ((rendered({ rule, ...props }).AnalysisRules as { Policy: { V1: object } }[])[0].Policy.V1);

test('a table is what its props say', () => {
  expect(rendered({ configuredTableName: 'Views', description: 'who saw what' })).toEqual({
    Name: 'Views',
    Description: 'who saw what',
    AllowedColumns: COLUMNS,
    AnalysisMethod: 'DIRECT_QUERY',
    TableReference: { Glue: { DatabaseName: 'media', TableName: 'views' } },
  });
});

test('a table without a name of its own is named after its path', () => {
  expect(rendered({}).Name).toMatch(/^Stack-Views-[0-9A-F]+$|^Stack-?Views/);
});

describe('methods', () => {
  test.each<[AnalysisMethod[], object]>([
    [[AnalysisMethod.QUERY], { AnalysisMethod: 'DIRECT_QUERY' }],
    [[AnalysisMethod.JOB], { AnalysisMethod: 'DIRECT_JOB' }],
    [[AnalysisMethod.QUERY, AnalysisMethod.JOB], { AnalysisMethod: 'MULTIPLE', SelectedAnalysisMethods: ['DIRECT_JOB', 'DIRECT_QUERY'] }],
  ])('%j', (methods, expected) => {
    const { AnalysisMethod: method, SelectedAnalysisMethods: selected } = rendered({ methods });
    expect(JSON.parse(JSON.stringify({ AnalysisMethod: method, SelectedAnalysisMethods: selected }))).toEqual(expected);
  });
});

describe('sources', () => {
  test('of another region', () => {
    const stack = newStack(ENV);
    expect(rendered({ source: glue(stack, { region: 'us-east-1' }) }).TableReference).toEqual({
      Glue: { DatabaseName: 'media', TableName: 'views', Region: 'us-east-1' },
    });
  });

  test('of Athena', () => {
    const stack = newStack(ENV);
    newTable(stack, { source: athena(stack, { catalog: 'iceberg', region: 'us-east-1' }), rule: custom() });
    expect(propertiesOf(stack).TableReference).toEqual({
      Athena: {
        WorkGroup: 'cleanrooms', DatabaseName: 'media', TableName: 'views_v', OutputLocation: 's3://media/athena/', CatalogName: 'iceberg', Region: 'us-east-1',
      },
    });
  });

  test('of Snowflake', () => {
    const stack = newStack(ENV);
    newTable(stack, { source: snowflake(stack), rule: custom() });
    expect(propertiesOf(stack).TableReference).toEqual({
      Snowflake: {
        SecretArn: { Ref: expect.stringMatching(/^Secret/) },
        AccountIdentifier: 'org-account',
        DatabaseName: 'MEDIA',
        SchemaName: 'PUBLIC',
        TableName: 'VIEWS',
        TableSchema: { V1: SCHEMA.map(({ name, type }) => ({ ColumnName: name, ColumnType: type })) },
      },
    });
  });

  test('that are Glue tables of the app tell their folder, key, columns and partition keys', () => {
    const stack = newStack(ENV);
    const table = new S3Table(stack, 'Table', {
      database: new Database(stack, 'Database', { databaseName: 'media' }),
      tableName: 'views',
      columns: [{ name: 'User_Id', type: Schema.STRING }],
      partitionKeys: [{ name: 'day', type: Schema.DATE }],
      dataFormat: DataFormat.PARQUET,
      storage: S3TableStorage.managedBucket(S3TableEncryption.kms()),
      s3Prefix: 'views/',
    });
    newTable(stack, { source: TableSource.glueTable(table), columns: ['user_id', 'day'] });
    const { _glue: source, _schema: schema } = factsOfTable(newTable(stack, { source: TableSource.glueTable(table), columns: ['day'] }, 'Day')).source!;
    expect(schema).toEqual([{ name: 'User_Id', type: 'string' }, { name: 'day', type: 'date' }]);
    expect(source?.location.prefix).toBe('views/');
    expect(source?.location._encryptionKey).toBe(table.bucket.encryptionKey);
    expect(() => newTable(stack, { source: TableSource.glueTable(table), columns: ['dya'] }, 'Typo'))
      .toThrow(new Error('Stack/Typo: `columns` must be columns of the source, which has user_id, day, got \'dya\': correct the name, or add the column to the source'));
  });
});

describe('rules', () => {
  test('of aggregation, in an order that no language changes', () => {
    expect(policyOf(AnalysisRule.aggregation({
      aggregates: { user_id: [Aggregate.COUNT_DISTINCT, Aggregate.COUNT], amount: [Aggregate.SUM, Aggregate.COUNT] },
      joins: ['user_id'],
      joinRequired: true,
      joinOperators: [JoinOperator.AND, JoinOperator.OR],
      dimensions: ['campaign'],
      scalars: [ScalarFunction.TRUNC, ScalarFunction.of('NEW_ONE')],
      minimum: { user_id: 50, campaign: 2 },
    }))).toEqual({
      Aggregation: {
        AggregateColumns: [
          { Function: 'COUNT', ColumnNames: ['amount', 'user_id'] },
          { Function: 'COUNT_DISTINCT', ColumnNames: ['user_id'] },
          { Function: 'SUM', ColumnNames: ['amount'] },
        ],
        JoinColumns: ['user_id'],
        JoinRequired: 'QUERY_RUNNER',
        AllowedJoinOperators: ['AND', 'OR'],
        DimensionColumns: ['campaign'],
        ScalarFunctions: ['TRUNC', 'NEW_ONE'],
        OutputConstraints: [
          { ColumnName: 'campaign', Minimum: 2, Type: 'COUNT_DISTINCT' }, { ColumnName: 'user_id', Minimum: 50, Type: 'COUNT_DISTINCT' },
        ],
      },
    });
  });

  test('of aggregation with as little as can be said', () => {
    expect(policyOf(AnalysisRule.aggregation({ aggregates: { amount: [Aggregate.AVG] }, minimum: { user_id: 2 } }))).toEqual({
      Aggregation: {
        AggregateColumns: [{ Function: 'AVG', ColumnNames: ['amount'] }],
        JoinColumns: [],
        DimensionColumns: [],
        ScalarFunctions: [],
        OutputConstraints: [{ ColumnName: 'user_id', Minimum: 2, Type: 'COUNT_DISTINCT' }],
      },
    });
  });

  test('of aggregation know each function of the service', () => {
    expect(ScalarFunction.ALL).toHaveLength(24);
    expect(new Set(ScalarFunction.ALL.map(String)).size).toBe(24);
  });

  test('of lists', () => {
    const rule = AnalysisRule.list({
      joins: ['user_id'], lists: ['campaign'], joinOperators: [JoinOperator.OR], additionalAnalyses: AdditionalAnalyses.REQUIRED,
    });
    expect(policyOf(rule)).toEqual({
      List: { JoinColumns: ['user_id'], ListColumns: ['campaign'], AllowedJoinOperators: ['OR'], AdditionalAnalyses: 'REQUIRED' },
    });
  });

  test('of templates, of which there may be none', () => {
    expect(policyOf(custom())).toEqual({ Custom: { AllowedAnalyses: [] } });
  });

  test('of whatever an account writes', () => {
    expect(policyOf(custom({ allow: AllowedAnalyses.anyQueryOf(PARTNER, ACCOUNT) }))).toEqual({
      Custom: { AllowedAnalyses: ['ANY_QUERY'], AllowedAnalysisProviders: [PARTNER, ACCOUNT] },
    });
    expect(policyOf(custom({ allow: AllowedAnalyses.anyJobOf(PARTNER) }), { methods: [AnalysisMethod.JOB] })).toEqual({
      Custom: { AllowedAnalyses: ['ANY_JOB'], AllowedAnalysisProviders: [PARTNER] },
    });
  });

  test('of groups of a minimum size, and of what may be compared', () => {
    expect(policyOf(custom({
      threshold: MinimumIdentities.of('user_id', 100, { overrides: { day: 0, campaign: 5 }, aggregates: AggregateExpression.ANY_EXPRESSION }),
      comparisons: Comparisons.of({ literals: ['campaign'], columns: ['user_id'] }),
      hiddenColumns: ['user_id'],
      additionalAnalyses: AdditionalAnalyses.NOT_ALLOWED,
    }))).toEqual({
      Custom: {
        AllowedAnalyses: [],
        AggregationThresholds: [{
          IdentityColumns: ['user_id'],
          MinimumIdentityCount: 100,
          Type: 'COUNT_DISTINCT',
          AllowedAggregateExpressionType: 'ANY_EXPRESSION',
          OutputColumnThresholds: [{ OutputColumnName: 'campaign', MinimumIdentityCount: 5 }, { OutputColumnName: 'day', MinimumIdentityCount: 0 }],
        }],
        ComparisonControls: { AllowedLiteralComparisonColumns: ['campaign'], AllowedColumnComparisonColumns: ['user_id'] },
        DisallowedOutputColumns: ['user_id'],
        AdditionalAnalyses: 'NOT_ALLOWED',
      },
    });
  });

  test('that let nothing be compared say so in two empty lists', () => {
    expect(policyOf(custom({ comparisons: Comparisons.of({}) }))).toEqual({
      Custom: { AllowedAnalyses: [], ComparisonControls: { AllowedLiteralComparisonColumns: [], AllowedColumnComparisonColumns: [] } },
    });
  });

  test('of differential privacy', () => {
    expect(policyOf(custom({ differentialPrivacy: 'user_id' }))).toEqual({
      Custom: { AllowedAnalyses: [], DifferentialPrivacy: { Columns: [{ Name: 'user_id' }] } },
    });
  });

  test('can be shared by tables without sharing what is allowed later', () => {
    const stack = newStack(ENV);
    const rule = custom();
    const [one, other] = [newTable(stack, { rule }, 'One'), newTable(stack, { rule, source: glue(new Stack(stack, 'Elsewhere', { env: ENV })) }, 'Other')];
    one.allow(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Theirs', TEMPLATE_ARN));
    const allowed = (table: ConfiguredTable) => JSON.stringify(stack.resolve((table.node.defaultChild as CfnConfiguredTable).analysisRules));
    expect(allowed(one)).toContain(TEMPLATE_ARN);
    expect(allowed(other)).not.toContain(TEMPLATE_ARN);
  });
});

describe('allow', () => {
  test('adds templates by reference, each once, until the app is synthesized', () => {
    const stack = newStack(ENV);
    const theirs = AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Theirs', TEMPLATE_ARN);
    const ours = new AnalysisTemplate(stack, 'Ours', { membership: newMembership(stack), sql: AnalysisTemplateSql.fromInline('SELECT 1') });
    const table = newTable(stack, { rule: custom({ allow: AllowedAnalyses.templates(theirs) }) });
    table.allow(ours);
    table.allow(theirs);
    const [{ Policy }] = propertiesOf(stack).AnalysisRules as { Policy: { V1: { Custom: { AllowedAnalyses: unknown[] } } } }[];
    expect(Policy.V1.Custom.AllowedAnalyses).toEqual([TEMPLATE_ARN, { 'Fn::GetAtt': [expect.stringMatching(/^Ours/), 'Arn'] }]);
  });

  test('takes a template of a partner\'s account in the same app, whose stack is deployed first', () => {
    const app = new App();
    const [theirs, ours] = [new Stack(app, 'Theirs', { env: { account: PARTNER, region: REGION } }), new Stack(app, 'Ours', { env: ENV })];
    const template = new CfnAnalysisTemplate(theirs, 'Template', { membershipIdentifier: TABLE, name: 't', format: 'SQL', source: { text: 'SELECT 1' } });
    newTable(ours, { rule: custom({ allow: AllowedAnalyses.templates(template) }) });
    expect(ours.dependencies).toEqual([theirs]);
    expect(JSON.stringify(propertiesOf(ours).AnalysisRules)).toContain('Fn::GetStackOutput');
  });

  test.each<[string, AnalysisRule | undefined, string]>([
    ['no rule', undefined, 'no rule'],
    ['a rule of another type', AnalysisRule.list({ joins: ['user_id'], lists: [] }), 'LIST'],
    ['a rule that allows whatever somebody writes', custom({ allow: AllowedAnalyses.anyQueryOf(PARTNER) }), 'ANY_QUERY'],
  ])('is refused with %s', (_what, rule, got) => {
    const stack = newStack(ENV);
    const table = newTable(stack, { rule });
    expect(() => table.allow(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Theirs', TEMPLATE_ARN))).toThrow(new Error(
      `Stack/Views: \`rule.allow\` must be AllowedAnalyses.templates(…), to which templates can be added, got '${got}': ` +
      'pass AnalysisRule.custom({ allow: AllowedAnalyses.templates() })'));
  });
});

/** Many names. */
const many = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

describe('what it refuses', () => {
  const location = (prefix: string) => (stack: Stack) => ({ source: glue(stack, { location: DataLocation.s3(Bucket.fromBucketName(stack, 'B', 'media'), prefix) }) });
  const sum = { aggregates: { amount: [Aggregate.SUM] }, minimum: { user_id: 2 } };
  const aggregation = (options: object) => () => ({ rule: AnalysisRule.aggregation({ ...sum, ...options }) });
  const list = (options: object) => () => ({ rule: AnalysisRule.list({ joins: ['user_id'], lists: ['campaign'], ...options }) });
  const customs = (options: object, props: Partial<ConfiguredTableProps> = {}) => () => ({ rule: custom(options), ...props });
  const identities = (...args: Parameters<typeof MinimumIdentities.of>) => MinimumIdentities.of(...args);
  const shares = 'must name columns of the table, which shares user_id, campaign, day, amount';
  const folder = '`source.location` must be a folder within the bucket, without its name, without a slash at the beginning, // and ?';
  const count = 'whole number of 2 to 100000, here of user_id';

  test.each<[string, (stack: Stack) => Partial<ConfiguredTableProps>, string]>([
    ['a blank name', () => ({ configuredTableName: ' ' }),
      '`configuredTableName` must be 1 to 100 characters, not all of them blank, without line breaks, got \' \': choose another name'],
    ['a name of two lines', () => ({ configuredTableName: 'a\nb' }),
      '`configuredTableName` must be 1 to 100 characters, not all of them blank, without line breaks, got \'a\nb\': choose another name'],
    ['a long description', () => ({ description: 'x'.repeat(256) }), '`description` must be 255 characters at most, got \'256 characters\': shorten the description'],
    ['no method', () => ({ methods: [] }),
      '`methods` must name one method at least, and each once, got \'none\': leave it out for queries, or name AnalysisMethod.QUERY, AnalysisMethod.JOB or both'],
    ['a method twice', () => ({ methods: [AnalysisMethod.JOB, AnalysisMethod.JOB] }),
      '`methods` must name one method at least, and each once, got \'DIRECT_JOB, DIRECT_JOB\': leave it out for queries, or name AnalysisMethod.QUERY, AnalysisMethod.JOB or both'],
    ['no column', () => ({ columns: [] }), '`columns` must be 1 to 100 columns, got \'0 columns\': leave out what the collaboration does not need'],
    ['101 columns', () => ({ columns: many(101) }), '`columns` must be 1 to 100 columns, got \'101 columns\': leave out what the collaboration does not need'],
    ['a column in upper case', () => ({ columns: ['User_Id'] }),
      '`columns` must have names of up to 128 lower-case letters, digits, underscores and spaces, with single hyphens in between, got \'User_Id\': write the name as the catalog does, in lower case'],
    ['a column twice', () => ({ columns: ['a', 'b', 'a'] }), '`columns` must name each column once, got \'a\': remove one of the two'],
    ['a column that SQL keeps for itself', () => ({ columns: ['xmin'] }),
      '`columns` must not name a column whose name Clean Rooms SQL reserves, even in quotes, got \'xmin\': rename the column in the catalog, or leave it out'],
    ['a column that the source lacks', (stack) => ({ source: glue(stack, { schema: SCHEMA }), columns: ['user'] }),
      '`columns` must be columns of the source, which has user_id, campaign, amount, day, got \'user\': correct the name, or add the column to the source'],
    ['a database with a space', (stack) => ({ source: glue(stack, { database: 'my db' }) }),
      '`source.database` must be a name of up to 128 characters that Clean Rooms takes, ^[a-zA-Z0-9_](([a-zA-Z0-9_]+-)*([a-zA-Z0-9_]+))?$, got \'my db\': correct the name, or rename it at the source'],
    ['a region of China', (stack) => ({ source: glue(stack, { region: 'cn-north-1' }) }),
      '`source.region` must be a commercial region, got \'cn-north-1\': name the region of the catalog, such as eu-central-1'],
    ['a location with the bucket\'s name', location('s3://media/views/'), `${folder}, got 's3://media/views/': write it as views/2026/`],
    ['a location with a slash in front', location('/views'), `${folder}, got '/views': write it as views/2026/`],
    ['a location with a wildcard', location('views?'), `${folder}, got 'views?': write it as views/2026/`],
    ['a schema with a column twice', (stack) => ({ source: glue(stack, { schema: [...SCHEMA, { name: 'DAY', type: 'date' }] }) }),
      '`source.schema` must have each column once, got \'day\': remove one of the two'],
    ['Athena with an array', (stack) => ({ source: athena(stack, { schema: [...SCHEMA, { name: 'tags', type: 'array<string>' }] }) }),
      '`source.schema` must have no array, map or struct, not even in columns that are not shared, got \'tags array<string>\': make an Athena view without that column'],
    ['Athena with a hyphen', (stack) => ({ source: athena(stack, { table: 'a-b' }) }),
      '`source.table` must be a name of up to 128 characters that Clean Rooms takes, ^\\w+$, got \'a-b\': correct the name, or rename it at the source'],
    ['Athena with a list rule', (stack) => ({ source: athena(stack), rule: AnalysisRule.list({ joins: ['user_id'], lists: [] }) }),
      '`rule` must be a custom one, as the table is not a Glue table on S3, got \'LIST\': pass AnalysisRule.custom(…)'],
    ['Snowflake with differential privacy', (stack) => ({ source: snowflake(stack), rule: custom({ differentialPrivacy: 'user_id' }) }),
      '`rule.differentialPrivacy` must not be given, as the table is not a Glue table on S3, got \'user_id\': pass a `threshold`, or make a Glue table of it'],
    ['Snowflake without columns', (stack) => ({ source: snowflake(stack, { schema: [] }) }),
      '`source.schema` must be 1 to 250 columns of Snowflake, got \'0 columns\': make a view of what the collaboration needs'],
    ['Snowflake with a type of nothing', (stack) => ({ source: snowflake(stack, { schema: [{ name: 'a', type: '' }] }) }),
      '`source.schema` must have types of 1 to 255 characters, got \'a \': write the type as Snowflake does'],
    ['a secret by its name', (stack) => ({ source: snowflake(stack, { secret: Secret.fromSecretNameV2(stack, 'ByName', 'key') }) }),
      '`source.secret` must be known by its whole ARN, with the six characters at its end, got \'key\': pass Secret.fromSecretCompleteArn(…)'],
    ['an aggregate that is not shared', aggregation({ aggregates: { price: [Aggregate.SUM] } }),
      `\`rule.aggregates\` ${shares}, got 'price': correct the name, or add it to \`columns\``],
    ['a minimum of what is not shared', aggregation({ minimum: { person: 2 } }), `\`rule.minimum\` ${shares}, got 'person': correct the name, or add it to \`columns\``],
    ['no aggregate', aggregation({ aggregates: {} }), '`rule.aggregates` must name one column at least, got \'none\': name what may be counted, summed or averaged'],
    ['an aggregate without a function', aggregation({ aggregates: { amount: [] } }),
      '`rule.aggregates` must name one function at least of each column, and each once, here of amount, got \'\': name what may be done with the column, or leave the column out'],
    ['a dimension that is aggregated', aggregation({ dimensions: ['amount'] }), '`rule.dimensions` must not name columns of `rule.aggregates`, got \'amount\': decide for one of the two'],
    ['a dimension that is joined on', aggregation({ dimensions: ['user_id'], joins: ['user_id'] }),
      '`rule.dimensions` must not name columns of `rule.joins`, got \'user_id\': decide for one of the two'],
    ['a dimension twice', aggregation({ dimensions: ['day', 'day'] }), '`rule.dimensions` must not name a column twice, got \'day\': remove one of the two'],
    ['a join that is required of nothing', aggregation({ joinRequired: true }),
      '`rule.joinRequired` must not be true without columns to join on, got \'true\': name them in `joins`'],
    ['two columns to join on, and no operator', aggregation({ joins: ['user_id', 'day'], joinOperators: [] }),
      '`rule.joinOperators` must name an operator where there are two join columns, got \'none\': leave it out for AND, or name JoinOperator.AND or OR'],
    ['an operator twice', list({ joinOperators: [JoinOperator.OR, JoinOperator.OR] }),
      '`rule.joinOperators` must name each operator once, got \'OR, OR\': remove one of the two'],
    ['a scalar function twice', aggregation({ scalars: [ScalarFunction.ABS, ScalarFunction.of('ABS')] }),
      '`rule.scalars` must name each function once, got \'ABS\': remove one of the two'],
    ['no minimum', aggregation({ minimum: {} }),
      '`rule.minimum` must name one column at least, got \'none\': name the column that identifies a person, with the size of the smallest group to show'],
    ['a minimum of one', aggregation({ minimum: { user_id: 1 } }), `\`rule.minimum\` must be a ${count}, got '1': choose another number`],
    ['a minimum of half a person', aggregation({ minimum: { user_id: 2.5 } }), `\`rule.minimum\` must be a ${count}, got '2.5': choose another number`],
    ['a list of no join', list({ joins: [] }),
      '`rule.joins` must name one column at least, as a list shows rows on which tables join, got \'none\': name the column to join on'],
    ['a list of what is joined on', list({ lists: ['user_id'] }), '`rule.lists` must not name columns of `rule.joins`, got \'user_id\': decide for one of the two'],
    ['queries of nobody', customs({ allow: AllowedAnalyses.anyQueryOf() }),
      '`rule.allow` must name the accounts whose analyses ANY_QUERY allows, got \'none\': name one account at least'],
    ['queries of no account', customs({ allow: AllowedAnalyses.anyQueryOf('1234') }),
      '`rule.allow` must be an AWS account id of 12 digits, got \'1234\': write it as a string, with its leading zeros'],
    ['queries of an account twice', customs({ allow: AllowedAnalyses.anyQueryOf(PARTNER, PARTNER) }),
      `\`rule.allow\` must name each account once, got '${PARTNER}': remove one of the two`],
    ['jobs on a table for queries', customs({ allow: AllowedAnalyses.anyJobOf(PARTNER) }),
      '`rule.allow` must not allow what `methods` rules out, which are DIRECT_QUERY, got \'ANY_JOB\': add AnalysisMethod.JOB to `methods`'],
    ['queries on a table for jobs', customs({ allow: AllowedAnalyses.anyQueryOf(PARTNER) }, { methods: [AnalysisMethod.JOB] }),
      '`rule.allow` must not allow what `methods` rules out, which are DIRECT_JOB, got \'ANY_QUERY\': add AnalysisMethod.QUERY to `methods`'],
    ['a threshold with differential privacy', customs({ threshold: identities('user_id', 2), differentialPrivacy: 'user_id' }),
      '`rule.threshold` must not be given with `differentialPrivacy`, got \'user_id\': decide for one of the two'],
    ['comparisons with differential privacy', customs({ comparisons: Comparisons.of({ literals: ['day'] }), differentialPrivacy: 'user_id' }),
      '`rule.comparisons` must not be given with `differentialPrivacy`, got \'day\': decide for one of the two'],
    ['differential privacy of what is not shared', customs({ differentialPrivacy: 'person' }),
      `\`rule.differentialPrivacy\` ${shares}, got 'person': correct the name, or add it to \`columns\``],
    ['a threshold for jobs', customs({ threshold: identities('user_id', 2) }, { methods: [AnalysisMethod.JOB] }),
      '`rule.threshold` must not be given where jobs only are allowed, got \'jobs only\': allow queries, or leave it out'],
    ['comparisons for jobs', customs({ allow: AllowedAnalyses.anyJobOf(PARTNER), comparisons: Comparisons.of({}) }, { methods: [AnalysisMethod.JOB, AnalysisMethod.QUERY] }),
      '`rule.comparisons` must not be given where jobs only are allowed, got \'jobs only\': allow queries, or leave it out'],
    ['a threshold of one', customs({ threshold: identities('user_id', 1) }), `\`rule.threshold\` must be a ${count}, got '1': choose another number`],
    ['a threshold above the limit', customs({ threshold: identities('user_id', 100_001) }), `\`rule.threshold\` must be a ${count}, got '100001': choose another number`],
    ['an override of one', customs({ threshold: identities('user_id', 9, { overrides: { day: 1 } }) }),
      '`rule.threshold.overrides` must be 0 or a whole number of 2 to 100000, here of day, got \'1\': choose another number'],
    ['identities that are numbers', (stack) => ({ source: glue(stack, { schema: SCHEMA }), rule: custom({ threshold: identities('amount', 9) }) }),
      '`rule.threshold` must count a column of type string, varchar or char, got \'amount bigint\': take another column, or convert it in a view'],
    ['literals of identities', customs({ threshold: identities('user_id', 9), comparisons: Comparisons.of({ literals: ['user_id'] }) }),
      '`rule.comparisons.literals` must not name the column whose values `threshold` counts, got \'user_id\': leave it out: it can be compared to other columns at most'],
    ['a hidden column that is not shared', customs({ hiddenColumns: ['person'] }),
      `\`rule.hiddenColumns\` ${shares}, got 'person': correct the name, or add it to \`columns\``],
    ['a column of 128 characters in a rule', () => ({ columns: ['x'.repeat(128)], rule: custom({ hiddenColumns: ['x'.repeat(128)] }) }),
      `\`rule.hiddenColumns\` must name columns of up to 127 characters, one less than \`columns\` takes, got '${'x'.repeat(128)}': give the column a shorter name at the source`],
  ])('%s', (_what, props, message) => {
    const stack = newStack(ENV);
    expect(() => newTable(stack, props(stack))).toThrow(new Error(`Stack/Views: ${message}`));
  });

  test('a region that has no Clean Rooms', () => {
    const stack = newStack({ account: ACCOUNT, region: 'cn-north-1' });
    expect(() => newTable(stack)).toThrow('`env.region` must be in the partition aws');
  });
});

test('what is known when deployed passes', () => {
  const stack = newStack();
  const token = Token.asString({ Ref: 'Parameter' });
  const number = Token.asNumber({ Ref: 'Number' });
  expect(() => newTable(stack, {
    configuredTableName: token,
    description: token,
    columns: [token],
    source: glue(stack, {
      database: token, table: token, region: token, schema: [{ name: token, type: token }], location: DataLocation.s3(Bucket.fromBucketName(stack, 'B', token), token),
    }),
    rule: custom({
      threshold: MinimumIdentities.of(token, number),
      comparisons: Comparisons.of({ literals: [token], columns: [token] }),
      hiddenColumns: [token],
      allow: AllowedAnalyses.anyQueryOf(Aws.ACCOUNT_ID),
    }),
  })).not.toThrow();
  expect(() => newTable(stack, {
    source: glue(new Stack(stack, 'Other')),
    columns: Lazy.list({ produce: () => ['a'] }),
    rule: AnalysisRule.aggregation({ aggregates: { a: [Aggregate.SUM] }, minimum: { a: number } }),
  }, 'Lazy')).not.toThrow();
});

describe('warnings', () => {
  test('of a threshold without comparison controls', () => {
    const stack = newStack(ENV);
    newTable(stack, { rule: custom({ threshold: MinimumIdentities.of('user_id', 100) }) });
    expect(warningsOf(stack)).toEqual([
      '`rule.threshold` without `rule.comparisons` lets queries single out small groups by comparing columns to literals: say which columns may be compared ' +
      '[ack: cdk-cleanrooms:configuredTable.comparisons]',
    ]);
  });

  test('of a source that is too wide', () => {
    const stack = newStack(ENV);
    newTable(stack, { columns: ['c0'], source: glue(stack, { schema: many(101).map((name) => ({ name, type: 'int' })) }) });
    expect(warningsOf(stack)).toEqual([
      'the source has 101 columns, partition keys included, and Clean Rooms has been seen to cut off what comes after 100: make a view of what the ' +
      'collaboration needs [ack: cdk-cleanrooms:configuredTable.wideSource]',
    ]);
  });

  test('of a column whose prefix SQL keeps for itself', () => {
    const stack = newStack(ENV);
    newTable(stack, { columns: ['pg_id'] });
    expect(warningsOf(stack)).toEqual([
      'column pg_id begins with pg_, which Clean Rooms SQL reserves: queries may not be able to name it [ack: cdk-cleanrooms:configuredTable.columnPrefix]',
    ]);
  });

  test('are none otherwise', () => {
    const stack = newStack(ENV);
    newTable(stack, { rule: custom() });
    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('imports', () => {
  test('by ARN', () => {
    const table = ConfiguredTable.fromConfiguredTableArn(newStack(ENV), 'Imported', TABLE_ARN);
    expect(table.configuredTableRef).toEqual({ configuredTableIdentifier: TABLE, configuredTableArn: TABLE_ARN });
    expect([table.env.account, table.configuredTableColumns, table.configuredTableRuleType]).toEqual([ACCOUNT, undefined, undefined]);
  });

  test('by an ARN that is known when deployed', () => {
    const stack = newStack(ENV);
    const table = ConfiguredTable.fromConfiguredTableArn(stack, 'Imported', Token.asString({ Ref: 'Arn' }));
    expect(stack.resolve(table.configuredTableIdentifier)).toEqual({
      'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] }] }],
    });
  });

  test.each([['an association', TABLE_ARN.replace('configuredtable/', 'configuredtableassociation/')], ['nothing', '']])('refuse %s', (_what, arn) => {
    expect(() => ConfiguredTable.fromConfiguredTableArn(newStack(ENV), 'Imported', arn)).toThrow(
      `\`configuredTableArn\` must be the ARN of a configured table, arn:aws:cleanrooms:<region>:<account>:configuredtable/<identifier>, got '${arn}'`);
  });
});

test('tags of the scopes around it reach it', () => {
  const stack = newStack(ENV);
  Tags.of(newTable(stack)).add('team', 'media');
  expect(propertiesOf(stack).Tags).toEqual([{ Key: 'team', Value: 'media' }]);
});
