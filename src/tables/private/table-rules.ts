import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isReservedColumn, reservedPrefix } from './reserved-words';
import { validateNoDynamicReference } from '../../private/dynamic-reference';
import { fail } from '../../private/validation';
import { AnalysisMethod } from '../analysis-method';
import { TableColumn } from '../table-source-options';

// Limits of AWS::CleanRooms::ConfiguredTable.
const MAX_COLUMNS = 100;
const COLUMN = /^[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?$/;
const TEXT = /^[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]*$/;

export function validateTableName(scope: IConstruct, name: string): void {
  validateNoDynamicReference(scope, 'configuredTableName', name);
  if (Token.isUnresolved(name) || (name.trim() !== '' && name.length <= 100 && TEXT.test(name))) return;
  fail(scope, 'configuredTableName', 'must be 1 to 100 characters, not all of them blank, without line breaks', name, 'choose another name');
}

export function validateTableDescription(scope: IConstruct, description: string | undefined): void {
  validateNoDynamicReference(scope, 'description', description);
  if (description === undefined || Token.isUnresolved(description) || description.length <= 255) return;
  fail(scope, 'description', 'must be 255 characters at most', `${description.length} characters`, 'shorten the description');
}

export function validateMethods(scope: IConstruct, methods: AnalysisMethod[]): void {
  if (methods.length > 0 && new Set(methods).size === methods.length) return;
  fail(scope, 'methods', 'must name one method at least, and each once', methods.length === 0 ? 'none' : methods.join(', '),
    'leave it out for queries, or name AnalysisMethod.QUERY, AnalysisMethod.JOB or both');
}

export function validateColumnCount(scope: IConstruct, columns: string[]): void {
  if (Token.isUnresolved(columns) || (columns.length >= 1 && columns.length <= MAX_COLUMNS)) return;
  fail(scope, 'columns', `must be 1 to ${MAX_COLUMNS} columns`, `${columns.length} columns`, 'leave out what the collaboration does not need');
}

export function validateColumnNames(scope: IConstruct, columns: string[]): void {
  for (const column of literals(columns)) {
    if (column.length <= 128 && COLUMN.test(column)) continue;
    fail(scope, 'columns', 'must have names of up to 128 lower-case letters, digits, underscores and spaces, with single hyphens in between', column,
      'write the name as the catalog does, in lower case');
  }
}

export function validateColumnsOnce(scope: IConstruct, columns: string[]): void {
  const repeated = repeatedIn(literals(columns));
  if (repeated !== undefined) fail(scope, 'columns', 'must name each column once', repeated, 'remove one of the two');
}

export function validateReservedColumns(scope: IConstruct, columns: string[]): void {
  const reserved = literals(columns).find(isReservedColumn);
  if (reserved !== undefined) {
    fail(scope, 'columns', 'must not name a column whose name Clean Rooms SQL reserves, even in quotes', reserved, 'rename the column in the catalog, or leave it out');
  }
}

/** The rule is old, and its engine is gone. */
export function warnOfColumnPrefixes(scope: IConstruct, columns: string[]): void {
  const column = literals(columns).find((name) => reservedPrefix(name) !== undefined);
  if (column === undefined) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:configuredTable.columnPrefix',
    `column ${column} begins with ${reservedPrefix(column)}, which Clean Rooms SQL reserves: queries may not be able to name it`);
}

/** Partition keys are columns, too. */
export function validateColumnsOfSource(scope: IConstruct, columns: string[], schema: TableColumn[] | undefined): void {
  const known = knownNames(schema);
  if (known === undefined) return;
  const unknown = literals(columns).find((column) => !known.includes(column));
  if (unknown === undefined) return;
  fail(scope, 'columns', `must be columns of the source, which has ${known.join(', ')}`, unknown, 'correct the name, or add the column to the source');
}

export function warnOfWideSource(scope: IConstruct, schema: TableColumn[] | undefined): void {
  if (schema === undefined || schema.length <= MAX_COLUMNS) return;
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:configuredTable.wideSource',
    `the source has ${schema.length} columns, partition keys included, and Clean Rooms has been seen to cut off what comes after ${MAX_COLUMNS}: ` +
    'make a view of what the collaboration needs');
}

/** Names in lower case, as Clean Rooms knows them; undefined where one is known when deployed only. */
function knownNames(schema: TableColumn[] | undefined): string[] | undefined {
  const names = schema?.map(({ name }) => name);
  if (names === undefined || Token.isUnresolved(names) || names.some((name) => Token.isUnresolved(name))) return undefined;
  return names.map((name) => name.toLowerCase());
}

export function literals(names: string[]): string[] {
  return Token.isUnresolved(names) ? [] : names.filter((name) => !Token.isUnresolved(name));
}

export function repeatedIn(names: string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
