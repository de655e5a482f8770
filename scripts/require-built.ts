/** Fails, with what to do, where something is missing that a package must hold: the function's bundle would be missed by nobody until a deployment. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './command';

const BUILT = ['.jsii', 'lib/index.js', 'assets/handlers/clean-rooms/index.lambda/index.js'];

export function requireBuilt(root = ROOT): void {
  const missing = BUILT.filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: missing, so there is nothing to pack; run npx projen bundle and npx projen compile first`);
}

if (require.main === module) {
  try {
    requireBuilt();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
