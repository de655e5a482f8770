import type { ConfiguredTable } from '@aws-sdk/client-cleanrooms';
import { fieldValidationFailed } from './service-error';

type Columns = readonly string[];

/** The parts of an analysis rule that carry rules of their own, as the newest service model has them. */
interface AggregationRule {
  readonly aggregateColumns: readonly { readonly columnNames: Columns }[];
  readonly joinColumns: Columns;
  readonly joinRequired?: string;
  readonly dimensionColumns: Columns;
  readonly outputConstraints: readonly { readonly columnName: string }[];
}

interface ListRule {
  readonly joinColumns: Columns;
  readonly listColumns: Columns;
}

interface Threshold {
  readonly identityColumns: Columns;
  readonly outputColumnThresholds?: readonly { readonly outputColumnName: string; readonly minimumIdentityCount: number }[];
}

interface CustomRule {
  readonly allowedAnalyses: readonly string[];
  readonly allowedAnalysisProviders?: readonly string[];
  readonly disallowedOutputColumns?: Columns;
  readonly differentialPrivacy?: { readonly columns: readonly { readonly name: string }[] };
  readonly aggregationThresholds?: readonly Threshold[];
  readonly comparisonControls?: { readonly allowedLiteralComparisonColumns: Columns; readonly allowedColumnComparisonColumns: Columns };
}

interface RuleParts {
  readonly aggregation?: AggregationRule;
  readonly list?: ListRule;
  readonly custom?: CustomRule;
}

/** An analysis rule, of any of its three types. */
export interface AnalysisRule {
  readonly type: 'AGGREGATION' | 'LIST' | 'CUSTOM';
  readonly policy: { readonly v1?: unknown };
}

type Table = Pick<ConfiguredTable, 'allowedColumns' | 'analysisMethod' | 'selectedAnalysisMethods' | 'tableReference'>;

/** What is asked of a configured table beyond the shape of the request. */
export function checkTable({ allowedColumns = [], analysisMethod, selectedAnalysisMethods = [] }: Table): void {
  const both = selectedAnalysisMethods.includes('DIRECT_QUERY') && selectedAnalysisMethods.includes('DIRECT_JOB');
  refuse('allowedColumns', [
    ...twice(allowedColumns).map((column) => `column ${column} is allowed twice`),
    ...analysisMethod === 'MULTIPLE' && !both ? ['the method MULTIPLE goes with both selected analysis methods'] : [],
    ...analysisMethod !== 'MULTIPLE' && selectedAnalysisMethods.length > 0 ? ['selected analysis methods go with the method MULTIPLE'] : [],
  ]);
}

/** What is asked of an analysis rule beyond the shape of the request. */
export function checkRule(rule: AnalysisRule, table: Table): void {
  const { aggregation, list, custom } = (rule.policy.v1 ?? {}) as RuleParts;
  const kind = aggregation !== undefined ? 'AGGREGATION' : list !== undefined ? 'LIST' : 'CUSTOM';
  if (kind !== rule.type) refuse('analysisRulePolicy', [`a rule of type ${rule.type} has a policy of that kind, not of ${kind}`]);
  const isOnS3 = table.tableReference?.glue !== undefined;
  const broken = aggregation !== undefined ? aggregationProblems(aggregation)
    : list !== undefined ? listProblems(list)
      : customProblems(custom!, isOnS3);
  const isOnlyForJobs = table.analysisMethod === 'DIRECT_JOB';
  refuse('analysisRulePolicy', [
    ...columnsOf(rule).filter((column) => !(table.allowedColumns ?? []).includes(column)).map((column) => `${column} is no allowed column of the table`),
    ...kind !== 'CUSTOM' && !isOnS3 ? [`a table that is not on S3 takes CUSTOM rules only, not ${kind}`] : [],
    ...kind !== 'CUSTOM' && isOnlyForJobs ? [`a table for jobs takes CUSTOM rules only, not ${kind}`] : [],
    ...isOnlyForJobs && custom?.aggregationThresholds !== undefined ? ['thresholds need queries'] : [],
    ...broken,
  ]);
}

