import { RemovalPolicy } from 'aws-cdk-lib';
import { AGENCY, newCollaboration, RUNS_AND_RECEIVES } from './collaboration-app';
import { DefaultRows, Synthesis, synthesized, without } from './default-rows';
import {
  AutoApprovedChangeType, CollaborationMember, CollaborationMemberOptions, CollaborationProps, Cost, JobLogStatus, MemberAbility, MlMemberAbility,
} from '../../src';

const withCollaboration: Synthesis<CollaborationProps> = (props) => synthesized((stack) => newCollaboration(stack, props));

/** The creator is alone, so it does all that somebody must do. */
const alone: Synthesis<CollaborationProps> = (props) => synthesized((stack) =>
  newCollaboration(stack, { members: undefined, creator: { displayName: 'Publisher', abilities: RUNS_AND_RECEIVES }, ...props }));

/** Beside one who runs and receives. */
const withMember: Synthesis<CollaborationMemberOptions> = (options) => alone({
  members: [CollaborationMember.account(AGENCY, { displayName: 'Agency', ...options })],
});

export const COLLABORATION_DEFAULTS: DefaultRows = {
  'CollaborationProps.members': {
    synthesis: alone,
    other: { members: [CollaborationMember.account(AGENCY, { displayName: 'Agency' })] },
    given: { members: [] },
    documented: '- none: the creator is alone',
  },
  'CollaborationProps.jobLogStatus': {
    synthesis: withCollaboration,
    other: { jobLogStatus: JobLogStatus.ENABLED },
    given: { jobLogStatus: JobLogStatus.DISABLED },
    documented: 'JobLogStatus.DISABLED',
  },
  'CollaborationProps.isMetricsEnabled': {
    synthesis: withCollaboration, other: { isMetricsEnabled: true }, given: { isMetricsEnabled: false }, documented: 'false',
  },
  'CollaborationProps.dataEncryptionMetadata': {
    synthesis: withCollaboration,
    other: {
      dataEncryptionMetadata: { allowCleartext: true, allowDuplicates: true, allowJoinsOnColumnsWithDifferentNames: true, preserveNulls: true },
    },
    like: without('DataEncryptionMetadata'),
  },
  'CollaborationProps.allowedResultRegions': {
    synthesis: withCollaboration, other: { allowedResultRegions: ['eu-west-1'] }, like: without('AllowedResultRegions'),
  },
  'CollaborationProps.autoApprovedChangeTypes': {
    synthesis: withCollaboration,
    other: { autoApprovedChangeTypes: [AutoApprovedChangeType.ADD_MEMBER] },
    given: { autoApprovedChangeTypes: [] },
    documented: '- none: every member approves each change',
  },
  'CollaborationProps.allowReplacement': {
    synthesis: withCollaboration, other: { allowReplacement: true }, given: { allowReplacement: false }, documented: 'false',
  },
  'CollaborationProps.removalPolicy': {
    synthesis: withCollaboration,
    other: { removalPolicy: RemovalPolicy.DESTROY },
    given: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    documented: 'RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE',
  },
  'CollaborationProps.tags': { synthesis: withCollaboration, other: { tags: { team: 'analytics' } }, like: without('"Tags"') },
  'CollaborationMemberOptions.abilities': {
    synthesis: withMember,
    other: { abilities: [MemberAbility.CAN_RECEIVE_RESULTS] },
    given: { abilities: [] },
    documented: '- nothing: the member contributes data only',
  },
  'CollaborationMemberOptions.mlAbilities': {
    synthesis: withMember, other: { mlAbilities: [MlMemberAbility.CAN_RECEIVE_MODEL_OUTPUT] }, given: { mlAbilities: [] }, documented: '- nothing',
  },
  'CollaborationMemberOptions.pays': {
    synthesis: withMember,
    other: { pays: [Cost.QUERY_COMPUTE] },
    given: { pays: [] },
    documented: '- nothing, except for the member who runs the queries: it pays what nobody is named for',
  },
};
