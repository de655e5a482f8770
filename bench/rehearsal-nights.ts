import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rehearsal } from 'cdk-cleanrooms-rehearsal';
import { median, table } from './figures';

const ROOT = join(__dirname, '..');
const EXAMPLE = join(ROOT, 'examples', 'two-parties');
const TABLES = join(EXAMPLE, 'data');
const COMMAND = join(ROOT, 'rehearsal', 'lib', 'command', 'main.js');
const ROUNDS = 5;
const MOST_SECONDS = { command: 3, year: 60 };

/** One night of the example by the command, from its start to its end, and a year of nights; the app is synthesized before. */
export async function benchNights(): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-nights-'));
  try {
    const app = join(work, 'cdk.out');
    execFileSync(process.execPath, ['--import', 'tsx', join(EXAMPLE, 'app.ts')], {
      stdio: 'inherit', env: { ...process.env, CDK_OUTDIR: app, CDK_VALIDATION: 'false', TSX_TSCONFIG_PATH: join(ROOT, 'examples', 'tsconfig.json') },
    });
    const command = median(Array.from({ length: ROUNDS }, () => secondsOfCommand(app, work)));
    const year = await secondsOfYear(app);
    table('The example of two parties', ['', 'seconds', 'goal'], [
      ['the command, start to table', command.toFixed(2), `≤ ${MOST_SECONDS.command}`],
      ['365 nights of one schedule', year.toFixed(1), `≤ ${MOST_SECONDS.year}`],
    ]);
    console.log(`\nat most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory for the year`);
    return [
      ...command > MOST_SECONDS.command ? [`the command at most ${MOST_SECONDS.command} s: ${command.toFixed(2)} s`] : [],
      ...year > MOST_SECONDS.year ? [`365 nights at most ${MOST_SECONDS.year} s: ${year.toFixed(1)} s`] : [],
    ];
  } finally {
    rmSync(work, { recursive: true });
  }
}

function secondsOfCommand(app: string, work: string): number {
  const start = performance.now();
  execFileSync(process.execPath, [COMMAND, '--app', app, '--tables', TABLES, '--at', '2026-11-20T02:00:00Z', '--out', join(work, 'out')], { stdio: 'ignore' });
  return (performance.now() - start) / 1000;
}

async function secondsOfYear(app: string): Promise<number> {
  const start = performance.now();
  const rehearsal = await Rehearsal.of(app, { tables: TABLES });
  const { runs } = await rehearsal.play({ from: new Date('2026-01-01T00:00:00Z'), until: new Date('2026-12-31T23:59:00Z') });
  await rehearsal.close();
  const good = runs.filter(({ status }) => status === 'SUCCEEDED').length;
  if (good !== 365) throw new Error(`of 365 nights ${good} succeeded`);
  return (performance.now() - start) / 1000;
}