/** Every column that a rule names. */
export function columnsOf({ policy }: AnalysisRule): string[] {
  const { aggregation, list, custom } = (policy.v1 ?? {}) as RuleParts;
  return [...new Set([
    ...aggregation?.aggregateColumns.flatMap(({ columnNames }) => columnNames) ?? [],
    ...aggregation?.joinColumns ?? [],
    ...aggregation?.dimensionColumns ?? [],
    ...aggregation?.outputConstraints.map(({ columnName }) => columnName) ?? [],
    ...list?.joinColumns ?? [],
    ...list?.listColumns ?? [],
    ...custom?.disallowedOutputColumns ?? [],
    ...custom?.differentialPrivacy?.columns.map(({ name }) => name) ?? [],
    ...custom?.aggregationThresholds?.flatMap(({ identityColumns }) => identityColumns) ?? [],
    ...custom?.comparisonControls?.allowedLiteralComparisonColumns ?? [],
    ...custom?.comparisonControls?.allowedColumnComparisonColumns ?? [],
  ])];
}

/** The custom part of a rule, for who looks whether a table can be queried. */
export function customPartOf({ policy }: AnalysisRule): Pick<CustomRule, 'allowedAnalyses' | 'allowedAnalysisProviders' | 'differentialPrivacy'> | undefined {
  return ((policy.v1 ?? {}) as RuleParts).custom;
}

function aggregationProblems({ aggregateColumns, joinColumns, joinRequired, dimensionColumns, outputConstraints }: AggregationRule): string[] {
  const aggregated = aggregateColumns.flatMap(({ columnNames }) => columnNames);
  return [
    ...common(dimensionColumns, [...aggregated, ...joinColumns]).map((column) => `dimension column ${column} is aggregated or joined on, too`),
    ...joinRequired !== undefined && joinColumns.length === 0 ? ['a required join needs join columns'] : [],
    ...twice(outputConstraints.map(({ columnName }) => columnName)).map((column) => `column ${column} has two constraints`),
  ];
}

function listProblems({ joinColumns, listColumns }: ListRule): string[] {
  return common(joinColumns, listColumns).map((column) => `join column ${column} is listed, too`);
}

function customProblems(rule: CustomRule, isOnS3: boolean): string[] {
  const { allowedAnalyses, allowedAnalysisProviders = [], differentialPrivacy, aggregationThresholds = [], comparisonControls } = rule;
  const wildcards = allowedAnalyses.filter((analysis) => analysis.startsWith('ANY_'));
  const identities = aggregationThresholds.flatMap(({ identityColumns }) => identityColumns);
  return [
    ...wildcards.length > 0 && wildcards.length < allowedAnalyses.length ? ['templates and wildcards do not go together'] : [],
    ...wildcards.length > 0 && allowedAnalysisProviders.length === 0 ? [`${wildcards.join(', ')} needs providers`] : [],
    ...wildcards.length === 0 && allowedAnalysisProviders.length > 0 ? ['providers go with ANY_QUERY or ANY_JOB'] : [],
    ...differentialPrivacy !== undefined && !isOnS3 ? ['differential privacy needs a table on S3'] : [],
    ...differentialPrivacy !== undefined && aggregationThresholds.length > 0 ? ['differential privacy and thresholds do not go together'] : [],
    ...differentialPrivacy !== undefined && comparisonControls !== undefined ? ['differential privacy and comparison controls do not go together'] : [],
    ...common(identities, comparisonControls?.allowedLiteralComparisonColumns ?? []).map((column) => `identity column ${column} is never compared with literals`),
    ...aggregationThresholds.flatMap(({ outputColumnThresholds: overrides }) => overrideProblems(overrides)),
  ];
}

function overrideProblems(overrides: Threshold['outputColumnThresholds'] = []): string[] {
  return [
    ...overrides.filter(({ minimumIdentityCount }) => minimumIdentityCount === 1).map(({ outputColumnName }) => `the threshold of ${outputColumnName} is 0, 2 or more, not 1`),
    ...twice(overrides.map(({ outputColumnName }) => outputColumnName)).map((column) => `column ${column} overrides the threshold twice`),
  ];
}

function refuse(name: string, broken: readonly string[]): void {
  if (broken.length > 0) throw fieldValidationFailed(broken.map((message) => ({ name, message })));
}

function common(some: Columns, others: Columns): string[] {
  return [...new Set(some.filter((column) => others.includes(column)))];
}

function twice(names: Columns): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
