import { ArnFormat, IResource, Names, Resource, Stack } from 'aws-cdk-lib';
import { CfnConfiguredTable, ConfiguredTableReference, IAnalysisTemplateRef, IConfiguredTableRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { AnalysisMethod } from './analysis-method';
import { AnalysisRule } from './analysis-rule';
import { AnalysisRuleType } from './analysis-rule-options';
import { RuledTable, validateRule } from './private/analysis-rule-rules';
import { renderMethods, renderRule, renderSource } from './private/render-table';
import { validateRuleOfSource, validateSource } from './private/source-rules';
import { rememberTable } from './private/table-facts';
import {
  validateColumnCount, validateColumnNames, validateColumnsOfSource, validateColumnsOnce, validateMethods, validateReservedColumns,
  validateTableDescription, validateTableName, warnOfColumnPrefixes, warnOfWideSource,
} from './private/table-rules';
import { TableSource } from './table-source';
import { referToStackOf } from '../private/other-stack';
import { fail, validateArn, validateIdentifier, validatePartition } from '../private/validation';

/**
 * A table that this account can share in collaborations.
 */
export interface IConfiguredTable extends IResource, IConfiguredTableRef {
  /**
   * The identifier of the table, a UUID.
   *
   * @attribute
   */
  readonly configuredTableIdentifier: string;

  /**
   * The ARN of the table.
   *
   * @attribute
   */
  readonly configuredTableArn: string;

  /**
   * The columns that the table shares, or nothing if they are not known.
   *
   * @attribute
   */
  readonly configuredTableColumns?: string[];

  /**
   * The type of the table's rule, or nothing if there is none or it is not known.
   */
  readonly configuredTableRuleType?: AnalysisRuleType;
}

/**
 * Properties of a `ConfiguredTable`.
 */
export interface ConfiguredTableProps {
  /**
   * Where the data comes from.
   */
  readonly source: TableSource;

  /**
   * The columns that are shared, 1 to 100, in lower case. Rules and queries can name no others.
   */
  readonly columns: string[];

  /**
   * How the table may be queried. Without a rule nobody can query it.
   *
   * @default - none: nobody can query the table
   */
  readonly rule?: AnalysisRule;

  /**
   * Whether the table may be analyzed by queries, by jobs, or by both.
   *
   * @default - by queries
   */
  readonly methods?: AnalysisMethod[];

  /**
   * The name, 1 to 100 characters. In SQL the table has the name of its association instead.
   *
   * @default - a name made of the construct's path
   */
  readonly configuredTableName?: string;

  /**
   * What the table holds, up to 255 characters.
   *
   * @default - none
   */
  readonly description?: string;
}

/**
 * What identifies a configured table that exists.
 */
export interface ConfiguredTableAttributes {
  /**
   * The ARN, `arn:aws:cleanrooms:<region>:<account>:configuredtable/<identifier>`.
   */
  readonly configuredTableArn: string;

  /**
   * The columns that the table shares.
   *
   * @default - not known: nothing is checked against them
   */
  readonly columns?: string[];

  /**
   * The type of the table's rule.
   *
   * @default - not known: an association can't have a rule of its own
   */
  readonly ruleType?: AnalysisRuleType;
}

abstract class ConfiguredTableBase extends Resource implements IConfiguredTable {
  public abstract readonly configuredTableIdentifier: string;
  public abstract readonly configuredTableArn: string;
  public abstract readonly configuredTableColumns?: string[];
  public abstract readonly configuredTableRuleType?: AnalysisRuleType;

  /**
   * A reference to this table.
   */
  public get configuredTableRef(): ConfiguredTableReference {
    return { configuredTableIdentifier: this.configuredTableIdentifier, configuredTableArn: this.configuredTableArn };
  }
}

/**
 * A table of this account, with the columns that it shares and the rule for every query, in all collaborations that it is
 * associated with.
 *
 * It defines one `AWS::CleanRooms::ConfiguredTable`, which is always updated in place. The source, the columns and the rule are
 * checked when the app is synthesized, as far as they are known. An account can have 250 tables.
 *
 * @resource AWS::CleanRooms::ConfiguredTable
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/working-with-configured-tables.html
 * @example
 *
 * declare const bucket: s3.Bucket;
 * const views = new ConfiguredTable(this, 'Views', {
 *   source: TableSource.glue({ database: 'media', table: 'views', location: DataLocation.s3(bucket, 'views/') }),
 *   columns: ['user_id', 'campaign', 'day'],
 *   rule: AnalysisRule.custom({
 *     allow: AllowedAnalyses.templates(),
 *     threshold: MinimumIdentities.of('user_id', 100, { overrides: { campaign: 5 } }),
 *     comparisons: Comparisons.of({ literals: ['campaign', 'day'], columns: ['user_id'] }),
 *     hiddenColumns: ['user_id'],
 *   }),
 * });
 */
export class ConfiguredTable extends ConfiguredTableBase {
  /**
   * Refers to a configured table by its ARN.
   *
   * @param configuredTableArn `arn:aws:cleanrooms:<region>:<account>:configuredtable/<identifier>`
   */
  public static fromConfiguredTableArn(scope: Construct, id: string, configuredTableArn: string): IConfiguredTable {
    return new ImportedConfiguredTable(scope, id, { configuredTableArn });
  }

  /**
   * Refers to a configured table by its ARN, columns and type of rule.
   */
  public static fromConfiguredTableAttributes(scope: Construct, id: string, attrs: ConfiguredTableAttributes): IConfiguredTable {
    return new ImportedConfiguredTable(scope, id, attrs);
  }

  public readonly configuredTableIdentifier: string;
  public readonly configuredTableArn: string;
  public readonly configuredTableColumns?: string[];
  public readonly configuredTableRuleType?: AnalysisRuleType;

  private readonly rule?: AnalysisRule;
  private readonly templates: IAnalysisTemplateRef[] = [];

  constructor(scope: Construct, id: string, props: ConfiguredTableProps) {
    super(scope, id);
    const { source, columns, rule } = props;
    const methods = props.methods ?? [AnalysisMethod.QUERY];
    validateTable(this, props, methods);
    this.rule = rule;
    this.configuredTableColumns = columns;
    this.configuredTableRuleType = rule?.type;
    rule?._custom?.allow._templates.forEach((template) => this.allow(template));

    const resource = new CfnConfiguredTable(this, 'Resource', {
      name: props.configuredTableName ?? Names.uniqueResourceName(this, { maxLength: 100, separator: '-' }),
      description: props.description,
      tableReference: renderSource(source),
      allowedColumns: columns,
      ...renderMethods(methods),
      analysisRules: rule && [renderRule(rule, this.templates)],
    });
    this.configuredTableIdentifier = resource.attrConfiguredTableIdentifier;
    this.configuredTableArn = resource.attrArn;
    rememberTable(this, {
      columns,
      source,
      ruleType: rule?.type,
      hasNoRule: rule === undefined,
      differentialPrivacyColumn: rule?._custom?.differentialPrivacy,
      hasThreshold: rule?._custom?.threshold !== undefined,
      additionalAnalyses: rule?._custom?.additionalAnalyses ?? rule?._list?.additionalAnalyses,
    });
  }

  /**
   * Allows a template to be run on this table. The template can be in another account of the app; its stack is deployed first.
   *
   * @param template a template of any member of a collaboration that the table is associated with
   */
  public allow(template: IAnalysisTemplateRef): void {
    const allowed = this.rule?._custom?.allow;
    if (allowed === undefined || allowed._any !== undefined) {
      fail(this, 'rule.allow', 'must be AllowedAnalyses.templates(…), to which templates can be added', allowed?._any ?? this.rule?.type ?? 'no rule',
        'pass AnalysisRule.custom({ allow: AllowedAnalyses.templates() })');
    }
    if (this.templates.includes(template)) return;
    this.templates.push(template);
    referToStackOf(this, 'rule.allow', template);
  }
}

function validateTable(scope: Construct, props: ConfiguredTableProps, methods: AnalysisMethod[]): void {
  const { source, columns, rule } = props;
  validatePartition(scope);
  if (props.configuredTableName !== undefined) validateTableName(scope, props.configuredTableName);
  validateTableDescription(scope, props.description);
  validateMethods(scope, methods);
  validateColumnCount(scope, columns);
  validateColumnNames(scope, columns);
  validateColumnsOnce(scope, columns);
  validateReservedColumns(scope, columns);
  validateSource(scope, source);
  validateColumnsOfSource(scope, columns, source._schema);
  warnOfColumnPrefixes(scope, columns);
  warnOfWideSource(scope, source._schema);
  if (rule === undefined) return;
  const table: RuledTable = { columns, methods, schema: source._schema };
  validateRuleOfSource(scope, source, rule);
  validateRule(scope, rule, table);
}

class ImportedConfiguredTable extends ConfiguredTableBase {
  public readonly configuredTableIdentifier: string;
  public readonly configuredTableArn: string;
  public readonly configuredTableColumns?: string[];
  public readonly configuredTableRuleType?: AnalysisRuleType;

  constructor(scope: Construct, id: string, attrs: ConfiguredTableAttributes) {
    validateArn(scope, 'configuredTableArn', 'a configured table', attrs.configuredTableArn);
    super(scope, id, { environmentFromArn: attrs.configuredTableArn });
    this.configuredTableArn = attrs.configuredTableArn;
    this.configuredTableColumns = attrs.columns;
    this.configuredTableRuleType = attrs.ruleType;
    this.configuredTableIdentifier = Stack.of(this).splitArn(attrs.configuredTableArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName ?? '';
    validateIdentifier(this, 'configuredTableArn', this.configuredTableIdentifier);
    rememberTable(this, { columns: attrs.columns, ruleType: attrs.ruleType, hasNoRule: false, hasThreshold: false });
  }
}
