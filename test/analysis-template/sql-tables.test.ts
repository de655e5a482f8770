import { sqlTables } from '../../src/analysis-template/private/sql-tables';
import { sqlTokens } from '../../src/analysis-template/private/sql-tokens';

/** Names, with a question mark after those that may be none. */
const found = (sql: string) => sqlTables(sqlTokens(sql)).map(({ name, isSure }) => `${name}${isSure ? '' : '?'}`);

test.each<[string, string, string[]]>([
  ['none', 'SELECT 1', []],
  ['one', 'SELECT * FROM Views', ['views']],
  ['one with an alias', 'SELECT v.id FROM views v WHERE v.id > 0', ['views']],
  ['one in backticks', 'SELECT * FROM `My ``views`', ['my `views']],
  ['joins of all kinds', 'SELECT * FROM a JOIN b ON a.id = b.id LEFT OUTER JOIN c USING (id, day) CROSS JOIN d', ['a', 'b', 'c', 'd']],
  ['a list', 'SELECT * FROM a, b AS x, c WHERE f(a.id, b.id) IN (1, 2)', ['a', 'b', 'c']],
  ['a list after a join', 'SELECT * FROM a JOIN b ON a.id = f(b.id, 1), c', ['a', 'b', 'c']],
  ['a join in parentheses', 'SELECT * FROM (a JOIN b ON a.id = b.id)', ['a', 'b']],
  ['subqueries', 'SELECT * FROM (SELECT x, y FROM a) t JOIN (SELECT * FROM b) u ON t.x = u.x WHERE EXISTS (SELECT 1 FROM c)', ['a', 'b', 'c']],
  ['unions', 'SELECT 1, 2 FROM a UNION ALL SELECT 3, 4 FROM b ORDER BY 1, 2', ['a', 'b']],
  ['less the names of WITH', 'WITH x AS (SELECT * FROM a), y (p, q) AS (SELECT * FROM x) SELECT * FROM y JOIN b ON y.p = b.p', ['a', 'b']],
  ['nested WITH', 'SELECT * FROM (WITH z AS (SELECT * FROM a) SELECT * FROM Z)', ['a']],
  ['no functions', 'SELECT * FROM range(1, 10), explode(x) JOIN a', ['a']],
  ['no values', 'SELECT * FROM VALUES (1, 2), (3, 4) AS t(x, y)', []],
  ['not the FROM of a function', "SELECT EXTRACT(YEAR FROM day), TRIM(BOTH 'x' FROM name), SUBSTRING(name FROM 2) FROM a", ['a']],
  ['not the FROM of a comparison', 'SELECT * FROM a WHERE x IS DISTINCT FROM y AND p IS NOT DISTINCT FROM q', ['a']],
  ['no rows', 'SELECT * FROM VALUES (NULL), (DATE \'2026-01-01\'), (x) JOIN a', ['a']],
  ['not the columns of a pipe', 'SELECT * FROM a JOIN b ON a.x = b.x |> AGGREGATE SUM(x) AS s, y', ['a', 'b']],
  ['not the columns of a view', 'SELECT * FROM a LATERAL VIEW explode(m) t AS k, v WHERE k = 1', ['a']],
  ['not in a string or a comment', "SELECT 'x FROM b' /* FROM c */ -- FROM d\n FROM a", ['a']],
  ['a name with its database may be another', 'SELECT * FROM db.a', ['db.a?']],
  ['a text may be one', 'SELECT * FROM "a"', ['"a"?']],
  ['a placeholder may be one', 'SELECT * FROM :t', [':?']],
  ['nothing after it', 'SELECT * FROM', []],
])('%s', (_what, sql, names) => {
  expect(found(sql)).toEqual(names);
});

test.each([',a(', 'FROM (', 'JOIN ', ',', '(', 'WITH a(b,', 'a.', 'FROM a.'])('%j over and over is read at once', (piece) => {
  expect(() => found(`SELECT 1 FROM a ${piece.repeat(500_000 / piece.length)}`)).not.toThrow();
});
