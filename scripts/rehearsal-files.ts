/** Copies to rehearsal/lib what the compiler leaves behind and the rehearsal needs at run time: `npx projen rehearsal:compile`. */
import { chmodSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './command';

const [from, to] = ['src', 'lib'].map((folder) => join(ROOT, 'rehearsal', folder));
const NEEDED = /\.(cjs|py)$|\/NOTICE$/;

for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
  const path = file.replaceAll('\\', '/');
  if (NEEDED.test(path) && !path.includes('fixtures/')) cpSync(join(from, file), join(to, file));
}
chmodSync(join(to, 'command', 'main.js'), 0o755);
