import { Token } from 'aws-cdk-lib';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { fail } from '../../private/validation';
import { AnalysisRule } from '../analysis-rule';
import { TableSource } from '../table-source';
import { TableColumn } from '../table-source-options';
import { repeatedIn } from './table-rules';

const GLUE_DATABASE = /^[a-zA-Z0-9_](([a-zA-Z0-9_]+-)*([a-zA-Z0-9_]+))?$/;
const GLUE_TABLE = /^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$/;
const ATHENA_TABLE = /^\w+$/;
const WORK_GROUP = /^[\w.-]{1,128}$/;
const CATALOG = /^[\w-]{1,64}$/;
const SNOWFLAKE = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,256}$/u;
const SNOWFLAKE_ACCOUNT = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}.]{3,256}$/u;
const NESTED = /^(array|map|struct|row)\b/i;

/** What a source can be refused for by itself. */
export function validateSource(scope: IConstruct, { _glue: glue, _athena: athena, _snowflake: snowflake, _schema: schema }: TableSource): void {
  if (glue !== undefined) {
    validateName(scope, 'source.database', glue.database, GLUE_DATABASE, 128);
    validateName(scope, 'source.table', glue.table, GLUE_TABLE, 128);
    validateSourceRegion(scope, glue.region);
    validateLocation(scope, 'source.location', glue.location.prefix);
  }
  if (athena !== undefined) {
    validateName(scope, 'source.workGroup', athena.workGroup, WORK_GROUP, 128);
    validateName(scope, 'source.database', athena.database, GLUE_DATABASE, 128);
    validateName(scope, 'source.table', athena.table, ATHENA_TABLE, 128);
    if (athena.catalog !== undefined) validateName(scope, 'source.catalog', athena.catalog, CATALOG, 64);
    validateSourceRegion(scope, athena.region);
    validateLocation(scope, 'source.output', athena.output.prefix);
    validateFlat(scope, schema);
  }
  if (snowflake !== undefined) {
    validateName(scope, 'source.account', snowflake.account, SNOWFLAKE_ACCOUNT, 256);
    validateName(scope, 'source.database', snowflake.database, SNOWFLAKE, 256);
    validateName(scope, 'source.databaseSchema', snowflake.databaseSchema, SNOWFLAKE, 256);
    validateName(scope, 'source.table', snowflake.table, SNOWFLAKE, 256);
    validateSnowflakeSchema(scope, snowflake.schema);
    validateSecret(scope, snowflake.secret);
  }
  validateSchemaOnce(scope, schema);
}

/** Only what lies on S3 and is read through Glue takes every rule. */
export function validateRuleOfSource(scope: IConstruct, source: TableSource, rule: AnalysisRule): void {
  if (source._glue !== undefined) return;
  if (rule._custom === undefined) {
    fail(scope, 'rule', 'must be a custom one, as the table is not a Glue table on S3', rule.type, 'pass AnalysisRule.custom(…)');
  }
  if (rule._custom.differentialPrivacy !== undefined) {
    fail(scope, 'rule.differentialPrivacy', 'must not be given, as the table is not a Glue table on S3', rule._custom.differentialPrivacy,
      'pass a `threshold`, or make a Glue table of it');
  }
}

function validateName(scope: IConstruct, prop: string, value: string, pattern: RegExp, length: number): void {
  if (Token.isUnresolved(value) || (value.length <= length && pattern.test(value))) return;
  fail(scope, prop, `must be a name of up to ${length} characters that Clean Rooms takes, ${pattern.source}`, value, 'correct the name, or rename it at the source');
}

function validateSourceRegion(scope: IConstruct, region: string | undefined): void {
  if (region === undefined || Token.isUnresolved(region)) return;
  if (/^[a-z]{2}-[a-z]+-\d$/.test(region) && (RegionInfo.get(region).partition ?? 'aws') === 'aws') return;
  fail(scope, 'source.region', 'must be a commercial region', region, 'name the region of the catalog, such as eu-central-1');
}

function validateLocation(scope: IConstruct, prop: string, prefix: string): void {
  if (Token.isUnresolved(prefix) || !/^s3:|^\/|\/\/|\?/.test(prefix)) return;
  fail(scope, prop, 'must be a folder within the bucket, without its name, without a slash at the beginning, // and ?', prefix, 'write it as views/2026/');
}

function validateFlat(scope: IConstruct, schema: TableColumn[] = []): void {
  const nested = schema.find(({ type }) => !Token.isUnresolved(type) && NESTED.test(type));
  if (nested === undefined) return;
  fail(scope, 'source.schema', 'must have no array, map or struct, not even in columns that are not shared', `${nested.name} ${nested.type}`,
    'make an Athena view without that column');
}

function validateSnowflakeSchema(scope: IConstruct, schema: TableColumn[]): void {
  if (schema.length < 1 || schema.length > 250) {
    fail(scope, 'source.schema', 'must be 1 to 250 columns of Snowflake', `${schema.length} columns`, 'make a view of what the collaboration needs');
  }
  for (const { name, type } of schema) {
    validateName(scope, 'source.schema', name, /^[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?$/, 128);
    if (!Token.isUnresolved(type) && (type.length === 0 || type.length > 255)) {
      fail(scope, 'source.schema', 'must have types of 1 to 255 characters', `${name} ${type}`, 'write the type as Snowflake does');
    }
  }
}

function validateSecret(scope: IConstruct, secret: ISecret): void {
  if (secret.secretFullArn !== undefined) return;
  fail(scope, 'source.secret', 'must be known by its whole ARN, with the six characters at its end', secret.secretName, 'pass Secret.fromSecretCompleteArn(…)');
}

function validateSchemaOnce(scope: IConstruct, schema: TableColumn[] = []): void {
  const names = schema.map(({ name }) => name).filter((name) => !Token.isUnresolved(name)).map((name) => name.toLowerCase());
  const repeated = repeatedIn(names);
  if (repeated !== undefined) fail(scope, 'source.schema', 'must have each column once', repeated, 'remove one of the two');
}
