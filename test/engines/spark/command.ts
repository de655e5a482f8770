import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../../..');
const EXAMPLE = join(ROOT, 'examples', 'two-parties');
const NIGHT = '2026-11-20T02:00:00Z';

/** What the command says and writes: JSON, and result files by their paths. */
interface Rehearsed {
  readonly json: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The command over an example's cloud assembly: with Spark of this machine, and over Spark Connect, it gives what it gives with DuckDB. */
export async function compareCommand(remote: string, say: (line: string) => void): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-command-'));
  try {
    await tsx(['--tsconfig', 'examples/tsconfig.json', join(EXAMPLE, 'app.ts')], { CDK_OUTDIR: join(work, 'cdk.out') });
    const expected = await rehearse(work, 'duckdb', {});
    const { runs: [{ status, suppressed }] } = JSON.parse(expected.json) as { runs: { status: string; suppressed: object[] }[] };
    const failures = status === 'SUCCEEDED' && suppressed.length > 0 ? [] : [`command: a night that succeeds and leaves out rows, got ${expected.json}`];
    for (const [where, environment] of [['of this machine', {}], ['over Spark Connect', { SPARK_REMOTE: remote }]] as const) {
      const got = await rehearse(work, 'spark', environment);
      if (JSON.stringify(got) !== JSON.stringify(expected)) failures.push(`command: Spark ${where} ${JSON.stringify(got)}, DuckDB ${JSON.stringify(expected)}`);
    }
    say(`the command with Spark of this machine and over Spark Connect: ${failures.length} differ`);
    return failures;
  } finally {
    rmSync(work, { recursive: true });
  }
}

async function rehearse(work: string, engine: string, environment: Readonly<Record<string, string>>): Promise<Rehearsed> {
  const out = join(work, 'out');
  const options = ['--app', join(work, 'cdk.out'), '--tables', join(EXAMPLE, 'data'), '--at', NIGHT, '--out', out, '--engine', engine, '--json'];
  const json = await tsx([join(ROOT, 'rehearsal/src/command/main.ts'), ...options], environment);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.csv')).sort();
  const rehearsed = { json, files: Object.fromEntries(files.map((file) => [file, readFileSync(join(out, file), 'utf8')])) };
  rmSync(out, { recursive: true });
  return rehearsed;
}

/** Rejects where the exit status is not 0. */
async function tsx(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const { SPARK_REMOTE: _remote, ...env } = process.env;
  const { stdout } = await promisify(execFile)('npx', ['tsx', ...args], { cwd: ROOT, env: { ...env, ...environment } });
  return stdout;
}
