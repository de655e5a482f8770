/**
 * docs/getting-started.md, typed into an empty folder from its own blocks and nothing else: what it installs, synthesizes and
 * rehearses, and what it says that is printed. Part of `npm run test:package` (after `npx projen rehearsal:package`).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Block {
  readonly language: string;
  readonly text: string;
  readonly section: string;
}

const root = resolve(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'getting-started.md'), 'utf8');
const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-started-'));

/** What needs an account is not typed. */
const NEEDS_ACCOUNT = '3. Deploy it';

/** What `cdk synth` must not print, for the page does not speak of it. */
const TOLD = /^(ERROR|WARNING|INFO)/m;

try {
  follow();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function follow(): void {
  let printed = '';
  let folder = work;
  const count = { typed: 0, compared: 0 };
  for (const { language, text, section } of blocksOf(page)) {
    if (section === NEEDS_ACCOUNT) continue;
    if (language === 'ts') {
      writeFileSync(join(folder, 'app.ts'), text);
      // Section 4 has it copied from the repository.
      cpSync(join(root, 'examples', 'two-parties'), join(folder, 'two-parties'), { recursive: true });
    } else if (language === 'sh') {
      printed = type(withTarballs(text), folder);
      if (text.includes('mkdir reach')) folder = join(work, 'reach');
      count.typed += 1;
    } else {
      requireLines(text, printed);
      count.compared += 1;
    }
  }
  if (count.typed < 5 || count.compared < 3) throw new Error(`docs/getting-started.md has ${count.typed} blocks to type and ${count.compared} to compare: too few`);
  say(`${count.typed} blocks typed, ${count.compared} printed as the page says`);
}

function blocksOf(text: string): Block[] {
  return text.split(/^## /m).flatMap((part) => [...part.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .map(([, language, block]) => ({ language, text: block, section: part.split('\n')[0] })));
}

/** Until the packages are published the page says to install the tarballs. */
function withTarballs(text: string): string {
  const tarball = (folder: string) => `'${join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? 'missing.tgz')}'`;
  return text.replace(/ cdk-cleanrooms(?= |$)/gm, () => ` ${packed()}`)
    .replace(/^(npm install .*) cdk-cleanrooms-rehearsal$/gm, (_, command) => `${command} ${tarball(join(root, 'dist', 'rehearsal'))}`);
}

function packed(): string {
  const { stdout } = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], { cwd: root, encoding: 'utf8' });
  return `'${join(work, stdout.trim())}'`;
}

function type(commands: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', commands], { cwd, encoding: 'utf8' });
  const all = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`the page says to type\n${commands}which ends with ${status}:\n${all}`);
  if (commands.includes('synth') && TOLD.test(all)) throw new Error(`\n${commands}\nprints what the page does not say:\n${all}`);
  say(commands.trim().split('\n').at(-1) ?? '');
  return all;
}

function requireLines(text: string, printed: string): void {
  const lines = printed.split('\n');
  const missing = text.trimEnd().split('\n').filter((line) => !lines.includes(line));
  if (missing.length > 0) throw new Error(`the page says that this is printed:\n${missing.join('\n')}\nprinted was:\n${printed}`);
}

function say(text: string): void {
  console.log(`[package] getting started: ${text}`);
}
