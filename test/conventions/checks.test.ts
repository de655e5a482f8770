import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messages, sources } from '../support/messages';

/** docs/checks.md: each check with its message, its source and its test. */

const ROOT = resolve(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'checks.md'), 'utf8');
const SOURCES = sources().replace(/\\(['`])/g, '$1');

/** Rooms whose every refusal and warning of a definition is on the page. */
const ROOMS = /^(collaboration|tables|privacy-budget)\/|^analysis-template\/private\/table-rules/;

const rows = PAGE.split('\n').filter((line) => /^\| .*`.*\|$/.test(line)).map((line) => {
  const [check, message, source, test] = line.split(/(?<!\\) \| /).map((cell) => cell.replace(/^\| | \|$/g, '').trim());
  return { check, message, source, test };
});
const filled = rows.map((row, index) => ({
  ...row, test: row.test.replace(/^same/, () => rows.slice(0, index).reverse().find(({ test }) => !test.startsWith('same'))!.test.split(',')[0]),
}));

test('the page has rows', () => {
  expect(rows.length).toBeGreaterThan(60);
});

test.each(filled.map((row) => [row.check, row] as const))('%s: the message is the library\'s, the source is named, the test exists', (_check, row) => {
  const text = row.message.replace(/^`` ?| ?``$|^`|`$/g, '');
  const pieces = text.split('…').map((piece) => piece.trim()).filter((piece) => piece.length > 5);
  expect(pieces.length).toBeGreaterThan(0);
  expect(pieces.filter((piece) => !SOURCES.includes(piece))).toEqual([]);
  expect(row.source).not.toBe('');
  const [files, title] = row.test.replace(/`/g, '').split(/:\s+/);
  const paths = files.split(', ').map((file) => (file.startsWith('test/') ? file : `test/${file}.test.ts`));
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  const test = paths.map((path) => readFileSync(join(ROOT, path), 'utf8').replace(/\\'/g, '\'')).join('\n');
  if (title !== undefined) expect(test.includes(title)).toBe(true);
});

test.each(messages().filter(({ file }) => ROOMS.test(file)).map(({ file, text }) => [text, file]))('%s (%s) is on the page', (text) => {
  // Of a warning the id.
  expect(PAGE.includes(text.replace(/^cdk-cleanrooms:(.+)$/, '`$1`'))).toBe(true);
});
