import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, table } from './figures';

const ROUNDS = 5;
const MOST_TIME = 1.15;
const STORY_NAMES = ['two parties', 'a provider'];

interface Synthesis {
  /** Processor time of the whole process, which says more than the clock where others work beside it. */
  readonly cpu: number;
  /** Definition and synthesis alone. */
  readonly millis: number;
  readonly stacks: number;
  readonly resources: number;
  readonly bytes: number;
  /** What it has loaded of the CDK. */
  readonly modules: string[];
}

/** Apps of several stacks, against the same resources as L1, and as L1 that loads the same modules of the CDK. */
export function benchStories(): string[] {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-bench-'));
  try {
    const measured = STORY_NAMES.map((story) => {
      const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
        process.stderr.write(`${story}, round ${round} of ${ROUNDS}\n`);
        return playRound(story, work);
      }).slice(1); // the first one warms the file cache up
      return { story, rounds, ratio: median(rounds.map(({ own, l1 }) => own.cpu / l1.cpu)) };
    });
    const header = ['', 'app, processor time', 'L1', 'ratio', 'L1 with the app\'s modules of the CDK', 'synth alone, ratio', 'stacks', 'resources', 'template bytes'];
    table('stories, against the same resources as L1', header, measured.map(({ story, rounds, ratio }) => {
      const [{ own: { stacks, resources, bytes } }] = rounds;
      const millis = (of: 'own' | 'l1') => `${median(rounds.map((round) => round[of].cpu)).toFixed(0)} ms`;
      const loaded = median(rounds.map(({ loading, l1 }) => loading.cpu / l1.cpu)).toFixed(2);
      const alone = median(rounds.map(({ own, l1 }) => own.millis / l1.millis)).toFixed(2);
      return [story, millis('own'), millis('l1'), `${ratio.toFixed(2)} ×`, `${loaded} ×`, `${alone} ×`, stacks, resources, bytes];
    }));
    return measured.filter(({ ratio }) => ratio > MOST_TIME).map(({ story, ratio }) => `${story} at most ${MOST_TIME} × L1: ${ratio.toFixed(2)} ×`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function playRound(story: string, work: string): { readonly own: Synthesis; readonly l1: Synthesis; readonly loading: Synthesis } {
  const [folder, modules] = [join(work, 'own'), join(work, 'modules.json')];
  const own = synthesize(story, folder);
  writeFileSync(modules, JSON.stringify(own.modules));
  return { own, l1: synthesize(story, join(work, 'l1'), folder), loading: synthesize(story, join(work, 'l1'), folder, modules) };
}

function synthesize(story: string, outdir: string, ...asL1: string[]): Synthesis {
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'story-app.ts'), story, outdir, ...asL1], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CDK_VALIDATION: 'false' },
  })) as Synthesis;
}
