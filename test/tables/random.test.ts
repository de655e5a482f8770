import { App, CfnResource, CloudFormationValidatePlugin, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as fc from 'fast-check';
import {
  AdditionalAnalyses, Aggregate, AllowedAnalyses, AnalysisMethod, AnalysisRule, AnalysisTemplate, Comparisons, ConfiguredTable, DataLocation,
  JoinOperator, KnownMember, Membership, MinimumIdentities, QueryRunner, ScalarFunction, TableAssociation, TableColumn, TableSource,
} from '../../src';
import { ACCOUNT, ENV, MEMBERSHIP_ARN, PARTNER, PARTNER_ARN, REGION } from '../support/membership-app';
import { rounds } from '../support/rounds';
import { TEMPLATE_ARN } from '../support/table-app';
import { brokenRules, SharedTable } from '../support/table-semantics';
import { STRICT_CONTEXT, validated } from '../support/validation-report';

/**
 * Generated tables, rules and associations: each is refused in a sentence, or is one that the schemas and the service's own rules
 * take. Those rules are written from the service's documents (test/support/table-semantics.ts).
 */

const RUNS = rounds({ few: 400, all: 1500 });
const SEED = 20261125;

/** A template has 500 resources at most. */
const TABLES_PER_STACK = 200;
const SENTENCE = /^[\w/]+: `[\w.]+` must [^]+, got '[^]*': \S/;

let before: string | undefined;
beforeAll(() => {
  before = process.env.CDK_VALIDATION;
  delete process.env.CDK_VALIDATION;
});
afterAll(() => {
  process.env.CDK_VALIDATION = before;
  CloudFormationValidatePlugin._disposeSingleton();
});

const TYPES: Record<string, string> = { user_id: 'string', campaign: 'varchar(20)', amount: 'bigint', day: 'date', tags: 'array<string>' };

/** Mostly what fits, at times what does not. */
const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) => fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: odd, weight: 1 });
const column = rarely(fc.constantFrom('user_id', 'campaign', 'amount', 'day'), fc.constantFrom('tags', 'Upper', 'gone', '', 'a--b', 'x'.repeat(128), 'oid'));
const columns = (min: number, max: number) => rarely(
  fc.uniqueArray(column, { minLength: min, maxLength: max }), fc.array(column, { minLength: 0, maxLength: max }),
);
const shared = rarely(fc.constant<string[]>(['user_id', 'campaign', 'amount', 'day']), columns(1, 5));
const count = rarely(fc.integer({ min: 2, max: 100_000 }), fc.constantFrom(-1, 0, 1, 2.5, 100_001, Number.NaN));
const account = rarely(fc.constantFrom(PARTNER, ACCOUNT, '777788889999'), fc.constantFrom('', '1234', '*', 'ANY'));
const operator = fc.constantFrom(JoinOperator.AND, JoinOperator.OR);
const operators = fc.option(rarely(fc.uniqueArray(operator), fc.constant([JoinOperator.OR, JoinOperator.OR] as JoinOperator[])), { nil: undefined });
const additional = fc.option(fc.constantFrom(...Object.values(AdditionalAnalyses)), { nil: undefined });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });

const functions = rarely(fc.uniqueArray(fc.constantFrom(...Object.values(Aggregate)), { minLength: 1 }), fc.constant<Aggregate[]>([]));

const aggregation = fc.record({
  aggregates: fc.dictionary(column, functions, { maxKeys: 2 }),
  minimum: fc.dictionary(column, count, { maxKeys: 2 }),
  joins: maybe(columns(0, 2)),
  joinRequired: maybe(fc.boolean()),
  joinOperators: operators,
  dimensions: maybe(columns(0, 2)),
  scalars: maybe(fc.uniqueArray(fc.constantFrom(...ScalarFunction.ALL))),
}).map((options) => AnalysisRule.aggregation(options));

const list = fc.record({ joins: columns(1, 2), lists: columns(0, 3), joinOperators: operators, additionalAnalyses: additional })
  .map((options) => AnalysisRule.list(options));

type Allow = 'templates' | 'query' | 'job';
const custom = fc.record({
  allow: fc.constantFrom<Allow>('templates', 'templates', 'query', 'job'),
  accounts: fc.array(account, { maxLength: 3 }),
  threshold: maybe(fc.record({ column, minimum: count, overrides: fc.dictionary(column, rarely(count, fc.constant(0)), { maxKeys: 2 }) })),
  comparisons: maybe(fc.record({ literals: maybe(columns(0, 3)), columns: maybe(columns(0, 3)) })),
  differentialPrivacy: fc.option(column, { nil: undefined, freq: 1 }),
  hiddenColumns: maybe(columns(0, 2)),
  additionalAnalyses: additional,
});

const input = fc.record({
  source: fc.constantFrom('glue', 'glue', 'athena', 'snowflake'),
  schema: fc.option(fc.subarray(Object.keys(TYPES), { minLength: 4 }), { nil: undefined }),
  columns: shared,
  methods: maybe(rarely(fc.uniqueArray(fc.constantFrom(...Object.values(AnalysisMethod)), { minLength: 1 }), fc.constant<AnalysisMethod[]>([]))),
  rule: maybe(fc.oneof(aggregation, list, custom)),
  name: maybe(rarely(fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('a', 'B', '1', '-', ' ') }), fc.constantFrom('', ' ', 'a\n', 'x'.repeat(101)))),
  tableName: rarely(
    fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', '_', '1', ' ', '-') }), fc.constantFrom('select', 'pg_x', '', 'Table', 'é', 'x'.repeat(128)),
  ),
  receivers: maybe(fc.array(account, { maxLength: 3 })),
});
type Input = typeof input extends fc.Arbitrary<infer T> ? T : never;

