/**
 * `npm run bench:rehearsal`: a join of 10 million rows in the rehearsal's embedded engine and in DuckDB alone with the same SQL,
 * one after the other in each round. The ratio is the median of the rounds' ratios.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { median, table } from './figures';
import { DuckDbEngine } from '../rehearsal/src/sql/duckdb-engine';
import type { TableFiles } from '../rehearsal/src/sql/sql-engine';

const ROWS = Number(process.env.ROWS ?? 10_000_000);
const ROUNDS = 5;
const GOAL = 1.3;

const SQL = 'SELECT p.campaign, COUNT(*) AS purchases, COUNT(DISTINCT p.buyer) AS buyers, SUM(p.amount) AS amount '
  + 'FROM purchases p JOIN impressions i ON p.buyer = i.viewer AND p.campaign = i.campaign '
  + 'WHERE p.day >= DATE \'2026-01-01\' GROUP BY p.campaign HAVING COUNT(DISTINCT p.buyer) > 10 ORDER BY p.campaign';

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-join-'));
  try {
    const tables = await files(folder);
    const rounds: { engine: number; alone: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({ engine: await timed(async () => inEngine(tables, folder)), alone: await timed(async () => inDuckDb(tables)) });
    }
    const ratio = median(rounds.map(({ engine, alone }) => engine / alone));
    table(`A join of ${ROWS.toLocaleString('en')} rows with a tenth as many`, ['', 'seconds'], [
      ['the rehearsal', (median(rounds.map(({ engine }) => engine)) / 1000).toFixed(2)],
      ['DuckDB alone', (median(rounds.map(({ alone }) => alone)) / 1000).toFixed(2)],
    ]);
    console.log(`\nratio ${ratio.toFixed(2)} (goal: ≤ ${GOAL}); at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory for both`);
    process.exitCode = ratio <= GOAL ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function files(folder: string): Promise<ReadonlyMap<string, TableFiles>> {
  const selects = {
    purchases: 'SELECT hash(range) % 1000000 AS buyer, \'c\' || range % 50 AS campaign, DATE \'2025-07-01\' + CAST(range % 365 AS INTEGER) AS day, '
      + `range % 1000 / 10 AS amount FROM range(${ROWS})`,
    impressions: `SELECT range AS viewer, 'c' || range % 50 AS campaign FROM range(${ROWS / 10})`,
  };
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const [name, select] of Object.entries(selects)) {
    await connection.run(`COPY (SELECT * REPLACE (CAST(${name === 'purchases' ? 'buyer' : 'viewer'} AS BIGINT) AS ${name === 'purchases' ? 'buyer' : 'viewer'}) FROM (${select})) TO '${join(folder, `${name}.parquet`)}' (FORMAT PARQUET)`);
  }
  connection.closeSync();
  instance.closeSync();
  return new Map(Object.keys(selects).map((name) => [name, { format: 'PARQUET', path: join(folder, `${name}.parquet`) }]));
}

async function inEngine(tables: ReadonlyMap<string, TableFiles>, folder: string): Promise<void> {
  const engine = await DuckDbEngine.open(tables, [folder]);
  await engine.run({ sql: SQL, parameters: [] });
  await engine.close();
}

async function inDuckDb(tables: ReadonlyMap<string, TableFiles>): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const [name, { path }] of tables) {
    await connection.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet('${path}')`);
  }
  await connection.run(`CREATE TEMP TABLE result AS ${SQL}`);
  connection.closeSync();
  instance.closeSync();
}

async function timed(play: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await play();
  return performance.now() - start;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
