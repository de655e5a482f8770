import { governed } from './governed';
import type { AskedQuery, GovernedQuery, GovernedTable } from './governed-query';

const SHOP = '111111111111';
const column = (name: string) => ({ name, type: 'STRING' });

function views(threshold: object = {}, name = 'views', columns = ['user_id', 'campaign', 'day', 'cost']): GovernedTable {
  const aggregationThresholds = [{ identityColumns: ['user_id'], minimumIdentityCount: 10, type: 'COUNT_DISTINCT', ...threshold }];
  return {
    name,
    owner: '222222222222',
    columns: columns.map(column),
    rule: {
      type: 'CUSTOM',
      policy: { v1: { custom: { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [SHOP], aggregationThresholds } as never } },
    },
  };
}

const purchases: GovernedTable = { name: 'purchases', owner: SHOP, columns: ['user_id', 'amount', 'day'].map(column) };
const clicks = views({ minimumIdentityCount: 5 }, 'clicks', ['user_id', 'link']);

const asked = (sql: string): AskedQuery => ({ statement: { sql, parameters: [] }, author: SHOP, runner: SHOP, receivers: [SHOP] });
const play = (sql: string, table = views()): Promise<GovernedQuery> => governed(asked(sql), [table, purchases, clicks]);

describe('rows that stand for too few', () => {
  test.each([
    ['a group', 'SELECT campaign, COUNT(*) AS n FROM views GROUP BY campaign',
      'SELECT campaign, COUNT(*) AS n FROM views GROUP BY campaign HAVING COUNT(DISTINCT `views`.`user_id`) >= 10'],
    ['beside what the query asks of groups', 'SELECT campaign FROM views GROUP BY campaign HAVING COUNT(*) > 3 OR SUM(cost) > 2',
      'SELECT campaign FROM views GROUP BY campaign HAVING (COUNT(*) > 3 OR SUM(cost) > 2) AND (COUNT(DISTINCT `views`.`user_id`) >= 10)'],
    ['the whole of a join', 'SELECT SUM(p.amount) AS s FROM views AS v JOIN purchases AS p ON v.user_id = p.user_id',
      'SELECT SUM(p.amount) AS s FROM views AS v JOIN purchases AS p ON v.user_id = p.user_id HAVING COUNT(DISTINCT `v`.`user_id`) >= 10'],
    ['a table that is read twice', 'SELECT a.campaign FROM views AS a JOIN views AS b ON a.day = b.day GROUP BY a.campaign',
      'SELECT a.campaign FROM views AS a JOIN views AS b ON a.day = b.day GROUP BY a.campaign'
        + ' HAVING (COUNT(DISTINCT `a`.`user_id`) >= 10) AND (COUNT(DISTINCT `b`.`user_id`) >= 10)'],
    ['two tables', 'SELECT v.campaign FROM views AS v LEFT JOIN clicks AS c ON v.user_id = c.user_id GROUP BY v.campaign',
      'SELECT v.campaign FROM views AS v LEFT JOIN clicks AS c ON v.user_id = c.user_id GROUP BY v.campaign'
        + ' HAVING (COUNT(DISTINCT `v`.`user_id`) >= 10) AND (COUNT(DISTINCT `c`.`user_id`) >= 5)'],
    ['distinct rows', 'SELECT DISTINCT campaign, day AS d FROM views',
      'SELECT campaign, day AS d FROM views GROUP BY campaign, day HAVING COUNT(DISTINCT `views`.`user_id`) >= 10'],
    ['rows of the table', 'SELECT campaign FROM views WHERE cost > 1', 'SELECT campaign FROM views WHERE (cost > 1) AND (1 >= 10)'],
    ['an inner query for each person', 'WITH c AS (SELECT user_id, COUNT(*) AS n FROM views GROUP BY user_id) SELECT n, COUNT(*) AS users FROM c GROUP BY n',
      'WITH c AS (SELECT user_id, COUNT(*) AS n, user_id AS __identities_1 FROM views GROUP BY user_id)'
        + ' SELECT n, COUNT(*) AS users FROM c GROUP BY n HAVING COUNT(DISTINCT `c`.`__identities_1`) >= 10'],
    ['an inner query that groups people away', 'SELECT campaign, SUM(n) AS s FROM (SELECT campaign, day, COUNT(*) AS n FROM views GROUP BY campaign, day) GROUP BY campaign',
      'SELECT campaign, SUM(n) AS s FROM (SELECT campaign, day, COUNT(*) AS n, COUNT(DISTINCT `views`.`user_id`) AS __identities_1 FROM views'
        + ' GROUP BY campaign, day) AS __query_1 GROUP BY campaign HAVING MAX(`__query_1`.`__identities_1`) >= 10'],
    ['groups that are only filtered', 'WITH c AS (SELECT campaign, COUNT(*) AS n FROM views GROUP BY campaign) SELECT campaign, n FROM c WHERE n > 5',
      'WITH c AS (SELECT campaign, COUNT(*) AS n, COUNT(DISTINCT `views`.`user_id`) AS __identities_1 FROM views GROUP BY campaign)'
        + ' SELECT campaign, n FROM c WHERE (n > 5) AND (`c`.`__identities_1` >= 10)'],
    ['names that are given anew', 'WITH c (u, k) AS (SELECT user_id, campaign FROM views) SELECT x.b, COUNT(*) AS n FROM c AS x (a, b) GROUP BY x.b',
      'WITH c(u, k, __identities_1) AS (SELECT user_id, campaign, `views`.`user_id` AS __identities_1 FROM views)'
        + ' SELECT x.b, COUNT(*) AS n FROM c AS x(a, b, __identities_1) GROUP BY x.b HAVING COUNT(DISTINCT `x`.`__identities_1`) >= 10'],
    ['each query of a union', 'SELECT campaign FROM views GROUP BY campaign UNION ALL SELECT link FROM clicks GROUP BY link',
      'SELECT campaign FROM views GROUP BY campaign HAVING COUNT(DISTINCT `views`.`user_id`) >= 10'
        + ' UNION ALL SELECT link FROM clicks GROUP BY link HAVING COUNT(DISTINCT `clicks`.`user_id`) >= 5'],
    ['a union of the table with itself', 'SELECT c, COUNT(*) AS n FROM (SELECT campaign AS c FROM views UNION ALL SELECT day FROM views) AS u GROUP BY c',
      'SELECT c, COUNT(*) AS n FROM (SELECT campaign AS c, `views`.`user_id` AS __identities_1 FROM views'
        + ' UNION ALL SELECT day, `views`.`user_id` AS __identities_2 FROM views) AS u GROUP BY c HAVING COUNT(DISTINCT `u`.`__identities_1`) >= 10'],
    ['distinct people of an inner query', 'SELECT campaign, COUNT(*) AS n FROM (SELECT DISTINCT user_id, campaign FROM views) AS d GROUP BY campaign',
      'SELECT campaign, COUNT(*) AS n FROM (SELECT user_id, campaign, user_id AS __identities_1 FROM views GROUP BY user_id, campaign) AS d'
        + ' GROUP BY campaign HAVING COUNT(DISTINCT `d`.`__identities_1`) >= 10'],
  ])('%s', async (_, sql, expected) => {
    expect((await play(sql)).statement.sql).toBe(expected);
  });

  test('are counted, with the reason', async () => {
    const { suppressions } = await play('SELECT campaign, COUNT(*) AS n FROM views WHERE cost = 1 GROUP BY campaign HAVING COUNT(*) > 2 ORDER BY n LIMIT 3');
    expect(suppressions).toEqual([{
      reason: 'aggregation threshold of `views`: fewer than 10 distinct `user_id`',
      statement: {
        sql: 'SELECT COUNT(*) AS suppressed FROM (SELECT campaign, COUNT(*) AS n FROM views WHERE cost = 1 GROUP BY campaign HAVING (COUNT(*) > 2)'
          + ' AND (COUNT(DISTINCT `views`.`user_id`) IS NULL OR COUNT(DISTINCT `views`.`user_id`) < 10)) AS suppressed_rows',
        parameters: [],
      },
    }]);
  });

  test('of several tables are counted for each', async () => {
    const { suppressions } = await play('SELECT v.campaign FROM views AS v JOIN clicks AS c ON v.user_id = c.user_id GROUP BY v.campaign');
    expect(suppressions.map(({ reason }) => reason)).toEqual([
      'aggregation threshold of `views`: fewer than 10 distinct `user_id`', 'aggregation threshold of `clicks`: fewer than 5 distinct `user_id`',
    ]);
  });
});

