/**
 * Whether a differential privacy budget is renewed.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-configure-policy.html
 */
export enum BudgetRefresh {
  /** Every calendar month. Over the months, queries can reveal any amount of information about the same rows. */
  CALENDAR_MONTH = 'CALENDAR_MONTH',
  /** Never. */
  NONE = 'NONE',
}
