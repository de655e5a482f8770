import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { fail, validateAccountId } from '../../private/validation';
import { AllowedAnalyses } from '../allowed-analyses';
import { AnalysisMethod } from '../analysis-method';
import { AnalysisRule } from '../analysis-rule';
import { AggregationRuleOptions, CustomRuleOptions, JoinOperator, ListRuleOptions } from '../analysis-rule-options';
import { Comparisons } from '../comparisons';
import { MinimumIdentities } from '../minimum-identities';
import { TableColumn } from '../table-source-options';
import { literals, repeatedIn } from './table-rules';

// Limits of AWS::CleanRooms::ConfiguredTable.
const [LOWEST, HIGHEST] = [2, 100_000];
const MAX_NAME = 127;

/** What the table says, against which its rule is checked. */
export interface RuledTable {
  readonly columns: string[];
  readonly methods: AnalysisMethod[];
  readonly schema?: TableColumn[];
}

export function validateRule(scope: IConstruct, rule: AnalysisRule, table: RuledTable): void {
  for (const [prop, columns] of columnLists(rule)) {
    validateRuleColumns(scope, prop, columns, table.columns);
    validateOnce(scope, prop, columns);
  }
  if (rule._aggregation !== undefined) validateAggregation(scope, rule._aggregation);
  if (rule._list !== undefined) validateList(scope, rule._list);
  if (rule._custom !== undefined) validateCustom(scope, rule._custom, table);
}

function validateAggregation(scope: IConstruct, options: AggregationRuleOptions): void {
  const aggregates = Object.keys(options.aggregates);
  const joins = options.joins ?? [];
  const dimensions = options.dimensions ?? [];
  validateAggregates(scope, options);
  validateDisjoint(scope, 'rule.dimensions', dimensions, 'rule.aggregates', aggregates);
  validateDisjoint(scope, 'rule.dimensions', dimensions, 'rule.joins', joins);
  validateJoinRequired(scope, options.joinRequired, joins);
  validateJoinOperators(scope, options.joinOperators, joins);
  validateScalars(scope, (options.scalars ?? []).map(({ value }) => value));
  validateMinimum(scope, options.minimum);
}

function validateList(scope: IConstruct, { joins, lists, joinOperators }: ListRuleOptions): void {
  if (joins.length === 0) fail(scope, 'rule.joins', 'must name one column at least, as a list shows rows on which tables join', 'none', 'name the column to join on');
  validateDisjoint(scope, 'rule.lists', lists, 'rule.joins', joins);
  validateJoinOperators(scope, joinOperators, joins);
}

function validateCustom(scope: IConstruct, options: CustomRuleOptions, { methods, schema }: RuledTable): void {
  const { allow, threshold, comparisons, differentialPrivacy } = options;
  validateProviders(scope, allow);
  validateAllowedMethod(scope, allow, methods);
  validateDifferentialPrivacy(scope, differentialPrivacy, options);
  const jobsOnly = allow._any === 'ANY_JOB' || !methods.includes(AnalysisMethod.QUERY);
  if (threshold !== undefined) {
    validateNotForJobs(scope, 'rule.threshold', jobsOnly);
    validateIdentities(scope, threshold, schema);
    validateOverrides(scope, threshold);
    warnOfThresholdAlone(scope, comparisons);
  }
  if (comparisons !== undefined) {
    validateNotForJobs(scope, 'rule.comparisons', jobsOnly);
    validateLiterals(scope, comparisons, threshold);
  }
}

