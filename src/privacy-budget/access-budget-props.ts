import { RemovalPolicy } from 'aws-cdk-lib';
import { IConfiguredTableAssociationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

/**
 * Properties of an `AccessBudget`: a limit for one period, one for the lifetime of the table, or one of each.
 */
export interface AccessBudgetProps {
  /**
   * The table, as it is associated with the collaboration. It is fixed when the budget is created.
   */
  readonly table: IConfiguredTableAssociationRef;

  /**
   * How often the table may be used in a calendar day, 0 to 1 000 000.
   *
   * @default - no limit for a day
   */
  readonly perDay?: number;

  /**
   * How often the table may be used in a week, from Sunday 00:00 UTC on, 0 to 1 000 000.
   *
   * @default - no limit for a week
   */
  readonly perWeek?: number;

  /**
   * How often the table may be used in a calendar month, 0 to 1 000 000.
   *
   * @default - no limit for a month
   */
  readonly perMonth?: number;

  /**
   * How often the table may be used in total, 0 to 1 000 000.
   *
   * @default - no limit for the lifetime
   */
  readonly lifetime?: number;

  /**
   * The schedules of all queries that use the table, whoever runs them. If they need more runs than the limit for the period
   * gives, a warning says so.
   *
   * @default - those of the scheduled queries of this app that name the table among their `tables`
   */
  readonly schedules?: ScheduleExpression[];

  /**
   * Whether a deployment may replace the budget. The new budget starts unused, and in between the table has no limit.
   *
   * @default false
   */
  readonly allowReplacement?: boolean;

  /**
   * What happens to the budget when it is removed from the app or the stack is deleted. Without a budget the table has no
   * limit. With a budget that stays, the table cannot be removed from the collaboration.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Tags of the budget. `Tags.of(scope)` reaches it too.
   *
   * @default - the tags of the scopes around it
   */
  readonly tags?: { [key: string]: string };
}

/**
 * What identifies an access budget that exists.
 */
export interface AccessBudgetAttributes {
  /**
   * The ARN, `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/privacybudgettemplate/<identifier>`.
   */
  readonly accessBudgetArn: string;
}
