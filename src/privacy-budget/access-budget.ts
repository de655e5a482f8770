import { Annotations, Fn, IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import { CfnPrivacyBudgetTemplate, IPrivacyBudgetTemplateRef, PrivacyBudgetTemplateReference } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { AccessBudgetAttributes, AccessBudgetProps } from './access-budget-props';
import { validateOnlyBudget, validatePeriods, validateWholeNumber } from './private/budget-rules';
import { FIXED, renderTags } from './private/budget-template';
import { Period, runsOf } from './private/schedule-runs';
import { guardAgainstReplacement } from '../collaboration/private/replacement-guard';
import { referToStackOf } from '../private/other-stack';
import { validateArn } from '../private/validation';
import { schedulesOf } from '../tables/private/table-schedules';

/**
 * The access budget of a table in a collaboration.
 */
export interface IAccessBudget extends IResource, IPrivacyBudgetTemplateRef {
  /**
   * The identifier of the budget, a UUID.
   *
   * @attribute
   */
  readonly accessBudgetIdentifier: string;

  /**
   * The ARN of the budget.
   *
   * @attribute
   */
  readonly accessBudgetArn: string;
}

abstract class AccessBudgetBase extends Resource implements IAccessBudget {
  public abstract readonly accessBudgetIdentifier: string;
  public abstract readonly accessBudgetArn: string;
  protected abstract readonly membershipIdentifier: string;

  /**
   * A reference to this budget.
   */
  public get privacyBudgetTemplateRef(): PrivacyBudgetTemplateReference {
    return {
      privacyBudgetTemplateArn: this.accessBudgetArn,
      privacyBudgetTemplateIdentifier: this.accessBudgetIdentifier,
      membershipIdentifier: this.membershipIdentifier,
    };
  }
}

/**
 * How often a table may be used in a collaboration: each query, job or machine learning channel that reads it counts as
 * one. A table has one budget; without one its use is not limited.
 *
 * It defines one `AWS::CleanRooms::PrivacyBudgetTemplate`. Limits change in place. Another table would replace the budget by an
 * unused one. So it also defines a `Custom::CleanRoomsReplacementGuard`, which fails such a deployment before the budget is
 * touched, and, once per stack, the Lambda function behind it.
 *
 * @resource AWS::CleanRooms::PrivacyBudgetTemplate
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/access-budgets.html
 * @example
 *
 * declare const views: TableAssociation;
 * new AccessBudget(this, 'ViewsBudget', { table: views, perDay: 3, lifetime: 1000 });
 */
export class AccessBudget extends AccessBudgetBase {
  /**
   * Refers to an access budget by its ARN.
   */
  public static fromAccessBudgetArn(scope: Construct, id: string, accessBudgetArn: string): IAccessBudget {
    return new ImportedAccessBudget(scope, id, { accessBudgetArn });
  }

  /**
   * Refers to an access budget by its attributes.
   */
  public static fromAccessBudgetAttributes(scope: Construct, id: string, attrs: AccessBudgetAttributes): IAccessBudget {
    return new ImportedAccessBudget(scope, id, attrs);
  }

  public readonly accessBudgetIdentifier: string;
  public readonly accessBudgetArn: string;
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, props: AccessBudgetProps) {
    super(scope, id);
    const { perDay, perWeek, perMonth, lifetime } = props;
    Object.entries({ perDay, perWeek, perMonth, lifetime }).forEach(([prop, value]) => validateWholeNumber(this, prop, value, 0, 1_000_000));
    validatePeriods(this, { perDay, perWeek, perMonth }, lifetime);
    validateOnlyBudget(this, 'table', props.table, 'must have one access budget at most');
    referToStackOf(this, 'table', props.table);
    // Queries are often defined after the budgets of what they read.
    this.node.addValidation({
      validate: () => {
        this.warnOfRuns(props, 'day', perDay);
        this.warnOfRuns(props, 'week', perWeek);
        this.warnOfRuns(props, 'month', perMonth);
        return [];
      },
    });

    const { configuredTableAssociationArn, membershipIdentifier } = props.table.configuredTableAssociationRef;
    const resource = new CfnPrivacyBudgetTemplate(this, 'Resource', {
      membershipIdentifier,
      privacyBudgetType: 'ACCESS_BUDGET',
      autoRefresh: 'NONE',
      parameters: { resourceArn: configuredTableAssociationArn, budgetParameters: renderLimits(props) },
      tags: renderTags(this, props.tags),
    });
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    guardAgainstReplacement(this, resource, { guards: 'access budget', createOnly: FIXED, allowReplacement: props.allowReplacement ?? false });

    this.accessBudgetIdentifier = resource.attrPrivacyBudgetTemplateIdentifier;
    this.accessBudgetArn = resource.attrArn;
    this.membershipIdentifier = resource.membershipIdentifier;
  }

  /** What is said and what the app knows may be the same runs: the higher of both is needed in any case. */
  private warnOfRuns({ table, schedules = [] }: AccessBudgetProps, period: Period, limit: number | undefined): void {
    if (limit === undefined) return;
    const runs = Math.max(runsOfAll(schedules, period), runsOfAll(schedulesOf(table), period));
    if (runs <= limit) return;
    Annotations.of(this).addWarningV2('cdk-cleanrooms:accessBudget.schedules',
      `the schedules of queries on this table need up to ${runs} runs a ${period}, and the budget gives ${limit}: the rest is refused; ` +
      'raise the budget or run less often');
  }
}

/** Where one schedule can't be counted, the others still can. */
function runsOfAll(schedules: ScheduleExpression[], period: Period): number {
  return schedules.reduce((sum, { expressionString }) => sum + (runsOf(expressionString, period) ?? 0), 0);
}

/** What is given for a period is given anew in each. */
function renderLimits({ perDay, perWeek, perMonth, lifetime }: AccessBudgetProps): CfnPrivacyBudgetTemplate.BudgetParameterProperty[] {
  const periods = { CALENDAR_DAY: perDay, CALENDAR_WEEK: perWeek, CALENDAR_MONTH: perMonth };
  return [
    ...Object.entries(periods).flatMap(([type, budget]) => (budget === undefined ? [] : [{ type, budget, autoRefresh: 'ENABLED' }])),
    ...lifetime === undefined ? [] : [{ type: 'LIFETIME', budget: lifetime }],
  ];
}

class ImportedAccessBudget extends AccessBudgetBase {
  public readonly accessBudgetIdentifier: string;
  public readonly accessBudgetArn: string;
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, attrs: AccessBudgetAttributes) {
    validateArn(scope, 'accessBudgetArn', 'a privacy budget', attrs.accessBudgetArn, 'the output of aws cleanrooms list-privacy-budget-templates');
    super(scope, id, { environmentFromArn: attrs.accessBudgetArn });
    this.accessBudgetArn = attrs.accessBudgetArn;
    const parts = Fn.split('/', attrs.accessBudgetArn);
    [this.membershipIdentifier, this.accessBudgetIdentifier] = [Fn.select(1, parts), Fn.select(3, parts)];
  }
}