function ruleIn(stack: Stack, rule: Input['rule']): AnalysisRule | undefined {
  if (rule === undefined || rule instanceof AnalysisRule) return rule;
  const { accounts, threshold, comparisons } = rule;
  const allow = {
    templates: () => AllowedAnalyses.templates(...accounts.slice(0, 1).map(() => AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Template', TEMPLATE_ARN))),
    query: () => AllowedAnalyses.anyQueryOf(...accounts),
    job: () => AllowedAnalyses.anyJobOf(...accounts),
  };
  return AnalysisRule.custom({
    ...rule,
    allow: allow[rule.allow](),
    threshold: threshold && MinimumIdentities.of(threshold.column, threshold.minimum, { overrides: threshold.overrides }),
    comparisons: comparisons && Comparisons.of(comparisons),
  });
}

function sourceIn(stack: Stack, { source }: Input, schema: TableColumn[] | undefined): TableSource {
  const location = DataLocation.s3(Bucket.fromBucketName(stack, 'Bucket', 'media'), 'views/');
  if (source === 'glue') return TableSource.glue({ database: 'media', table: 'views', location, schema });
  if (source === 'athena') return TableSource.athena({ workGroup: 'primary', database: 'media', table: 'views', output: location, schema });
  const secret = Secret.fromSecretCompleteArn(stack, 'Secret', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:snowflake-AbCdEf`);
  return TableSource.snowflake({ secret, account: 'org-account', database: 'D', databaseSchema: 'S', table: 'T', schema: schema ?? [] });
}

interface Synthesizable {
  _toCloudFormation(): object;
}

interface SynthesizedTemplate {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** What the template says, or the sentence that refuses it. */
function outcome(given: Input): SharedTable | string {
  const stack = new Stack(new App({ treeMetadata: false, analyticsReporting: false }), 'Stack', { env: ENV });
  const schema = given.schema?.map((name) => ({ name, type: TYPES[name] }));
  try {
    const table = new ConfiguredTable(stack, 'Table', {
      source: sourceIn(stack, given, schema),
      columns: given.columns,
      methods: given.methods,
      rule: ruleIn(stack, given.rule),
      configuredTableName: given.name,
    });
    new TableAssociation(stack, 'Association', {
      membership: Membership.fromMembershipArn(stack, 'Own', MEMBERSHIP_ARN),
      table,
      tableName: given.tableName,
      queryRunner: QueryRunner.membershipArn(PARTNER_ARN),
      receivers: given.receivers?.map((each) => KnownMember.account(each)),
    });
  } catch (error) {
    return (error as Error).message;
  }
  const template = stack.resolve((stack as unknown as Synthesizable)._toCloudFormation()) as SynthesizedTemplate;
  const properties = (type: string) => Object.values(template.Resources).find((resource) => resource.Type === type)?.Properties ?? {};
  return { table: properties('AWS::CleanRooms::ConfiguredTable'), association: properties('AWS::CleanRooms::ConfiguredTableAssociation'), schema };
}

const outcomes = fc.sample(input, { numRuns: RUNS, seed: SEED }).map(outcome);
const refused = outcomes.filter((each): each is string => typeof each === 'string');
const accepted = outcomes.filter((each): each is SharedTable => typeof each !== 'string');

test('many are accepted, and many are refused', () => {
  expect(accepted.length).toBeGreaterThan(RUNS / 10);
  expect(refused.length).toBeGreaterThan(RUNS / 10);
});

test('what is refused is refused in a sentence', () => {
  expect(refused.filter((message) => !SENTENCE.test(message))).toEqual([]);
});

test('what is accepted breaks no rule of the service', () => {
  expect(accepted.map((each) => ({ rules: brokenRules(each), ...each })).filter(({ rules }) => rules.length > 0)).toEqual([]);
});

test('each of those rules can be broken', () => {
  const [sound] = accepted;
  expect(brokenRules({ ...sound, association: { ...sound.association, Name: 'select' } })).toEqual(['no SQL word']);
  expect(brokenRules({ ...sound, table: { ...sound.table, AllowedColumns: ['a', 'a'] } })).toContain('columns are unique');
});

test('what is accepted is valid by the schemas', () => {
  const app = new App({ context: { ...STRICT_CONTEXT, '@aws-cdk/core:stackResourceLimit': 0 } });
  const stacks = Array.from({ length: Math.ceil(accepted.length / TABLES_PER_STACK) }, (_, index) => new Stack(app, `Stack${index}`, { env: ENV }));
  const literal = (properties: object) =>
    JSON.parse(JSON.stringify(properties, (_key, value: unknown) => (isReference(value) ? LITERAL : value))) as object;
  accepted.forEach(({ table, association }, index) => {
    const stack = stacks[Math.floor(index / TABLES_PER_STACK)];
    new CfnResource(stack, `T${index}`, { type: 'AWS::CleanRooms::ConfiguredTable', properties: literal(table) });
    new CfnResource(stack, `A${index}`, {
      type: 'AWS::CleanRooms::ConfiguredTableAssociation',
      properties: { ...literal(association), RoleArn: `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-reader` } as object,
    });
  });
  new CfnResource(new Stack(app, 'Wrong'), 'Table', { type: 'AWS::CleanRooms::ConfiguredTable', properties: {} });
  const { findings } = validated(app);
  expect(findings.filter(({ construct }) => construct === 'Wrong/Table')).not.toEqual([]);
  expect(findings.filter(({ construct }) => construct !== 'Wrong/Table')).toEqual([]);
});

/** In the place of an identifier that is known when deployed. */
const LITERAL = 'e1b2c3d4-5678-90ab-cdef-111122223333';
const isReference = (value: unknown) => typeof value === 'object' && value !== null && ('Ref' in value || 'Fn::GetAtt' in value || 'Fn::Join' in value);
