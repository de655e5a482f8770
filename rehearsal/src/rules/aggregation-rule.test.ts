import { governed } from './governed';
import type { AskedQuery, GovernedTable } from './governed-query';

const [SHOP, MEDIA] = ['111111111111', '222222222222'];
const column = (name: string) => ({ name, type: 'STRING' });

const table = (name: string, owner: string, columns: string[], more: object): GovernedTable => ({
  name,
  owner,
  columns: columns.map(column),
  rule: {
    type: 'AGGREGATION',
    policy: {
      v1: {
        aggregation: {
          joinColumns: ['user_id'],
          dimensionColumns: [],
          scalarFunctions: [],
          aggregateColumns: [{ columnNames: ['user_id'], function: 'COUNT_DISTINCT' }],
          outputConstraints: [{ columnName: 'user_id', minimum: 10, type: 'COUNT_DISTINCT' }],
          ...more,
        } as never,
      },
    },
  },
});
const views = (more: object = {}) => table('views', MEDIA, ['user_id', 'email', 'campaign', 'cost'],
  {
    joinColumns: ['user_id', 'email'],
    dimensionColumns: ['campaign'],
    scalarFunctions: ['UPPER'],
    joinRequired: 'QUERY_RUNNER',
    aggregateColumns: [{ columnNames: ['user_id'], function: 'COUNT_DISTINCT' }, { columnNames: ['cost'], function: 'SUM' }],
    ...more,
  });
const buyers = table('buyers', SHOP, ['user_id', 'email', 'tier'],
  { joinColumns: ['user_id', 'email'], dimensionColumns: ['tier'], scalarFunctions: ['UPPER'], outputConstraints: [{ columnName: 'user_id', minimum: 20 }] });

const FROM = 'FROM views AS v JOIN buyers AS b ON v.user_id = b.user_id';
const play = (sql: string, more: Partial<AskedQuery> = {}, rule: object = {}) => governed(
  { statement: { sql, parameters: [] }, author: SHOP, runner: SHOP, receivers: [SHOP], ...more }, [views(rule), buyers],
);

test('constraints of all tables, the stricter of two on columns of one name', async () => {
  const asked = `SELECT UPPER(v.campaign) AS c, b.tier, COUNT(DISTINCT v.user_id) AS n, SUM(v.cost) AS s ${FROM} WHERE v.campaign <> 'x' GROUP BY UPPER(v.campaign), b.tier`;
  const { statement, suppressions } = await play(`${asked} HAVING SUM(v.cost) > 3 ORDER BY n DESC`);
  expect(statement.sql).toBe(
    `${asked} HAVING ((SUM(v.cost) > 3) AND (COUNT(DISTINCT \`v\`.\`user_id\`) >= 20)) AND (COUNT(DISTINCT \`b\`.\`user_id\`) >= 20) ORDER BY n DESC`);
  expect(suppressions.map(({ reason }) => reason)).toEqual([
    'output constraint of `views`: fewer than 20 distinct `user_id`', 'output constraint of `buyers`: fewer than 20 distinct `user_id`',
  ]);
  expect(suppressions[0].statement.sql).toContain('< 20');
});

test.each([
  [`SELECT v.email, COUNT(DISTINCT v.user_id) ${FROM} GROUP BY v.email`, '`email` of `views` is not one of its `dimensions`, which are campaign'],
  [`SELECT COUNT(DISTINCT v.user_id) ${FROM} WHERE v.user_id = 'x'`, '`user_id` of `views` is not one of its `dimensions`, which are campaign'],
  [`SELECT COUNT(v.user_id) ${FROM}`, '`user_id` of `views` may not be aggregated by COUNT; its owner allows it in `aggregates`'],
  [`SELECT SUM(DISTINCT v.cost) ${FROM}`, '`cost` of `views` may not be aggregated by SUM_DISTINCT'],
  [`SELECT COUNT(*) ${FROM}`, 'it takes aggregates of one column each, got COUNT(*)'],
  [`SELECT SUM(v.cost + 1) ${FROM}`, 'it takes aggregates of one column each, got SUM(v.cost + 1)'],
  [`SELECT v.campaign ${FROM}`, 'it takes a select list with one aggregate at least'],
  [`SELECT LOWER(v.campaign), SUM(v.cost) ${FROM} GROUP BY LOWER(v.campaign)`, 'it does not take the function LOWER, got LOWER(v.campaign); the owner allows it in `scalars`'],
  [`SELECT SUM(v.cost) ${FROM} WHERE CASE WHEN v.campaign = 'x' THEN TRUE END`, 'it takes no CASE'],
  [`SELECT v.campaign, SUM(v.cost) ${FROM} WHERE SUM(v.cost) > 1 GROUP BY v.campaign`, 'it takes no aggregates there, got SUM(v.cost)'],
  ['SELECT SUM(cost) FROM views TABLESAMPLE (10 PERCENT)', 'it takes no TABLESAMPLE'],
  [`SELECT SUM(v.cost) ${FROM} LIMIT 1`, 'it takes no LIMIT'],
  [`SELECT DISTINCT SUM(v.cost) ${FROM}`, 'it takes no SELECT DISTINCT'],
  [`SELECT SUM(v.cost) OVER () ${FROM}`, 'it takes no WINDOW FUNCTION'],
  [`WITH c AS (SELECT 1) SELECT SUM(v.cost) ${FROM}`, 'it takes no common table expressions'],
  ['SELECT SUM(v.cost) FROM (SELECT * FROM views) AS v', 'it takes tables in FROM, and no subqueries or VALUES'],
  [`SELECT SUM(v.cost) ${FROM} UNION ALL SELECT SUM(v.cost) ${FROM}`, 'it takes one SELECT, got a UNION'],
  ['SELECT SUM(v.cost) FROM views AS v LEFT JOIN buyers AS b ON v.user_id = b.user_id', 'it takes INNER JOIN with ON or USING only'],
  ['SELECT SUM(v.cost) FROM views AS v, buyers AS b', 'it takes INNER JOIN with ON or USING only'],
  ['SELECT SUM(v.cost) FROM views AS v JOIN buyers AS b ON v.campaign = b.tier', '`campaign` of `views` is not one of its `joins`, which are user_id, email'],
  [`SELECT SUM(v.cost) ${FROM} OR v.email = b.email`, 'it takes no OR in a join, got v.user_id = b.user_id OR v.email = b.email'],
  [`SELECT SUM(v.cost) ${FROM} AND v.user_id = 'x'`, 'it takes joins of one column equal to another table\'s, got v.user_id = \'x\''],
  ['SELECT SUM(cost) FROM views', `it must be joined with a table of account ${SHOP}, who runs the query`],
])('%s is refused', async (sql, message) => {
  await expect(play(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining(message) });
});

test('templates are refused', async () => {
  await expect(play(`SELECT SUM(v.cost) ${FROM}`, { templateArn: 'arn' })).rejects.toThrow('aggregation rule of `views`: it takes no analysis templates');
});

test('a table that need not be joined is queried alone', async () => {
  const { statement } = await play('SELECT SUM(cost) AS s FROM views', {}, { joinRequired: undefined });
  expect(statement.sql).toBe('SELECT SUM(cost) AS s FROM views HAVING COUNT(DISTINCT `views`.`user_id`) >= 10');
});