describe('the minimum', () => {
  const overridden = views({
    outputColumnThresholds: [{ outputColumnName: 'campaign', minimumIdentityCount: 5 }, { outputColumnName: 'day', minimumIdentityCount: 0 },
      { outputColumnName: 'cost', minimumIdentityCount: 200 }],
  });

  test.each([
    ['an override', 'SELECT DISTINCT campaign FROM views', 5],
    ['the most of all columns', 'SELECT campaign, MAX(cost) AS c, SUM(cost) AS s FROM views GROUP BY campaign', 200],
    ['a count of rows has no override', 'SELECT campaign, COUNT(*) AS n FROM views GROUP BY campaign', 10],
    ['a count of identities has none either', 'SELECT campaign, COUNT(DISTINCT user_id) AS n FROM views GROUP BY campaign', 10],
    ['an override of zero counts beside others', 'SELECT DISTINCT day, campaign FROM views', 5],
    ['columns of other tables do not count', 'SELECT DISTINCT v.campaign, p.amount FROM views AS v JOIN purchases AS p ON v.user_id = p.user_id', 5],
  ])('%s', async (_, sql, minimum) => {
    const { statement, suppressions } = await play(sql, overridden);
    expect(statement.sql).toMatch(new RegExp(`>= ${minimum}$`));
    expect(suppressions).toHaveLength(1);
  });

  test.each([
    ['an override of zero alone', 'SELECT DISTINCT day FROM views'],
    ['counts of one table', 'SELECT COUNT(*), COUNT(DISTINCT user_id) AS u, APPROX_COUNT_DISTINCT(campaign) FROM views WHERE cost > 1'],
  ])('there is none for %s', async (_, sql) => {
    expect(await play(sql, overridden)).toEqual({ statement: { sql, parameters: [] }, suppressions: [] });
  });
});

