/** Draws what the example app defines in an account, from its construct tree: docs/images/overlap-{light,dark}.svg. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { partsOf } from './picture/stack-map';
import { DARK, drawParts, LIGHT } from './picture/svg';
import { OverlapStack } from '../examples/overlap/overlap-stack';

const IMAGES = resolve(__dirname, '..', 'docs', 'images');

const stack = new OverlapStack(new App(), 'Overlap', { collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333' });
const parts = partsOf(stack);
mkdirSync(IMAGES, { recursive: true });
for (const [name, theme] of [['light', LIGHT], ['dark', DARK]] as const) {
  writeFileSync(join(IMAGES, `overlap-${name}.svg`), drawParts(parts, theme));
}
