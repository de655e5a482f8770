import { governed } from './governed';
import type { AskedQuery, GovernedTable } from './governed-query';

const [SHOP, MEDIA, AGENCY] = ['111111111111', '222222222222', '333333333333'];
const TEMPLATE = `arn:aws:cleanrooms:us-east-1:${SHOP}:membership/a/analysistemplate/b`;

const column = (name: string) => ({ name, type: 'STRING' });

function views(custom: object = {}, more: Partial<GovernedTable> = {}): GovernedTable {
  return {
    name: 'views',
    owner: MEDIA,
    columns: ['user_id', 'campaign', 'day', 'cost', 'email'].map(column),
    allowedColumns: ['user_id', 'campaign', 'day', 'cost'],
    rule: { type: 'CUSTOM', policy: { v1: { custom: { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [SHOP], ...custom } } } },
    ...more,
  };
}

const purchases: GovernedTable = { name: 'purchases', owner: SHOP, columns: ['user_id', 'amount', 'day'].map(column) };

const asked = (sql: string, more: Partial<AskedQuery> = {}): AskedQuery => ({
  statement: { sql, parameters: [] }, author: SHOP, runner: SHOP, receivers: [SHOP], ...more,
});

const sqlOf = async (sql: string, table = views(), more: Partial<AskedQuery> = {}) =>
  (await governed(asked(sql, more), [table, purchases])).statement.sql;

describe('who may ask', () => {
  test.each([
    ['any query of its author', views(), {}],
    ['this template', views({ allowedAnalyses: [TEMPLATE], allowedAnalysisProviders: undefined }), { templateArn: TEMPLATE, author: AGENCY }],
    ['a template of a provider', views(), { templateArn: TEMPLATE }],
    ['a table whose rule is not known', views({}, { rule: undefined }), { author: AGENCY }],
  ])('%s passes as it is', async (_, table, more) => {
    const sql = 'select campaign, count(*) as n from views group by campaign -- as written';
    expect(await sqlOf(sql, table, more)).toBe(sql);
  });

  test.each([
    ['SQL of somebody else', views(), { author: AGENCY }, 'RESOURCE_ACCESS_DENIED',
      `custom rule of \`views\`: it allows queries of ${SHOP}, got SQL that account ${AGENCY} wrote; its owner names it in \`allow\``],
    ['another template', views({ allowedAnalyses: [TEMPLATE], allowedAnalysisProviders: undefined }), { templateArn: `${TEMPLATE}x` }, 'RESOURCE_ACCESS_DENIED',
      `custom rule of \`views\`: it allows ${TEMPLATE}, got template ${TEMPLATE}x of account ${SHOP}; its owner names it in \`allow\``],
    ['a rule that allows nothing', views({ allowedAnalyses: [], allowedAnalysisProviders: undefined }), {}, 'RESOURCE_ACCESS_DENIED',
      `custom rule of \`views\`: it allows nothing, got SQL that account ${SHOP} wrote; its owner names it in \`allow\``],
    ['jobs only', views({ allowedAnalyses: ['ANY_JOB'] }), {}, 'RESOURCE_ACCESS_DENIED',
      `custom rule of \`views\`: it allows ANY_JOB, got SQL that account ${SHOP} wrote; its owner names it in \`allow\``],
    ['a table without a rule', views({}, { rule: null }), {}, 'INVALID_RESOURCE', '`views` has no analysis rule, so nobody can query it; its owner gives it a `rule`'],
  ])('%s is refused', async (_, table, more, code, message) => {
    await expect(sqlOf('SELECT campaign FROM views', table, more)).rejects.toMatchObject({ code, message });
  });
});

