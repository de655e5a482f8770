import { CfnConfiguredTableAssociation } from 'aws-cdk-lib/aws-cleanrooms';
import { AnalysisRuleType } from '../analysis-rule-options';

export type CollaborationRule = CfnConfiguredTableAssociation.ConfiguredTableAssociationAnalysisRuleProperty;

export function renderCollaborationRule(type: AnalysisRuleType, receivers: string[], additionalAnalyses: string[] | undefined): CollaborationRule {
  const rule = { allowedResultReceivers: receivers, allowedAdditionalAnalyses: additionalAnalyses };
  return {
    type,
    policy: {
      v1: {
        aggregation: type === AnalysisRuleType.AGGREGATION ? rule : undefined,
        list: type === AnalysisRuleType.LIST ? rule : undefined,
        custom: type === AnalysisRuleType.CUSTOM ? rule : undefined,
      },
    },
  };
}
