import type { Settings } from './settings';
import { DuckDbEngine } from '../sql/duckdb-engine';
import { SparkEngine } from '../sql/spark-engine';
import type { SqlEngine, TableFiles } from '../sql/sql-engine';

/**
 * @param tables by the names that queries know them by
 * @param folders the only ones that results may be written to
 */
export async function openEngine(engine: Settings['engine'], tables: ReadonlyMap<string, TableFiles>, folders: readonly string[]): Promise<SqlEngine> {
  return engine === 'spark' ? SparkEngine.open(tables, folders) : DuckDbEngine.open(tables, folders);
}
