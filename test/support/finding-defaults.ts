import { DefaultRows, Synthesis, synthesized, without } from './default-rows';
import { COLLABORATION, PARTNER } from './membership-app';
import {
  AnalysisTemplateSql, Collaboration, CollaborationInvitationOptions, CollaborationMemberships, CollaborationMembershipsProps, ParameterType,
  ReviewedTemplate, ReviewedTemplateProps,
} from '../../src';

const withInvitation: Synthesis<CollaborationInvitationOptions> = (options) => synthesized((stack) => {
  Collaboration.fromInvitation(stack, 'Invitation', { creatorAccountId: PARTNER, collaborationName: 'overlap', ...options });
});

const withMemberships: Synthesis<CollaborationMembershipsProps> = (props) => synthesized((stack) => {
  const collaboration = Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', COLLABORATION);
  new CollaborationMemberships(stack, 'Partners', { collaboration, ...props }).membershipOf(PARTNER);
});

const withReviewed = (sql: string): Synthesis<ReviewedTemplateProps> => (props) => synthesized((stack) => {
  const collaboration = Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', COLLABORATION);
  new ReviewedTemplate(stack, 'Reviewed', { collaboration, authorAccountId: PARTNER, sql: AnalysisTemplateSql.fromInline(sql), ...props });
});

/** What is found when a stack is deployed. */
export const FINDING_DEFAULTS: DefaultRows = {
  'CollaborationInvitationOptions.asOf': { synthesis: withInvitation, other: { asOf: '2026-11-25' }, like: without('AsOf') },
  'CollaborationMembershipsProps.asOf': { synthesis: withMemberships, other: { asOf: '2026-11-25' }, like: without('AsOf') },
  'ReviewedTemplateProps.reviewed': { synthesis: withReviewed('SELECT 1'), other: { reviewed: '2026-11-25' }, like: without('"Reviewed"') },
  'ReviewedTemplateProps.parameters': {
    synthesis: (props) => withReviewed('parameters' in props ? 'SELECT 1 WHERE :day = current_date()' : 'SELECT 1')(props),
    other: { parameters: [{ name: 'day', type: ParameterType.DATE }] },
    like: without('"Parameters":['),
  },
};
