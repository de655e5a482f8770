import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbEngine } from '../../../rehearsal/src/sql/duckdb-engine';
import { Bench, difference, sorted } from '../../../rehearsal/src/sql/fixtures/differential';
import { QUERIES } from '../../../rehearsal/src/sql/fixtures/query-cases';
import { SparkEngine } from '../../../rehearsal/src/sql/spark-engine';
import type { TableFiles } from '../../../rehearsal/src/sql/sql-engine';

/** One statement of each clause over Spark Connect, and a CSV file that has to be sent along. */
export async function compareOverConnect(remote: string, say: (line: string) => void): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-connect-'));
  try {
    const csv = join(work, 'sales.csv');
    writeFileSync(csv, 'id,name,at,day,amount\n1,Ann,2026-11-20 01:02:03,2026-11-20,1.5\n2,,,2026-11-21,2\n');
    const statements = [...Object.values(QUERIES).map(([sql]) => sql), 'SELECT * FROM sales', 'SELECT day, sum(amount) AS s FROM sales GROUP BY day'];
    const failures = await compare(new Map([['sales', { format: 'CSV', path: csv }]]), statements, remote);
    say(`${statements.length} statements over Spark Connect: ${failures.length} differ`);
    return failures;
  } finally {
    rmSync(work, { recursive: true });
  }
}

async function compare(more: ReadonlyMap<string, TableFiles>, statements: readonly string[], remote: string): Promise<string[]> {
  const bench = await Bench.open();
  const tables = new Map([...bench.tables, ...more]);
  const spark = await SparkEngine.open(tables, [bench.folder], remote);
  const duckdb = await DuckDbEngine.open(tables, [bench.folder]);
  try {
    const failures: string[] = [];
    for (const sql of statements) {
      const differs = difference(sorted(sql, await bench.ask(duckdb, sql)), sorted(sql, await bench.ask(spark, sql)), false);
      failures.push(...differs === undefined ? [] : [`over Spark Connect: ${sql}: ${differs}`]);
    }
    return failures;
  } finally {
    await duckdb.close();
    await spark.close();
    bench.close();
  }
}
