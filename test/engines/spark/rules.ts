import { governedTables, RULE_CASES, ruleSamples } from './rule-cases';
import { type Outcome, Playground } from '../../../rehearsal/src/rules/fixtures/playground';
import { SparkEngine } from '../../../rehearsal/src/sql/spark-engine';

/**
 * Queries with rules in them, in both engines: the same rows, and as many left out. A case is of no use if nothing of it is
 * left out, where its rules can leave out rows.
 */
export async function compareRules(seed: number, say: (line: string) => void): Promise<string[]> {
  const samples = ruleSamples(seed);
  const duckdb = await Playground.of(samples);
  const spark = await Playground.of(samples, async (tables, folders) => SparkEngine.open(tables, folders, undefined));
  const failures: string[] = [];
  let played = 0;
  let suppressed = 0;
  try {
    for (const one of RULE_CASES) {
      for (const sql of one.queries) {
        const tables = governedTables(samples, one);
        const [expected, got] = [await spark.play(sql, tables), await duckdb.play(sql, tables)];
        const differs = differenceOf(sql, expected, got);
        failures.push(...differs === undefined ? [] : [`rules: ${one.plays}: ${sql}: ${differs}`]);
        played += 1;
        suppressed += 'refused' in expected ? 0 : Object.values(expected.suppressed).reduce((sum, rows) => sum + rows, 0);
      }
    }
  } finally {
    await duckdb.close();
    await spark.close();
  }
  if (suppressed === 0) failures.push('rules: no row was left out, so that nothing is shown');
  say(`${played} queries with rules, ${suppressed} rows left out: ${failures.length} differ`);
  return failures;
}

function differenceOf(sql: string, expected: Outcome, got: Outcome): string | undefined {
  if ('refused' in expected || 'refused' in got) return `refused: ${JSON.stringify('refused' in expected ? expected : got)}`;
  const [one, other] = [expected, got].map(({ rows, suppressed }) => JSON.stringify({ rows: / ORDER BY [^)]*$/.test(sql) ? rows : [...rows].map((row) => JSON.stringify(row)).sort(), suppressed }));
  return one === other ? undefined : `Spark ${one}, DuckDB ${other}`;
}
