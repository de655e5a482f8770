import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbEngine } from './duckdb-engine';
import { NotPlayable } from './not-playable';
import { checkForSpark } from './spark-statement';
import type { BoundParameter } from './sql-engine';

const CSV = 'id,email,amount,day,at,zip\n1,Ann@x.com,10.5,2026-11-20,2026-11-20 01:02:03,01234\n2,,3,2026-11-21,2026-11-20 01:02:03.5,10115\n';

let folder: string;
let engine: DuckDbEngine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-sql-'));
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'sales.csv'), CSV);
  writeFileSync(join(folder, 'secret.csv'), 'a\n1\n');
  engine = await DuckDbEngine.open(new Map([['Sales', { format: 'CSV', path: join(folder, 'sales.csv') }]]), [join(folder, 'out')]);
});

afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const run = async (sql: string, ...parameters: BoundParameter[]) => engine.run({ sql, parameters });

test('types of a CSV file are found by looking at every row, or are what was declared', async () => {
  expect(await engine.columnsOf('sales')).toEqual([
    { name: 'id', type: 'BIGINT' }, { name: 'email', type: 'STRING' }, { name: 'amount', type: 'DOUBLE' }, { name: 'day', type: 'DATE' },
    { name: 'at', type: 'TIMESTAMP' }, { name: 'zip', type: 'STRING' },
  ]);
  const columns = [{ name: 'amount', type: 'DECIMAL(10,2)' }, { name: 'id', type: 'STRING' }];
  const declared = await DuckDbEngine.open(new Map([['s', { format: 'CSV', path: join(folder, 'sales.csv'), columns }]]), [folder]);
  expect(await declared.columnsOf('S')).toEqual(expect.arrayContaining([{ name: 'amount', type: 'DECIMAL(10,2)' }, { name: 'id', type: 'STRING' }]));
  expect(await declared.count({ sql: 'SELECT count(*) AS n FROM s WHERE id = \'1\' AND amount = 10.5', parameters: [] })).toBe(1);
  await declared.close();
});

test('parameters are bound with their types, and never become part of the statement', async () => {
  const day = { name: 'day', type: 'DATE', value: '2026-11-21' };
  const text = { name: 'text', type: 'VARCHAR', value: '\' OR 1 = 1 --' };
  expect(await run('SELECT id FROM sales WHERE day >= :day', day)).toBe(1);
  expect(await run('SELECT id FROM sales WHERE email = :text', text)).toBe(0);
  await expect(run('SELECT id FROM sales WHERE day = :other', day)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining('other') });
  await expect(run('SELECT id FROM sales WHERE id = :id', { name: 'id', type: 'INTEGER', value: '1 OR 1' })).rejects.toMatchObject({ code: 'MALFORMED_QUERY' });
});

test('results are written in parts, with the names that Spark gives', async () => {
  await run('SELECT day, SUM(amount) FROM sales GROUP BY day ORDER BY day DESC');
  await engine.write(join(folder, 'out', 'x.csv'), 'CSV', 1, 2);
  expect(readFileSync(join(folder, 'out', 'x.csv'), 'utf8')).toBe('day,sum(amount)\n2026-11-20,10.5\n');
});

test('a DECIMAL has its 0 before the point in CSV, as in Spark', async () => {
  await run('SELECT 0.1 AS a, -0.25 AS b, CAST(0.00 AS DECIMAL(2,2)) AS c, 0.5D AS d, CAST(0.5 AS DECIMAL(5,2)) AS e, NULLIF(0.1, 0.1) AS f, CAST(-0.1 AS STRING) AS g');
  await engine.write(join(folder, 'out', 'x.csv'), 'CSV', 0, 1);
  expect(readFileSync(join(folder, 'out', 'x.csv'), 'utf8')).toBe('a,b,c,d,e,f,g\n0.1,-0.25,0.00,0.5,0.50,,-0.1\n');
});

