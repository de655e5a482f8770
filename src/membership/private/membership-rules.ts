import { Construct } from 'constructs';
import { validateAgainstCollaboration } from './collaboration-rules';
import { validateIdentifier, validatePartition, validateSameRegion } from '../../private/validation';
import { MembershipProps } from '../membership-props';

/** Whether the collaboration can be joined from here, and as the props say. */
export function validateMembership(scope: Construct, props: MembershipProps): void {
  validatePartition(scope);
  validateIdentifier(scope, 'collaboration', props.collaboration.collaborationRef.collaborationIdentifier);
  validateSameRegion(scope, 'collaboration', props.collaboration.env.region);
  validateAgainstCollaboration(scope, props.collaboration, {
    isMetricsEnabled: props.isMetricsEnabled,
    queryLogStatus: props.queryLogStatus,
    jobLogStatus: props.jobLogStatus,
    queryRunnerIsThis: props.queryRunner?.isThisMembership ?? true,
    hasResultConfiguration: props.defaultResultConfiguration !== undefined,
    paysForQueries: props.paymentConfiguration?._options.queryCompute,
  });
}
