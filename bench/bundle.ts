import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { median, table } from './figures';
import { CLEAN_ROOMS_COMMANDS } from '../src/handlers/clean-rooms/membership/clean-rooms-api';

const BUNDLE = resolve(__dirname, '..', 'assets', 'handlers', 'clean-rooms', 'index.lambda', 'index.js');
const MAX_BYTES = 370_000;
const ROUNDS = 15;

/** The function's bundle against the Clean Rooms client with the same commands and nothing else. */
export function benchBundle(): string[] {
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-bench-'));
  try {
    const sdk = bundleSdk(work);
    const rounds = Array.from({ length: ROUNDS + 1 }, () => ({ own: coldImport(BUNDLE), sdk: coldImport(sdk) })).slice(1);
    const ratio = median(rounds.map((round) => round.own / round.sdk));
    const bytes = statSync(BUNDLE).size;
    table('The function', ['', 'bytes', 'cold import, median', 'to the client alone'], [
      ['cdk-cleanrooms', bytes, `${median(rounds.map((round) => round.own)).toFixed(1)} ms`, `${ratio.toFixed(2)} ×`],
      ['client with the same commands', statSync(sdk).size, `${median(rounds.map((round) => round.sdk)).toFixed(1)} ms`, '1.00 ×'],
    ]);
    return bytes <= MAX_BYTES ? [] : [`bundle of ${MAX_BYTES} bytes at most: ${bytes}`];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function bundleSdk(work: string): string {
  const names = ['CleanRoomsClient', ...Object.keys(CLEAN_ROOMS_COMMANDS).map((name) => `${name}Command`)];
  const entry = join(work, 'sdk.js');
  const outfile = join(work, 'sdk.bundle.js');
  writeFileSync(entry, `import { ${names.join(', ')} } from '@aws-sdk/client-cleanrooms';\nexport const all = [${names.join(', ')}];\nnew CleanRoomsClient({});\n`);
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    nodePaths: [resolve(__dirname, '..', 'node_modules')],
  });
  return outfile;
}

/** In a process of its own, for a second import is no cold one. */
function coldImport(file: string): number {
  const script = `const start = performance.now(); require(${JSON.stringify(file)}); process.stdout.write(String(performance.now() - start));`;
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, AWS_REGION: 'eu-central-1' } }));
}
