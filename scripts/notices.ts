/**
 * Writes THIRD-PARTY-NOTICES.md: what the function's bundle contains of others, and their licences.
 * `npx projen notices`. Same bundle, same bytes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BundledPackage, bundledPackages } from './bundled-packages';

export const NOTICES = 'THIRD-PARTY-NOTICES.md';

const INTRODUCTION = `# Third-party notices

The function that this package deploys, \`assets/handlers/clean-rooms/index.lambda/index.js\`, contains code of the packages below.
Generated from the bundle by \`npx projen notices\`.
`;

export function renderNotices(root: string): string {
  const packages = bundledPackages(root);
  const table = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return [INTRODUCTION, ['| package | version | licence |', '|---|---|---|', ...table, ''].join('\n'), ...sections(packages)].join('\n');
}

/** Most share one text, down to the letter: each text stands once, under the names of those that it came with. */
function sections(packages: BundledPackage[]): string[] {
  const owners = new Map<string, string[]>();
  for (const bundled of packages) {
    for (const text of texts(bundled)) owners.set(text, [...owners.get(text) ?? [], `${bundled.name} ${bundled.version}`]);
  }
  return [...owners].map(([text, names]) => `## ${names.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
}

function texts({ name, version, directory }: BundledPackage): string[] {
  const files = readdirSync(directory).sort();
  const licences = files.filter((file) => /^licen[cs]e/i.test(file));
  if (licences.length === 0) throw new Error(`${name}@${version} ships no licence text: add it to the notices by hand or keep the package out of the function`);
  return [...licences, ...files.filter((file) => /^notice/i.test(file))].map((file) => tidy(readFileSync(join(directory, file), 'utf8')));
}

/** Line ends and trailing blanks differ between platforms and packers; they say nothing. */
function tidy(text: string): string {
  return text.split(/\r?\n/).map((line) => line.trimEnd()).join('\n').replace(/^\n+|\n+$/g, '');
}

if (require.main === module) {
  const root = resolve(__dirname, '..');
  const notices = renderNotices(root);
  writeFileSync(join(root, NOTICES), notices);
  console.log(`${NOTICES}: ${bundledPackages(root).length} packages, ${Math.round(Buffer.byteLength(notices) / 1024)} kB`);
}
