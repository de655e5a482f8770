import { governed } from './governed';
import type { GovernedTable } from './governed-query';

const SHOP = '111111111111';

function views(allowedLiteralComparisonColumns: string[], allowedColumnComparisonColumns: string[]): GovernedTable {
  const comparisonControls = { allowedLiteralComparisonColumns, allowedColumnComparisonColumns };
  return {
    name: 'views',
    owner: '222222222222',
    columns: ['user_id', 'campaign', 'day', 'cost'].map((name) => ({ name, type: 'STRING' })),
    rule: { type: 'CUSTOM', policy: { v1: { custom: { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [SHOP], comparisonControls } as never } } },
  };
}

const sqlOf = async (sql: string, table = views(['day'], ['user_id'])) =>
  (await governed({ statement: { sql, parameters: [] }, author: SHOP, runner: SHOP, receivers: [SHOP] }, [table])).statement.sql;

test.each([
  'SELECT campaign, cost FROM views ORDER BY campaign',
  'SELECT campaign FROM views WHERE day = \'2026-11-20\' UNION ALL SELECT cost FROM views ORDER BY campaign',
  'SELECT user_id, COUNT(campaign) AS n FROM views GROUP BY user_id HAVING COUNT(campaign) > 3 ORDER BY user_id LIMIT 3',
  'SELECT a.campaign FROM views AS a JOIN views AS b ON a.user_id = b.user_id',
])('%s compares what it may', async (sql) => {
  expect(await sqlOf(sql)).toBe(sql);
});

test.each([
  ['SELECT day FROM views WHERE campaign = \'x\'', '`campaign` of `views` may not be compared with a literal, got campaign = \'x\'; its owner allows it in `comparisons.literals`'],
  ['SELECT CASE WHEN campaign IS NULL THEN 1 ELSE 2 END AS x FROM views', '`campaign` of `views` may not be compared with a literal, got campaign IS NULL'],
  ['SELECT x FROM (SELECT campaign AS x FROM views) AS q WHERE x LIKE \'a%\'', '`campaign` of `views` may not be compared with a literal, got x LIKE \'a%\''],
  ['SELECT campaign, COUNT(*) AS n FROM views GROUP BY 1', '`campaign` of `views` may not be compared with columns, as joins, GROUP BY and windows do, got campaign; its owner allows it in `comparisons.columns`'],
  ['SELECT DISTINCT day FROM views', '`day` of `views` may not be compared with columns, as joins, GROUP BY and windows do, got day'],
  ['SELECT day FROM views ORDER BY campaign LIMIT 1', '`campaign` of `views` may not be compared with columns, as joins, GROUP BY and windows do, got campaign'],
  ['SELECT campaign FROM views ORDER BY 1 LIMIT 1', '`campaign` of `views` may not be compared with columns, as joins, GROUP BY and windows do, got campaign'],
  ['SELECT campaign FROM (SELECT campaign FROM views ORDER BY campaign) AS x LIMIT 1', '`campaign` of `views` may not be compared with columns, as joins, GROUP BY and windows do, got campaign'],
  ['SELECT campaign FROM views UNION ALL SELECT cost FROM views ORDER BY campaign LIMIT 1', 'may not be compared with columns, as joins, GROUP BY and windows do, got the ORDER BY of a UNION'],
  ['SELECT campaign FROM views UNION ALL SELECT cost FROM views ORDER BY 1 LIMIT 1', 'may not be compared with columns, as joins, GROUP BY and windows do, got the ORDER BY of a UNION'],
  ['SELECT campaign FROM views UNION SELECT cost FROM views', 'may not be compared with columns, as joins, GROUP BY and windows do, got UNION'],
])('%s is refused', async (sql, message) => {
  await expect(sqlOf(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining(message) });
});

test('empty lists forbid every comparison', async () => {
  await expect(sqlOf('SELECT day FROM views WHERE day = \'x\'', views([], []))).rejects.toThrow('`day` of `views` may not be compared with a literal');
  await expect(sqlOf('SELECT user_id FROM views GROUP BY user_id', views([], []))).rejects.toThrow('`user_id` of `views` may not be compared with columns');
});