/** Each list of columns of a rule, by the prop that has it. */
function columnLists({ _aggregation: aggregation, _list: list, _custom: custom }: AnalysisRule): [string, string[]][] {
  const threshold = custom?.threshold;
  const lists: [string, string[] | undefined][] = [
    ['rule.aggregates', aggregation && Object.keys(aggregation.aggregates)],
    ['rule.minimum', aggregation && Object.keys(aggregation.minimum)],
    ['rule.joins', aggregation?.joins ?? list?.joins],
    ['rule.dimensions', aggregation?.dimensions],
    ['rule.lists', list?.lists],
    ['rule.threshold', threshold && [threshold.column]],
    ['rule.threshold.overrides', threshold && Object.keys(threshold._overrides)],
    ['rule.comparisons.literals', custom?.comparisons?.literals],
    ['rule.comparisons.columns', custom?.comparisons?.columns],
    ['rule.differentialPrivacy', custom?.differentialPrivacy === undefined ? undefined : [custom.differentialPrivacy]],
    ['rule.hiddenColumns', custom?.hiddenColumns],
  ];
  return lists.flatMap(([prop, columns]): [string, string[]][] => (columns === undefined ? [] : [[prop, columns]]));
}

function validateRuleColumns(scope: IConstruct, prop: string, columns: string[], allowed: string[]): void {
  const known = literals(allowed);
  for (const column of literals(columns)) {
    if (column.length > MAX_NAME) {
      fail(scope, prop, `must name columns of up to ${MAX_NAME} characters, one less than \`columns\` takes`, column, 'give the column a shorter name at the source');
    }
    if (known.length === allowed.length && !Token.isUnresolved(allowed) && !known.includes(column)) {
      fail(scope, prop, `must name columns of the table, which shares ${known.join(', ')}`, column, 'correct the name, or add it to `columns`');
    }
  }
}

function validateOnce(scope: IConstruct, prop: string, columns: string[]): void {
  const repeated = repeatedIn(literals(columns));
  if (repeated !== undefined) fail(scope, prop, 'must not name a column twice', repeated, 'remove one of the two');
}

function validateDisjoint(scope: IConstruct, prop: string, columns: string[], otherProp: string, others: string[]): void {
  const both = literals(columns).find((column) => literals(others).includes(column));
  if (both !== undefined) fail(scope, prop, `must not name columns of \`${otherProp}\``, both, 'decide for one of the two');
}

function validateAggregates(scope: IConstruct, { aggregates }: AggregationRuleOptions): void {
  if (Object.keys(aggregates).length === 0) {
    fail(scope, 'rule.aggregates', 'must name one column at least', 'none', 'name what may be counted, summed or averaged');
  }
  for (const [column, functions] of Object.entries(aggregates)) {
    if (functions.length > 0 && new Set(functions).size === functions.length) continue;
    fail(scope, 'rule.aggregates', `must name one function at least of each column, and each once, here of ${column}`, functions.join(', '),
      'name what may be done with the column, or leave the column out');
  }
}

function validateJoinRequired(scope: IConstruct, joinRequired: boolean | undefined, joins: string[]): void {
  if (joinRequired !== true || joins.length > 0) return;
  fail(scope, 'rule.joinRequired', 'must not be true without columns to join on', 'true', 'name them in `joins`');
}

function validateJoinOperators(scope: IConstruct, operators: JoinOperator[] | undefined, joins: string[]): void {
  if (operators === undefined) return;
  if (new Set(operators).size !== operators.length) fail(scope, 'rule.joinOperators', 'must name each operator once', operators.join(', '), 'remove one of the two');
  if (operators.length > 0 || joins.length < 2) return;
  fail(scope, 'rule.joinOperators', 'must name an operator where there are two join columns', 'none', 'leave it out for AND, or name JoinOperator.AND or OR');
}

function validateScalars(scope: IConstruct, scalars: string[]): void {
  const repeated = repeatedIn(scalars);
  if (repeated !== undefined) fail(scope, 'rule.scalars', 'must name each function once', repeated, 'remove one of the two');
}

function validateMinimum(scope: IConstruct, minimum: AggregationRuleOptions['minimum']): void {
  if (Object.keys(minimum).length === 0) {
    fail(scope, 'rule.minimum', 'must name one column at least', 'none', 'name the column that identifies a person, with the size of the smallest group to show');
  }
  for (const [column, value] of Object.entries(minimum)) validateCount(scope, 'rule.minimum', column, value);
}

