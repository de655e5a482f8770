import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { DataLocation } from './data-location';

/**
 * A column of a table, as in its catalog.
 */
export interface TableColumn {
  /**
   * The name. Clean Rooms uses names in lower case.
   */
  readonly name: string;

  /**
   * The type, in the catalog's own words: `string`, `bigint`, `VARCHAR(36)`.
   */
  readonly type: string;
}

/**
 * Options of `TableSource.glue`.
 */
export interface GlueTableSourceOptions {
  /**
   * The database in the Glue Data Catalog of this account.
   */
  readonly database: string;

  /**
   * The table in that database.
   */
  readonly table: string;

  /**
   * The folder that is the table's location.
   */
  readonly location: DataLocation;

  /**
   * The columns of the table, partition keys included.
   *
   * @default - not known: nothing is checked against them
   */
  readonly schema?: TableColumn[];

  /**
   * The region of the catalog.
   *
   * @default - the region of the stack
   */
  readonly region?: string;

  /**
   * The key of a catalog whose metadata is encrypted.
   *
   * @default - none
   */
  readonly catalogEncryptionKey?: IKey;
}

/**
 * Options of `TableSource.glueTable`.
 */
export interface S3TableSourceOptions {
  /**
   * The key that encrypts the objects, if the table's bucket does not know it.
   *
   * @default - the key of the table's bucket, if it has one
   */
  readonly encryptionKey?: IKey;

  /**
   * The key of a catalog whose metadata is encrypted.
   *
   * @default - none
   */
  readonly catalogEncryptionKey?: IKey;
}

/**
 * Options of `TableSource.athena`.
 */
export interface AthenaTableSourceOptions {
  /**
   * The work group that runs the queries.
   */
  readonly workGroup: string;

  /**
   * The database.
   */
  readonly database: string;

  /**
   * The table or view.
   */
  readonly table: string;

  /**
   * Where Athena writes, in a bucket that neither holds the data nor receives results of Clean Rooms.
   */
  readonly output: DataLocation;

  /**
   * The columns of the table, partition keys included. None may be an array, a map or a struct.
   *
   * @default - not known: nothing is checked against them
   */
  readonly schema?: TableColumn[];

  /**
   * The catalog.
   *
   * @default - the account's own, `AwsDataCatalog`
   */
  readonly catalog?: string;

  /**
   * The region of the catalog.
   *
   * @default - the region of the stack
   */
  readonly region?: string;

  /**
   * The key of a catalog whose metadata is encrypted.
   *
   * @default - none
   */
  readonly catalogEncryptionKey?: IKey;
}

/**
 * Options of `TableSource.snowflake`.
 */
export interface SnowflakeTableSourceOptions {
  /**
   * The secret with the key pair: its keys are `sfUser`, `pem_private_key`, `sfRole` and, if need be, `sfWarehouse`.
   */
  readonly secret: ISecret;

  /**
   * The account identifier, `<organization>-<account>`.
   */
  readonly account: string;

  /**
   * The database.
   */
  readonly database: string;

  /**
   * The schema of the database that has the table.
   */
  readonly databaseSchema: string;

  /**
   * The table or view.
   */
  readonly table: string;

  /**
   * The columns of the table, 1 to 250.
   */
  readonly schema: TableColumn[];
}