const PAGE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-sql-capabilities.html';

describe('what is refused', () => {
  test.each([
    ['SELECT campaign FROM views GROUP BY CUBE (campaign)', 'CUBE'],
    ['SELECT campaign FROM views GROUP BY ROLLUP (campaign)', 'ROLLUP'],
    ['SELECT campaign FROM views GROUP BY campaign WITH ROLLUP', 'ROLLUP'],
    ['SELECT campaign FROM views GROUP BY GROUPING SETS ((campaign), (day))', 'GROUPING SETS'],
    ['SELECT COUNT(*) FROM purchases WHERE EXISTS (SELECT 1 FROM views)', 'EXISTS'],
    ['SELECT campaign FROM views LEFT SEMI JOIN purchases ON views.user_id = purchases.user_id', 'LEFT SEMI JOIN'],
    ['SELECT campaign FROM views LEFT ANTI JOIN purchases ON views.user_id = purchases.user_id', 'LEFT ANTI JOIN'],
    ['SELECT campaign FROM views INTERSECT SELECT day FROM purchases', 'INTERSECT'],
    ['SELECT campaign FROM views EXCEPT SELECT day FROM purchases', 'EXCEPT'],
    ['SELECT campaign FROM views GROUP BY campaign LIMIT 1 OFFSET 1', 'OFFSET'],
    ['SELECT campaign FROM views SORT BY campaign', 'SORT BY'],
    ['SELECT campaign FROM views WHERE user_id <=> day', '<=>'],
    ['SELECT ANY_VALUE(campaign) FROM views', 'ANY_VALUE'],
    ['SELECT TO_CHAR(cost, \'9\') FROM views', 'TO_CHAR'],
    ['SELECT DATE_ADD(day, 1) FROM views', 'DATE_ADD'],
    ['SELECT FIRST_VALUE(campaign) OVER (ORDER BY day) FROM views', 'FIRST_VALUE'],
    ['SELECT SOUNDEX(campaign) FROM views', 'SOUNDEX'],
    ['SELECT COUNT(*) FILTER (WHERE cost > 1) FROM views GROUP BY day', 'FILTER'],
    ['SELECT COUNT(*) FROM views TABLESAMPLE (10 PERCENT)', 'TABLESAMPLE'],
    ['WITH c AS (SELECT day FROM views LIMIT 1 OFFSET 2) SELECT COUNT(*) FROM c', 'OFFSET'],
  ])('%s', async (sql, construct) => {
    await expect(play(sql)).rejects.toMatchObject({
      code: 'MALFORMED_QUERY', message: `aggregation threshold of \`views\`: Clean Rooms does not support ${construct} in queries on the table; what it supports: ${PAGE}`,
    });
  });

  test.each([
    ['SELECT campaign, SUM(cost * 2) FROM views GROUP BY campaign', 'it allows to aggregate columns only, got SUM(cost * 2); its owner allows more in `aggregates`'],
    ['WITH c AS (SELECT cost * 2 AS x, day FROM views) SELECT day, SUM(x) FROM c GROUP BY day', 'it allows to aggregate columns only, got SUM(x)'],
    ['SELECT day, COUNT(CASE WHEN cost > 3 THEN 1 END) FROM views GROUP BY day', 'it allows to aggregate columns only, got COUNT(CASE WHEN cost > 3'],
    ['SELECT campaign, MAX(cost) FROM views GROUP BY campaign', 'the final SELECT has MAX without AVG, COUNT or SUM beside it; add one of them'],
    ['SELECT campaign, COLLECT_LIST(user_id) FROM views GROUP BY campaign', 'the final SELECT has COLLECT_LIST without AVG, COUNT or SUM beside it'],
    ['SELECT SUM(amount) FROM purchases WHERE user_id IN (SELECT user_id FROM views)', 'the table can be used in FROM and JOIN only, not in a subquery within an expression; join it instead'],
    ['WITH c AS (SELECT MAX(cost) AS m FROM views) SELECT (SELECT m FROM c) AS m', 'the table can be used in FROM and JOIN only'],
    ['SELECT COUNT(*) FROM views WHERE user_id = \'x\'', '`user_id` of `views` identifies people and is never compared with a literal, got user_id = \'x\'; leave the comparison out'],
    ['SELECT COUNT(*) FROM views WHERE user_id IN (\'x\', \'y\')', '`user_id` of `views` identifies people and is never compared with a literal'],
    ['SELECT COUNT(*) FROM views WHERE SUBSTRING(user_id, 1, 2) LIKE \'x%\'', '`user_id` of `views` identifies people and is never compared'],
    ['SELECT COUNT(*) FROM views JOIN (VALUES (\'x\')) AS l(x) ON views.user_id = l.x', '`user_id` of `views` identifies people and is never compared'],
    ['SELECT COUNT(*) FROM views WHERE user_id = :who', '`user_id` of `views` identifies people and is never compared with a literal, got user_id = :who'],
    ['SELECT COUNT(*) FROM (SELECT CASE user_id WHEN \'x\' THEN 1 ELSE 0 END AS k FROM views) AS c', 'identifies people and is never compared'],
    ['SELECT COUNT(*) FROM (SELECT NULLIF(user_id, \'x\') AS k FROM views) AS c', 'identifies people and is never compared'],
  ])('%s', async (sql, message) => {
    await expect(play(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining(message) });
  });

  test('an expression is aggregated where any may be', async () => {
    const { statement } = await play('SELECT day, SUM(cost * 2) AS s FROM views GROUP BY day', views({ allowedAggregateExpressionType: 'ANY_EXPRESSION' }));
    expect(statement.sql).toContain('HAVING');
  });

  test.each([
    ['SELECT campaign, ROW_NUMBER() OVER (ORDER BY day) AS r FROM views',
      'a window over rows of `views`, which has an aggregation threshold, in the final SELECT; put it into a subquery, and group its rows outside'],
    ['WITH g AS (SELECT campaign, COUNT(*) AS n FROM views GROUP BY campaign), w AS (SELECT LAG(n) OVER (ORDER BY campaign) AS p FROM g) SELECT p FROM w',
      'a window over groups of `views`, which has an aggregation threshold, within an inner query; put the window into the final SELECT'],
    ['SELECT COUNT(*) AS n FROM (SELECT campaign AS c FROM views UNION ALL SELECT link FROM clicks) AS u',
      'rows of `views`, which has an aggregation threshold, in a UNION ALL that is not the whole query; '
        + 'unite with UNION ALL what reads the same tables with thresholds in the same way, or unite the results'],
    ['SELECT COUNT(*) AS n FROM (SELECT campaign AS c FROM views UNION SELECT day FROM views) AS u',
      'rows of `views`, which has an aggregation threshold, in a UNION that is not the whole query; '
        + 'unite with UNION ALL what reads the same tables with thresholds in the same way, or unite the results'],
    ['SELECT COUNT(*) AS n FROM (SELECT DISTINCT campaign, COUNT(*) AS n FROM views GROUP BY campaign) AS u',
      'DISTINCT over groups or windows of rows of `views`, which has an aggregation threshold; select DISTINCT from a subquery'],
    ['SELECT DISTINCT 1 AS one FROM views', 'DISTINCT of no column of `views`; leave it out'],
    ['SELECT campaign, COUNT(*) AS n FROM views WHERE campaign LIKE \'a\\_b\' GROUP BY campaign',
      '`\\%` or `\\_` in a text of a query that rules rewrite; use ESCAPE with another character'],
  ])('not played: %s', async (sql, reason) => {
    await expect(play(sql)).rejects.toMatchObject({ message: `not played: ${reason}` });
  });

  test('more tables than a query can use', async () => {
    const many = Array.from({ length: 16 }, (_, index): GovernedTable => ({ ...purchases, name: `t${index + 1}` }));
    const sql = `SELECT COUNT(*) AS n FROM ${many.map(({ name }) => name).join(', ')}`;
    await expect(governed(asked(sql), many)).rejects.toMatchObject({
      code: 'MALFORMED_QUERY', message: `a query can use 15 tables, got 16: ${many.map(({ name }) => name).join(', ')}; leave some out`,
    });
  });
});
