import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, table } from './figures';

const ROUNDS = 5;
const MOST_TIME = 1.15;
const STORY_NAMES = ['two parties', 'a provider'];

interface Synthesis {
  /** The whole process, as `cdk synth` starts it. */
  readonly process: number;
  readonly millis: number;
  readonly stacks: number;
  readonly resources: number;
  readonly bytes: number;
}

/** Apps of several stacks, against the same resources as L1. */
export function benchStories(): string[] {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-bench-'));
  try {
    const measured = STORY_NAMES.map((story) => {
      const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
        process.stderr.write(`${story}, round ${round} of ${ROUNDS}\n`);
        const own = synthesize(story, join(work, 'own'));
        return { own, l1: synthesize(story, join(work, 'l1'), join(work, 'own')) };
      }).slice(1); // the first one warms the file cache up
      return { story, rounds, ratio: median(rounds.map(({ own, l1 }) => own.process / l1.process)) };
    });
    table('stories, against the same resources as L1', ['', 'app, median', 'L1, median', 'ratio', 'synth alone', 'stacks', 'resources', 'template bytes'],
      measured.map(({ story, rounds, ratio }) => {
        const [{ own: { stacks, resources, bytes } }] = rounds;
        const millis = (of: 'own' | 'l1') => `${median(rounds.map((round) => round[of].process)).toFixed(0)} ms`;
        const alone = median(rounds.map(({ own, l1 }) => own.millis / l1.millis)).toFixed(2);
        return [story, millis('own'), millis('l1'), `${ratio.toFixed(2)} ×`, `${alone} ×`, stacks, resources, bytes];
      }));
    return measured.filter(({ ratio }) => ratio > MOST_TIME).map(({ story, ratio }) => `${story} at most ${MOST_TIME} × L1: ${ratio.toFixed(2)} ×`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function synthesize(story: string, outdir: string, templates: string[] | string = []): Synthesis {
  const start = performance.now();
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'story-app.ts'), story, outdir, ...[templates].flat()], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  return { process: performance.now() - start, ...JSON.parse(output) as Omit<Synthesis, 'process'> };
}