function validateProviders(scope: IConstruct, { _any: any, _providers: providers }: AllowedAnalyses): void {
  if (any === undefined) return;
  if (providers.length === 0) {
    fail(scope, 'rule.allow', `must name the accounts whose analyses ${any} allows`, 'none', 'name one account at least');
  }
  providers.forEach((provider) => validateAccountId(scope, 'rule.allow', provider));
  const repeated = repeatedIn(literals(providers));
  if (repeated !== undefined) fail(scope, 'rule.allow', 'must name each account once', repeated, 'remove one of the two');
}

function validateAllowedMethod(scope: IConstruct, { _any: any }: AllowedAnalyses, methods: AnalysisMethod[]): void {
  const needed = any === 'ANY_JOB' ? AnalysisMethod.JOB : AnalysisMethod.QUERY;
  if (any === undefined || methods.includes(needed)) return;
  fail(scope, 'rule.allow', `must not allow what \`methods\` rules out, which are ${methods.join(', ')}`, any,
    `add AnalysisMethod.${needed === AnalysisMethod.JOB ? 'JOB' : 'QUERY'} to \`methods\``);
}

function validateDifferentialPrivacy(scope: IConstruct, column: string | undefined, { threshold, comparisons }: CustomRuleOptions): void {
  if (column === undefined) return;
  if (threshold !== undefined) {
    fail(scope, 'rule.threshold', 'must not be given with `differentialPrivacy`', threshold.column, 'decide for one of the two');
  }
  if (comparisons !== undefined) {
    fail(scope, 'rule.comparisons', 'must not be given with `differentialPrivacy`', [...comparisons.literals, ...comparisons.columns].join(', '),
      'decide for one of the two');
  }
}

function validateNotForJobs(scope: IConstruct, prop: string, jobsOnly: boolean): void {
  if (jobsOnly) fail(scope, prop, 'must not be given where jobs only are allowed', 'jobs only', 'allow queries, or leave it out');
}

function validateIdentities(scope: IConstruct, { column, minimum }: MinimumIdentities, schema: TableColumn[] | undefined): void {
  validateCount(scope, 'rule.threshold', column, minimum);
  const type = schema?.find(({ name }) => !Token.isUnresolved(name) && name.toLowerCase() === column)?.type;
  if (type === undefined || Token.isUnresolved(type) || /^(string|text|(n?var)?char)\b/i.test(type)) return;
  fail(scope, 'rule.threshold', 'must count a column of type string, varchar or char', `${column} ${type}`, 'take another column, or convert it in a view');
}

function validateOverrides(scope: IConstruct, { _overrides: overrides }: MinimumIdentities): void {
  for (const [column, value] of Object.entries(overrides)) {
    if (value !== 0) validateCount(scope, 'rule.threshold.overrides', column, value, '0 or ');
  }
}

function validateLiterals(scope: IConstruct, { literals: columns }: Comparisons, threshold: MinimumIdentities | undefined): void {
  if (threshold === undefined || Token.isUnresolved(threshold.column) || !literals(columns).includes(threshold.column)) return;
  fail(scope, 'rule.comparisons.literals', 'must not name the column whose values `threshold` counts', threshold.column,
    'leave it out: it can be compared to other columns at most');
}

function warnOfThresholdAlone(scope: IConstruct, comparisons: Comparisons | undefined): void {
  if (comparisons !== undefined) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:configuredTable.comparisons',
    '`rule.threshold` without `rule.comparisons` lets queries single out small groups by comparing columns to literals: say which columns may be compared');
}

function validateCount(scope: IConstruct, prop: string, column: string, value: number, or = ''): void {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= LOWEST && value <= HIGHEST)) return;
  fail(scope, prop, `must be ${or}a whole number of ${LOWEST} to ${HIGHEST}, here of ${column}`, String(value), 'choose another number');
}
