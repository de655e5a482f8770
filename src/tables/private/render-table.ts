import { Lazy } from 'aws-cdk-lib';
import { CfnConfiguredTable, IAnalysisTemplateRef } from 'aws-cdk-lib/aws-cleanrooms';
import { AnalysisMethod } from '../analysis-method';
import { AnalysisRule } from '../analysis-rule';
import { AggregationRuleOptions, CustomRuleOptions, ListRuleOptions } from '../analysis-rule-options';
import { DataLocation } from '../data-location';
import { MinimumIdentities } from '../minimum-identities';
import { TableSource } from '../table-source';
import { SnowflakeTableSourceOptions } from '../table-source-options';

/** `MULTIPLE` wants both methods said again. */
export function renderMethods(methods: AnalysisMethod[]): { analysisMethod: string; selectedAnalysisMethods?: string[] } {
  return methods.length === 1 ? { analysisMethod: methods[0] } : { analysisMethod: 'MULTIPLE', selectedAnalysisMethods: [...methods].sort() };
}

export function renderSource({ _glue: glue, _athena: athena, _snowflake: snowflake }: TableSource): CfnConfiguredTable.TableReferenceProperty {
  return {
    glue: glue && { databaseName: glue.database, tableName: glue.table, region: glue.region },
    athena: athena && {
      workGroup: athena.workGroup,
      databaseName: athena.database,
      tableName: athena.table,
      outputLocation: s3Url(athena.output),
      catalogName: athena.catalog,
      region: athena.region,
    },
    snowflake: snowflake && renderSnowflake(snowflake),
  };
}

/** @param templates those that are allowed once everything is defined */
export function renderRule(rule: AnalysisRule, templates: IAnalysisTemplateRef[]): CfnConfiguredTable.AnalysisRuleProperty {
  const { type, _aggregation: aggregation, _list: list, _custom: custom } = rule;
  return {
    type,
    policy: {
      v1: {
        aggregation: aggregation && renderAggregation(aggregation),
        list: list && renderList(list),
        custom: custom && renderCustom(custom, templates),
      },
    },
  };
}

function renderSnowflake(source: SnowflakeTableSourceOptions): CfnConfiguredTable.SnowflakeTableReferenceProperty {
  return {
    secretArn: source.secret.secretArn,
    accountIdentifier: source.account,
    databaseName: source.database,
    schemaName: source.databaseSchema,
    tableName: source.table,
    tableSchema: { v1: source.schema.map(({ name, type }) => ({ columnName: name, columnType: type })) },
  };
}

function renderAggregation(options: AggregationRuleOptions): CfnConfiguredTable.AnalysisRuleAggregationProperty {
  const byFunction = new Map<string, string[]>();
  for (const [column, functions] of sortedEntries(options.aggregates)) {
    functions.forEach((name) => byFunction.set(name, [...byFunction.get(name) ?? [], column]));
  }
  return {
    aggregateColumns: [...byFunction].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, columnNames]) => ({ function: name, columnNames })),
    joinColumns: options.joins ?? [],
    joinRequired: options.joinRequired === true ? 'QUERY_RUNNER' : undefined,
    allowedJoinOperators: options.joinOperators,
    dimensionColumns: options.dimensions ?? [],
    scalarFunctions: (options.scalars ?? []).map(({ value }) => value),
    outputConstraints: sortedEntries(options.minimum).map(([columnName, minimum]) => ({ columnName, minimum, type: 'COUNT_DISTINCT' })),
  };
}

function renderList(options: ListRuleOptions): CfnConfiguredTable.AnalysisRuleListProperty {
  return {
    joinColumns: options.joins,
    listColumns: options.lists,
    allowedJoinOperators: options.joinOperators,
    additionalAnalyses: options.additionalAnalyses,
  };
}

function renderCustom(options: CustomRuleOptions, templates: IAnalysisTemplateRef[]): CfnConfiguredTable.AnalysisRuleCustomProperty {
  const { allow, comparisons, threshold, differentialPrivacy } = options;
  return {
    allowedAnalyses: allow._any === undefined
      ? Lazy.list({ produce: () => templates.map((template) => template.analysisTemplateRef.analysisTemplateArn) })
      : [allow._any],
    allowedAnalysisProviders: allow._any === undefined ? undefined : allow._providers,
    aggregationThresholds: threshold && [renderThreshold(threshold)],
    comparisonControls: comparisons && {
      allowedLiteralComparisonColumns: comparisons.literals,
      allowedColumnComparisonColumns: comparisons.columns,
    },
    differentialPrivacy: differentialPrivacy === undefined ? undefined : { columns: [{ name: differentialPrivacy }] },
    disallowedOutputColumns: options.hiddenColumns,
    additionalAnalyses: options.additionalAnalyses,
  };
}

function renderThreshold(threshold: MinimumIdentities): CfnConfiguredTable.AggregationThresholdProperty {
  const overrides = sortedEntries(threshold._overrides);
  return {
    identityColumns: [threshold.column],
    minimumIdentityCount: threshold.minimum,
    type: 'COUNT_DISTINCT',
    allowedAggregateExpressionType: threshold._aggregates,
    outputColumnThresholds: overrides.length === 0
      ? undefined
      : overrides.map(([outputColumnName, minimumIdentityCount]) => ({ outputColumnName, minimumIdentityCount })),
  };
}

function s3Url({ bucket, prefix }: DataLocation): string {
  return bucket.s3UrlForObject(prefix);
}

/** Maps of Java have another order in every run, and the template must not. */
function sortedEntries<T>(map: { [key: string]: T }): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
