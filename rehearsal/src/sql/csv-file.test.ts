import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbDatabase } from './duckdb-database';
import { engineError } from './engine-errors';
import type { TableFiles } from './sql-engine';
import { Unreadable } from './unreadable';

const folder = mkdtempSync(join(tmpdir(), 'csv-file-'));
const file = join(folder, 'views.csv');

afterAll(() => rmSync(folder, { recursive: true }));

/** The number of its rows, or why it cannot be read. */
async function read(format: TableFiles['format'], path: string): Promise<number | string> {
  let database: DuckDbDatabase | undefined;
  try {
    database = await DuckDbDatabase.open(new Map([['views', { format, path }]]), []);
    const { connection } = database;
    return Number((await connection.runAndReadAll('SELECT count(*) FROM views')).getRows()[0][0]);
  } catch (thrown) {
    const error = thrown instanceof Unreadable ? thrown : engineError(thrown);
    return error.message.replaceAll(`${folder}/`, '');
  } finally {
    database?.close();
  }
}

async function readCsv(content: string | Buffer): Promise<number | string> {
  writeFileSync(file, content);
  return read('CSV', file);
}

const GOOD = 'u1,2026-11-19\n';

test.each([
  ['lines as Windows ends them', 'user_id,day\r\nu1,2026-11-19\r\n', 1],
  ['a byte order mark', `\ufeffuser_id,day\n${GOOD}`, 1],
  ['names and values in quotes', '"user_id","day"\n"u,1","2026-11-19"\n"u""2",\n', 2],
  ['no rows', 'user_id,day\n', 0],
  ['one column', 'user_id\nu1\n', 1],
  ['a row that begins like a comment', `user_id,day\n#1,2026-11-19\n${GOOD}`, 2],
  ['more columns than fit into one read', `${Array.from({ length: 9_000 }, (_, index) => `column_${index}`).join(',')}\n${','.repeat(8_999)}\n`, 1],
  ['a first row of text above numbers', 'user_id,day\nuser,day\n1,2\n3,4\n', 3],
])('%s: every row is read', async (_what, content, rows) => {
  await expect(readCsv(content)).resolves.toBe(rows);
});

test.each([
  ['nothing', '', 'views.csv: its first line is empty: name the columns there'],
  ['semicolons', 'user_id;day\nu1;2026-11-19\n', 'views.csv: its columns are separated by \';\': separate them by commas'],
  ['tabs', 'user_id\tday\nu1\t2026-11-19\n', 'views.csv: its columns are separated by \'\\t\': separate them by commas'],
  ['a column without a name', `user_id,\n${GOOD}`, 'views.csv: column 2 has no name in the first line: give it one'],
  ['a column twice', 'day,Day\n1,2\n', 'views.csv: its first line names column Day twice: rename one of them'],
  [
    'too many values', `user_id,day\n${GOOD}u2,2026-11-19,x\n`,
    'views.csv: line 3 has 3 values, and the first line names 2 columns: put a value that has a comma into double quotes',
  ],
  [
    'too few values', `user_id,day\nu2\n${GOOD}${GOOD}`,
    'views.csv: line 2 has 1 value, and the first line names 2 columns: add the values that are missing, nothing between two commas for NULL',
  ],
  [
    'too few values far below', `user_id,day\n${GOOD.repeat(50_000)}u2\n`,
    'views.csv: line 50002 has 1 value, and the first line names 2 columns: add the values that are missing, nothing between two commas for NULL',
  ],
  ['an open quote', `user_id,day\n"u1,2026-11-19\n${GOOD}`, 'views.csv: line 2 opens a quote that is never closed: write a quote that belongs to a value twice'],
  ['another encoding', Buffer.from('user_id,day\ncaf\xe9,2026-11-19\n', 'latin1'), 'views.csv: line 2 is not UTF-8: save the file in that encoding'],
  ['another encoding of names', Buffer.from('user_id,day\n', 'utf16le'), 'views.csv: line 1 is not UTF-8: save the file in that encoding'],
  ['two kinds of line ends', 'user_id,day\nu1,2026-11-19\r\nu2,2026-11-19\n', 'views.csv: it is not CSV as RFC 4180 has it: use commas, double quotes and one kind of line end'],
])('%s cannot, and a sentence says why', async (_what, content, sentence) => {
  await expect(readCsv(content)).resolves.toBe(sentence);
});

test('a folder without Parquet cannot be read, nor a file that is none', async () => {
  const parts = join(folder, 'views');
  mkdirSync(join(parts, 'day=2026-11-19'), { recursive: true });
  await expect(read('PARQUET', parts)).resolves.toBe('views has no .parquet file: put those of the table there, not into folders of it');
  writeFileSync(join(parts, 'part.parquet'), 'user_id,day');
  await expect(read('PARQUET', parts)).resolves.toBe('views cannot be read as Parquet (DuckDB: Invalid Input Error: File \'views/part.parquet\' too small to be a Parquet file): write it again, or give a .csv file');
});
