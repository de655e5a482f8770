import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGGREGATES, WINDOW_FUNCTIONS } from './aggregates';
import { DuckDbEngine } from './duckdb-engine';
import { FUNCTIONS } from './expression-compiler';
import { type Answer, Bench, CASES, difference, sorted, statementOf } from './fixtures/differential';
import { PLAYED } from './played';
import { some } from '../../../test/support/rounds';

const SPARK: Readonly<Record<string, Answer>> = JSON.parse(readFileSync(join(__dirname, 'fixtures/spark-answers.json'), 'utf8')) as Record<string, Answer>;

let bench: Bench;
let engine: DuckDbEngine;

beforeAll(async () => {
  bench = await Bench.open();
  engine = await DuckDbEngine.open(bench.tables, [bench.folder]);
});

afterAll(async () => {
  await engine.close();
  bench.close();
});

// What Spark gave is recorded by `npm run test:spark -- --record`, and compared with Spark itself by `npm run test:spark`.
test.each(some(CASES, 120).map((one) => [one.sql, one] as const))('%s gives what Spark gives', async (sql, { kind, isNear }) => {
  const expected = SPARK[`${kind}: ${sql}`];
  expect(expected).toBeDefined();
  const statement = statementOf(kind, [sql]);
  const answer = sorted(statement, await bench.ask(engine, statement));
  expect(difference(answer, expected, isNear)).toBeUndefined();
});

test('everything that is played has its cases', () => {
  const shown = new Set(CASES.map(({ plays }) => plays));
  expect(Object.values(PLAYED).flat().filter((name) => !shown.has(name))).toEqual([]);
});

test('the list of what is played is what the compiler knows', () => {
  const functions = ['conditions', 'text', 'dates', 'numbers'].flatMap((kind) => PLAYED[kind]);
  expect([...functions].sort()).toEqual(Object.keys(FUNCTIONS).sort());
  expect([...PLAYED.aggregates].sort()).toEqual(Object.keys(AGGREGATES).sort());
  expect(PLAYED.windows.filter((name) => /^[A-Z_]+$/.test(name)).sort()).toEqual([...WINDOW_FUNCTIONS].sort());
});

test('the docs list what is played', () => {
  const docs = readFileSync(join(__dirname, '../../../docs/rehearsal-sql.md'), 'utf8');
  const table = Object.entries(PLAYED).map(([kind, names]) => `| ${kind} | ${names.map((name) => `\`${name.replaceAll('|', '\\|')}\``).join(', ')} |`);
  expect(docs).toContain(`| | |\n| --- | --- |\n${table.join('\n')}\n`);
});
