/**
 * Writes docs/permissions.md: who may do what on what, and why, from the synthesized policies.
 * `npx tsx --tsconfig examples/tsconfig.json test/support/write-permissions.ts`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { permissionsOf } from './permissions-apps';

process.env.CDK_VALIDATION = 'false';
const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
try {
  const file = join(__dirname, '..', '..', 'docs', 'permissions.md');
  writeFileSync(file, permissionsOf(() => new App({ outdir: folder, analyticsReporting: false })));
  console.log('[permissions] wrote docs/permissions.md');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
