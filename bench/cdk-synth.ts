import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, table } from './figures';

const ROOT = join(__dirname, '..');
const TSX = join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs');
const CDK = join(ROOT, 'node_modules', '.bin', 'cdk');
const ROUNDS = 3;
const MOST_TIME = 1.15;

/** An app, and the same resources as L1, as arguments of a program of this folder. */
const PAIRS = [
  { what: '1 membership', app: ['app.ts', 'cdk-cleanrooms', '1'], l1: ['app.ts', 'CfnMembership + role', '1'] },
  { what: '10 memberships', app: ['app.ts', 'cdk-cleanrooms', '10'], l1: ['app.ts', 'CfnMembership + role', '10'] },
  ...['two parties', 'a provider'].map((story) => ({ what: story, app: ['story-app.ts', story, 'own'], l1: ['story-app.ts', story, 'l1', 'own'] })),
];

/** `cdk synth` as its users run it: the CDK's command line, the app, and the CDK's own validation of the templates. */
export function benchCdkSynth(): string[] {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-bench-'));
  try {
    writeFileSync(join(work, 'cdk.json'), JSON.stringify({ notices: false, versionReporting: false, context: { 'cli-telemetry': false } }));
    const measured = PAIRS.map(({ what, app, l1 }) => {
      const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
        process.stderr.write(`cdk synth, ${what}, round ${round} of ${ROUNDS}\n`);
        return { app: synthesize(work, app, 'own'), l1: synthesize(work, l1, 'l1') };
      }).slice(1); // the first one warms the file cache up
      return { what, rounds, ratio: median(rounds.map((round) => round.app / round.l1)) };
    });
    table('cdk synth, against the same resources as L1', ['', 'this library', 'L1', 'ratio'], measured.map(({ what, rounds, ratio }) => [
      what, ...(['app', 'l1'] as const).map((of) => `${(median(rounds.map((round) => round[of])) / 1000).toFixed(2)} s`), `${ratio.toFixed(2)} ×`,
    ]));
    return measured.filter(({ ratio }) => ratio > MOST_TIME).map(({ what, ratio }) => `cdk synth of ${what} at most ${MOST_TIME} × L1: ${ratio.toFixed(2)} ×`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** In milliseconds. */
function synthesize(work: string, [program, ...args]: readonly string[], output: string): number {
  const app = ['node', '--import', `file://${TSX}`, join(__dirname, program), ...args.map((part) => `"${part}"`)].join(' ');
  const { CDK_VALIDATION: _, ...env } = process.env;
  const start = performance.now();
  execFileSync(CDK, ['synth', '--quiet', '--app', app, '--output', output], { cwd: work, env, stdio: ['ignore', 'ignore', 'pipe'] });
  return performance.now() - start;
}
