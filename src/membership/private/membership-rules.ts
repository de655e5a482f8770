import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { validateAgainstCollaboration } from './collaboration-rules';
import { fail, validateIdentifier, validatePartition, validateSameRegion } from '../../private/validation';
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

/** Under any other policy a rollback could leave the collaboration for good. */
export function validateRemovalPolicy(scope: Construct, policy: RemovalPolicy): void {
  if (policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.DESTROY) return;
  fail(scope, 'removalPolicy', 'must be RETAIN or DESTROY, as under any other a rollback could leave the collaboration for good', policy,
    'use RemovalPolicy.RETAIN, unless the account is to leave when the membership is removed');
}

export function hasResults(props: MembershipProps): boolean {
  return props.defaultResultConfiguration !== undefined || props.defaultJobResultConfiguration !== undefined;
}
