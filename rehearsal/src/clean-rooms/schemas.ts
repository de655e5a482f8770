import type { Schema, SchemaStatusReasonCode } from '@aws-sdk/client-cleanrooms';
import { columnsOf, customPartOf, type AnalysisRule } from './configured-table-rules';
import type { Memberships } from './memberships';
import type { Operations } from './operations';
import type { PrivacyBudgets } from './privacy-budgets';
import { accessDenied } from './service-error';
import type { TableAssociationRecord, TableAssociations } from './table-associations';

/** Why a table cannot be queried, and what helps. */
export const MESSAGES: Partial<Record<SchemaStatusReasonCode, string>> = {
  ANALYSIS_RULE_MISSING: 'the table has no analysis rule: give it one',
  ANALYSIS_TEMPLATES_NOT_CONFIGURED: 'the rule allows no analysis: name a template in `allow`',
  ANALYSIS_PROVIDERS_NOT_CONFIGURED: 'the rule allows any query, but of no account: name the accounts in `allow`',
  DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED: 'the rule has differential privacy, but the collaboration has no budget for it: add a DifferentialPrivacyBudget',
};

/** What members see of the tables of their collaboration, and whether each can be queried. */
export class Schemas {
  readonly operations: Operations = {
    BatchGetSchema: ({ collaborationIdentifier, names }, caller) => {
      if (this.memberships.participation(collaborationIdentifier, caller) === undefined) {
        throw accessDenied(`Account ${caller} is not an active member of collaboration ${collaborationIdentifier}.`);
      }
      const found = this.associations.inCollaboration(collaborationIdentifier);
      const byName = (name: string) => found.find(({ association }) => association.name === name);
      return {
        schemas: names.flatMap((name) => byName(name) ?? []).map((record) => this.schemaOf(record)),
        errors: names.filter((name) => byName(name) === undefined)
          .map((name) => ({ name, code: 'RESOURCE_NOT_FOUND', message: `The collaboration has no table named ${name}.` })),
      };
    },
  };

  constructor(
    private readonly memberships: Memberships, private readonly associations: TableAssociations, private readonly budgets: PrivacyBudgets,
  ) {}

  /** Why a table cannot be queried yet; nothing if it can. */
  reasonsOf({ table: { rule }, collaborationId }: TableAssociationRecord): SchemaStatusReasonCode[] {
    if (rule === undefined) return ['ANALYSIS_RULE_MISSING'];
    const custom = customPartOf(rule as AnalysisRule);
    if (custom === undefined) return [];
    return [
      ...custom.allowedAnalyses.length === 0 ? ['ANALYSIS_TEMPLATES_NOT_CONFIGURED' as const] : [],
      ...custom.allowedAnalyses.some((analysis) => analysis.startsWith('ANY_')) && (custom.allowedAnalysisProviders ?? []).length === 0
        ? ['ANALYSIS_PROVIDERS_NOT_CONFIGURED' as const] : [],
      ...custom.differentialPrivacy !== undefined && !this.budgets.hasDifferentialPrivacy(collaborationId)
        ? ['DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED' as const] : [],
    ];
  }

  private schemaOf(record: TableAssociationRecord): Schema {
    const { association, table: { table, rule }, accountId, collaborationId } = record;
    const reasons = this.reasonsOf(record);
    const columns = table.allowedColumns ?? (rule === undefined ? [] : columnsOf(rule as AnalysisRule));
    return {
      // The endpoint does not read catalogs, so every column is a text to it.
      columns: columns.map((name) => ({ name, type: 'string' })),
      partitionKeys: [],
      analysisRuleTypes: rule === undefined ? [] : [rule.type!],
      analysisMethod: table.analysisMethod,
      creatorAccountId: accountId,
      name: association.name,
      collaborationId,
      collaborationArn: this.memberships.participation(collaborationId, accountId)?.collaborationArn,
      description: association.description ?? '',
      createTime: association.createTime,
      updateTime: association.updateTime,
      type: 'TABLE',
      schemaStatusDetails: [{
        status: reasons.length === 0 ? 'READY' : 'NOT_READY',
        reasons: reasons.map((code) => ({ code, message: MESSAGES[code] })),
        analysisRuleType: rule?.type,
        analysisType: 'DIRECT_ANALYSIS',
      }],
      resourceArn: association.arn,
    };
  }
}
