import type * as sdk from '@aws-sdk/client-cleanrooms';
import type { OperationName } from './service-model';

/** What passed the validation: what the model requires is there. */
export type Validated<T> = { readonly [K in keyof T]: {} extends Pick<T, K> ? T[K] : NonNullable<T[K]> };

interface Types {
  CreateMembership: [sdk.CreateMembershipInput, sdk.CreateMembershipOutput];
  GetMembership: [sdk.GetMembershipInput, sdk.GetMembershipOutput];
  UpdateMembership: [UpdateMembershipInput, sdk.UpdateMembershipOutput];
  DeleteMembership: [sdk.DeleteMembershipInput, sdk.DeleteMembershipOutput];
  ListMemberships: [sdk.ListMembershipsInput, sdk.ListMembershipsOutput];
  GetCollaboration: [sdk.GetCollaborationInput, sdk.GetCollaborationOutput];
  CreateCollaboration: [sdk.CreateCollaborationInput, sdk.CreateCollaborationOutput];
  UpdateCollaboration: [sdk.UpdateCollaborationInput, sdk.UpdateCollaborationOutput];
  DeleteCollaboration: [sdk.DeleteCollaborationInput, sdk.DeleteCollaborationOutput];
  ListCollaborations: [sdk.ListCollaborationsInput, sdk.ListCollaborationsOutput];
  ListMembers: [sdk.ListMembersInput, sdk.ListMembersOutput];
  TagResource: [sdk.TagResourceInput, sdk.TagResourceOutput];
  UntagResource: [sdk.UntagResourceInput, sdk.UntagResourceOutput];
  ListTagsForResource: [sdk.ListTagsForResourceInput, sdk.ListTagsForResourceOutput];
  StartProtectedQuery: [sdk.StartProtectedQueryInput, sdk.StartProtectedQueryOutput];
  GetProtectedQuery: [sdk.GetProtectedQueryInput, sdk.GetProtectedQueryOutput];
  UpdateProtectedQuery: [sdk.UpdateProtectedQueryInput, sdk.UpdateProtectedQueryOutput];
  ListProtectedQueries: [sdk.ListProtectedQueriesInput, sdk.ListProtectedQueriesOutput];
  CreateAnalysisTemplate: [sdk.CreateAnalysisTemplateInput, sdk.CreateAnalysisTemplateOutput];
  GetAnalysisTemplate: [sdk.GetAnalysisTemplateInput, sdk.GetAnalysisTemplateOutput];
  DeleteAnalysisTemplate: [sdk.DeleteAnalysisTemplateInput, sdk.DeleteAnalysisTemplateOutput];
  GetCollaborationAnalysisTemplate: [sdk.GetCollaborationAnalysisTemplateInput, sdk.GetCollaborationAnalysisTemplateOutput];
  BatchGetCollaborationAnalysisTemplate:
  [sdk.BatchGetCollaborationAnalysisTemplateInput, sdk.BatchGetCollaborationAnalysisTemplateOutput];
  ListCollaborationAnalysisTemplates: [sdk.ListCollaborationAnalysisTemplatesInput, sdk.ListCollaborationAnalysisTemplatesOutput];
  CreateConfiguredTable: [sdk.CreateConfiguredTableInput, sdk.CreateConfiguredTableOutput];
  GetConfiguredTable: [sdk.GetConfiguredTableInput, sdk.GetConfiguredTableOutput];
  UpdateConfiguredTable: [sdk.UpdateConfiguredTableInput, sdk.UpdateConfiguredTableOutput];
  DeleteConfiguredTable: [sdk.DeleteConfiguredTableInput, sdk.DeleteConfiguredTableOutput];
  CreateConfiguredTableAnalysisRule: [sdk.CreateConfiguredTableAnalysisRuleInput, sdk.CreateConfiguredTableAnalysisRuleOutput];
  GetConfiguredTableAnalysisRule: [sdk.GetConfiguredTableAnalysisRuleInput, sdk.GetConfiguredTableAnalysisRuleOutput];
  UpdateConfiguredTableAnalysisRule: [sdk.UpdateConfiguredTableAnalysisRuleInput, sdk.UpdateConfiguredTableAnalysisRuleOutput];
  DeleteConfiguredTableAnalysisRule: [sdk.DeleteConfiguredTableAnalysisRuleInput, sdk.DeleteConfiguredTableAnalysisRuleOutput];
  CreateConfiguredTableAssociation: [sdk.CreateConfiguredTableAssociationInput, sdk.CreateConfiguredTableAssociationOutput];
  GetConfiguredTableAssociation: [sdk.GetConfiguredTableAssociationInput, sdk.GetConfiguredTableAssociationOutput];
  UpdateConfiguredTableAssociation: [sdk.UpdateConfiguredTableAssociationInput, sdk.UpdateConfiguredTableAssociationOutput];
  DeleteConfiguredTableAssociation: [sdk.DeleteConfiguredTableAssociationInput, sdk.DeleteConfiguredTableAssociationOutput];
  CreateConfiguredTableAssociationAnalysisRule:
  [sdk.CreateConfiguredTableAssociationAnalysisRuleInput, sdk.CreateConfiguredTableAssociationAnalysisRuleOutput];
  GetConfiguredTableAssociationAnalysisRule:
  [sdk.GetConfiguredTableAssociationAnalysisRuleInput, sdk.GetConfiguredTableAssociationAnalysisRuleOutput];
  UpdateConfiguredTableAssociationAnalysisRule:
  [sdk.UpdateConfiguredTableAssociationAnalysisRuleInput, sdk.UpdateConfiguredTableAssociationAnalysisRuleOutput];
  DeleteConfiguredTableAssociationAnalysisRule:
  [sdk.DeleteConfiguredTableAssociationAnalysisRuleInput, sdk.DeleteConfiguredTableAssociationAnalysisRuleOutput];
  CreatePrivacyBudgetTemplate: [sdk.CreatePrivacyBudgetTemplateInput, sdk.CreatePrivacyBudgetTemplateOutput];
  GetPrivacyBudgetTemplate: [sdk.GetPrivacyBudgetTemplateInput, sdk.GetPrivacyBudgetTemplateOutput];
  UpdatePrivacyBudgetTemplate: [sdk.UpdatePrivacyBudgetTemplateInput, sdk.UpdatePrivacyBudgetTemplateOutput];
  DeletePrivacyBudgetTemplate: [sdk.DeletePrivacyBudgetTemplateInput, sdk.DeletePrivacyBudgetTemplateOutput];
  BatchGetSchema: [sdk.BatchGetSchemaInput, sdk.BatchGetSchemaOutput];
}

/** The service model knows a member that the SDK does not know yet. */
export interface UpdateMembershipInput extends sdk.UpdateMembershipInput {
  membershipPaymentConfiguration?: Partial<sdk.MembershipPaymentConfiguration>;
}

export type Input<K extends OperationName> = Validated<Types[K][0]>;
export type Output<K extends OperationName> = Types[K][1];

/** What a noun does for the operations that are its own; `caller` is an account. */
export type Operations = {
  readonly [K in OperationName]?: (input: Input<K>, caller: string) => Output<K> | Promise<Output<K>>;
};
