import { TimeZone, Token } from 'aws-cdk-lib';
import { IAnalysisTemplateRef, IConfiguredTableAssociationRef, IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { ProtectedQueryOutput } from './protected-query-output';
import { AnalysisParameter } from '../analysis-template/analysis-parameter';
import { dateSample } from './private/date-sample';
import { hasJsonPath } from './private/json-path';
import { misuse } from './private/misuse';
import { requireString } from './private/parameter-value';
import { QuerySource } from './private/query-request';
import { QueryCompute } from './query-compute';
import { QueryParameter } from './query-parameter';
import { isOfType, validateParameterLength, validateParameterName, validateParameterValue } from '../analysis-template/private/parameter-values';
import { validateTables, validateTemplateTables } from '../analysis-template/private/table-rules';
import { validateNoDynamicReference } from '../private/dynamic-reference';
import { sortedByKey } from '../private/sorted';
import { fail, validateArn } from '../private/validation';

/**
 * Options of every protected query.
 */
export interface ProtectedQueryOptions {
  /**
   * Where the results go.
   *
   * @default - as the default result configuration of the membership says
   */
  readonly output?: ProtectedQueryOutput;

  /**
   * The compute that the query runs with.
   *
   * @default - left to the service
   */
  readonly compute?: QueryCompute;

  /**
   * The tables of the collaboration that the query reads, yours and others'. If this app knows the SQL, it is checked against
   * them. A scheduled query is deployed after them.
   *
   * @default - those of the template, if this app defines it with any
   */
  readonly tables?: IConfiguredTableAssociationRef[];
}

/** A template, and what it tells besides if it is one of this library's or this app defines it. */
interface KnownTemplate extends IAnalysisTemplateRef {
  readonly analysisTemplateParameters?: AnalysisParameter[];
  readonly _membership?: IMembershipRef;
  readonly _tables?: IConfiguredTableAssociationRef[];
  readonly _sql?: string;
}

/**
 * Options of `ProtectedQuery.fromAnalysisTemplate`.
 */
export interface AnalysisTemplateQueryOptions extends ProtectedQueryOptions {
  /**
   * The values of the template's parameters, by name.
   *
   * @default - none
   */
  readonly parameters?: { [name: string]: QueryParameter };
}

/**
 * A query over the tables of a collaboration: what runs, with which values, and where its results go.
 */
export class ProtectedQuery {
  /**
   * A query from SQL that the collaboration has agreed on.
   *
   * Names, types and limits of the values are checked against the template, where its parameters are known.
   */
  public static fromAnalysisTemplate(template: IAnalysisTemplateRef, options: AnalysisTemplateQueryOptions = {}): ProtectedQuery {
    requireTemplate(template);
    requireParameters(options.parameters);
    return new ProtectedQuery(
      { AnalysisTemplateArn: template.analysisTemplateRef.analysisTemplateArn }, options, sortedByKey(options.parameters ?? {}), template,
    );
  }

  /**
   * A query from SQL text, for tables that allow direct queries.
   *
   * The text can have about 190,000 characters: Step Functions carries it as JSON quoted in JSON, 200,000 bytes at most, where a
   * line break takes 3 bytes and a quotation mark 4.
   */
  public static sql(text: string, options: ProtectedQueryOptions = {}): ProtectedQuery {
    requireString('ProtectedQuery.sql', 'text', text, 'pass the SQL');
    return new ProtectedQuery({ QueryString: text }, options, {});
  }

  private constructor(
    private readonly source: QuerySource,
    private readonly options: ProtectedQueryOptions,
    private readonly parameters: { [name: string]: QueryParameter },
    private readonly template?: KnownTemplate,
  ) {}

  private get declared(): AnalysisParameter[] | undefined {
    return this.template?.analysisTemplateParameters;
  }

  /**
   * The template that runs, and the membership under which it lives, if this app defines it.
   *
   * @internal
   */
  public get _template(): KnownTemplate | undefined {
    return this.template;
  }

  /**
   * What the query reads, as far as it was said.
   *
   * @internal
   */
  public get _tables(): IConfiguredTableAssociationRef[] {
    return this.options.tables ?? this._template?._tables ?? [];
  }

  /**
   * @internal
   */
  public get _source(): QuerySource {
    return this.source;
  }

  /**
   * @internal
   */
  public get _parameters(): { [name: string]: QueryParameter } {
    return this.parameters;
  }

  /**
   * What the service takes for parameters without a value, as far as it is known.
   *
   * @internal
   */
  public get _defaults(): { [name: string]: string } {
    const defaults = (this.declared ?? []).flatMap(({ name, defaultValue }) => (defaultValue === undefined ? [] : [[name, defaultValue]]));
    return Object.fromEntries(defaults) as { [name: string]: string };
  }

  /**
   * @internal
   */
  public get _output(): ProtectedQueryOutput | undefined {
    return this.options.output;
  }

  /**
   * @internal
   */
  public get _compute(): QueryCompute | undefined {
    return this.options.compute;
  }

  /**
   * The same in a schedule of this time zone, whose dates are the schedule's.
   *
   * @internal
   */
  public _inZone(timeZone: TimeZone): ProtectedQuery {
    const parameters = Object.entries(this.parameters).map(([name, parameter]) => [name, parameter._inZone(timeZone)]);
    return new ProtectedQuery(this.source, this.options, Object.fromEntries(parameters) as { [name: string]: QueryParameter }, this.template);
  }

  /**
   * @internal
   */
  public _validate(scope: Construct): void {
    if ('QueryString' in this.source) validateSql(scope, this.source.QueryString);
    else validateArn(scope, 'query.template', 'an analysis template', this.source.AnalysisTemplateArn);
    if (this.declared) validateAgainstDeclared(scope, this.parameters, this.declared);
    this.validateTables(scope);
    for (const [name, { _literal: literal }] of Object.entries(this.parameters)) {
      validateParameterName(scope, 'query.parameters', name);
      if (literal === undefined) continue;
      validateNoDynamicReference(scope, `query.parameters.${name}`, literal);
      validateParameterLength(scope, `query.parameters.${name}`, literal);
    }
  }

  /** Those of a template were checked when it was defined. */
  private validateTables(scope: Construct): void {
    const { tables } = this.options;
    if (tables === undefined) return;
    const given = { prop: 'query.tables', tables };
    if ('QueryString' in this.source) validateTables(scope, this.source.QueryString, given);
    else validateTemplateTables(scope, this._template?._sql, given);
  }
}

const METHOD = 'ProtectedQuery.fromAnalysisTemplate';

/** What plain JavaScript lets through would end in an error that does not name it. */
function requireTemplate(template: unknown): void {
  if (typeof template === 'object' && template !== null && 'analysisTemplateRef' in template) return;
  misuse(METHOD, 'template', 'must be an analysis template', `${String(template)} (${typeof template})`,
    'pass an AnalysisTemplate, or AnalysisTemplate.fromAnalysisTemplateArn(…)');
}

/** What plain JavaScript lets through would be lost on the way. */
function requireParameters(parameters: unknown): void {
  if (parameters === undefined) return;
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters) || parameters instanceof Map) {
    misuse(METHOD, 'parameters', 'must be an object with a QueryParameter for each name', Object.prototype.toString.call(parameters).slice(8, -1),
      'write { day: QueryParameter.literal(…) }');
  }
  if (Object.getPrototypeOf(parameters) instanceof QueryParameter) {
    misuse(METHOD, 'parameters', 'must not have the name __proto__, which JavaScript loses', '__proto__', 'rename the parameter');
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value instanceof QueryParameter) continue;
    const isText = ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
    misuse(METHOD, `parameters.${name}`, 'must be a QueryParameter', `${String(value)} (${typeof value})`,
      isText ? `write QueryParameter.literal('${String(value)}')` : 'make one by a static method of QueryParameter');
  }
}