// Each names what is refused, and the way out.
test.each([
  ['SELECT soundex(email) AS x FROM sales', 'the function SOUNDEX'],
  ['SELECT current_date() AS x', 'the function CURRENT_DATE; pass the time as a parameter'],
  ['SELECT approx_count_distinct(id) AS x FROM sales', 'the function APPROX_COUNT_DISTINCT; use COUNT(DISTINCT'],
  ['SELECT iff(TRUE, 1, 2) AS x', 'the function IFF'],
  ['SELECT TRY_CAST(\'tomorrow\' AS DATE) AS x', 'a cast to DATE of text of an unusual form'],
  ['SELECT 1 AS x UNION SELECT 2 INTERSECT SELECT 2', 'INTERSECT beside UNION or EXCEPT; put parentheses'],
  ['SELECT id FROM sales WHERE id > (SELECT 1 AS x) UNION ALL SELECT 2 AS x', 'UNION, INTERSECT or EXCEPT after a query in parentheses'],
  ['SELECT array(1, 2)[0] AS x', 'SUBSCRIPT'],
  ['SELECT CAST(2.5 AS FLOAT) AS x', 'the type FLOAT'],
  ['SELECT CAST(amount AS STRING) AS x FROM sales', 'a cast of DOUBLE to STRING'],
  ['SELECT 2.5BD AS x', 'a literal as DECIMAL without its digits'],
  ['SELECT NULL AS x', 'the column x, which is NULL in every row'],
  ['SELECT id + 1 FROM sales', 'a column of the result without a name'],
  ['SELECT count(*) AS n FROM sales GROUP BY cube(day)', 'GROUP BY CUBE'],
  ['SELECT count(*) AS n FROM sales GROUP BY ALL', 'ALL of GROUP BY'],
  ['SELECT id FROM sales TABLESAMPLE (10 ROWS)', 'TABLE SAMPLE of TABLE'],
  ['SELECT id FROM sales LATERAL VIEW explode(email) x AS y', 'LATERAL VIEWS of SELECT'],
  ['SELECT id FROM sales QUALIFY row_number() OVER (ORDER BY id) = 1', 'QUALIFY of SELECT'],
  ['SELECT first_value(id) IGNORE NULLS OVER (ORDER BY id) AS x FROM sales', 'IGNORE NULLS'],
  ['SELECT email RLIKE \'(?=a)\' AS x FROM sales', 'the pattern \'(?=a)\''],
  ['SELECT date_format(day, \'QQQ\') AS x FROM sales', 'the date pattern \'QQQ\''],
  ['SELECT email ILIKE \'a%\' AS x FROM sales', 'I LIKE'],
  ['SELECT upper(\'straße\') AS x', 'upper of unusual letters'],
  ['SELECT id AS day, day AS x FROM sales ORDER BY day + 1', 'day in ORDER BY'],
  ['SELECT X\'41\' AS x', 'a literal such as 41 (hex string); play it on'],
  ['SELECT trunc(day, \'CENTURY\') AS x FROM sales', 'truncation to \'CENTURY\'; play it on'],
  ['SELECT id + INTERVAL 1 DAY AS x FROM sales', 'BIGINT and an interval of DAY; play it on'],
  ['SELECT regexp_replace(email, \'(a)\', \'$1\') AS x FROM sales', 'REGEXP_REPLACE that puts groups of the match in; play it on'],
  ['SELECT regexp_replace(email, \'a*\', \'x\') AS x FROM sales', 'a replacement of the pattern \'a*\', which matches an empty text; play it on'],
  ['SELECT regexp_extract(email, \'(a)\', 2) AS x FROM sales', 'REGEXP_EXTRACT of group 2 of 1; play it on'],
  ['SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS x FROM sales', 'a window of RANGE by a distance; play it on'],
  ['SELECT count(*) AS n FROM read_csv(\'secret.csv\')', 'FUNCTION in FROM'],
])('%s is not played, and says so', async (sql, construct) => {
  const error: Error = await run(sql).then(() => { throw new Error('it was played'); }, (caught: Error) => caught);
  expect(error).toBeInstanceOf(NotPlayable);
  expect(error.message).toContain(`not played: ${construct}`);
  expect(error.message).toContain('--engine spark');
});

