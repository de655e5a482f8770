import { Stack, Token } from 'aws-cdk-lib';
import { CfnAnalysisTemplate } from 'aws-cdk-lib/aws-cleanrooms';
import { IConstruct } from 'constructs';
import { validateParameterName, validateParameterValue } from './parameter-values';
import { sqlPlaceholders } from './sql-placeholders';
import { validateNoDynamicReference } from '../../private/dynamic-reference';
import { fail } from '../../private/validation';
import { AnalysisParameter } from '../analysis-parameter';

// Limits of AWS::CleanRooms::AnalysisTemplate and of the service's quotas.
const MAX_SQL = 90_000;
const MAX_PARAMETERS = 50;
const MAX_TEMPLATES = 25;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const TEMPLATE_ARN = new RegExp(`^arn:aws:cleanrooms:[\\w-]+:\\d{12}:membership/${UUID}/analysistemplate/${UUID}$`);
const NAME = /^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$/;

export function validateSqlLength(scope: IConstruct, sql: string): void {
  validateNoDynamicReference(scope, 'sql', sql);
  if (Token.isUnresolved(sql) || (sql.trim() !== '' && sql.length <= MAX_SQL)) return;
  fail(scope, 'sql', `must be 1 to ${MAX_SQL} characters`, `${sql.length} characters`, 'shorten the SQL or split the template');
}

export function validateTemplateArn(scope: IConstruct, arn: string): void {
  if (Token.isUnresolved(arn) || TEMPLATE_ARN.test(arn)) return;
  fail(scope, 'analysisTemplateArn',
    'must be the ARN of an analysis template, arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/analysistemplate/<identifier>', arn,
    'copy it from the console or from aws cleanrooms list-collaboration-analysis-templates');
}

export function validateTemplateName(scope: IConstruct, name: string): void {
  validateNoDynamicReference(scope, 'analysisTemplateName', name);
  if (Token.isUnresolved(name) || (name.length <= 128 && NAME.test(name))) return;
  fail(scope, 'analysisTemplateName', 'must be up to 128 letters, digits, underscores and spaces, with single hyphens in between', name, 'choose another name');
}

export function validateDescription(scope: IConstruct, description: string | undefined): void {
  validateNoDynamicReference(scope, 'description', description);
  if (description === undefined || Token.isUnresolved(description) || description.length <= 255) return;
  fail(scope, 'description', 'must be 255 characters at most', `${description.length} characters`, 'shorten the description');
}

export function validateParameters(scope: IConstruct, parameters: AnalysisParameter[]): void {
  if (parameters.length > MAX_PARAMETERS) {
    fail(scope, 'parameters', `must be ${MAX_PARAMETERS} at most`, `${parameters.length} parameters`, 'remove some');
  }
  const seen = new Set<string>();
  for (const parameter of parameters) {
    validateParameterName(scope, 'parameters', parameter.name);
    if (seen.has(parameter.name)) fail(scope, 'parameters', 'must declare each name once', parameter.name, 'remove one of the two');
    seen.add(parameter.name);
    if (parameter.defaultValue !== undefined) validateParameterValue(scope, 'parameters', parameter, parameter.defaultValue);
  }
}

/** Every placeholder is declared, and every declaration used. */
export function validatePlaceholders(scope: IConstruct, sql: string, parameters: AnalysisParameter[]): void {
  const declared = parameters.map((parameter) => parameter.name);
  if (Token.isUnresolved(sql) || declared.some((name) => Token.isUnresolved(name))) return;
  const used = sqlPlaceholders(sql);
  for (const name of used) {
    if (!declared.includes(name)) fail(scope, 'parameters', `must declare each placeholder of the SQL, here :${name}`, names(declared), 'declare it or correct the SQL');
  }
  for (const name of declared) {
    if (!used.includes(name)) fail(scope, 'parameters', `must be used in the SQL, here :${name} is not`, names(used), 'use it or remove it');
  }
}

/** A membership's quota, as far as one app can see it. */
export function validateTemplatesOfMembership(scope: IConstruct): string[] {
  const templates = scope.node.root.node.findAll().filter((child) => child instanceof CfnAnalysisTemplate);
  const key = (template: CfnAnalysisTemplate) => {
    const stack = Stack.of(template);
    return JSON.stringify([stack.node.path, stack.resolve(template.membershipIdentifier)]);
  };
  const own = templates.find((template) => template.node.scope === scope);
  const siblings = own === undefined ? [] : templates.filter((template) => key(template) === key(own));
  if (siblings.length <= MAX_TEMPLATES || siblings[0] !== own) return [];
  return [`a membership holds ${MAX_TEMPLATES} analysis templates, and this app defines ${siblings.length} for one: remove some or ask AWS for a higher quota`];
}

function names(list: string[]): string {
  return list.length === 0 ? 'none' : list.join(', ');
}
