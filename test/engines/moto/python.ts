import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const OLDEST = [3, 11];

/** A fresh virtual environment in a folder, with what `requirements.txt` pins. The path of its Python. */
export function installMoto(folder: string): string {
  const found = versionOf('python3');
  if (found === undefined || found[0] !== OLDEST[0] || found[1] < OLDEST[1]) {
    const got = found === undefined ? 'none was found' : `found ${found.join('.')}`;
    throw new Error(`moto needs Python ${OLDEST.join('.')} or newer as \`python3\`, ${got}: install it, then run this again`);
  }
  run('python3', ['-m', 'venv', folder]);
  const python = join(folder, 'bin', 'python');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '-r', join(__dirname, 'requirements.txt')]);
  run(python, ['-m', 'pip', 'check']);
  return python;
}

function versionOf(python: string): number[] | undefined {
  try {
    return execFileSync(python, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' }).trim().split(' ').map(Number);
  } catch {
    return undefined;
  }
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