/** The whole sentence, where something else can be written. */
test.each([
  ['SELECT sum(email) AS x FROM sales', 'SUM of STRING; cast it to a number'],
  ['SELECT email * 2 AS x FROM sales', '* of STRING; cast it to a number'],
  ['SELECT abs(email) AS x FROM sales', 'ABS of STRING; cast it'],
  ['SELECT DATE \'2026-11\' AS x', 'DATE \'2026-11\'; write yyyy-MM-dd or yyyy-MM-dd HH:mm:ss'],
  ['SELECT at + INTERVAL id DAY AS x FROM sales', 'an interval that is not a literal; write INTERVAL 1 DAY'],
  ['SELECT day + INTERVAL \'1-2\' YEAR TO MONTH AS x FROM sales', 'the interval 1-2; write INTERVAL 1 DAY'],
  ['SELECT email LIKE zip AS x FROM sales', 'LIKE with a pattern that is not a literal, or has a backslash; use CONTAINS, STARTSWITH or ENDSWITH'],
  ['SELECT (SELECT o.zip FROM sales AS o WHERE o.id = s.id) AS x FROM sales AS s', 'a subquery in place of a value that depends on the row and may give several; use an aggregate in it'],
  ['SELECT s.id FROM sales AS s LEFT JOIN sales AS o', 'LEFT JOIN without ON; say ON what it joins'],
  ['SELECT s.id FROM sales AS s LEFT JOIN sales AS o ON s.id IN (SELECT id FROM sales)', 'a subquery in ON; join with the subquery as a table of its own'],
  ['SELECT unix_timestamp(email) AS x FROM sales', 'UNIX_TIMESTAMP of STRING; use TO_TIMESTAMP first'],
  ['SELECT md5(day) AS x FROM sales', 'a hash of DATE; cast to STRING'],
  ['SELECT 2.5BD AS x', 'a literal as DECIMAL without its digits; write CAST(2.5 AS DECIMAL(2,1))'],
  ['SELECT CAST(amount AS STRING) AS x FROM sales', 'a cast of DOUBLE to STRING; cast to a DECIMAL first'],
  ['SELECT CAST(amount AS DECIMAL(10,2)) % 2 AS x FROM sales', '% of DECIMAL; cast to BIGINT or DOUBLE'],
  ['SELECT CAST(amount AS DECIMAL(38,2)) * CAST(amount AS DECIMAL(38,2)) AS x FROM sales', 'a DECIMAL of more than 38 digits, which Spark rounds; cast an operand to fewer digits'],
  ['SELECT email AS zip, id FROM sales ORDER BY zip || \'x\'', 'zip in ORDER BY, which is a column and a name of the SELECT list; give it another name'],
  ['SELECT id + 1 FROM sales', 'a column of the result without a name; give it one with AS'],
  ['SELECT NULL AS x', 'the column x, which is NULL in every row; cast it'],
  ['SELECT id FROM sales LIMIT 1 + 1', 'LIMIT by other than a literal whole number; write a number'],
  ['SELECT lag(id, id) OVER (ORDER BY id) AS x FROM sales', 'LAG by other than a literal; write a number'],
  ['SELECT ntile(id) OVER (ORDER BY id) AS x FROM sales', 'NTILE by other than a literal; write a number'],
  ['SELECT 1 AS x UNION SELECT 2 INTERSECT SELECT 2', 'INTERSECT beside UNION or EXCEPT; put parentheses around one of them'],
  ['SELECT percentile(amount, id) AS x FROM sales', 'PERCENTILE of other than one literal share; write one number from 0 to 1'],
  ['SELECT email RLIKE zip AS x FROM sales', 'a pattern that is not a literal text; write it as a literal'],
  ['SELECT round(amount, id) AS x FROM sales', 'a scale of ROUND that is not a literal whole number; write a number'],
  ['SELECT split_part(email, \'\', 1) AS x FROM sales', 'SPLIT_PART at an empty text; name a separator'],
  ['SELECT sha2(email, 512) AS x FROM sales', 'SHA2 of other than 256 bits; use SHA2 of 256 bits'],
  ['SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN id PRECEDING AND CURRENT ROW) AS x FROM sales', 'the bound of a window that is not a literal whole number; write a number'],
  ['SELECT id FROM sales WHERE id > (SELECT 1 AS x) UNION ALL SELECT 2 AS x', 'UNION, INTERSECT or EXCEPT after a query in parentheses that ends a SELECT; give that query an alias, or put parentheses around the condition that ends with it'],
])('%s has a way out: %s', async (sql, reason) => {
  await expect(run(sql)).rejects.toMatchObject({ message: `not played: ${reason}, or play it on real Spark: --engine spark` });
});