describe('who receives', () => {
  const receiving = (allowedResultReceivers?: string[]) =>
    views({}, { collaborationRule: { type: 'CUSTOM', policy: { v1: { custom: { allowedResultReceivers } } } } });

  test.each([
    ['those who may', receiving([SHOP, AGENCY]), [SHOP, AGENCY]],
    ['anybody, where the collaboration rule is not known', views(), [AGENCY]],
  ])('%s', async (_, table, receivers) => {
    expect(await sqlOf('SELECT campaign FROM views', table, { receivers })).toBe('SELECT campaign FROM views');
  });

  test.each([
    ['somebody else', receiving([SHOP]), [SHOP, AGENCY], `collaboration rule of \`views\`: its results may go to ${SHOP}, got ${AGENCY}; name it in \`receivers\` of the table's association`],
    ['anybody, where there is no list', receiving(), [SHOP], `collaboration rule of \`views\`: its results may go to nobody, got ${SHOP}; name it in \`receivers\` of the table's association`],
    ['anybody, where there is no collaboration rule', views({}, { collaborationRule: null }), [SHOP],
      `collaboration rule of \`views\`: its results may go to nobody, got ${SHOP}; name it in \`receivers\` of the table's association`],
  ])('not %s', async (_, table, receivers, message) => {
    await expect(sqlOf('SELECT campaign FROM views', table, { receivers })).rejects.toMatchObject({ code: 'RESOURCE_ACCESS_DENIED', message });
  });
});

