/** Draws the story of the example of two parties, as it is synthesized: docs/images/story-{light,dark}.svg. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DARK, drawStory, LIGHT } from './picture/flow-svg';
import { storyOf } from './picture/story';

const ROOT = resolve(__dirname, '..');
const IMAGES = join(ROOT, 'docs', 'images');

const assembly = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-picture-'));
try {
  const { status } = spawnSync('npx', ['tsx', '--tsconfig', 'examples/tsconfig.json', 'examples/two-parties/app.ts'], {
    cwd: ROOT, stdio: 'inherit', env: { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
  });
  if (status !== 0) throw new Error('the example of two parties cannot be synthesized');
  const story = storyOf(assembly);
  mkdirSync(IMAGES, { recursive: true });
  for (const [name, theme] of [['light', LIGHT], ['dark', DARK]] as const) {
    writeFileSync(join(IMAGES, `story-${name}.svg`), drawStory(story, theme));
  }
} finally {
  rmSync(assembly, { recursive: true, force: true });
}
