/**
 * Real Spark as the judge of the rehearsal's SQL: `npm run test:spark`. Every function, operator and clause that is played, and
 * queries with rules in them, run in both engines, over edge cases and generated values, and the result files must be the same;
 * so must what the command says with each. With `--record` Spark's answers
 * are written down for `npm test`, which has no Spark. Needs Python 3.10, Java 17 and a package index.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareCommand } from './command';
import { compareOverConnect } from './connect';
import { ConnectServer } from './connect-server';
import { installSpark } from './python';
import { recorded } from './recorded';
import { compareRules } from './rules';
import { DuckDbEngine } from '../../../rehearsal/src/sql/duckdb-engine';
import { type Answer, Bench, type Case, CASES, difference, sorted, statementOf } from '../../../rehearsal/src/sql/fixtures/differential';
import { SparkEngine } from '../../../rehearsal/src/sql/spark-engine';
import type { SqlEngine } from '../../../rehearsal/src/sql/sql-engine';

const ANSWERS = join(__dirname, '../../../rehearsal/src/sql/fixtures/spark-answers.json');
/** As many expressions as Spark compiles in one query without slowing down. */
const AT_ONCE = 40;

async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-spark-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  if (process.env.PYSPARK_PYTHON === undefined) {
    say('installing Spark in a virtual environment of its own');
    process.env.PYSPARK_PYTHON = installSpark(join(work, 'venv'));
  }
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const failures = [...await compare(seed), ...await compareRules(seed, say), ...await compareRemote()];
  console.log();
  failures.forEach((failure) => say(`failed: ${failure}`));
  say(`${CASES.length} cases (SEED=${seed}): ${failures.length === 0 ? 'DuckDB gives what Spark gives' : `${failures.length} failed`}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

async function compareRemote(): Promise<string[]> {
  const server = await ConnectServer.start();
  try {
    return [...await compareOverConnect(server.remote, say), ...await compareCommand(server.remote, say)];
  } finally {
    await server.stop();
  }
}

async function compare(seed: number): Promise<string[]> {
  const bench = await Bench.open(seed);
  const spark = await SparkEngine.open(bench.tables, [bench.folder], undefined);
  const duckdb = await DuckDbEngine.open(bench.tables, [bench.folder]);
  try {
    const answers = await answersOf(spark, bench, CASES, 'v');
    const failures = [...await differing(duckdb, bench, answers, 'v'), ...judgeRecorded(answers)];
    const more = await answersOf(spark, bench, CASES.filter(isExpression), 'more');
    return [...failures, ...await differing(duckdb, bench, more, 'more')];
  } finally {
    await duckdb.close();
    await spark.close();
    bench.close();
  }
}

async function differing(duckdb: SqlEngine, bench: Bench, answers: ReadonlyMap<Case, Answer>, table: string): Promise<string[]> {
  const failures: string[] = [];
  for (const [{ plays, kind, sql, isNear }, expected] of answers) {
    const answer = await bench.ask(duckdb, statementOf(kind, [sql], table)).catch((error: Error) => error);
    const differs = answer instanceof Error ? answer.message : difference(sorted(statementOf(kind, [sql], table), answer), expected, isNear);
    failures.push(...differs === undefined ? [] : [`${plays}: ${sql}: ${differs} (DuckDB and Spark, table ${table})`]);
  }
  say(`${answers.size} cases over the table ${table}: ${failures.length} differ`);
  return failures;
}

const isExpression = ({ kind }: Case): boolean => kind === 'row' || kind === 'aggregate';

async function answersOf(spark: SqlEngine, bench: Bench, cases: readonly Case[], table: string): Promise<Map<Case, Answer>> {
  const answers = new Map<Case, Answer>();
  const batches = (['row', 'aggregate'] as const).flatMap((kind) => chunks(cases.filter((one) => one.kind === kind), AT_ONCE));
  for (const batch of [...batches, ...cases.filter((one) => !isExpression(one)).map((one) => [one])]) {
    (await answersTo(spark, bench, batch, table)).forEach((answer, index) => answers.set(batch[index], answer));
    if (answers.size % AT_ONCE < batch.length) {
      say(`Spark has answered ${answers.size} of ${cases.length}`);
    }
  }
  return answers;
}

/** Expressions of one kind at once, for a query takes Spark a while; where it refuses one of them, halves find out which. */
async function answersTo(spark: SqlEngine, bench: Bench, batch: readonly Case[], table: string): Promise<Answer[]> {
  const [{ kind, sql }] = batch;
  const answer = await bench.ask(spark, statementOf(kind, batch.map((one) => one.sql), table));
  if ('code' in answer && batch.length > 1) {
    const [first, second] = chunks(batch, Math.ceil(batch.length / 2));
    return [...await answersTo(spark, bench, first, table), ...await answersTo(spark, bench, second, table)];
  }
  return batch.map((one, index) => isExpression(one) ? columnOf(answer, index) : sorted(sql, answer));
}

/** The answer that the batch's expression would have got alone. */
function columnOf(answer: Answer, index: number): Answer {
  if ('code' in answer) return answer;
  const { types, rows } = answer;
  return { types: [types[0], types[index + 1].replace(/^x\d+/, 'x1')], rows: rows.map((row) => [row[0], row[index + 1]]) };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function judgeRecorded(answers: Map<Case, Answer>): string[] {
  const text = recorded(answers);
  if (process.argv.includes('--record')) {
    writeFileSync(ANSWERS, text);
    return [];
  }
  return existsSync(ANSWERS) && readFileSync(ANSWERS, 'utf8') === text ? [] : ['the recorded answers are stale: npm run test:spark -- --record'];
}

const start = Date.now();
function say(line: string): void {
  console.log(`${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
