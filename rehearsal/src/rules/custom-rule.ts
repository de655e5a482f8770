import type { AskedQuery, GovernedTable } from './governed-query';
import { nameOf, referredColumns } from './lineage';
import type { ResolvedQuery } from './resolved-query';
import { QueryFailed } from '../sql/query-failed';

export interface AggregationThreshold {
  readonly identityColumns: readonly string[];
  readonly minimumIdentityCount: number;
  /** The service's documented default is COLUMNS_ONLY. */
  readonly allowedAggregateExpressionType?: 'COLUMNS_ONLY' | 'ANY_EXPRESSION';
  readonly outputColumnThresholds?: readonly { readonly outputColumnName: string; readonly minimumIdentityCount: number }[];
}

/** The custom rule of a table, as the newest service model has it; the SDK is older. */
export interface CustomRule {
  readonly allowedAnalyses: readonly string[];
  readonly allowedAnalysisProviders?: readonly string[];
  readonly additionalAnalyses?: string;
  readonly disallowedOutputColumns?: readonly string[];
  readonly differentialPrivacy?: object;
  readonly aggregationThresholds?: readonly AggregationThreshold[];
  readonly comparisonControls?: {
    readonly allowedLiteralComparisonColumns: readonly string[];
    readonly allowedColumnComparisonColumns: readonly string[];
  };
}

/** Refuses a query that is neither a template that the owner allows nor written by somebody whose queries the owner allows. */
export function checkAllowedAnalysis({ name }: GovernedTable, rule: CustomRule, { templateArn, author }: AskedQuery): void {
  const { allowedAnalyses, allowedAnalysisProviders = [] } = rule;
  if (templateArn !== undefined && allowedAnalyses.includes(templateArn)) return;
  if (allowedAnalyses.includes('ANY_QUERY') && allowedAnalysisProviders.includes(author)) return;
  const asked = templateArn === undefined ? `SQL that account ${author} wrote` : `template ${templateArn} of account ${author}`;
  const allowed = allowedAnalyses.includes('ANY_QUERY')
    ? `queries of ${listed(allowedAnalysisProviders)}` : listed(allowedAnalyses);
  throw new QueryFailed('RESOURCE_ACCESS_DENIED', `custom rule of \`${name}\`: it allows ${allowed}, got ${asked}; its owner names it in \`allow\``);
}

/** Refuses a query whose result refers to a hidden column in any way, be it a count of its values. */
export function checkHiddenColumns(table: GovernedTable, rule: CustomRule, { output }: ResolvedQuery): void {
  const hidden = rule.disallowedOutputColumns?.map((name) => name.toLowerCase()) ?? [];
  output.forEach(({ name, lineage }, index) => {
    const shown = referredColumns(lineage).find((column) => column.table === table && hidden.includes(column.name));
    if (shown !== undefined) {
      throw new QueryFailed('MALFORMED_QUERY',
        `disallowed output columns of \`${table.name}\`: ${nameOf(shown)} goes into column ${name === undefined ? index + 1 : `\`${name}\``} of the result; leave it out there`);
    }
  });
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? 'nothing' : values.join(', ');
}
