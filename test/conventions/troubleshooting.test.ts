import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messages } from '../support/messages';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'troubleshooting.md'), 'utf8');

test.each(messages().map(({ file, text }) => [text, file]))('%s (%s) is found on the page', (text) => {
  // Not toContain, which would print the whole page.
  expect(PAGE.includes(text)).toBe(true);
});

test('the messages are those of every room', () => {
  const rooms = new Set(messages().map(({ file }) => file.split('/')[0]));
  expect([...rooms].sort()).toEqual(['analysis-template', 'collaboration', 'handlers', 'membership', 'privacy-budget', 'private', 'protected-query', 'results', 'tables']);
});
