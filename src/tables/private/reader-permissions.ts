import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  ATHENA_OUTPUT_ACTIONS, ATHENA_READ_ACTIONS, DATA_BUCKET_ACTIONS, DATA_OBJECT_ACTIONS, FEDERATED_GLUE_ACTIONS, GLUE_READ_ACTIONS,
  GLUE_SCHEMA_ACTIONS, OUTPUT_KEY_ACTIONS, READ_KEY_ACTIONS,
} from './reader-actions';
import { resultObjectsPattern } from '../../results/private/result-location';
import { DataLocation } from '../data-location';
import { TableSource } from '../table-source';
import { AthenaTableSourceOptions, GlueTableSourceOptions, SnowflakeTableSourceOptions } from '../table-source-options';

const OWN_CATALOG = 'AwsDataCatalog';

/** What a reader role may do, apart by where it has to be allowed too if bucket or key are another account's. */
export interface ReaderPermissions {
  readonly location?: DataLocation;
  readonly bucket: PolicyStatement[];
  readonly key: PolicyStatement[];
  readonly others: PolicyStatement[];
}

/** The actions alone, for a role that was brought. */
export function readerActions(scope: Construct, source: TableSource): string[] {
  const { bucket, key, others } = readerPermissions(scope, source);
  return [...new Set([...bucket, ...key, ...others].flatMap(({ actions }) => actions))];
}

/** @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html */
export function readerPermissions(scope: Construct, { _glue: glue, _athena: athena, _snowflake: snowflake }: TableSource): ReaderPermissions {
  if (glue !== undefined) return ofGlue(scope, glue);
  if (athena !== undefined) return ofAthena(scope, athena);
  return { bucket: [], key: [], others: snowflake === undefined ? [] : ofSnowflake(scope, snowflake) };
}

function ofGlue(scope: Construct, source: GlueTableSourceOptions): ReaderPermissions {
  const { location, database, table, region } = source;
  const conditions = ownedBy('s3:ResourceAccount', location);
  return {
    location,
    bucket: [
      new PolicyStatement({ actions: DATA_BUCKET_ACTIONS, resources: [location.bucket.bucketArn], conditions }),
      new PolicyStatement({ actions: DATA_OBJECT_ACTIONS, resources: [objects(location)], conditions }),
    ],
    key: onKey(READ_KEY_ACTIONS, location._encryptionKey),
    others: [
      new PolicyStatement({ actions: GLUE_READ_ACTIONS, resources: catalogArns(scope, { region, database, table }) }),
      new PolicyStatement({ actions: GLUE_SCHEMA_ACTIONS, resources: ['*'] }),
      ...onKey(READ_KEY_ACTIONS, source.catalogEncryptionKey),
    ],
  };
}

function ofAthena(scope: Construct, source: AthenaTableSourceOptions): ReaderPermissions {
  const { output, region, database, table, workGroup, catalog = OWN_CATALOG } = source;
  const conditions = ownedBy('aws:ResourceAccount', output);
  const arn = (resource: string, resourceName: string) => Stack.of(scope).formatArn({ service: 'athena', region, resource, resourceName });
  return {
    location: output,
    bucket: [
      new PolicyStatement({ actions: ATHENA_OUTPUT_ACTIONS, resources: [output.bucket.bucketArn, objects(output)], conditions }),
    ],
    key: onKey(OUTPUT_KEY_ACTIONS, output._encryptionKey),
    others: [
      new PolicyStatement({ actions: ATHENA_READ_ACTIONS, resources: [arn('workgroup', workGroup), arn('datacatalog', catalog)] }),
      new PolicyStatement({
        actions: FEDERATED_GLUE_ACTIONS,
        resources: catalogArns(scope, { region, database, table, catalog: catalog === OWN_CATALOG ? undefined : catalog }),
      }),
      // It has no resource level: Lake Formation itself decides on the table.
      new PolicyStatement({ actions: ['lakeformation:GetDataAccess'], resources: ['*'] }),
      ...onKey(READ_KEY_ACTIONS, source.catalogEncryptionKey),
    ],
  };
}

function ofSnowflake(scope: Construct, { secret }: SnowflakeTableSourceOptions): PolicyStatement[] {
  const { region } = secret.env;
  const arn = secret.secretArn;
  const key = secret.encryptionKey;
  return [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] }),
    ...key === undefined ? [] : [new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': `secretsmanager.${Token.isUnresolved(region) ? Stack.of(scope).region : region}.amazonaws.com`,
          'kms:EncryptionContext:SecretARN': arn,
        },
      },
    })],
  ];
}

interface CatalogTable {
  readonly region?: string;
  readonly database: string;
  readonly table: string;
  readonly catalog?: string;
}

/** Names of a federated catalog stand before the database's. */
function catalogArns(scope: Construct, { region, database, table, catalog }: CatalogTable): string[] {
  const stack = Stack.of(scope);
  const arn = (resource: string, ...names: string[]) => stack.formatArn({ service: 'glue', region, resource, resourceName: names.join('/') });
  const below = catalog === undefined ? [] : [catalog];
  return [
    stack.formatArn({ service: 'glue', region, resource: 'catalog', arnFormat: ArnFormat.NO_RESOURCE_NAME }),
    ...below.map((name) => arn('catalog', name)),
    arn('database', ...below, database),
    arn('table', ...below, database, table),
  ];
}

function objects({ bucket, prefix }: DataLocation): string {
  return bucket.arnForObjects(resultObjectsPattern(prefix));
}

function ownedBy(key: string, { bucket }: DataLocation): { StringEquals: { [key: string]: string } } {
  return { StringEquals: { [key]: bucket.env.account } };
}

function onKey(actions: string[], key: IKey | undefined): PolicyStatement[] {
  return key === undefined ? [] : [new PolicyStatement({ actions, resources: [key.keyArn] })];
}
