/**
 * `npm run test:mutation`: breaks the guards of guards.ts one at a time, in copies of the sources, and runs the tests that should
 * notice. What no test notices is printed, and must be nothing.
 *
 * `-- --only "two starts"` breaks those whose reason or file has it.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Guard, GUARDS } from './guards';
import { broken, syntaxErrors } from './mutant';
import { ROOT } from '../../scripts/command';

/** A mutant that never ends is noticed, too. */
const LONGEST_MILLIS = 5 * 60_000;

const NOT_COPIED = new Set(['node_modules', '.git', 'lib', 'dist', 'coverage', 'test-reports', 'cdk.out', '.demo']);

interface Verdict {
  readonly guard: Guard;
  readonly isNoticed: boolean;
}

async function main(): Promise<void> {
  const guards = chosen();
  guards.forEach(requireBreakable);
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-mutation-'));
  try {
    const copies = Array.from({ length: Math.min(availableParallelism(), guards.length) }, (_, index) => copyOf(join(work, `${index}`)));
    await requireGreen(copies[0], guards);
    const verdicts = await breakAll(guards, copies);
    const survivors = verdicts.filter(({ isNoticed }) => !isNoticed);
    for (const { guard: { file, find, reason } } of survivors) say(`survived: ${reason}: ${file}: ${find.trim()}`);
    say(`${survivors.length === 0 ? 'passed' : 'FAILED'}: ${guards.length} of ${GUARDS.length} guards broken, ${survivors.length} survivors`);
    if (survivors.length > 0) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function chosen(): Guard[] {
  const { values: { only } } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const guards = GUARDS.filter(({ file, reason }) => only === undefined || only.some((words) => `${file} ${reason}`.includes(words)));
  if (guards.length === 0) throw new Error(`no guard has '${only?.join('\' or \'')}' in its file or reason`);
  return guards;
}

function requireBreakable(guard: Guard): void {
  const [error] = syntaxErrors(broken(guard, readFileSync(join(ROOT, guard.file), 'utf8')));
  if (error !== undefined) throw new Error(`${guard.file} cannot be read without '${guard.find}' (${error}): correct its \`replace\``);
}

/** The checkout itself is never touched. */
function copyOf(directory: string): string {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(ROOT).filter((each) => !NOT_COPIED.has(each))) cpSync(join(ROOT, name), join(directory, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

/** A test that fails anyway notices nothing. */
async function requireGreen(copy: string, guards: readonly Guard[]): Promise<void> {
  const tests = [...new Set(guards.flatMap((guard) => guard.tests))];
  say(`${tests.length} test files, nothing broken yet`);
  const { isGreen, printed } = await run(copy, tests, [], tests.length * LONGEST_MILLIS);
  if (!isGreen) throw new Error(`the tests must be green before a guard is broken\n${printed.slice(-4_000)}`);
}

async function breakAll(guards: readonly Guard[], copies: readonly string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const rest = [...guards];
  await Promise.all(copies.map(async (copy) => {
    for (let guard = rest.shift(); guard !== undefined; guard = rest.shift()) {
      const isNoticed = await noticed(copy, guard);
      verdicts.push({ guard, isNoticed });
      say(`${verdicts.length} of ${guards.length}: ${isNoticed ? 'noticed ' : 'SURVIVED'} ${guard.reason}`);
    }
  }));
  return verdicts;
}

async function noticed(copy: string, guard: Guard): Promise<boolean> {
  const file = join(copy, guard.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, broken(guard, source));
  try {
    return !(await run(copy, guard.tests, ['--bail'])).isGreen;
  } finally {
    writeFileSync(file, source);
  }
}

async function run(
  copy: string, tests: readonly string[], options: readonly string[], timeout = LONGEST_MILLIS,
): Promise<{ isGreen: boolean; printed: string }> {
  const jest = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  const arguments_ = [jest, '--ci', '--runInBand', '--silent', ...options, '--runTestsByPath', ...tests.map((test) => `${test}.ts`)];
  const child = spawn(process.execPath, arguments_, { cwd: copy, timeout, killSignal: 'SIGKILL' });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { printed += data.toString(); });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { isGreen: status === 0, printed };
}

function say(text: string): void {
  console.log(`[mutation] ${text}`);
}

main().catch((error: unknown) => {
  console.error(`[mutation] FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
