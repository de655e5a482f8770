import { CrossStackReferences, Fn, IResource, ReferenceStrength, Resource } from 'aws-cdk-lib';
import { CfnConfiguredTableAssociation, ConfiguredTableAssociationReference, IConfiguredTableAssociationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { AnalysisRuleType } from './analysis-rule-options';
import { validateAssociation } from './private/association-checks';
import { validateRuleIsKnown } from './private/association-rules';
import { nameInLogicalId } from './private/name-in-logical-id';
import { readerRoleArn } from './private/reader-role';
import { CollaborationRule, renderCollaborationRule } from './private/render-association';
import { factsOfTable, rememberAssociation, TableFacts } from './private/table-facts';
import { TableAssociationAttributes, TableAssociationProps } from './table-association-props';
import { validateArn } from '../private/validation';

/**
 * A table in a collaboration, with its name in SQL.
 */
export interface ITableAssociation extends IResource, IConfiguredTableAssociationRef {
  /**
   * The identifier of the association, a UUID.
   *
   * @attribute
   */
  readonly tableAssociationIdentifier: string;

  /**
   * The ARN of the association.
   *
   * @attribute
   */
  readonly tableAssociationArn: string;

  /**
   * The name of the table in SQL, or nothing if it is not known.
   *
   * @attribute
   */
  readonly tableAssociationName?: string;

  /**
   * The columns that the table shares, or nothing if they are not known.
   *
   * @attribute
   */
  readonly tableAssociationColumns?: string[];

  /**
   * The type of the table's rule, or nothing if there is none or it is not known.
   */
  readonly tableAssociationRuleType?: AnalysisRuleType;
}

abstract class TableAssociationBase extends Resource implements ITableAssociation {
  public abstract readonly tableAssociationIdentifier: string;
  public abstract readonly tableAssociationArn: string;
  public abstract readonly tableAssociationName?: string;
  public abstract readonly tableAssociationColumns?: string[];
  public abstract readonly tableAssociationRuleType?: AnalysisRuleType;
  protected abstract readonly membershipIdentifier: string;

  /**
   * A reference to this association.
   */
  public get configuredTableAssociationRef(): ConfiguredTableAssociationReference {
    return {
      configuredTableAssociationIdentifier: this.tableAssociationIdentifier,
      configuredTableAssociationArn: this.tableAssociationArn,
      membershipIdentifier: this.membershipIdentifier,
    };
  }
}

/**
 * A configured table in a collaboration, with the role that reads it and the rule of that collaboration.
 *
 * It defines one `AWS::CleanRooms::ConfiguredTableAssociation` and, unless you pass a role, a `TableReaderRole`. If `tableName`
 * changes, the new association is created before the old one is deleted. If the membership or the table changes under the same
 * name, the old one is deleted first, because the name must be free. A membership can have 25 to 100 associations.
 *
 * @resource AWS::CleanRooms::ConfiguredTableAssociation
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/associate-configured-table.html
 * @example
 *
 * declare const membership: Membership;
 * declare const views: ConfiguredTable;
 * new TableAssociation(this, 'Views', {
 *   membership,
 *   table: views,
 *   tableName: 'views',
 *   queryRunner: QueryRunner.membershipArn('arn:aws:cleanrooms:eu-central-1:444455556666:membership/b1b2c3d4-5678-90ab-cdef-111122223333'),
 *   receivers: [KnownMember.account('444455556666')],
 * });
 */
export class TableAssociation extends TableAssociationBase {
  /**
   * Refers to a table association by its ARN.
   *
   * @param tableAssociationArn `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/configuredtableassociation/<identifier>`
   */
  public static fromTableAssociationArn(scope: Construct, id: string, tableAssociationArn: string): ITableAssociation {
    return new ImportedTableAssociation(scope, id, { tableAssociationArn });
  }

  /**
   * Refers to a table association by its attributes. A partner's association has the partner's account and membership in its ARN.
   */
  public static fromTableAssociationAttributes(scope: Construct, id: string, attrs: TableAssociationAttributes): ITableAssociation {
    return new ImportedTableAssociation(scope, id, attrs);
  }

  public readonly tableAssociationIdentifier: string;
  public readonly tableAssociationArn: string;
  public readonly tableAssociationName?: string;
  public readonly tableAssociationColumns?: string[];
  public readonly tableAssociationRuleType?: AnalysisRuleType;
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, props: TableAssociationProps) {
    super(scope, id);
    const { membership, table, tableName } = props;
    const facts = factsOfTable(table);
    validateAssociation(this, props, facts);

    const resource = new CfnConfiguredTableAssociation(this, 'Resource', {
      membershipIdentifier: membership.membershipRef.membershipIdentifier,
      configuredTableIdentifier: table.configuredTableRef.configuredTableIdentifier,
      name: tableName,
      description: props.description,
      roleArn: readerRoleArn(this, props, facts),
      configuredTableAssociationAnalysisRules: this.collaborationRules(props, facts),
    });
    nameInLogicalId(resource, tableName);
    // An export whose name changes would block the deployment while another stack imports it.
    CrossStackReferences.of(resource).produce(ReferenceStrength.WEAK);

    this.tableAssociationIdentifier = resource.attrConfiguredTableAssociationIdentifier;
    this.tableAssociationArn = resource.attrArn;
    this.tableAssociationName = tableName;
    this.tableAssociationColumns = facts.columns;
    this.tableAssociationRuleType = facts.ruleType;
    this.membershipIdentifier = resource.membershipIdentifier;
    rememberAssociation(this, { tableName, table: facts });
  }

  private collaborationRules(props: TableAssociationProps, facts: TableFacts): CollaborationRule[] | undefined {
    const { receivers, additionalAnalyses } = props;
    if (receivers === undefined && additionalAnalyses === undefined) return undefined;
    const type = validateRuleIsKnown(this, receivers === undefined ? 'additionalAnalyses' : 'receivers', facts);
    return [renderCollaborationRule(type, (receivers ?? []).map((receiver) => receiver._account(this, 'receivers')), additionalAnalyses)];
  }
}

class ImportedTableAssociation extends TableAssociationBase {
  public readonly tableAssociationIdentifier: string;
  public readonly tableAssociationArn: string;
  public readonly tableAssociationName?: string;
  public readonly tableAssociationColumns?: string[];
  public readonly tableAssociationRuleType?: AnalysisRuleType;
  protected readonly membershipIdentifier: string;

  constructor(scope: Construct, id: string, attrs: TableAssociationAttributes) {
    const { tableAssociationArn: arn, name, columns, ruleType } = attrs;
    validateArn(scope, 'tableAssociationArn', 'a table association', arn, 'the output of aws cleanrooms list-configured-table-associations');
    super(scope, id, { environmentFromArn: arn });
    this.tableAssociationArn = arn;
    this.tableAssociationName = name;
    this.tableAssociationColumns = columns;
    this.tableAssociationRuleType = ruleType;
    const parts = Fn.split('/', arn);
    [this.membershipIdentifier, this.tableAssociationIdentifier] = [Fn.select(1, parts), Fn.select(3, parts)];
    rememberAssociation(this, { tableName: name, table: { columns, ruleType, hasNoRule: false, hasThreshold: false } });
  }
}
