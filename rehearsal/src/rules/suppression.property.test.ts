import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { governed } from './governed';
import type { GovernedTable } from './governed-query';
import { rounds } from '../../../test/support/rounds';
import { DuckDbEngine } from '../sql/duckdb-engine';

const SHOP = '111111111111';
const COLUMNS = ['user_id', 'campaign', 'day', 'cost'].map((name) => ({ name, type: name === 'cost' ? 'INT' : 'STRING' }));

/** Queries whose rows are of one campaign each, and which views a row of it is made of. */
const QUERIES: readonly (readonly [sql: string, made: string])[] = [
  ['SELECT campaign, COUNT(*) AS n FROM views GROUP BY campaign', 'TRUE'],
  ['SELECT campaign, SUM(cost) AS n FROM views WHERE cost > 2 GROUP BY campaign', 'cost > 2'],
  ['SELECT DISTINCT campaign FROM views WHERE day = \'d1\'', 'day = \'d1\''],
  ['SELECT campaign FROM views', 'TRUE'],
  ['WITH c AS (SELECT user_id, campaign, COUNT(*) AS n FROM views GROUP BY user_id, campaign) SELECT campaign, AVG(n) AS a FROM c GROUP BY campaign', 'TRUE'],
  ['WITH c AS (SELECT campaign, COUNT(*) AS n FROM views WHERE cost < 4 GROUP BY campaign) SELECT campaign, n FROM c WHERE n > 1', 'cost < 4'],
  ['SELECT campaign, SUM(n) AS s FROM (SELECT campaign, day, COUNT(*) AS n FROM views GROUP BY campaign, day) AS x GROUP BY campaign', 'TRUE'],
  ['SELECT a.campaign, COUNT(*) AS n FROM views AS a JOIN views AS b ON a.day = b.day GROUP BY a.campaign', 'TRUE'],
];

test('no row leaves that stands for fewer identities than the threshold asks for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  const file = join(folder, 'views.csv');
  const result = join(folder, 'result.csv');
  const instance = await DuckDBInstance.create(':memory:');
  const judge = await instance.connect();
  try {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(6), fc.nat(2), fc.nat(2), fc.nat(5)), { maxLength: 30, minLength: 1 }),
      fc.constantFrom(...QUERIES), fc.integer({ max: 4, min: 2 }),
      async (rows, [sql, made], minimum) => {
        writeFileSync(file, ['user_id,campaign,day,cost', ...rows.map(([user, campaign, day, cost]) => `u${user},c${campaign},d${day},${cost}`)].join('\n'));
        const threshold = { identityColumns: ['user_id'], minimumIdentityCount: minimum, type: 'COUNT_DISTINCT' };
        const custom = { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [SHOP], aggregationThresholds: [threshold] };
        const table: GovernedTable = { name: 'views', owner: SHOP, columns: COLUMNS, rule: { type: 'CUSTOM', policy: { v1: { custom: custom as never } } } };
        const { statement } = await governed({ statement: { sql, parameters: [] }, author: SHOP, runner: SHOP, receivers: [SHOP] }, [table]);
        const engine = await DuckDbEngine.open(new Map([['views', { format: 'CSV' as const, path: file, columns: COLUMNS }]]), [folder]);
        await engine.write(result, 'CSV', 0, await engine.run(statement));
        await engine.close();
        const left = readFileSync(result, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',')[0]);
        const few = await judge.runAndReadAll(`WITH seen AS (SELECT DISTINCT campaign, user_id FROM read_csv('${file}') WHERE ${made})
          SELECT c.campaign FROM (SELECT DISTINCT campaign FROM seen) c WHERE (SELECT count(*) FROM seen s WHERE s.campaign = c.campaign) < ${minimum}`);
        const forbidden = few.getRows().map(([campaign]) => String(campaign));
        expect(left.filter((campaign) => forbidden.includes(campaign))).toEqual([]);
      },
    ), { numRuns: rounds({ few: 15, all: 500 }) });
  } finally {
    judge.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}, 120_000);
