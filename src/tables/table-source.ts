import { S3Table } from 'aws-cdk-lib/aws-glue';
import { DataLocation } from './data-location';
import {
  AthenaTableSourceOptions, GlueTableSourceOptions, S3TableSourceOptions, SnowflakeTableSourceOptions, TableColumn,
} from './table-source-options';

/**
 * Where the data of a configured table comes from.
 */
export class TableSource {
  /**
   * A table of the Glue Data Catalog whose data is on S3.
   *
   * The bucket must not be registered with Lake Formation; for one that is, use `athena`.
   */
  public static glue(options: GlueTableSourceOptions): TableSource {
    return new TableSource(options, undefined, undefined, options.schema);
  }

  /**
   * A Glue table of this app. Its columns, partition keys, bucket, folder and key are taken from there.
   *
   * The bucket must not be registered with Lake Formation.
   *
   * @param table a table on S3
   */
  public static glueTable(table: S3Table, options: S3TableSourceOptions = {}): TableSource {
    const columns = [...table.columns, ...table.partitionKeys ?? []];
    return TableSource.glue({
      database: table.database.databaseName,
      table: table.tableName,
      location: DataLocation.s3(table.bucket, table.s3Prefix, { encryptionKey: options.encryptionKey }),
      schema: columns.map(({ name, type }) => ({ name, type: type.inputString })),
      catalogEncryptionKey: options.catalogEncryptionKey,
    });
  }

  /**
   * A table or a view that is read through Athena, with the permissions of Lake Formation.
   *
   * Its rule is a custom one, without differential privacy.
   */
  public static athena(options: AthenaTableSourceOptions): TableSource {
    return new TableSource(undefined, options, undefined, options.schema);
  }

  /**
   * A table or a view of Snowflake.
   *
   * Its rule is a custom one, without differential privacy.
   */
  public static snowflake(options: SnowflakeTableSourceOptions): TableSource {
    return new TableSource(undefined, undefined, options, options.schema);
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _glue?: GlueTableSourceOptions,
    /**
     * @internal
     */
    public readonly _athena?: AthenaTableSourceOptions,
    /**
     * @internal
     */
    public readonly _snowflake?: SnowflakeTableSourceOptions,
    /**
     * @internal
     */
    public readonly _schema?: TableColumn[],
  ) {}
}
