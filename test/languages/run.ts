/**
 * The examples in every language, built with the packed library in clean folders: their templates must be TypeScript's.
 * `npm run test:languages` (after `npx projen bundle` and `npx projen compile`); it takes Python, Java, Maven and Go.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { cdkVersion, Language, OTHERS, TYPESCRIPT } from './languages';
import { bytesOf, EXAMPLES, Template, Templates, Workspace } from './workspace';
import { versionOf } from '../../scripts/command';
import { packageLanguages } from '../../scripts/package-languages';

interface Outcome {
  readonly language: Language;
  readonly seconds: number;
  /** By example and file. */
  readonly templates?: Templates;
  readonly error?: unknown;
}

async function main(): Promise<void> {
  const languages = [TYPESCRIPT, ...OTHERS];
  await requireTools(languages);
  const cdk = cdkVersion();
  const { sourcesOnly, javaCdk } = await packageLanguages(['js', 'python', 'java', 'go', 'dotnet']);
  const built = languages.filter(({ name }) => !sourcesOnly.includes(name.toLowerCase()));
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-languages-'));
  try {
    say(`aws-cdk-lib ${cdk}`);
    if (javaCdk !== undefined && javaCdk !== cdk) say(`Java: aws-cdk-lib ${javaCdk}`);
    report(await Promise.all(built.map((language) => build(language, work, language.name === 'Java' && javaCdk !== undefined ? javaCdk : cdk))));
    const unbuilt = languages.filter((language) => !built.includes(language)).map(({ name }) => name);
    if (unbuilt.length > 0) say(`NOT BUILT, and so not compared: ${unbuilt.join(', ')}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function requireTools(languages: Language[]): Promise<void> {
  const missing: string[] = [];
  for (const [name, argument] of languages.flatMap(({ tools }) => tools)) {
    const version = await versionOf(name, argument);
    if (version === undefined) missing.push(name);
    else say(`${name}: ${version}`);
  }
  if (missing.length > 0) throw new Error(`the languages can't be tested without ${missing.join(', ')}: install and try again`);
}

async function build(language: Language, work: string, cdk: string): Promise<Outcome> {
  const start = Date.now();
  say(`${language.name}: building`);
  try {
    const workspace = new Workspace(join(work, language.name.toLowerCase()), cdk);
    await language.install?.(workspace);
    const templates: Templates = {};
    for (const example of EXAMPLES) {
      for (const [file, template] of Object.entries(await language.synthesize(workspace, example))) templates[`${example}/${file}`] = template;
    }
    return { language, templates, seconds: secondsSince(start) };
  } catch (error) {
    return { language, error, seconds: secondsSince(start) };
  } finally {
    say(`${language.name}: done after ${secondsSince(start)} s`);
  }
}

function report(outcomes: Outcome[]): void {
  const expected = outcomes.find(({ language }) => language === TYPESCRIPT)?.templates;
  const equal = (outcome: Outcome): boolean => outcome.templates !== undefined && isDeepStrictEqual(outcome.templates, expected);
  const wrong = outcomes.filter((outcome) => !equal(outcome));
  for (const { language, templates = {}, error } of wrong) {
    if (error !== undefined) {console.error(`${language.name}: ${error instanceof Error ? error.message : String(error)}`);} else {
      for (const file of keys(templates, expected ?? {})) {
        differences(templates[file] ?? {}, expected?.[file] ?? {}).forEach((text) => console.error(`${language.name}: ${file}: ${text}`));
      }
    }
  }
  console.log();
  console.log(row('language', 'artefact', 'kB', 'build s', 'templates'));
  for (const outcome of outcomes) {
    const path = outcome.language.artefact();
    const verdict = outcome.error !== undefined ? 'FAILED' : equal(outcome) ? 'equal' : 'DIFFERS';
    console.log(row(outcome.language.name, basename(path), `${Math.round(bytesOf(path) / 1024)}`, `${outcome.seconds}`, verdict));
  }
  console.log(`${outcomes.length - wrong.length} of ${outcomes.length} languages give the same ${keys(expected ?? {}, {}).length} templates of ${EXAMPLES.join(' and ')}`);
  if (wrong.length > 0) process.exitCode = 1;
}

/** What a template says otherwise than TypeScript's, each resource or output once. */
function differences(template: Template, expected: Template): string[] {
  return keys(template, expected).flatMap((section) => keys(template[section] ?? {}, expected[section] ?? {})
    .filter((id) => !isDeepStrictEqual(template[section]?.[id], expected[section]?.[id]))
    .map((id) => `${section} ${id}: ${difference(template[section]?.[id], expected[section]?.[id])}`));
}

/** What is around the first character that differs. */
function difference(value: unknown, expected: unknown): string {
  const [one, other] = [JSON.stringify(value) ?? 'missing', JSON.stringify(expected) ?? 'missing'];
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 100), at + 200);
  return `…${around(one)}…\n  and in TypeScript …${around(other)}…`;
}

function keys(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

function row(language: string, file: string, size: string, seconds: string, verdict: string): string {
  return [language.padEnd(11), file.padEnd(40), size.padStart(6), seconds.padStart(8), `  ${verdict}`].join(' ');
}

function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 1_000);
}

function say(text: string): void {
  console.log(`[languages] ${text}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
