import { readFileSync } from 'node:fs';
import { CannotBePlayed } from './cannot-be-played';
import { type AnalysisRule, checkRule, columnsOf } from '../clean-rooms/configured-table-rules';
import { ServiceError } from '../clean-rooms/service-error';
import { type Problem, problemsOf } from '../clean-rooms/validate';

/** An analysis rule in the form of the Clean Rooms API: `{ "type": "CUSTOM", "policy": { "v1": { "custom": … } } }`. */
export interface SampleRule {
  /** The type of the rule. */
  readonly type: 'AGGREGATION' | 'LIST' | 'CUSTOM';
  /** The `AnalysisRulePolicy` of the API. */
  readonly policy: { readonly v1: object };
  /** Who may receive results, and which additional analyses may use them. @default - not known: everybody and everything */
  readonly collaborationPolicy?: { readonly v1: object };
}

/** The rule that a file holds: alone, or as `get-schema-analysis-rule` answers it. */
export function ruleIn(file: string): SampleRule {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CannotBePlayed(`${file} cannot be read: ${(error as Error).message}; write the rule as \`aws cleanrooms get-schema-analysis-rule\` prints it`);
  }
  const { analysisRule } = (content ?? {}) as { readonly analysisRule?: unknown };
  return checkedRule(analysisRule ?? content, file);
}

/** The rule, once it is sure that the service would take it. */
export function checkedRule(rule: unknown, where: string): SampleRule {
  const problems = problemsIn(rule);
  if (problems.length > 0) {
    throw new CannotBePlayed(`${where} is not an analysis rule in the service's words, as \`aws cleanrooms get-schema-analysis-rule\` prints it: ${problems.map(({ name, message }) => `\`${name}\`: ${message}`).join('; ')}`);
  }
  return rule as SampleRule;
}

function problemsIn(rule: unknown): readonly Problem[] {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return [{ name: 'type', message: 'Member must not be null' }];
  const { type, policy, collaborationPolicy } = rule as Partial<Record<keyof SampleRule, unknown>>;
  const problems = [
    ...problemsOf('ConfiguredTableAnalysisRuleType', type, 'type'),
    ...problemsOf('ConfiguredTableAnalysisRulePolicy', policy, 'policy'),
    ...collaborationPolicy === undefined ? [] : problemsOf('ConfiguredTableAssociationAnalysisRulePolicy', collaborationPolicy, 'collaborationPolicy'),
  ];
  return problems.length > 0 ? problems : brokenIn(rule as AnalysisRule);
}

/** What the service asks of it beyond its shape. Of the table only the sample is known. */
function brokenIn(rule: AnalysisRule): readonly Problem[] {
  try {
    checkRule(rule, { analysisMethod: 'DIRECT_QUERY', allowedColumns: columnsOf(rule), tableReference: { glue: { tableName: 'sample', databaseName: 'sample' } } });
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { fieldList } = error.details as { readonly fieldList: readonly Problem[] };
    return fieldList.map(({ message }) => ({ name: 'policy', message }));
  }
}