function validateSql(scope: Construct, text: string): void {
  validateNoDynamicReference(scope, 'query.sql', text);
  if (hasJsonPath(text)) {
    fail(scope, 'query.sql', 'must be a constant, because JSONata takes a path of JsonPath as plain text', 'a JsonPath',
      'make an analysis template of it, and pass what differs as a parameter');
  }
  if (Token.isUnresolved(text) || text.trim() !== '') return;
  fail(scope, 'query.sql', 'must not be empty', text === '' ? 'nothing' : 'white space', 'write a query');
}

function validateAgainstDeclared(scope: Construct, given: { [name: string]: QueryParameter }, declared: AnalysisParameter[]): void {
  const list = declared.map(({ name, type }) => `${name} ${type.value}`).join(', ') || 'none';
  for (const name of Object.keys(given)) {
    if (!declared.some((parameter) => parameter.name === name)) {
      fail(scope, 'query.parameters', `must be declared by the template, which declares ${list}`, name, 'rename or remove it');
    }
  }
  for (const parameter of declared) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined;
    if (value === undefined && parameter.defaultValue === undefined) {
      fail(scope, 'query.parameters', `must give ${parameter.name}, because the template declares ${list}`, Object.keys(given).join(', ') || 'none', 'add it');
    }
    if (value?._literal !== undefined) validateParameterValue(scope, 'query.parameters', parameter, value._literal);
    if (value?._picture !== undefined) validateDateFormat(scope, parameter, value._picture);
  }
}

function validateDateFormat(scope: Construct, { name, type }: AnalysisParameter, picture: string): void {
  const sample = dateSample(picture);
  if (sample === undefined || isOfType(type.value, sample)) return;
  fail(scope, `query.parameters.${name}`, `must be written as a value of type ${type.value}`, `${sample}, by its format ${picture}`,
    'choose another DateFormat or correct the declared type');
}
