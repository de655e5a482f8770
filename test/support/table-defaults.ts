import { Stack } from 'aws-cdk-lib';
import { Database, DataFormat, S3Table, Schema } from 'aws-cdk-lib/aws-glue';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefaultRows, Synthesis, synthesized, textOf, without } from './default-rows';
import { ACCOUNT, ENV, newMembership, newStack, PARTNER, PARTNER_ARN, REGION } from './membership-app';
import { ASSOCIATION_ARN, athena, custom, glue, newAssociation, newCollaboration, newTable, SCHEMA, TABLE_ARN } from './table-app';
import {
  AdditionalAnalyses, Aggregate, AggregateExpression, AggregationRuleOptions, AnalysisMethod, AnalysisRule, AnalysisRuleType,
  AthenaTableSourceOptions, Comparisons, ComparisonsOptions, ConfiguredTable, ConfiguredTableAttributes, ConfiguredTableProps, CustomRuleOptions,
  DataLocation, DataLocationS3Options, GlueTableSourceOptions, JoinOperator, KnownMember, ListRuleOptions, MinimumIdentities,
  MinimumIdentitiesOptions, QueryRunner, S3TableSourceOptions, ScalarFunction, TableAssociation, TableAssociationAttributes,
  TableAssociationOptions, TableAssociationProps, TableReaderRole, TableReaderRoleProps, TableSource,
} from '../../src';

const TABLE = 'AWS::CleanRooms::ConfiguredTable';
const ROLE = 'AWS::IAM::Role';

