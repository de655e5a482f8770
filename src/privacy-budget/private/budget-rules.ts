import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { fail } from '../../private/validation';

export function validateWholeNumber(scope: IConstruct, prop: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
  fail(scope, prop, `must be a whole number of ${min} to ${max}`, `${value}`, 'choose another number');
}

/** The service has one for a period, one for the lifetime, or one of each. */
export function validatePeriods(
  scope: IConstruct, periods: { readonly [prop: string]: number | undefined }, lifetime: number | undefined,
): void {
  const given = Object.keys(periods).filter((prop) => periods[prop] !== undefined);
  if (given.length > 1) fail(scope, given[1], 'must be the only limit for a period', given.join(' and '), 'choose one of perDay, perWeek and perMonth');
  if (given.length === 1 || lifetime !== undefined) return;
  fail(scope, 'lifetime', 'must be given where there is no limit for a period', 'nothing', 'set perDay, perWeek, perMonth or lifetime');
}

/** What has a budget already, by what it limits. */
const budgets = new WeakMap<object, IConstruct>();

/** A second one would be refused by the service, when the first has been made. */
export function validateOnlyBudget(scope: IConstruct, prop: string, limited: IConstruct, rule: string): void {
  const other = budgets.get(limited);
  if (other !== undefined) fail(scope, prop, rule, other.node.path, 'remove one of the two');
  budgets.set(limited, scope);
}
