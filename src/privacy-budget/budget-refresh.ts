/**
 * Whether a differential privacy budget is given anew.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-configure-policy.html
 */
export enum BudgetRefresh {
  /** Anew every calendar month: over the months any amount of information about the same rows can be revealed. */
  CALENDAR_MONTH = 'CALENDAR_MONTH',
  /** Once. */
  NONE = 'NONE',
}