const elsewhere = newStack(ENV);
const aKey = Key.fromKeyArn(elsewhere, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
const aRole = Role.fromRoleName(elsewhere, 'Role', 'cleanrooms-reader');

/** What an app with a table and its association comes to, or why it is refused. */
function shared(tableIn: (stack: Stack) => ConfiguredTable): unknown {
  try {
    return synthesized((stack) => newAssociation(stack, { table: tableIn(stack), queryRunner: QueryRunner.membershipArn(PARTNER_ARN) }));
  } catch (error) {
    return (error as Error).message;
  }
}

const withTable: Synthesis<ConfiguredTableProps> = (props) => shared((stack) => newTable(stack, props));
const withRule = (rule: AnalysisRule) => withTable({ rule });
const aggregation: Synthesis<AggregationRuleOptions> = (options) => withRule(AnalysisRule.aggregation({
  aggregates: { amount: [Aggregate.SUM] }, minimum: { user_id: 2 }, ...options,
}));
const list: Synthesis<ListRuleOptions> = (options) => withRule(AnalysisRule.list({ joins: ['user_id'], lists: ['campaign'], ...options }));
const customRule: Synthesis<CustomRuleOptions> = (options) => withRule(custom(options));
const threshold: Synthesis<MinimumIdentitiesOptions> = (options) => customRule({ threshold: MinimumIdentities.of('user_id', 9, options) });
const comparisons: Synthesis<ComparisonsOptions> = (options) => customRule({ comparisons: Comparisons.of(options) });
const location: Synthesis<DataLocationS3Options> = (options) => shared((stack) => newTable(stack, {
  source: glue(stack, { location: DataLocation.s3(new Bucket(stack, 'Bucket', { encryptionKey: new Key(stack, 'Key') }), 'views/', options) }),
}));
const glueSource: Synthesis<GlueTableSourceOptions> = (options) => shared((stack) => newTable(stack, { source: glue(stack, options) }));
const s3Table: Synthesis<S3TableSourceOptions> = (options) => shared((stack) => newTable(stack, {
  columns: ['day'],
  source: TableSource.glueTable(new S3Table(stack, 'Table', {
    database: new Database(stack, 'Database'), columns: [{ name: 'day', type: Schema.DATE }], dataFormat: DataFormat.PARQUET,
  }), options),
}));
const athenaSource: Synthesis<AthenaTableSourceOptions> = (options) => shared((stack) =>
  newTable(stack, { source: athena(stack, options), rule: custom() }));
const withRole: Synthesis<TableReaderRoleProps> = (props) => synthesized((stack) => new TableReaderRole(stack, 'Role', {
  source: glue(stack),
  membership: newMembership(stack, { collaboration: newCollaboration(stack), queryRunner: QueryRunner.account(PARTNER) }),
  ...props,
}));
const association: Synthesis<TableAssociationProps> = (props) => synthesized((stack) => newAssociation(stack, {
  membership: newMembership(stack, { collaboration: newCollaboration(stack), queryRunner: QueryRunner.account(PARTNER) }),
  table: newTable(stack, { rule: AnalysisRule.list({ joins: ['user_id'], lists: [], additionalAnalyses: AdditionalAnalyses.ALLOWED }) }),
  ...props,
}));
const options = association as Synthesis<TableAssociationOptions>;
const importedTable: Synthesis<ConfiguredTableAttributes> = (attrs) => {
  const imported = ConfiguredTable.fromConfiguredTableAttributes(newStack(ENV), 'T', { configuredTableArn: TABLE_ARN, ...attrs });
  return { columns: imported.configuredTableColumns, ruleType: imported.configuredTableRuleType };
};
const importedAssociation: Synthesis<TableAssociationAttributes> = (attrs) => {
  const imported = TableAssociation.fromTableAssociationAttributes(newStack(ENV), 'T', { tableAssociationArn: ASSOCIATION_ARN, ...attrs });
  return { name: imported.tableAssociationName, columns: imported.tableAssociationColumns, ruleType: imported.tableAssociationRuleType };
};

const rolesIn = (template: unknown) => textOf(template, ROLE);
const knows = (key: string) => (imported: unknown) => expect((imported as Record<string, unknown>)[key]).toBeUndefined();
const trustsThePartnersAccount = (template: unknown) => {
  expect(rolesIn(template)).toContain(`:cleanrooms:${REGION}:${PARTNER}:membership/*`);
  expect(rolesIn(template)).not.toContain('sts:ExternalId');
};
const ofTheStacksRegion = (template: unknown) => {
  without('"Region":"')(textOf(template, TABLE));
  expect(rolesIn(template)).toContain(`:glue:${REGION}:`);
};
const usesTheBucketsKey = (template: unknown) => expect(rolesIn(template)).toMatch(/"kms:Decrypt","kms:DescribeKey"\],"Effect":"Allow","Resource":{"Fn::GetAtt":\["Key/);
const MODEL = `arn:aws:cleanrooms-ml:${REGION}:${PARTNER}:membership/*/configured-model-algorithm-association/*`;

export const TABLE_DEFAULTS: DefaultRows = {
  'ConfiguredTableProps.rule': { synthesis: withTable, other: { rule: custom() }, like: without('"AnalysisRules"') },
  'ConfiguredTableProps.methods': {
    synthesis: withTable, other: { methods: [AnalysisMethod.JOB] }, like: (template) => expect(textOf(template, TABLE)).toContain('"AnalysisMethod":"DIRECT_QUERY"'),
  },
  'ConfiguredTableProps.configuredTableName': {
    synthesis: withTable, other: { configuredTableName: 'Views' }, like: (template) => expect(textOf(template, TABLE)).toMatch(/"Name":"Stack-Views-/),
  },
  'ConfiguredTableProps.description': {
    synthesis: withTable, other: { description: 'views' }, like: (template) => without('"Description"')(Object.values(JSON.parse(textOf(template, TABLE)))),
  },
  'ConfiguredTableAttributes.columns': { synthesis: importedTable, other: { columns: ['a'] }, like: knows('columns') },
  'ConfiguredTableAttributes.ruleType': { synthesis: importedTable, other: { ruleType: AnalysisRuleType.LIST }, like: knows('ruleType') },
  'DataLocationS3Options.encryptionKey': { synthesis: location, other: { encryptionKey: aKey }, like: usesTheBucketsKey },
  'MinimumIdentitiesOptions.overrides': { synthesis: threshold, other: { overrides: { day: 0 } }, like: without('OutputColumnThresholds') },
  'MinimumIdentitiesOptions.aggregates': {
    synthesis: threshold,
    other: { aggregates: AggregateExpression.ANY_EXPRESSION },
    given: { aggregates: AggregateExpression.COLUMNS_ONLY },
    documented: 'AggregateExpression.COLUMNS_ONLY',
  },
  'ComparisonsOptions.literals': {
    synthesis: comparisons, other: { literals: ['day'] }, like: (template) => expect(textOf(template, TABLE)).toContain('"AllowedLiteralComparisonColumns":[]'),
  },
  'ComparisonsOptions.columns': {
    synthesis: comparisons, other: { columns: ['day'] }, like: (template) => expect(textOf(template, TABLE)).toContain('"AllowedColumnComparisonColumns":[]'),
  },
  'AggregationRuleOptions.joins': {
    synthesis: aggregation, other: { joins: ['user_id'] }, like: (template) => expect(textOf(template, TABLE)).toContain('"JoinColumns":[]'),
  },
  'AggregationRuleOptions.joinRequired': {
    synthesis: (props) => aggregation({ joins: ['user_id'], ...props }), other: { joinRequired: true }, given: { joinRequired: false }, documented: 'false',
  },
  'AggregationRuleOptions.joinOperators': { synthesis: aggregation, other: { joinOperators: [JoinOperator.OR] }, like: without('AllowedJoinOperators') },
  'AggregationRuleOptions.dimensions': {
    synthesis: aggregation, other: { dimensions: ['day'] }, like: (template) => expect(textOf(template, TABLE)).toContain('"DimensionColumns":[]'),
  },
  'AggregationRuleOptions.scalars': {
    synthesis: aggregation, other: { scalars: ScalarFunction.ALL }, like: (template) => expect(textOf(template, TABLE)).toContain('"ScalarFunctions":[]'),
  },
  'ListRuleOptions.joinOperators': { synthesis: list, other: { joinOperators: [JoinOperator.OR] }, like: without('AllowedJoinOperators') },
  'ListRuleOptions.additionalAnalyses': { synthesis: list, other: { additionalAnalyses: AdditionalAnalyses.ALLOWED }, like: without('AdditionalAnalyses') },
  'CustomRuleOptions.threshold': { synthesis: customRule, other: { threshold: MinimumIdentities.of('user_id', 9) }, like: without('AggregationThresholds') },
  'CustomRuleOptions.comparisons': { synthesis: customRule, other: { comparisons: Comparisons.of({}) }, like: without('ComparisonControls') },
  'CustomRuleOptions.differentialPrivacy': { synthesis: customRule, other: { differentialPrivacy: 'user_id' }, like: without('DifferentialPrivacy') },
  'CustomRuleOptions.hiddenColumns': { synthesis: customRule, other: { hiddenColumns: ['user_id'] }, like: without('DisallowedOutputColumns') },
  'CustomRuleOptions.additionalAnalyses': { synthesis: customRule, other: { additionalAnalyses: AdditionalAnalyses.ALLOWED }, like: without('AdditionalAnalyses') },
  'GlueTableSourceOptions.schema': {
    synthesis: glueSource, other: { schema: SCHEMA.slice(1) }, like: (template) => expect(textOf(template, TABLE)).toContain('user_id'),
  },
  'GlueTableSourceOptions.region': { synthesis: glueSource, other: { region: 'us-east-1' }, like: ofTheStacksRegion },
  'GlueTableSourceOptions.catalogEncryptionKey': { synthesis: glueSource, other: { catalogEncryptionKey: aKey }, like: (template) => without('kms:')(rolesIn(template)) },
  'S3TableSourceOptions.encryptionKey': { synthesis: s3Table, other: { encryptionKey: aKey }, like: (template) => without('kms:')(rolesIn(template)) },
  'S3TableSourceOptions.catalogEncryptionKey': { synthesis: s3Table, other: { catalogEncryptionKey: aKey }, like: (template) => without('kms:')(rolesIn(template)) },
  'AthenaTableSourceOptions.schema': {
    synthesis: athenaSource, other: { schema: SCHEMA.slice(1) }, like: (template) => expect(textOf(template, TABLE)).toContain('user_id'),
  },
  'AthenaTableSourceOptions.catalog': {
    synthesis: athenaSource, other: { catalog: 'iceberg' }, like: (template) => expect(rolesIn(template)).toContain('datacatalog/AwsDataCatalog'),
  },
  'AthenaTableSourceOptions.region': { synthesis: athenaSource, other: { region: 'us-east-1' }, like: ofTheStacksRegion },
  'AthenaTableSourceOptions.catalogEncryptionKey': {
    synthesis: athenaSource, other: { catalogEncryptionKey: aKey }, like: (template) => without('kms:')(rolesIn(template)),
  },
  'TableReaderRoleProps.queryRunner': { synthesis: withRole, other: { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) }, like: trustsThePartnersAccount },
  'TableReaderRoleProps.members': { synthesis: withRole, other: { members: [KnownMember.membershipArn(PARTNER_ARN)] }, like: trustsThePartnersAccount },
  'TableAssociationOptions.receivers': { synthesis: options, other: { receivers: [KnownMember.account(PARTNER)] }, like: without('AllowedResultReceivers') },
  'TableAssociationOptions.additionalAnalyses': { synthesis: options, other: { additionalAnalyses: [MODEL] }, like: without('AllowedAdditionalAnalyses') },
  'TableAssociationOptions.queryRunner': { synthesis: options, other: { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) }, like: trustsThePartnersAccount },
  'TableAssociationOptions.members': { synthesis: options, other: { members: [KnownMember.membershipArn(PARTNER_ARN)] }, like: trustsThePartnersAccount },
  'TableAssociationOptions.role': {
    synthesis: options, other: { role: aRole }, like: (template) => expect(textOf(template, 'AWS::CleanRooms::ConfiguredTableAssociation')).toContain('TableReaderRole'),
  },
  'TableAssociationOptions.description': {
    synthesis: options, other: { description: 'views' }, like: (template) => without('"Description"')(textOf(template, 'AWS::CleanRooms::ConfiguredTableAssociation')),
  },
  'TableAssociationProps.source': {
    synthesis: association, other: { source: glue(newStack(ENV), { database: 'others' }) }, like: (template) => expect(rolesIn(template)).toContain(':table/media/views'),
  },
  'TableAssociationAttributes.name': { synthesis: importedAssociation, other: { name: 'views' }, like: knows('name') },
  'TableAssociationAttributes.columns': { synthesis: importedAssociation, other: { columns: ['a'] }, like: knows('columns') },
  'TableAssociationAttributes.ruleType': { synthesis: importedAssociation, other: { ruleType: AnalysisRuleType.LIST }, like: knows('ruleType') },
};
