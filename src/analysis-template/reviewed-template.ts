import { Fn, Resource } from 'aws-cdk-lib';
import { AnalysisTemplateReference, ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { AnalysisParameter } from './analysis-parameter';
import { IAnalysisTemplate } from './analysis-template';
import { AnalysisTemplateSql } from './analysis-template-sql';
import { validateParameters, validatePlaceholders, validateSqlLength } from './private/analysis-template-rules';
import { FunctionBackedResource } from '../private/function-backed-resource';
import { ReviewedTemplateProperties } from '../private/lookup-contract';
import { LIST_SHARED_TEMPLATES_ACTIONS, READ_SHARED_TEMPLATE_ACTIONS } from '../private/permissions';
import { MembershipProvider } from '../private/provider';
import { validateAccountId } from '../private/validation';

/**
 * Properties of a `ReviewedTemplate`.
 */
export interface ReviewedTemplateProps {
  /**
   * The collaboration, which this account must have joined.
   */
  readonly collaboration: ICollaborationRef;

  /**
   * The account that created the template, 12 digits.
   */
  readonly authorAccountId: string;

  /**
   * The exact SQL that was reviewed. Keep it in this repository, where a review is a commit.
   */
  readonly sql: AnalysisTemplateSql;

  /**
   * The parameters as they were reviewed: names, types and defaults, in any order.
   *
   * @default - none
   */
  readonly parameters?: AnalysisParameter[];

  /**
   * Any text, such as the date of the review. If you change it, the next deployment looks again.
   *
   * CloudFormation does not notice what a partner does. If the author deletes the template and creates it again with the same
   * SQL, it has another ARN: change this text to follow it.
   *
   * @default - the template is looked up once, and again when what was reviewed changes
   */
  readonly reviewed?: string;
}

/**
 * A partner's analysis template that has exactly the SQL and the parameters that were reviewed. The deployment looks for such a
 * template of that author, whatever its name, and fails if there is none. The message says where the closest one differs; it
 * never quotes the partner's SQL.
 *
 * It defines one custom resource, which only reads, and uses the Lambda function that the memberships of the stack share. The
 * account must have joined before: if the `Membership` is in the same stack, let the construct depend on it.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_GetCollaborationAnalysisTemplate.html
 * @example
 *
 * declare const collaboration: ICollaboration;
 * declare const views: ConfiguredTable;
 * views.allow(new ReviewedTemplate(this, 'Reach', {
 *   collaboration,
 *   authorAccountId: '444455556666',
 *   sql: AnalysisTemplateSql.fromInline('SELECT campaign, COUNT(DISTINCT user_id) AS users FROM views GROUP BY campaign'),
 *   reviewed: '2026-11-25',
 * }));
 */
export class ReviewedTemplate extends Resource implements IAnalysisTemplate {
  /**
   * The ARN of the template that was found.
   *
   * @attribute
   */
  public readonly analysisTemplateArn: string;

  /**
   * The identifier of the template that was found, a UUID.
   *
   * @attribute
   */
  public readonly analysisTemplateIdentifier: string;

  /**
   * The name that the author gave the template.
   *
   * @attribute
   */
  public readonly analysisTemplateName: string;

  /**
   * The parameters that were reviewed.
   */
  public readonly analysisTemplateParameters?: AnalysisParameter[];

  private readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, props: ReviewedTemplateProps) {
    super(scope, id);
    const { collaborationIdentifier, collaborationArn } = props.collaboration.collaborationRef;
    const parameters = props.parameters ?? [];
    validateAccountId(this, 'authorAccountId', props.authorAccountId);
    validateSqlLength(this, props.sql.text);
    validateParameters(this, parameters);
    validatePlaceholders(this, props.sql.text, parameters);

    const provider = MembershipProvider.getOrCreate(this);
    const permission = provider.allowFinding(
      this,
      { actions: LIST_SHARED_TEMPLATES_ACTIONS, resources: [collaborationArn] },
      // A template's ARN is known once it is found.
      { actions: READ_SHARED_TEMPLATE_ACTIONS, resources: ['*'] },
    );
    const resource = new FunctionBackedResource<ReviewedTemplateProperties>(
      this, 'Resource', 'Custom::CleanRoomsReviewedTemplate', provider.serviceProperties, () => ({
        CollaborationIdentifier: collaborationIdentifier,
        AuthorAccountId: props.authorAccountId,
        Text: props.sql.text,
        Parameters: parameters.length === 0 ? undefined : parameters.map(({ name, type, defaultValue }) => (
          { Name: name, Type: type.value, DefaultValue: defaultValue }
        )),
        Reviewed: props.reviewed,
      }));
    resource.node.addDependency(provider.invocation, permission);

    this.analysisTemplateArn = resource.getAtt('Arn').toString();
    this.analysisTemplateName = resource.getAtt('Name').toString();
    const parts = Fn.split('/', this.analysisTemplateArn);
    [this.membershipIdentifier, this.analysisTemplateIdentifier] = [Fn.select(1, parts), Fn.select(3, parts)];
    this.analysisTemplateParameters = parameters;
  }

  /**
   * A reference to the template that was found.
   */
  public get analysisTemplateRef(): AnalysisTemplateReference {
    return {
      analysisTemplateArn: this.analysisTemplateArn,
      analysisTemplateIdentifier: this.analysisTemplateIdentifier,
      membershipIdentifier: this.membershipIdentifier,
    };
  }
}
