import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type * as duckdb from '@duckdb/node-api';
import { CSV_DIALECT, readCsv } from './csv-file';
import { identifier, quoted } from './expression';
import { QueryFailed } from './query-failed';
import type { Column, TableFiles } from './sql-engine';
import { heldAs, type Type, typeOf } from './types';
import { Unreadable } from './unreadable';

const CSV_TYPES = 'auto_type_candidates = [\'BOOLEAN\', \'BIGINT\', \'DOUBLE\', \'DATE\', \'TIMESTAMP\', \'VARCHAR\'], sample_size = -1';

/** Spark's types, by the types of what DuckDB reads. */
const TYPES: Readonly<Record<string, string>> = {
  'INTEGER': 'INT',
  'VARCHAR': 'STRING',
  'BLOB': 'BINARY',
  'UTINYINT': 'SMALLINT',
  'USMALLINT': 'INT',
  'UINTEGER': 'BIGINT',
  'UBIGINT': 'DECIMAL(20,0)',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
  'TIMESTAMP': 'TIMESTAMP_NTZ',
  'TIMESTAMP_NS': 'TIMESTAMP_NTZ',
  'TIMESTAMP_MS': 'TIMESTAMP_NTZ',
};

export interface StoredTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Its file, or a pattern of its files. */
  readonly files: string;
}

/** A database in memory with views of the tables' files, which sees nothing else of this machine. */
export class DuckDbDatabase {
  /**
   * @param tables by the names that queries know them by
   * @param folders the only ones that it may write to
   */
  static async open(tables: ReadonlyMap<string, TableFiles>, folders: readonly string[]): Promise<DuckDbDatabase> {
    // Loaded here because it is 70 MB of native code, which few who start an endpoint need; jest cannot import() it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { DuckDBInstance } = require('@duckdb/node-api') as typeof duckdb;
    const instance = await DuckDBInstance.create(':memory:');
    const database = new DuckDbDatabase(instance, await instance.connect());
    try {
      await database.connection.run('SET TimeZone = \'UTC\'');
      const files = new Set<string>();
      for (const [name, table] of tables) {
        files.add(await database.add(name, table));
      }
      const allowed = (paths: readonly string[]) => `[${paths.map(quoted).join(', ')}]`;
      const isFolder = (path: string) => path.endsWith('*.parquet');
      await database.connection.run(`SET allowed_directories = ${allowed([...folders, ...[...files].filter(isFolder).map((path) => path.slice(0, -'*.parquet'.length))])}`);
      await database.connection.run(`SET allowed_paths = ${allowed([...files].filter((path) => !isFolder(path)))}`);
      await database.connection.run('SET enable_external_access = false');
      await database.connection.run('SET lock_configuration = true');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  private readonly known = new Map<string, StoredTable>();

  private constructor(private readonly instance: duckdb.DuckDBInstance, readonly connection: duckdb.DuckDBConnection) {}

  /** A table by its name in whatever case. */
  table(name: string): StoredTable | undefined {
    return this.known.get(name.toLowerCase());
  }

  columnsOf(name: string): readonly Column[] {
    const found = this.table(name);
    if (found === undefined) {
      throw new QueryFailed('RESOURCE_NOT_FOUND', `[TABLE_OR_VIEW_NOT_FOUND] The table or view ${name} cannot be found.`);
    }
    return found.columns;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async add(name: string, { path, format, columns: declared }: TableFiles): Promise<string> {
    const files = format === 'PARQUET' && (await stat(path)).isDirectory() ? join(path, '*.parquet') : path;
    const found = await (format === 'CSV' ? this.describedCsv(files) : this.describedParquet(path, files));
    const columns = found.map((column) => declared?.find((one) => one.name.toLowerCase() === column.name.toLowerCase()) ?? {
      name: column.name, type: format === 'CSV' && column.type === 'TIMESTAMP' ? 'TIMESTAMP' : TYPES[column.type] ?? column.type,
    });
    const types = columns.map(({ type }) => typeOf(type));
    const source = format === 'PARQUET' ? `read_parquet(${quoted(files)})`
      : `read_csv(${quoted(files)}, ${CSV_DIALECT}, auto_detect = false, columns = {${columns.map((column, index) => `${quoted(column.name)}: ${quoted(csvType(types[index]))}`).join(', ')}})`;
    const list = found.map((column, index) => selected(column, types[index], columns[index].name));
    await this.connection.run(`CREATE VIEW ${identifier(name)} AS SELECT ${list.join(', ')} FROM ${source}`);
    this.known.set(name.toLowerCase(), { name, columns, files });
    return files;
  }

  private async describedCsv(file: string): Promise<Column[]> {
    return readCsv(this.connection, file, async () => this.described(`read_csv(${quoted(file)}, ${CSV_DIALECT}, ${CSV_TYPES})`));
  }

  private async describedParquet(path: string, files: string): Promise<Column[]> {
    try {
      return await this.described(`read_parquet(${quoted(files)})`);
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0].replace(` '${files}'`, '');
      if (reason.includes('No files found')) throw new Unreadable(`${path} has no .parquet file`, 'put those of the table there, not into folders of it');
      throw new Unreadable(`${path} cannot be read as Parquet (DuckDB: ${reason})`, 'write it again, or give a .csv file');
    }
  }

  private async described(source: string): Promise<Column[]> {
    const described = await this.connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
    return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  }
}

const csvType = (type: Type | undefined): string => type === undefined ? 'VARCHAR' : heldAs(type);

/** As it is read where that is what the compiler takes it for. */
function selected({ name, type: read }: Column, type: Type | undefined, as: string): string {
  const held = type === undefined ? read : heldAs(type);
  return held.replaceAll(' ', '') === read.replaceAll(' ', '') ? `${identifier(name)} AS ${identifier(as)}` : `CAST(${identifier(name)} AS ${held}) AS ${identifier(as)}`;
}
