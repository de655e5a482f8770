/** Prints what CHANGELOG.md says of a release; one it says nothing of is not released. `npx tsx scripts/release-notes.ts v1.2.3`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function releaseNotes(changelog: string, tag: string): string {
  const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
  if (version === undefined) throw new Error(`a release's tag must look like v1.2.3, got ${tag}`);
  const section = changelog.split(/^## /m).find((candidate) => candidate.startsWith(`[${version}]`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section [${version}]: name what is unreleased so, then tag`);
  const [, ...lines] = section.split('\n');
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of [${version}]: write what changed, then tag`);
  return notes;
}

if (require.main === module) {
  console.log(releaseNotes(readFileSync(join(__dirname, '..', 'CHANGELOG.md'), 'utf8'), process.argv[2] ?? ''));
}
