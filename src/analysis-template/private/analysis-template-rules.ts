import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { CfnAnalysisTemplate } from 'aws-cdk-lib/aws-cleanrooms';
import { IConstruct } from 'constructs';
import { validateParameterName, validateParameterValue } from './parameter-values';
import { sqlPlaceholders } from './sql-placeholders';
import { positionIn, sqlTokens } from './sql-tokens';
import { validateNoDynamicReference } from '../../private/dynamic-reference';
import { fail } from '../../private/validation';
import { AnalysisParameter } from '../analysis-parameter';

// Limits of the service's model.
const MAX_SQL = 500_000;
const MAX_PARAMETERS = 50;

/** Adjustable; older copies of the page say 25. */
const TEMPLATES_QUOTA = 100;

/** What the guide and older models allow. */
const COMMON_SQL = 90_000;

const QUOTAS_PAGE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/quotas.html';

const NAME = /^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$/;

export function validateSqlLength(scope: IConstruct, sql: string): void {
  validateNoDynamicReference(scope, 'sql', sql);
  if (Token.isUnresolved(sql)) return;
  if (sql.trim() !== '' && sql.length <= MAX_SQL) return warnOfLongSql(scope, sql.length);
  fail(scope, 'sql', `must be 1 to ${MAX_SQL} characters`, `${sql.length} characters`, 'shorten the SQL or split the template');
}

function warnOfLongSql(scope: IConstruct, length: number): void {
  if (length <= COMMON_SQL) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.sqlLength',
    `the SQL has ${length} characters, and some documents of the service allow ${COMMON_SQL} only, others ${MAX_SQL} (${QUOTAS_PAGE}): shorten it if it is refused`);
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
  const tokens = sqlTokens(sql);
  const used = sqlPlaceholders(tokens);
  for (const { name, start, isSure } of used) {
    if (declared.includes(name)) continue;
    const place = `:${name} at ${positionIn(sql, start)}`;
    if (!isSure) {warnOfUnclear(scope, place);} else {
      fail(scope, 'parameters', `must declare each placeholder of the SQL, here ${place}`, names(declared),
        'declare it or correct the SQL; what is no placeholder goes into quotes');
    }
  }
  const open = tokens.find(({ kind }) => kind === 'open');
  if (open !== undefined) warnOfOpen(scope, open.text[0], positionIn(sql, open.start));
  for (const name of open === undefined ? declared : []) {
    if (used.some((placeholder) => placeholder.name === name)) continue;
    fail(scope, 'parameters', `must be used in the SQL, here :${name} is not`, names([...new Set(used.map((one) => one.name))]), 'use it or remove it');
  }
}

function warnOfUnclear(scope: IConstruct, place: string): void {
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.placeholder',
    `${place} is taken for a part of the SQL, not for a placeholder: if it is one, declare it in \`parameters\`; if not, acknowledge this warning ` +
    'or do without the colon, as in get_json_object(col, \'$.field\') for col:field and slice(a, 1, 2) for a[1:2]');
}

function warnOfOpen(scope: IConstruct, quote: string, position: string): void {
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.sqlWithoutEnd',
    `${quote === '/' ? 'the comment' : `the text in ${quote}`} that begins at ${position} has no end, so what follows in the SQL is not checked: close it`);
}

/** A membership's quota, as far as one app can see it: counted when all is defined, and told by the first of the templates. */
export function warnOfManyTemplates(scope: IConstruct): void {
  const templates = scope.node.root.node.findAll().filter((child) => child instanceof CfnAnalysisTemplate);
  const key = (template: CfnAnalysisTemplate) => {
    const stack = Stack.of(template);
    return JSON.stringify([stack.node.path, stack.resolve(template.membershipIdentifier)]);
  };
  const own = templates.find((template) => template.node.scope === scope);
  const siblings = own === undefined ? [] : templates.filter((template) => key(template) === key(own));
  if (siblings.length <= TEMPLATES_QUOTA || siblings[0] !== own) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.quota',
    `this app defines ${siblings.length} analysis templates for one membership, and the quota is ${TEMPLATES_QUOTA} unless AWS has raised it (${QUOTAS_PAGE}): ` +
    'ask for more in the Service Quotas console, or remove some');
}

function names(list: string[]): string {
  return list.length === 0 ? 'none' : list.join(', ');
}