describe('allowed columns', () => {
  test.each([
    ['SELECT * FROM views', 'SELECT views.user_id, views.campaign, views.day, views.cost FROM views'],
    ['SELECT v.* EXCEPT (cost) FROM views v', 'SELECT v.user_id, v.campaign, v.day FROM views AS v'],
    ['SELECT * FROM views v JOIN purchases p USING (user_id)',
      'SELECT user_id, v.campaign, v.day, v.cost, p.amount, p.day FROM views AS v JOIN purchases AS p USING (user_id)'],
    ['SELECT n FROM (SELECT *, 1 AS n FROM views) AS x',
      'SELECT n FROM (SELECT views.user_id, views.campaign, views.day, views.cost, 1 AS n FROM views) AS x'],
    ['WITH c AS (SELECT * FROM views) SELECT * FROM c',
      'WITH c AS (SELECT views.user_id, views.campaign, views.day, views.cost FROM views) SELECT c.user_id, c.campaign, c.day, c.cost FROM c'],
    ['SELECT amount FROM views NATURAL JOIN purchases', 'SELECT amount FROM views JOIN purchases USING (user_id, day)'],
  ])('%s is what the owner allows', async (sql, expected) => {
    expect(await sqlOf(sql)).toBe(expected);
  });

  test.each([
    ['SELECT email FROM views', 'the query uses `email`, which is no allowed column of `views`; allowed are user_id, campaign, day, cost'],
    ['SELECT campaign FROM views WHERE EMAIL LIKE \'%@example.com\'', 'the query uses `EMAIL`, which is no allowed column of `views`'],
    ['SELECT x.m FROM (SELECT MAX(views.email) AS m FROM views) x', 'the query uses `views.email`, which is no allowed column of `views`'],
    ['SELECT 1 FROM purchases WHERE EXISTS (SELECT 1 FROM views WHERE email = purchases.user_id)', 'the query uses `email`, which is no allowed column'],
    ['SELECT 1 FROM purchases p JOIN views v ON v.email = p.user_id', 'the query uses `v.email`, which is no allowed column of `views`'],
    ['SELECT COUNT(*) OVER (PARTITION BY email) FROM views', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT COUNT(*) OVER w FROM views WINDOW w AS (ORDER BY email)', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT campaign FROM views ORDER BY email', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT campaign FROM views SORT BY email', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT campaign FROM views DISTRIBUTE BY email', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT campaign FROM views CLUSTER BY email', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT campaign FROM views UNION ALL SELECT day FROM views ORDER BY email LIMIT 1', '`email` names no column'],
    ['WITH unused AS (SELECT email FROM views) SELECT 1', 'the query uses `email`, which is no allowed column of `views`'],
    ['SELECT nothing FROM views', '`nothing` names no column of `views` (user_id, campaign, day, cost)'],
    ['SELECT day FROM views, purchases', '`day` is ambiguous: several tables of the FROM clause have such a column; write <table>.day'],
  ])('%s is refused', async (sql, message) => {
    await expect(sqlOf(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining(message) });
  });

  test.each([
    ['SELECT 1 FROM nobody', 'RESOURCE_NOT_FOUND', 'the collaboration has no table `nobody`: correct the name, or add its sample to the tables'],
    ['WITH c (a, b) AS (SELECT campaign FROM views) SELECT a FROM c', 'MALFORMED_QUERY', '2 names are given to 1 columns: a, b; give each column one name'],
    ['SELECT 1 FROM views JOIN views ON views.day = views.day', 'MALFORMED_QUERY', 'the FROM clause names `views` twice: give one of the two an alias'],
    ['SELECT 1 FROM views v JOIN purchases p USING (amount)', 'MALFORMED_QUERY', 'a join USING (amount) needs an allowed column of that name on both sides; say ON what they join'],
    ['SELECT campaign FROM views GROUP BY 3', 'MALFORMED_QUERY', 'the select list has no column 3, it has 1: correct the number, or name the column'],
    ['SELECT COUNT(*) OVER w AS n FROM views', 'MALFORMED_QUERY', 'no WINDOW clause defines `w`: define it, or write the window after OVER'],
    ['SELECT v.* FROM views AS w', 'MALFORMED_QUERY', 'nothing after FROM has the columns of `v.*`: name a table there, or correct the name'],
    ['SELECT *', 'MALFORMED_QUERY', 'nothing after FROM has the columns of `*`: name a table there, or correct the name'],
    ['SELECT campaign, day FROM views UNION SELECT day FROM purchases', 'MALFORMED_QUERY', 'the queries of a UNION give 2 and 1 columns; select as many in both'],
    ['SELECT 1 FROM other.views', 'RESOURCE_NOT_FOUND', 'a collaboration\'s tables have no schema, got `other.views`'],
    ['SELECT 1; SELECT 2', 'MALFORMED_QUERY', 'One SELECT is allowed, got 2 statements.'],
    ['SELECT FROM WHERE', 'MALFORMED_QUERY', 'Parse error'],
    ['DELETE FROM views', 'MALFORMED_QUERY', 'Only a SELECT is allowed, not DELETE.'],
    ['CACHE TABLE c AS SELECT campaign FROM views', 'MALFORMED_QUERY', 'Only a SELECT is allowed, not CACHE.'],
  ])('%s is refused', async (sql, code, message) => {
    await expect(sqlOf(sql)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test.each([
    ['WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r', 'WITH RECURSIVE; write each step as a query of its own'],
    ['SELECT 1 AS one FROM views NATURAL LEFT JOIN (SELECT amount FROM purchases) AS p', 'a NATURAL JOIN of tables that share no column; say ON what they join'],
    ['SELECT * FROM views PIVOT (SUM(cost) FOR day IN (1))', 'PIVOT in a FROM clause; name a table or a subquery there'],
    ['SELECT * FROM range(10)', 'RANGE in a FROM clause; name a table or a subquery there'],
    ['SELECT x FROM views AS v(x, y, z, a, b)', 'other names for the columns of `views`; give them in a select list'],
    ['SELECT campaign FROM views TIMESTAMP AS OF \'2026-11-01\'', 'an earlier state or a part of `views`; name the table alone'],
    ['SELECT * FROM views, LATERAL (SELECT views.campaign AS c)', 'LATERAL; join with a subquery that refers to nothing outside it'],
    ['SELECT 1 FROM views ASOF JOIN purchases ON views.day >= purchases.day', 'a join of the kind AsOf; write it as an INNER, LEFT, RIGHT, FULL or CROSS JOIN'],
    ['SELECT x FROM (VALUES ((SELECT MAX(email) FROM views))) AS v (x)', 'a query within VALUES; write it as a SELECT'],
    ['VALUES (1), (2)', 'VALUES as a query; write a SELECT'],
    ['SELECT campaign FROM views UNION BY NAME SELECT day FROM purchases', 'UNION BY NAME; name the columns in the same order'],
    ['SELECT campaign FROM views UNION ALL SELECT day FROM views ORDER BY (SELECT MAX(day) FROM purchases) LIMIT 1', 'a query within the ORDER BY of a set operation; order by columns of the result'],
    ['(SELECT campaign FROM views) UNION ALL (SELECT day FROM views) SORT BY campaign', 'SORT BY after a query in parentheses; write it inside them'],
    ['SELECT campaign FROM views LIMIT (SELECT COUNT(email) FROM views)', 'LIMIT or OFFSET (SELECT COUNT(email) FROM views); write a number'],
    ['SELECT campaign FROM views LIMIT 1 + 1', 'LIMIT or OFFSET 1 + 1; write a number'],
    ['(SELECT campaign FROM views) ORDER BY (SELECT MAX(email) FROM views) LIMIT 1', 'ORDER BY after a query in parentheses; write it inside them'],
    ['SELECT * REPLACE (1 AS day) FROM views', '`*` with REPLACE or RENAME; name the columns'],
    ['SELECT * FROM (SELECT 1 + 1 FROM views) AS q', '`*` over a column without a name; give it an alias'],
    ['SELECT SUM(*) FROM views', '`*` within an expression; name the columns'],
  ])('%s is not played: %s', async (sql, reason) => {
    await expect(sqlOf(sql)).rejects.toMatchObject({ message: `not played: ${reason}` });
  });
});

/** Each line from the service's page on the control, and further ways around it. */
describe('hidden columns', () => {
  const hiding = views({ disallowedOutputColumns: ['user_id'] });

  test.each([
    'SELECT user_id FROM views',
    'SELECT * FROM views',
    'SELECT COUNT(user_id) FROM views',
    'SELECT n FROM (SELECT COUNT(user_id) AS n FROM views)',
    'SELECT CONCAT(user_id, campaign) FROM views',
    'WITH c AS (SELECT user_id AS other FROM views) SELECT other FROM c',
    'SELECT LISTAGG(campaign) WITHIN GROUP (ORDER BY user_id) OVER (PARTITION BY user_id) FROM views',
    'SELECT ROW_NUMBER() OVER w FROM views WINDOW w AS (PARTITION BY user_id)',
    'SELECT campaign AS c FROM views UNION ALL SELECT user_id FROM views',
    'SELECT CASE WHEN user_id = \'x\' THEN 1 END FROM views',
    'SELECT (SELECT MAX(user_id) FROM views) AS m FROM purchases',
    'SELECT user_id FROM purchases JOIN views USING (user_id)',
    'SELECT a.x FROM (SELECT STRUCT(user_id AS x) AS a FROM views)',
    'SELECT TRANSFORM(ARRAY(user_id), v -> v) FROM views',
    'SELECT campaign AS c, c || user_id AS d FROM views',
    'SELECT y FROM views LATERAL VIEW EXPLODE(SPLIT(user_id, \'-\')) e AS y',
    'WITH c (a, b) AS (SELECT campaign, user_id FROM views) SELECT b FROM c',
    'SELECT x.b FROM (SELECT campaign, user_id FROM views) AS x (a, b)',
    'SELECT COUNT(DISTINCT user_id) FILTER (WHERE cost > 1) FROM views',
    'SELECT COUNT(*) FILTER (WHERE user_id = \'x\') FROM views',
  ])('%s shows one', async (sql) => {
    await expect(sqlOf(sql, hiding)).rejects.toMatchObject({
      code: 'MALFORMED_QUERY', message: expect.stringMatching(/^disallowed output columns of `views`: `user_id` of `views` goes into column .* of the result; leave it out there$/),
    });
  });

  test.each([
    'SELECT campaign FROM views WHERE user_id = \'x\' ORDER BY user_id',
    'SELECT v.campaign, p.amount FROM views AS v JOIN purchases AS p ON v.user_id = p.user_id',
    'WITH c AS (SELECT user_id, campaign FROM views) SELECT campaign FROM c',
    'SELECT p.user_id FROM views AS v JOIN purchases AS p ON v.user_id = p.user_id',
    'SELECT COUNT(*) FROM views GROUP BY user_id',
  ])('%s shows none', async (sql) => {
    expect(await sqlOf(sql, hiding)).toBe(sql);
  });

  // The parser takes the second query for an operand of the first one's condition, select list or FROM clause; Spark does not.
  test.each([
    'SELECT campaign FROM views WHERE campaign <> (SELECT MIN(day) FROM purchases) UNION ALL SELECT user_id FROM views',
    'SELECT campaign FROM views WHERE NOT (SELECT TRUE) EXCEPT SELECT user_id FROM views',
    'SELECT campaign, (SELECT 1) UNION ALL SELECT user_id, 2 FROM views',
    'SELECT 1 AS one FROM (SELECT campaign FROM views) UNION ALL SELECT user_id FROM views',
    'SELECT 1 AS one FROM purchases JOIN (SELECT campaign FROM views) UNION SELECT user_id FROM views',
    'SELECT 1 AS one FROM views JOIN purchases ON views.day = (SELECT 1) INTERSECT SELECT user_id FROM views',
    'SELECT campaign FROM views GROUP BY campaign HAVING MAX(cost) > (SELECT 1) UNION SELECT day FROM views UNION SELECT user_id FROM views',
  ])('%s is not played: the parser mistakes it', async (sql) => {
    await expect(sqlOf(sql, hiding)).rejects.toThrow('not played: UNION, INTERSECT or EXCEPT after a query in parentheses that ends a SELECT; '
      + 'give that query an alias, or put parentheses around the condition that ends with it');
  });

  test.each([
    '(SELECT campaign FROM views) UNION ALL (SELECT day FROM views)',
    'SELECT campaign FROM views WHERE (campaign <> (SELECT MIN(day) FROM purchases)) UNION ALL SELECT day FROM views',
    'SELECT campaign FROM views WHERE campaign IN ((SELECT day FROM purchases) UNION ALL SELECT day FROM views)',
    'SELECT campaign FROM ((SELECT campaign FROM views) UNION ALL SELECT day FROM views) AS x UNION SELECT day FROM views',
    'WITH c AS ((SELECT campaign FROM views) UNION SELECT day FROM views) SELECT campaign FROM c',
  ])('%s is understood', async (sql) => {
    expect(await sqlOf(sql, hiding)).toBe(sql);
  });
});

test('further analyses only', async () => {
  await expect(sqlOf('SELECT campaign FROM views', views({ additionalAnalyses: 'REQUIRED' }))).rejects.toMatchObject({
    code: 'RESOURCE_ACCESS_DENIED', message: 'custom rule of `views`: results may be used in additional analyses only, and not be received; its owner allows that in `additionalAnalyses`',
  });
});

test('differential privacy is not played yet', async () => {
  await expect(sqlOf('SELECT COUNT(*) FROM views', views({ differentialPrivacy: { columns: [{ name: 'user_id' }] } })))
    .rejects.toThrow('not played: differential privacy, which `views` has; rehearse the query with another rule for the table');
});

test('the runner\'s own table is governed as everybody\'s', async () => {
  const own = { ...purchases, rule: { type: 'CUSTOM' as const, policy: { v1: { custom: { allowedAnalyses: [] } } } } };
  await expect(governed(asked('SELECT amount FROM purchases'), [own])).rejects.toMatchObject({ code: 'RESOURCE_ACCESS_DENIED' });
});

test('rules of two types do not go together', async () => {
  const list = { ...purchases, rule: { type: 'LIST' as const, policy: { v1: { list: { joinColumns: ['user_id'], listColumns: ['amount'] } } } } };
  await expect(governed(asked('SELECT amount FROM purchases JOIN views USING (user_id)'), [list, views()])).rejects.toMatchObject({
    code: 'INVALID_RESOURCE',
    message: 'all tables of a query have rules of one type, but that of `purchases` is LIST and that of `views` CUSTOM; query them apart',
  });
});
