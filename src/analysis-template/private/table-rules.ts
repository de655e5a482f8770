import { Annotations, Token } from 'aws-cdk-lib';
import { IConfiguredTableAssociationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IConstruct } from 'constructs';
import { sqlTables } from './sql-tables';
import { positionIn, sqlTokens } from './sql-tokens';
import { fail } from '../../private/validation';
import { AnalysisRuleType } from '../../tables/analysis-rule-options';
import { AssociationFacts, factsOfAssociation } from '../../tables/private/table-facts';

/** A quota of the service. */
const TABLES_QUOTA = 15;

/** What the page of quotas allows with differential privacy; its history says 90,000. */
const PRIVATE_SQL = 8_000;

const QUOTAS_PAGE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/quotas.html';

/** The tables that a query or a template is given, and the property that gives them. */
interface GivenTables {
  readonly prop: string;
  readonly tables: IConfiguredTableAssociationRef[];
}

/** What the tables say about the SQL of a template. */
export function validateTemplateTables(scope: IConstruct, sql: string | undefined, given: GivenTables): void {
  given.tables.map(factsOfAssociation).forEach((facts) => validateRule(scope, given.prop, facts));
  validateTables(scope, sql, given);
}

/** What the tables say about the SQL that names them, as far as they and it are known. */
export function validateTables(scope: IConstruct, sql: string | undefined, { prop, tables }: GivenTables): void {
  const all = tables.map(factsOfAssociation);
  validateOneType(scope, prop, all);
  validateOneProvider(scope, prop, tables);
  if (sql === undefined || Token.isUnresolved(sql)) return;
  validateNames(scope, prop, sql, all);
  const isPrivate = all.some(({ table }) => table.differentialPrivacyColumn !== undefined);
  if (isPrivate && Buffer.byteLength(sql) > PRIVATE_SQL) warnOfLongPrivateSql(scope, Buffer.byteLength(sql));
}

/** Where one table's name is not known, no name can be said to be none. */
function validateNames(scope: IConstruct, prop: string, sql: string, all: AssociationFacts[]): void {
  const known = all.map(({ tableName }) => tableName);
  const named = sqlTables(sqlTokens(sql));
  const distinct = new Set(named.map(({ name }) => name)).size;
  if (distinct > TABLES_QUOTA) warnOfManyTables(scope, distinct);
  if (known.some((name) => name === undefined || Token.isUnresolved(name))) return;
  for (const { name, start, isSure } of named) {
    if (known.some((table) => table?.toLowerCase() === name)) continue;
    if (!isSure) {warnOfUnclear(scope, sql, name, start);} else {
      fail(scope, prop, `must hold each table that the SQL names, here ${name} at ${positionIn(sql, start)}`, known.join(', ') || 'none',
        'add it or correct the SQL');
    }
  }
}

function validateRule(scope: IConstruct, prop: string, { tableName, table }: AssociationFacts): void {
  const type = table.ruleType;
  if (type === undefined || type === AnalysisRuleType.CUSTOM) return;
  fail(scope, prop, 'must have custom rules, as templates run on no others', `${tableName ?? 'a table'} with ${type}`,
    'give the table AnalysisRule.custom(…), or query it with SQL of its own');
}

/** A query over two types is refused. */
function validateOneType(scope: IConstruct, prop: string, all: AssociationFacts[]): void {
  const types = [...new Set(all.flatMap(({ table }) => table.ruleType ?? []))];
  if (types.length < 2) return;
  fail(scope, prop, 'must have rules of one type, as the tables of any query', types.join(' and '), 'give the tables rules of one type, or query them apart');
}

/** Budgets of two providers can't be spent by one query. */
function validateOneProvider(scope: IConstruct, prop: string, tables: IConfiguredTableAssociationRef[]): void {
  const providers = tables.filter((table) => factsOfAssociation(table).table.differentialPrivacyColumn !== undefined).map(({ env }) => env.account);
  const distinct = [...new Set(providers)];
  if (distinct.length < 2 || distinct.some((account) => Token.isUnresolved(account))) return;
  fail(scope, prop, 'must have differential privacy at one provider only', distinct.join(', '), 'leave the tables of the others out');
}

function warnOfUnclear(scope: IConstruct, sql: string, name: string, start: number): void {
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.table',
    `${name} at ${positionIn(sql, start)} is not checked against the tables: the name of a table stands by itself, if need be in backticks`);
}

function warnOfManyTables(scope: IConstruct, count: number): void {
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.tables',
    `the SQL names ${count} tables, and the quota of a query is ${TABLES_QUOTA} (${QUOTAS_PAGE}): ` +
    'split the query, or join tables before they are associated');
}

function warnOfLongPrivateSql(scope: IConstruct, bytes: number): void {
  Annotations.of(scope).addWarningV2('cdk-cleanrooms:analysisTemplate.privateSqlLength',
    `the SQL has ${bytes} bytes, and over tables with differential privacy the quota is ${PRIVATE_SQL} (${QUOTAS_PAGE}): ` +
    'shorten it if it is refused');
}
