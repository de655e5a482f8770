import { CrossStackReferences, Fn, IResource, Names, ReferenceStrength, Resource } from 'aws-cdk-lib';
import {
  AnalysisTemplateReference, CfnAnalysisTemplate, IAnalysisTemplateRef, IConfiguredTableAssociationRef, IMembershipRef,
} from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { AnalysisParameter } from './analysis-parameter';
import { AnalysisTemplateSql } from './analysis-template-sql';
import {
  validateDescription, validateParameters, validatePlaceholders, validateSqlLength, validateTemplateName,
  warnOfManyTemplates,
} from './private/analysis-template-rules';
import { contentHash, hashInLogicalId } from './private/content-hash';
import { validateTemplateTables } from './private/table-rules';
import { validateArn } from '../private/validation';

/**
 * An analysis template: SQL that the members of a collaboration have agreed on.
 */
export interface IAnalysisTemplate extends IResource, IAnalysisTemplateRef {
  /**
   * The ARN of the analysis template.
   *
   * @attribute
   */
  readonly analysisTemplateArn: string;

  /**
   * The identifier of the analysis template, a UUID.
   *
   * @attribute
   */
  readonly analysisTemplateIdentifier: string;

  /**
   * The parameters that the template declares, or nothing if they are not known.
   */
  readonly analysisTemplateParameters?: AnalysisParameter[];
}

/**
 * Properties of an `AnalysisTemplate`.
 */
export interface AnalysisTemplateProps {
  /**
   * The membership to which the template belongs. Other members can read, approve and use it.
   */
  readonly membership: IMembershipRef;

  /**
   * The SQL, with `:name` where a parameter's value goes.
   *
   * Placeholders are found as Spark finds them. If a colon can also be a path into a column, as in `col:field`, there is a warning.
   */
  readonly sql: AnalysisTemplateSql;

  /**
   * The parameters of the SQL, 50 at most. Every placeholder must be declared, and every declared one used.
   *
   * @default - none
   */
  readonly parameters?: AnalysisParameter[];

  /**
   * The tables of the collaboration that the SQL names, yours and others'. The names after FROM and JOIN must be among them,
   * except for those that WITH defines; their rules must be custom ones. Scheduled queries are deployed after the tables. If a
   * table is defined later, because it allows the template, pass it to `ProtectedQuery.fromAnalysisTemplate` instead.
   *
   * @default - not known: the SQL is not checked against tables
   */
  readonly tables?: IConfiguredTableAssociationRef[];

  /**
   * The name, up to 128 letters, digits, underscores, spaces and hyphens.
   *
   * With a generated name, a changed template is created before the old one is deleted, and a rollback keeps the old one with
   * its ARN. With a name of your own, the old one is deleted first: if the new one can't be created, the old one is created
   * again with another ARN, and other members must approve it anew.
   *
   * @default - a name made of the construct's path and of a hash of the content
   */
  readonly analysisTemplateName?: string;

  /**
   * What the template is for, up to 255 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * Whether the member who runs a query sees detailed error messages. They can reveal parts of the data.
   *
   * @default false
   */
  readonly detailedErrorMessages?: boolean;
}

/**
 * What identifies an analysis template that exists.
 */
export interface AnalysisTemplateAttributes {
  /**
   * The ARN, `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/analysistemplate/<identifier>`. A partner's
   * template has the partner's account and membership in its ARN.
   */
  readonly analysisTemplateArn: string;

  /**
   * The parameters that the template declares. Queries are checked against them.
   *
   * @default - not known: queries are not checked
   */
  readonly parameters?: AnalysisParameter[];
}

abstract class AnalysisTemplateBase extends Resource implements IAnalysisTemplate {
  public abstract readonly analysisTemplateArn: string;
  public abstract readonly analysisTemplateIdentifier: string;
  public abstract readonly analysisTemplateParameters?: AnalysisParameter[];
  protected abstract readonly membershipIdentifier: string;

  /**
   * A reference to this analysis template.
   */
  public get analysisTemplateRef(): AnalysisTemplateReference {
    return {
      analysisTemplateArn: this.analysisTemplateArn,
      analysisTemplateIdentifier: this.analysisTemplateIdentifier,
      membershipIdentifier: this.membershipIdentifier,
    };
  }
}

/**
 * SQL that the members of a collaboration agree on, with typed parameters.
 *
 * It defines one `AWS::CleanRooms::AnalysisTemplate`. A change of its SQL, parameters, error messages, name or membership
 * creates a new template with a new ARN. References to the construct follow; other members must approve the template anew. Its
 * logical id ends in a hash of its content, so that the new one is created before the old one is deleted. A membership can
 * have 100 templates, unless AWS has raised its quota; leave room for one more.
 *
 * @resource AWS::CleanRooms::AnalysisTemplate
 * @example
 *
 * declare const membership: Membership;
 * const template = new AnalysisTemplate(this, 'Overlap', {
 *   membership,
 *   sql: AnalysisTemplateSql.fromInline('SELECT COUNT(DISTINCT a.id) AS overlap FROM a JOIN b ON a.id = b.id WHERE a.day = :day'),
 *   parameters: [{ name: 'day', type: ParameterType.DATE }],
 * });
 */
