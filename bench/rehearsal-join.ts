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

interface Spent {
  readonly seconds: number;
  /** Of all processors together: what is beside it counts less. */
  readonly cpu: number;
}

const SQL = 'SELECT p.campaign, COUNT(*) AS purchases, COUNT(DISTINCT p.buyer) AS buyers, SUM(p.amount) AS amount '
  + 'FROM purchases p JOIN impressions i ON p.buyer = i.viewer AND p.campaign = i.campaign '
  + 'WHERE p.day >= DATE \'2026-01-01\' GROUP BY p.campaign HAVING COUNT(DISTINCT p.buyer) > 10 ORDER BY p.campaign';

/**
 * A join of 10 million rows in the rehearsal's embedded engine and in DuckDB alone with the same SQL, in each round one after the
 * other, in turns the first. The ratio is the median of the rounds' ratios.
 */
export async function benchJoin(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-join-'));
  try {
    const tables = await files(folder);
    const engine = async () => timed(async () => inEngine(tables, folder));
    const alone = async () => timed(async () => inDuckDb(tables));
    const rounds: { engine: Spent; alone: Spent }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const [first, second] = round % 2 === 0 ? [await engine(), await alone()] : [await alone(), await engine()];
      rounds.push(round % 2 === 0 ? { engine: first, alone: second } : { engine: second, alone: first });
    }
    const counted = rounds.slice(1); // the first one warms the file cache up
    const ratio = (of: keyof Spent) => median(counted.map((round) => round.engine[of] / round.alone[of]));
    const line = (of: 'engine' | 'alone') => (['seconds', 'cpu'] as const).map((spent) => median(counted.map((round) => round[of][spent])).toFixed(2));
    table(`A join of ${ROWS.toLocaleString('en')} rows with a tenth as many`, ['', 'seconds', 'seconds of processors'], [
      ['the rehearsal', ...line('engine')],
      ['DuckDB alone', ...line('alone')],
      ['ratio', ratio('seconds').toFixed(2), ratio('cpu').toFixed(2)],
    ]);
    console.log(`\nat most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory for both`);
    return ratio('seconds') > GOAL ? [`a join at most ${GOAL} × DuckDB alone: ${ratio('seconds').toFixed(2)} ×`] : [];
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

async function timed(play: () => Promise<void>): Promise<Spent> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await play();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1_000_000 };
}
