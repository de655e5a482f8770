import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DuckDbEngine } from '../rehearsal/src/sql/duckdb-engine';
const ROWS = 4_000_000;
const SQL = 'SELECT p.campaign, COUNT(*) AS purchases, COUNT(DISTINCT p.buyer) AS buyers, SUM(p.amount) AS amount '
  + 'FROM purchases p JOIN impressions i ON p.buyer = i.viewer AND p.campaign = i.campaign '
  + 'WHERE p.day >= DATE \'2026-01-01\' GROUP BY p.campaign HAVING COUNT(DISTINCT p.buyer) > 10 ORDER BY p.campaign';
async function main() {
  const folder = mkdtempSync('/tmp/h/h13b-work/join-');
  const selects: Record<string, string> = {
    purchases: 'SELECT CAST(hash(range) % 1000000 AS BIGINT) AS buyer, \'c\' || range % 50 AS campaign, DATE \'2025-07-01\' + CAST(range % 365 AS INTEGER) AS day, ' + `range % 1000 / 10 AS amount FROM range(${ROWS})`,
    impressions: `SELECT CAST(range AS BIGINT) AS viewer, 'c' || range % 50 AS campaign FROM range(${ROWS / 10})`,
  };
  const i = await DuckDBInstance.create(':memory:'); const c = await i.connect();
  for (const [n, s] of Object.entries(selects)) await c.run(`COPY (${s}) TO '${join(folder, n + '.parquet')}' (FORMAT PARQUET)`);
  const tables = new Map(Object.keys(selects).map((n) => [n, { format: 'PARQUET' as const, path: join(folder, n + '.parquet') }]));
  const t = async (name: string, f: () => Promise<unknown>) => { const s = performance.now(); const c0 = process.cpuUsage(); await f(); const u = process.cpuUsage(c0); console.log(name.padEnd(30), (performance.now() - s).toFixed(0), 'ms wall', ((u.user + u.system) / 1000).toFixed(0), 'ms cpu'); };
  const engine0 = await DuckDbEngine.open(tables, [folder]);
  console.log((await engine0.compiled({ sql: SQL, parameters: [] })).sql, await engine0.columnsOf('purchases'));
  await engine0.close();
  for (const n of Object.keys(selects)) await c.run(`CREATE VIEW ${n} AS SELECT * FROM read_parquet('${join(folder, n + '.parquet')}')`);
  for (let r = 0; r < 3; r++) {
    let engine!: DuckDbEngine;
    await t('engine open', async () => { engine = await DuckDbEngine.open(tables, [folder]); });
    let sql = '';
    await t('engine compile', async () => { sql = (await engine.compiled({ sql: SQL, parameters: [] })).sql; });
    await t('engine run', () => engine.run({ sql: SQL, parameters: [] }));
    await t('engine close', () => engine.close());
    await t('duck same SQL as engine', () => c.run(`CREATE OR REPLACE TEMP TABLE r1 AS ${sql}`));
    await t('duck plain', () => c.run(`CREATE OR REPLACE TEMP TABLE r2 AS ${SQL}`));
  }
}
void main();
