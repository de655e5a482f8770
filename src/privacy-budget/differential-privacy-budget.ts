import { Fn, IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import { CfnPrivacyBudgetTemplate, IMembershipRef, IPrivacyBudgetTemplateRef, PrivacyBudgetTemplateReference } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { BudgetRefresh } from './budget-refresh';
import { validateOnlyBudget, validateWholeNumber } from './private/budget-rules';
import { FIXED, renderTags } from './private/budget-template';
import { guardAgainstReplacement } from '../collaboration/private/replacement-guard';
import { referToStackOf } from '../private/other-stack';
import { validateArn } from '../private/validation';

/**
 * The differential privacy budget of a collaboration.
 */
export interface IDifferentialPrivacyBudget extends IResource, IPrivacyBudgetTemplateRef {
  /**
   * The identifier of the budget, a UUID.
   *
   * @attribute
   */
  readonly differentialPrivacyBudgetIdentifier: string;

  /**
   * The ARN of the budget.
   *
   * @attribute
   */
  readonly differentialPrivacyBudgetArn: string;
}

/**
 * Properties of a `DifferentialPrivacyBudget`.
 */
export interface DifferentialPrivacyBudgetProps {
  /**
   * The membership of the data's owner. It is fixed when the budget is created.
   */
  readonly membership: IMembershipRef;

  /**
   * How much queries may reveal in total, a whole number of 1 to 20: the less, the more private. Once queries have run, the
   * service accepts a higher value only.
   */
  readonly epsilon: number;

  /**
   * The number of users whose contribution the noise of a query hides, a whole number of 10 to 100. More noise uses up less of
   * the budget.
   */
  readonly usersNoisePerQuery: number;

  /**
   * Whether the budget is renewed. It is fixed when the budget is created.
   *
   * @default BudgetRefresh.NONE
   */
  readonly autoRefresh?: BudgetRefresh;

  /**
   * Whether a deployment may replace the budget. The new budget starts unused.
   *
   * @default false
   */
  readonly allowReplacement?: boolean;

  /**
   * What happens to the budget when it is removed from the app or the stack is deleted. Without one the tables that it
   * protects can't be queried.
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
 * What identifies a differential privacy budget that exists.
 */
export interface DifferentialPrivacyBudgetAttributes {
  /**
   * The ARN, `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/privacybudgettemplate/<identifier>`.
   */
  readonly differentialPrivacyBudgetArn: string;
}

abstract class DifferentialPrivacyBudgetBase extends Resource implements IDifferentialPrivacyBudget {
  public abstract readonly differentialPrivacyBudgetIdentifier: string;
  public abstract readonly differentialPrivacyBudgetArn: string;
  protected abstract readonly membershipIdentifier: string;

  /**
   * A reference to this budget.
   */
  public get privacyBudgetTemplateRef(): PrivacyBudgetTemplateReference {
    return {
      privacyBudgetTemplateArn: this.differentialPrivacyBudgetArn,
      privacyBudgetTemplateIdentifier: this.differentialPrivacyBudgetIdentifier,
      membershipIdentifier: this.membershipIdentifier,
    };
  }
}

/**
 * How much queries may reveal about the people in a member's tables, by differential privacy. A collaboration has one budget.
 *
 * It defines one `AWS::CleanRooms::PrivacyBudgetTemplate`. Another membership or `autoRefresh` would replace the budget by an
 * unused one. So it also defines a `Custom::CleanRoomsReplacementGuard`, which fails such a deployment before the budget is
 * touched, and, once per stack, the Lambda function behind it.
 *
 * @resource AWS::CleanRooms::PrivacyBudgetTemplate
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/differential-privacy.html
 * @example
 *
 * declare const membership: Membership;
 * new DifferentialPrivacyBudget(this, 'Privacy', { membership, epsilon: 3, usersNoisePerQuery: 30 });
 */
export class DifferentialPrivacyBudget extends DifferentialPrivacyBudgetBase {
  /**
   * Refers to a differential privacy budget by its ARN.
   */
  public static fromDifferentialPrivacyBudgetArn(scope: Construct, id: string, differentialPrivacyBudgetArn: string): IDifferentialPrivacyBudget {
    return new ImportedDifferentialPrivacyBudget(scope, id, { differentialPrivacyBudgetArn });
  }

  /**
   * Refers to a differential privacy budget by its attributes.
   */
  public static fromDifferentialPrivacyBudgetAttributes(
    scope: Construct, id: string, attrs: DifferentialPrivacyBudgetAttributes,
  ): IDifferentialPrivacyBudget {
    return new ImportedDifferentialPrivacyBudget(scope, id, attrs);
  }

  public readonly differentialPrivacyBudgetIdentifier: string;
  public readonly differentialPrivacyBudgetArn: string;
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, props: DifferentialPrivacyBudgetProps) {
    super(scope, id);
    validateWholeNumber(this, 'epsilon', props.epsilon, 1, 20);
    validateWholeNumber(this, 'usersNoisePerQuery', props.usersNoisePerQuery, 10, 100);
    validateOnlyBudget(this, 'membership', props.membership, 'must have one differential privacy budget at most, as its collaboration has one');
    referToStackOf(this, 'membership', props.membership);

    const resource = new CfnPrivacyBudgetTemplate(this, 'Resource', {
      membershipIdentifier: props.membership.membershipRef.membershipIdentifier,
      privacyBudgetType: 'DIFFERENTIAL_PRIVACY',
      autoRefresh: props.autoRefresh ?? BudgetRefresh.NONE,
      parameters: { epsilon: props.epsilon, usersNoisePerQuery: props.usersNoisePerQuery },
      tags: renderTags(this, props.tags),
    });
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    guardAgainstReplacement(this, resource, {
      guards: 'differential privacy budget', createOnly: FIXED, allowReplacement: props.allowReplacement ?? false,
    });

    this.differentialPrivacyBudgetIdentifier = resource.attrPrivacyBudgetTemplateIdentifier;
    this.differentialPrivacyBudgetArn = resource.attrArn;
    this.membershipIdentifier = resource.membershipIdentifier;
  }
}

class ImportedDifferentialPrivacyBudget extends DifferentialPrivacyBudgetBase {
  public readonly differentialPrivacyBudgetIdentifier: string;
  public readonly differentialPrivacyBudgetArn: string;
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, attrs: DifferentialPrivacyBudgetAttributes) {
    validateArn(scope, 'differentialPrivacyBudgetArn', 'a privacy budget', attrs.differentialPrivacyBudgetArn, 'the output of aws cleanrooms list-privacy-budget-templates');
    super(scope, id, { environmentFromArn: attrs.differentialPrivacyBudgetArn });
    this.differentialPrivacyBudgetArn = attrs.differentialPrivacyBudgetArn;
    const parts = Fn.split('/', attrs.differentialPrivacyBudgetArn);
    [this.membershipIdentifier, this.differentialPrivacyBudgetIdentifier] = [Fn.select(1, parts), Fn.select(3, parts)];
  }
}
