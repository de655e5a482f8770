import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { README_LINKS } from '../support/readme-links';

const ROOT = resolve(__dirname, '..', '..');
const DOCS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
const ADRS = readdirSync(join(ROOT, 'docs', 'adr')).map((name) => join('docs', 'adr', name));
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

test.each(['README.md', 'rehearsal/README.md'])('%s is read in five minutes', (page) => {
  expect(read(page).split(/\s+/).length).toBeLessThanOrEqual(1_200);
});

describe('the README', () => {
  const links = [...read('README.md').matchAll(/(?:\]\(|srcset="|src=")([^)"\s]+)/g)].map(([, link]) => link);

  test('has links and images that work on package indexes, too, which know no relative ones', () => {
    expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
  });

  test('links to what is there', () => {
    const own = links.flatMap((link) => README_LINKS.exec(link)?.[1] ?? []);
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

test.each([...DOCS, ...ADRS, 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'rehearsal/README.md', 'examples/README.md'])('%s links to what is there', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link.split('#'));
  const broken = links.filter(([path, anchor]) => {
    const target = path === '' ? page : join(dirname(page), path);
    return !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('every page is found from another one', () => {
  const pages = ['README.md', 'rehearsal/README.md', ...DOCS].map(read).join('\n');
  expect(DOCS.filter((page) => !pages.includes(page.replace('docs/', '')))).toEqual([]);
});