export class AnalysisTemplate extends AnalysisTemplateBase {
  /**
   * Refers to an analysis template by its ARN. A partner's template has the partner's account and membership in its ARN.
   */
  public static fromAnalysisTemplateArn(scope: Construct, id: string, analysisTemplateArn: string): IAnalysisTemplate {
    return new ImportedAnalysisTemplate(scope, id, { analysisTemplateArn });
  }

  /**
   * Refers to an analysis template by its ARN and its parameters.
   */
  public static fromAnalysisTemplateAttributes(scope: Construct, id: string, attrs: AnalysisTemplateAttributes): IAnalysisTemplate {
    return new ImportedAnalysisTemplate(scope, id, attrs);
  }

  public readonly analysisTemplateArn: string;
  public readonly analysisTemplateIdentifier: string;
  public readonly analysisTemplateParameters?: AnalysisParameter[];
  protected readonly membershipIdentifier: string;

  /**
   * What the template reads, if it was said.
   *
   * @internal
   */
  public readonly _tables?: IConfiguredTableAssociationRef[];

  /**
   * @internal
   */
  public readonly _sql: string;

  private readonly membership: IMembershipRef;

  constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id);
    this.membership = props.membership;
    this._tables = props.tables;
    this._sql = props.sql.text;
    const parameters = props.parameters ?? [];
    const { text } = props.sql;
    validateSqlLength(this, text);
    validateParameters(this, parameters);
    validatePlaceholders(this, text, parameters);
    if (props.tables !== undefined) validateTemplateTables(this, text, { prop: 'tables', tables: props.tables });
    validateDescription(this, props.description);
    if (props.analysisTemplateName !== undefined) validateTemplateName(this, props.analysisTemplateName);
    this.node.addValidation({
      validate: () => {
        warnOfManyTemplates(this);
        return [];
      },
    });

    const { membershipIdentifier } = props.membership.membershipRef;
    const detailedErrorMessages = props.detailedErrorMessages === true;
    const hash = contentHash({ membershipIdentifier, text, parameters, detailedErrorMessages });
    const resource = new CfnAnalysisTemplate(this, 'Resource', {
      membershipIdentifier,
      // Old and new are there at the same time.
      name: props.analysisTemplateName ?? `${Names.uniqueResourceName(this, { maxLength: 100 })}-${hash}`,
      description: props.description,
      format: 'SQL',
      source: { text },
      analysisParameters: parameters.length === 0 ? undefined : parameters.map(({ name, type, defaultValue }) => (
        { name, type: type.value, defaultValue }
      )),
      errorMessageConfiguration: detailedErrorMessages ? { type: 'DETAILED' } : undefined,
    });
    if (props.analysisTemplateName === undefined) hashInLogicalId(resource, hash);
    // An export whose name changes would block the deployment while another stack imports it.
    CrossStackReferences.of(resource).produce(ReferenceStrength.WEAK);

    this.analysisTemplateArn = resource.attrArn;
    this.analysisTemplateIdentifier = resource.attrAnalysisTemplateIdentifier;
    this.analysisTemplateParameters = parameters;
    this.membershipIdentifier = resource.membershipIdentifier;
  }

  /**
   * The membership under which the template lives.
   *
   * @internal
   */
  public get _membership(): IMembershipRef {
    return this.membership;
  }
}

class ImportedAnalysisTemplate extends AnalysisTemplateBase {
  public readonly analysisTemplateArn: string;
  public readonly analysisTemplateIdentifier: string;
  public readonly analysisTemplateParameters?: AnalysisParameter[];
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, attrs: AnalysisTemplateAttributes) {
    validateArn(scope, 'analysisTemplateArn', 'an analysis template', attrs.analysisTemplateArn,
      'the console or from aws cleanrooms list-collaboration-analysis-templates');
    super(scope, id, { environmentFromArn: attrs.analysisTemplateArn });
    validateParameters(this, attrs.parameters ?? []);
    this.analysisTemplateArn = attrs.analysisTemplateArn;
    this.analysisTemplateParameters = attrs.parameters;
    const parts = Fn.split('/', attrs.analysisTemplateArn);
    [this.membershipIdentifier, this.analysisTemplateIdentifier] = [Fn.select(1, parts), Fn.select(3, parts)];
  }
}
