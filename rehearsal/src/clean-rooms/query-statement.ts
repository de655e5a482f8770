import type { AnalysisParameter, AnalysisTemplate, ProtectedQuerySQLParameters } from '@aws-sdk/client-cleanrooms';
import { invalidQuery } from './service-error';
import type { SparkStatement } from '../sql/sql-engine';

/** Both are what a request says, so that the template is looked up only where there is one. */
export function statementOf(given: ProtectedQuerySQLParameters, templateOf: (arn: string) => AnalysisTemplate): SparkStatement {
  const { queryString, analysisTemplateArn, parameters = {} } = given;
  if ((queryString === undefined) === (analysisTemplateArn === undefined)) {
    throw invalidQuery('Exactly one of queryString and analysisTemplateArn must be specified.');
  }
  if (analysisTemplateArn === undefined) {
    return plain(queryString ?? '', parameters);
  }
  const { source, analysisParameters = [] } = templateOf(analysisTemplateArn);
  const values = valuesOf(analysisParameters, parameters);
  return {
    sql: source?.text ?? '',
    parameters: analysisParameters.map(({ name = '', type = '' }) => ({ name, type, value: values.get(name) ?? '' })),
  };
}

/** A template's SQL may use only what the template declares. */
export function checkTemplateSql(sql: string, declared: readonly AnalysisParameter[]): void {
  const names = declared.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw invalidQuery(`Parameter ${repeated} is declared twice.`);
  }
  const unknown = placeholdersOf(sql).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw invalidQuery(`The query uses ${unknown.map((name) => `:${name}`).join(', ')} without a declaration.`);
  }
}

function plain(sql: string, parameters: Readonly<Record<string, string>>): SparkStatement {
  if (sql.trim() === '') {
    throw invalidQuery('The query is empty.');
  }
  if (Object.keys(parameters).length > 0 || placeholdersOf(sql).length > 0) {
    throw invalidQuery('Parameters need an analysis template that declares them.');
  }
  return { sql, parameters: [] };
}

function valuesOf(declared: readonly AnalysisParameter[], given: Readonly<Record<string, string>>): Map<string, string> {
  const unknown = Object.keys(given).filter((key) => !declared.some(({ name }) => name === key));
  if (unknown.length > 0) {
    throw invalidQuery(`The analysis template has no parameter ${unknown.join(', ')}.`);
  }
  return new Map(declared.map(({ name = '', type = '', defaultValue }) => {
    const value = Object.hasOwn(given, name) ? given[name] : defaultValue;
    if (value === undefined) {
      throw invalidQuery(`Parameter ${name} has no default and no value was given.`);
    }
    if (!hasForm(type, value)) {
      throw invalidQuery(`The value of parameter ${name} is not a valid ${type}.`);
    }
    return [name, value];
  }));
}

function placeholdersOf(sql: string): string[] {
  const names = [...sql.matchAll(TOKEN)].map(([, name]) => name).filter((name) => name !== undefined);
  return [...new Set(names)];
}

/** A placeholder, or what is passed over whole because a colon in it is none: strings, identifiers, comments, casts. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|::|:([0-9a-zA-Z_]+)/g;

const WHOLE_NUMBER_BITS: Readonly<Record<string, number>> = {
  BYTE: 8, TINYINT: 8, SHORT: 16, SMALLINT: 16, INT: 32, INTEGER: 32, LONG: 64, BIGINT: 64,
};

const FORMS: Readonly<Record<string, RegExp>> = {
  BOOLEAN: /^(true|false)$/i,
  DATE: /^\d{4}-\d{2}-\d{2}$/,
  DECIMAL: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  NUMERIC: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
};

/** What the text alone shows; the rest, such as a 30th of February, fails when the query runs. */
function hasForm(type: string, value: string): boolean {
  const bits = WHOLE_NUMBER_BITS[type];
  if (bits === undefined) {
    return FORMS[type]?.test(value) ?? true;
  }
  return /^[+-]?\d+$/.test(value) && BigInt.asIntN(bits, BigInt(value.replace('+', ''))) === BigInt(value.replace('+', ''));
}
