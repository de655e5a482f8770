/**
 * A second opinion on every expression: what the suites of protected queries evaluate is recorded and evaluated again in the Java
 * implementation `com.dashjoin:jsonata`, which must agree. `npm run test:jsonata`; it takes Java 17 and Maven.
 *
 * Recorded are the suites in test/protected-query: they alone play the state machines that this library defines.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from '../../../scripts/command';

const SUITES = 'test/protected-query';

function main(): void {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-jsonata-'));
  const record = join(work, 'evaluations.jsonl');
  try {
    say(`recording ${SUITES}`);
    run('npx', ['jest', '--ci', '--testTimeout=600000', SUITES], { CDK_CLEANROOMS_JSONATA_RECORD: record });
    if (!existsSync(record)) throw new Error(`${SUITES} evaluated nothing that could be compared: is the recorder still called?`);
    say(`${Math.round(statSync(record).size / 1_000_000)} MB recorded`);
    const library = join(work, 'library');
    run('mvn', ['-q', '-B', '-f', join(__dirname, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${library}`]);
    const jars = readdirSync(library).map((jar) => join(library, jar)).join(delimiter);
    run('javac', ['-cp', jars, '-d', work, join(__dirname, 'Replay.java')]);
    run('java', ['-cp', [jars, work].join(delimiter), 'Replay', record]);
    say('both implementations agree');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], env: Record<string, string> = {}): void {
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status ?? signal}`);
}

function say(text: string): void {
  console.log(`[jsonata] ${text}`);
}

try {
  main();
} catch (error) {
  console.error(`[jsonata] FAILED: ${(error as Error).message}`);
  process.exitCode = 1;
}