test.each([
  ['SELECT nothing FROM sales', '[UNRESOLVED_COLUMN] A column or function parameter with name nothing cannot be resolved; there are id, email, amount, day, at, zip.'],
  ['SELECT id FROM sales AS s, sales AS o', '[AMBIGUOUS_REFERENCE] Reference id is ambiguous, write <table>.id.'],
  ['SELECT id, zip AS ID FROM sales', '[COLUMN_ALREADY_EXISTS] The column ID already exists. Choose another name.'],
  ['SELECT *', '[CANNOT_RESOLVE_STAR_EXPAND] There is no table for * to stand for.'],
  ['SELECT id FROM sales ORDER BY 3', '[POS_OUT_OF_RANGE] Position 3 is not in the SELECT list (valid range is [1, 1]).'],
  ['SELECT id FROM sales UNION SELECT id, zip FROM sales', '[NUM_COLUMNS_MISMATCH] UNION can only be performed on inputs with the same number of columns.'],
  ['SELECT id FROM sales UNION SELECT id FROM sales ORDER BY id + 1', '[UNRESOLVED_COLUMN] A set operation is ordered by the names or the positions of its columns.'],
  ['SELECT id FROM sales WHERE id IN (SELECT id, zip FROM sales)', '[IN_SUBQUERY_DATA_TYPE_MISMATCH] IN takes a query of one column.'],
  ['SELECT (SELECT id, zip FROM sales) AS x', '[INVALID_SUBQUERY_EXPRESSION] Scalar subquery must return only one column.'],
  ['SELECT s.id FROM sales AS s JOIN sales AS o USING (nothing)', '[UNRESOLVED_USING_COLUMN_FOR_JOIN] USING column nothing is not one column of either side of the join.'],
  ['SELECT id = day AS x FROM sales', '[DATATYPE_MISMATCH] BIGINT and DATE cannot be mixed in =.'],
  ['SELECT id FROM sales WHERE id', '[DATATYPE_MISMATCH] WHERE takes a BOOLEAN, not BIGINT.'],
  ['SELECT rank() OVER () AS x FROM sales', '[MISSING_WINDOW_ORDER] Window function RANK requires an ORDER BY.'],
  ['SELECT id FROM sales; SELECT 2 AS x', '[PARSE_SYNTAX_ERROR] Only a single SELECT is allowed.'],
])('%s is a mistake: %s', async (sql, message) => {
  await expect(run(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message });
});

test('nothing else of the machine can be read or written', async () => {
  await expect(run(`SELECT * FROM \`${join(folder, 'secret.csv')}\``)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  await run('SELECT id FROM sales');
  await expect(engine.write(join(folder, 'elsewhere.csv'), 'CSV', 0, 1)).rejects.toThrow(/disabled by configuration|Permission/);
});

test.each([
  ['DROP TABLE sales', 'Only a SELECT'], ['SELECT reflect(\'java.lang.System\', \'exit\', 1) AS x', 'REFLECT'],
  ['SELECT TRANSFORM(id) USING \'sh\' AS x FROM sales', 'TRANSFORM'], ['SELECT java_method(\'java.lang.Runtime\', \'x\') AS x', 'JAVA_METHOD'],
])('%s never reaches Spark', async (sql, message) => {
  await expect(checkForSpark(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining(message) });
});
