import { RemovalPolicy } from 'aws-cdk-lib';
import { ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PaymentConfiguration } from './payment-configuration';
import { JobLogStatus, QueryLogStatus } from '../collaboration/log-status';
import { QueryRunner } from '../results/query-runner';
import { DefaultJobResultConfiguration, DefaultResultConfiguration } from '../results/result-configuration';

/**
 * Properties of a `Membership`.
 */
export interface MembershipProps {
  /**
   * The collaboration to join. The account must have been invited to it.
   *
   * If it changes, the account joins the new one; the old membership stays.
   */
  readonly collaboration: ICollaborationRef;

  /**
   * Whether queries are logged to CloudWatch Logs in this account.
   */
  readonly queryLogStatus: QueryLogStatus;

  /**
   * Whether jobs are logged to CloudWatch Logs in this account.
   *
   * @default - left to the service; where it was ENABLED before, it is turned off
   */
  readonly jobLogStatus?: JobLogStatus;

  /**
   * Where results of queries go, unless a query says otherwise. It can be changed, but not removed again.
   *
   * @default - none: this member receives no results, or each of its queries says where
   */
  readonly defaultResultConfiguration?: DefaultResultConfiguration;

  /**
   * Where results of jobs go, unless a job says otherwise. It can be changed, but not removed again.
   *
   * @default - none
   */
  readonly defaultJobResultConfiguration?: DefaultJobResultConfiguration;

  /**
   * The member who runs the queries. A member that only receives results must name another one.
   *
   * @default QueryRunner.thisMembership()
   */
  readonly queryRunner?: QueryRunner;

  /**
   * The costs that this member accepts to pay. A deployment cannot change it later.
   *
   * @default - left to the service: the member who runs the queries pays
   */
  readonly paymentConfiguration?: PaymentConfiguration;

  /**
   * Whether CloudWatch metrics of this member's queries are collected. The collaboration must have metrics, too. It cannot be
   * changed later.
   *
   * @default false
   */
  readonly isMetricsEnabled?: boolean;

  /**
   * Tags of the membership, 194 at most, keys of 1 to 128 and values of 1 to 256 characters. `Tags.of(scope)` reaches it too.
   *
   * @default - the tags of the scopes around it
   */
  readonly tags?: { [key: string]: string };

  /**
   * Whether to adopt a membership in this collaboration that the account has already, whoever created it.
   *
   * A membership that a failed deployment of the same construct left behind is adopted in any case.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;

  /**
   * What happens to the membership when it is removed from the app or the stack is deleted: RETAIN or DESTROY.
   *
   * DESTROY leaves the collaboration. That is final: the account can't join it again. Under either policy, a failed deployment,
   * its rollback and a replacement never leave the collaboration.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long to keep the logs of the Lambda function that all memberships of a stack share.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly functionLogRetention?: RetentionDays;

  /**
   * The key that encrypts the logs of the Lambda function that all memberships of a stack share. Its key policy must allow
   * CloudWatch Logs to use it.
   *
   * @default - encrypted by CloudWatch Logs with a key of its own
   */
  readonly functionLogEncryptionKey?: IKey;
}

/**
 * What identifies a membership that exists.
 */
export interface MembershipAttributes {
  /**
   * The identifier of the membership, a UUID.
   */
  readonly membershipIdentifier: string;

  /**
   * The account of the membership, 12 digits.
   *
   * @default - the account of the stack
   */
  readonly account?: string;

  /**
   * The region of the membership.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}
