import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DuckDbEngine } from '../../../rehearsal/src/sql/duckdb-engine';
import { Bench, difference, sorted } from '../../../rehearsal/src/sql/fixtures/differential';
import { QUERIES } from '../../../rehearsal/src/sql/fixtures/query-cases';
import { SparkEngine } from '../../../rehearsal/src/sql/spark-engine';
import type { TableFiles } from '../../../rehearsal/src/sql/sql-engine';

/** A Spark Connect server of this machine, in the process of pyspark itself, until stdin closes. */
const SERVER = `
import sys
from pyspark.sql import SparkSession
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.plugins", "org.apache.spark.sql.connect.SparkConnectPlugin")
session = builder.config("spark.connect.grpc.binding.port", sys.argv[1]).getOrCreate()
sys.stdin.read()
session.stop()
`;

/** One statement of each clause over Spark Connect, and a CSV file that has to be sent along. */
export async function compareOverConnect(say: (line: string) => void): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-connect-'));
  const port = await freePort();
  const { SPARK_REMOTE: _remote, ...environment } = process.env;
  const server = spawn(process.env.PYSPARK_PYTHON ?? 'python3', ['-c', SERVER, String(port)], { env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
  const words: string[] = [];
  server.stderr.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  try {
    await listening(port, server, words);
    const csv = join(work, 'sales.csv');
    writeFileSync(csv, 'id,name,at,day,amount\n1,Ann,2026-11-20 01:02:03,2026-11-20,1.5\n2,,,2026-11-21,2\n');
    const statements = [...Object.values(QUERIES).map(([sql]) => sql), 'SELECT * FROM sales', 'SELECT day, sum(amount) AS s FROM sales GROUP BY day'];
    const failures = await compare(new Map([['sales', { format: 'CSV', path: csv }]]), statements, `sc://localhost:${port}`);
    say(`${statements.length} statements over Spark Connect: ${failures.length} differ`);
    return failures;
  } finally {
    server.stdin.end();
    await new Promise((resolve) => server.exitCode === null ? server.once('exit', resolve) : resolve(undefined));
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for the server as long as it lives: how long it takes to start depends on the machine. */
async function listening(port: number, server: ChildProcess, words: readonly string[]): Promise<void> {
  while (server.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connectTo(port, 'localhost', () => { socket.destroy(); resolve(true); });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await pause(200);
  }
  throw new Error(`Spark Connect ended with ${server.exitCode}: ${words.join('').slice(-2_000)}`);
}
